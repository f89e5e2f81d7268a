package dev.partir.sdy;

import java.util.ArrayList;
import java.util.List;

/**
 * How a value is to be laid out, said of devices rather than of axes that have names.
 *
 * @param dims one per dimension
 * @param replicated the spans that must tile no dimension
 */
public record Layout(List<Dim> dims, List<AxisSpan> replicated) {

  /**
   * How one dimension is tiled.
   *
   * @param spans outermost first
   * @param open whether it may be tiled along more, inside of these
   * @param turn when it is, 0 for the first
   */
  public record Dim(List<AxisSpan> spans, boolean open, int turn) {
    public Dim {
      spans = List.copyOf(spans);
    }
  }

  public Layout {
    dims = List.copyOf(dims);
    replicated = List.copyOf(replicated);
  }

  /**
   * Returns what a sharding over a mesh says.
   *
   * @param exact whether dimensions are closed even where the sharding leaves them open
   */
  public static Layout of(TensorSharding sharding, SdyMesh mesh, int rank, boolean exact) {
    List<Dim> dims = new ArrayList<>();
    for (DimSharding dim : sharding.dims()) {
      dims.add(new Dim(spans(dim.axes(), mesh), dim.open() && !exact, dim.turn()));
    }
    // What one device holds says nothing of dimensions.
    while (dims.size() < rank) {
      dims.add(new Dim(List.of(), false, 0));
    }
    return new Layout(dims, spans(sharding.replicated(), mesh));
  }

  private static List<AxisSpan> spans(List<AxisRef> axes, SdyMesh mesh) {
    List<AxisSpan> spans = new ArrayList<>();
    for (AxisRef axis : axes) {
      spans.addAll(mesh.spans(axis));
    }
    return spans;
  }

  /** Returns all spans that are named. */
  public List<AxisSpan> spans() {
    List<AxisSpan> all = new ArrayList<>(replicated);
    dims.forEach(dim -> all.addAll(dim.spans()));
    return all;
  }
}
