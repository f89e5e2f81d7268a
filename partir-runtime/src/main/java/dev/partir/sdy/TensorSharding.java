package dev.partir.sdy;

import dev.partir.ir.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a value is tiled over a mesh, as in {@code #sdy.sharding<@mesh, [{"x", "y":(2)4, ?}, {}p1],
 * replicated={"z"}>} (Shardy, "Sharding representation").
 *
 * @param mesh the name of the mesh; null when it is written out
 * @param inlined the mesh where it is written out, else null
 * @param dims one per dimension; none at all for a value that one device holds
 * @param replicated the axes that must tile no dimension
 * @param unreduced the axes along which the value is a sum that is still to be taken
 */
public record TensorSharding(
    @Nullable String mesh,
    @Nullable SdyMesh inlined,
    List<DimSharding> dims,
    List<AxisRef> replicated,
    List<AxisRef> unreduced) {
  private static final String NAME = "#sdy.sharding";
  private static final String PER_VALUE = "#sdy.sharding_per_value";

  public TensorSharding {
    dims = List.copyOf(dims);
    replicated = List.copyOf(replicated);
    unreduced = List.copyOf(unreduced);
  }

  /** Returns a sharding over a mesh of the program. */
  public static TensorSharding of(String mesh, List<DimSharding> dims) {
    return new TensorSharding(mesh, null, dims, List.of(), List.of());
  }

  /** Returns the sharding that says nothing about a value. */
  public static TensorSharding open(String mesh, int rank) {
    List<DimSharding> dims = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      dims.add(new DimSharding(List.of(), true, DimSharding.NO_PRIORITY));
    }
    return of(mesh, dims);
  }

  /**
   * Reads {@code #sdy.sharding<...>}, or what stands in its brackets with them.
   *
   * @throws dev.partir.ir.PartirException SYNTAX when the text is something else
   */
  public static TensorSharding parse(String text, Location at) {
    SdyReader reader = new SdyReader(text, at);
    reader.skipName();
    TensorSharding sharding = reader.sharding();
    reader.end();
    return sharding;
  }

  /**
   * Reads {@code #sdy.sharding_per_value<[<...>, <...>]>}, or the list in it.
   *
   * @throws dev.partir.ir.PartirException SYNTAX when the text is something else
   */
  public static List<TensorSharding> parsePerValue(String text, Location at) {
    SdyReader reader = new SdyReader(text, at);
    boolean named = reader.isNext("#");
    reader.skipName();
    if (named) {
      reader.expect("<");
    }
    List<TensorSharding> shardings = new ArrayList<>();
    reader.list('[', ']', () -> shardings.add(reader.sharding()));
    if (named) {
      reader.expect(">");
    }
    reader.end();
    return shardings;
  }

  /** Returns this sharding over another mesh with the same axes. */
  public TensorSharding withMesh(@Nullable String name, @Nullable SdyMesh written) {
    return new TensorSharding(name, written, dims, replicated, unreduced);
  }

  /** Returns all axes that are named, in order. */
  public List<AxisRef> axes() {
    List<AxisRef> all = new ArrayList<>();
    for (DimSharding dim : dims) {
      all.addAll(dim.axes());
    }
    all.addAll(replicated);
    all.addAll(unreduced);
    return all;
  }

  /** Returns the attribute's text. */
  public String attribute() {
    return NAME + this;
  }

  /** Returns the text of the attribute that has a sharding per value. */
  public static String attribute(List<TensorSharding> shardings) {
    return PER_VALUE + "<" + list(shardings) + ">";
  }

  /** Returns {@code [<...>, <...>]}. */
  public static String list(List<TensorSharding> shardings) {
    return shardings.stream()
        .map(TensorSharding::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Returns {@code <@mesh, [{"x"}, {}]>}. */
  @Override
  public String toString() {
    String where = inlined != null ? "mesh" + inlined : SdyMesh.symbol(mesh == null ? "" : mesh);
    return "<"
        + where
        + ", ["
        + dims.stream().map(DimSharding::toString).collect(Collectors.joining(", "))
        + "]"
        + (replicated.isEmpty() ? "" : ", replicated=" + AxisRef.text(replicated))
        + (unreduced.isEmpty() ? "" : ", unreduced=" + AxisRef.text(unreduced))
        + ">";
  }
}
