package dev.partir.schedule;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a schedule's own words lay out the values of a model, before propagation: what is known
 * without the program. Propagation can only shard values further. A {@link Dim.FirstDivisible} is
 * taken as the first dimension that is divisible under the declared shardings alone.
 */
public final class DeclaredShardings {
  private final ProgramModel model;
  private final Mesh mesh;
  private final List<List<List<String>>> tiled = new ArrayList<>();
  private final List<List<String>> replicated = new ArrayList<>();
  private final List<TensorType> local = new ArrayList<>();

  private DeclaredShardings(ProgramModel model, Mesh mesh) {
    this.model = model;
    this.mesh = mesh;
    for (ValueModel value : model.values()) {
      List<List<String>> dims = new ArrayList<>();
      for (int i = 0; i < value.type().rank(); i++) {
        dims.add(new ArrayList<>());
      }
      tiled.add(dims);
      replicated.add(new ArrayList<>());
      local.add(value.type());
    }
  }

  /**
   * Returns the layout that resolved tactics declare.
   *
   * @param tactics the tactics of a {@link Verification} of {@code model} on {@code mesh}
   */
  public static DeclaredShardings of(ProgramModel model, Mesh mesh, List<ResolvedTactic> tactics) {
    var shardings = new DeclaredShardings(model, mesh);
    for (ResolvedTactic tactic : tactics) {
      for (ResolvedAction action : tactic.actions()) {
        shardings.apply(action);
      }
    }
    return shardings;
  }

  private void apply(ResolvedAction action) {
    switch (action.kind()) {
      case TILE -> tile(action.value(), action.dim(), action.axis());
      case TILE_FIRST_DIVISIBLE -> {
        int dim = firstDivisible(action.value(), action.axis());
        if (dim >= 0) {
          tile(action.value(), dim, action.axis());
        }
      }
      case REPLICATE -> replicated.get(action.value()).add(mesh.name(action.axis()));
    }
  }

  private void tile(int value, int dim, int axis) {
    long[] dims = local.get(value).dims();
    dims[dim] /= mesh.size(axis);
    local.set(value, local.get(value).withDims(dims));
    tiled.get(value).get(dim).add(mesh.name(axis));
  }

  private int firstDivisible(int value, int axis) {
    TensorType type = local.get(value);
    for (int dim = 0; dim < type.rank(); dim++) {
      if (type.dim(dim) != TensorType.DYNAMIC && type.dim(dim) % mesh.size(axis) == 0) {
        return dim;
      }
    }
    return -1;
  }

  DeclaredShardings copy() {
    var copy = new DeclaredShardings(model, mesh);
    for (int i = 0; i < local.size(); i++) {
      copy.local.set(i, local.get(i));
      copy.replicated.get(i).addAll(replicated.get(i));
      for (int dim = 0; dim < tiled.get(i).size(); dim++) {
        copy.tiled.get(i).get(dim).addAll(tiled.get(i).get(dim));
      }
    }
    return copy;
  }

  ProgramModel model() {
    return model;
  }

  Mesh mesh() {
    return mesh;
  }

  /**
   * Tiles the first divisible dimension; returns it, or -1 when the axis is taken or none divides.
   */
  int tryShard(int value, int axis) {
    String name = mesh.name(axis);
    boolean taken = replicated.get(value).contains(name);
    for (List<String> axes : tiled.get(value)) {
      taken |= axes.contains(name);
    }
    int dim = taken ? -1 : firstDivisible(value, axis);
    if (dim >= 0) {
      tile(value, dim, axis);
    }
    return dim;
  }

  /** Returns the names of the axes that tile dimension {@code dim} of a value, outermost first. */
  public List<String> axes(int value, int dim) {
    return List.copyOf(tiled.get(value).get(dim));
  }

  /** Returns the {@link #axes} of every dimension of a value. */
  public List<List<String>> axes(int value) {
    return Collections.unmodifiableList(tiled.get(value));
  }

  /** Returns the names of the axes along which a value is declared whole. */
  public List<String> replicated(int value) {
    return List.copyOf(replicated.get(value));
  }

