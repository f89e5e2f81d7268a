package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.AxisSpan;
import dev.partir.sdy.DimSharding;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Finds the one mesh over which all shardings of a program are said, and says them over it. */
final class MeshChoice {
  /** The name of the mesh in programs that are made from annotations. */
  static final String NAME = "mesh";

  private MeshChoice() {}

  /** Returns a mesh of the program as one whose devices stand in order. */
  static Mesh ordered(SdyMesh mesh) {
    record Placed(SdyMesh.Axis axis, int stride) {}
    List<Placed> placed = new ArrayList<>();
    int place = mesh.deviceCount();
    for (SdyMesh.Axis axis : mesh.axes()) {
      place /= axis.size();
      List<AxisSpan> spans = mesh.spans(AxisRef.of(axis.name()));
      if (spans.size() > 1) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.UNSUPPORTED,
                "mesh " + mesh,
                "the devices of axis \"" + axis.name() + "\" stand at several distances",
                "Give the axis a name for each distance"));
      }
      placed.add(new Placed(axis, spans.isEmpty() ? place : spans.get(0).stride()));
    }
    if (!mesh.deviceIds().isEmpty()) {
      placed.sort(Comparator.comparingInt(axis -> -axis.stride()));
    }
    List<MeshAxis> axes = new ArrayList<>();
    for (Placed axis : placed) {
      axes.add(new MeshAxis(axis.axis().name(), axis.axis().size()));
    }
    return Mesh.of(axes);
  }

  /** Returns the mesh as the sdy dialect writes it. */
  static SdyMesh sdy(Mesh mesh) {
    List<SdyMesh.Axis> axes = new ArrayList<>();
    for (MeshAxis axis : mesh.axes()) {
      axes.add(new SdyMesh.Axis(axis.name(), axis.size()));
    }
    return new SdyMesh(axes, List.of());
  }

  /**
   * Returns the mesh with the fewest axes along which all spans tile; its axes are {@code axis0},
   * {@code axis1}, ..., slowest first.
   *
   * @throws PartirException INVALID_SHARDING when there is none
   */
  static Mesh derived(int devices, Collection<AxisSpan> spans) {
    TreeSet<Integer> cuts = new TreeSet<>(List.of(1, devices));
    for (AxisSpan span : spans) {
      cuts.add(span.stride());
      cuts.add(span.end());
    }
    List<MeshAxis> axes = new ArrayList<>();
    int before = 1;
    List<Integer> sizes = new ArrayList<>();
    for (int cut : cuts.tailSet(1, false)) {
      if (cut % before != 0) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.INVALID_SHARDING,
                "mhlo.sharding",
                "some values are tiled over devices "
                    + before
                    + " apart, others over devices "
                    + cut
                    + " apart, which no one mesh of "
                    + devices
                    + " devices has",
                "Export the program with one mesh for all shardings"));
      }
      sizes.add(0, cut / before);
      before = cut;
    }
    for (int size : sizes) {
      axes.add(new MeshAxis("axis" + axes.size(), size));
    }
    return axes.isEmpty() ? Mesh.of(List.of(new MeshAxis("axis0", 1))) : Mesh.of(axes);
  }

  /**
   * Returns spans as axes of a mesh and parts of them.
   *
   * @throws PartirException INVALID_SHARDING when they are none
   */
  static List<AxisRef> refs(List<AxisSpan> spans, Mesh mesh) {
    List<AxisRef> refs = new ArrayList<>();
    for (AxisSpan span : spans) {
      for (int a = 0; a < mesh.axisCount(); a++) {
        int stride = mesh.stride(a);
        int end = stride * mesh.size(a);
        int from = Math.max(stride, span.stride());
        int to = Math.min(end, span.end());
        if (from >= to) {
          continue;
        }
        if (from % stride != 0 || to % from != 0 || end % to != 0) {
          throw new PartirException(
              Diagnostic.of(
                  ErrorCode.INVALID_SHARDING,
                  "mesh " + mesh,
                  "a sharding takes "
                      + span.size()
                      + " devices "
                      + span.stride()
                      + " apart, which are no part of axis "
                      + mesh.name(a),
                  "Choose a mesh whose axes, or parts of them, are what the shardings tile along"));
        }
        refs.add(
            from == stride && to == end
                ? AxisRef.of(mesh.name(a))
                : new AxisRef(mesh.name(a), end / to, to / from));
      }
    }
    return refs;
  }

  /** Returns a sharding over one mesh as the same over another. */
  static TensorSharding over(Mesh target, TensorSharding sharding, SdyMesh mesh, int rank) {
    if (mesh.isMaximal()) {
      List<DimSharding> dims = new ArrayList<>();
      for (int d = 0; d < rank; d++) {
        boolean open = d < sharding.dims().size() && sharding.dims().get(d).open();
        dims.add(new DimSharding(List.of(), open, DimSharding.NO_PRIORITY));
      }
      return TensorSharding.of(NAME, dims);
    }
    List<DimSharding> dims = new ArrayList<>();
    for (DimSharding dim : sharding.dims()) {
      dims.add(new DimSharding(refs(dim.axes(), mesh, target), dim.open(), dim.priority()));
    }
    return new TensorSharding(
        NAME,
        null,
        dims,
        refs(sharding.replicated(), mesh, target),
        refs(sharding.unreduced(), mesh, target));
  }

  private static List<AxisRef> refs(List<AxisRef> axes, SdyMesh mesh, Mesh target) {
    List<AxisRef> refs = new ArrayList<>();
    for (AxisRef axis : axes) {
      SdyMesh.Axis found = mesh.axis(axis.axis());
      // One that is the same axis stays, even if it has one device only.
      int same = target.indexOf(axis.axis());
      if (found != null && found.size() == 1 && same >= 0 && target.size(same) == 1) {
        refs.add(axis);
      } else {
        refs.addAll(refs(mesh.spans(axis), target));
      }
    }
    return refs;
  }
}