  /** Returns what a device holds of a value. */
  public TensorType perDeviceType(int value) {
    return local.get(value);
  }

  /** Returns the bytes of a value on one device; see {@link #bytes} for the limits. */
  public long perDeviceBytes(int value) {
    return bytes(local.get(value));
  }

  /** Returns the bytes of all parameters together. */
  public long parametersBytes() {
    long sum = 0;
    for (ValueModel value : model.values()) {
      sum = value.role() == ValueModel.Role.PARAMETER ? add(sum, bytes(value.type())) : sum;
    }
    return sum;
  }

  /** Returns the bytes that all parameters take on one device. */
  public long parametersPerDeviceBytes() {
    long sum = 0;
    for (int i = 0; i < local.size(); i++) {
      if (model.values().get(i).role() == ValueModel.Role.PARAMETER) {
        sum = add(sum, perDeviceBytes(i));
      }
    }
    return sum;
  }

  /** Returns the bytes that all parameters for one use take on one device. */
  public long perDeviceBytes(ValueModel.Use use) {
    long sum = 0;
    for (int i = 0; i < local.size(); i++) {
      sum = model.values().get(i).use() == use ? add(sum, perDeviceBytes(i)) : sum;
    }
    return sum;
  }

  /**
   * Returns the bytes that the gradients of the weights take on one device at least: each is laid
   * out as the smallest block of what the optimizer keeps of that shape, or as the weight itself.
   * None where the model does not say what the optimizer keeps, for then it may not be trained.
   */
  public long gradientsPerDeviceBytes() {
    Map<TensorType, Long> smallest = new HashMap<>();
    for (int i = 0; i < local.size(); i++) {
      if (model.values().get(i).use() == ValueModel.Use.STATE) {
        smallest.merge(shape(model.values().get(i)), local.get(i).elementCount(), Math::min);
      }
    }
    long sum = 0;
    for (int i = 0; i < local.size() && !smallest.isEmpty(); i++) {
      if (model.values().get(i).use() == ValueModel.Use.WEIGHT) {
        long elements = local.get(i).elementCount();
        Long kept = smallest.get(shape(model.values().get(i)));
        long least = kept == null ? elements : Math.min(kept, elements);
        sum = add(sum, local.get(i).element().bytes(least));
      }
    }
    return sum;
  }

  private static TensorType shape(ValueModel value) {
    return TensorType.of(ElementType.F32, value.type().dims());
  }

  /** Returns the bytes of all parameters and of the gradients on one device. */
  public long stepPerDeviceBytes() {
    return add(parametersPerDeviceBytes(), gradientsPerDeviceBytes());
  }

  /**
   * Returns the bytes of a type: {@link Long#MAX_VALUE} where they are more, 0 where a size is not
   * known.
   */
  public static long bytes(TensorType type) {
    long bytes = type.element().bytes(1);
    boolean overflow = false;
    for (int dim = 0; dim < type.rank(); dim++) {
      long size = type.dim(dim);
      if (size == TensorType.DYNAMIC || size == 0) {
        return 0;
      }
      overflow |= bytes > Long.MAX_VALUE / size;
      bytes = overflow ? 1 : bytes * size;
    }
    return overflow ? Long.MAX_VALUE : bytes;
  }

  private static long add(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  /**
   * Returns {@code rows/batch=256, embed=512}: the dimensions, their axes and what a device holds.
   * A dimension without a name is called by its index where an axis tiles it.
   */
  public String describe(int value) {
    ValueModel about = model.values().get(value);
    var text = new StringBuilder();
    for (int dim = 0; dim < about.type().rank(); dim++) {
      List<String> axes = tiled.get(value).get(dim);
      String name = about.dimensionNames().get(dim);
      text.append(dim == 0 ? "" : ", ");
      if (name != null || !axes.isEmpty()) {
        text.append(name == null ? Integer.toString(dim) : name);
        axes.forEach(axis -> text.append('/').append(axis));
        text.append('=');
      }
      text.append(local.get(value).dim(dim));
    }
    return text.toString();
  }
}
