package dev.partir.op;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways to loop an operation, in the factor form of Shardy: every dimension of every operand and
 * result is a product of factors, major to minor; the dimensions that share a factor are tiled
 * together when the operation is looped over it. Written {@code ([i, k], [k, j])->([i, j]) {i=8,
 * j=16, k=4} reduction={k}}. Immutable.
 */
public final class FactorRule {

  /** What looping over a factor means. */
  public enum Kind {
    /** The blocks of the results stand side by side. */
    PARALLEL,
    /**
     * Every iteration gives a partial result of the whole; they are combined by a {@link Monoid}.
     */
    REDUCTION,
    /**
     * The blocks of the results stand side by side, and each needs a {@link Window} of the operands
     * that reaches into the blocks of neighbours.
     */
    PERMUTATION,
    /** The operation cannot be looped over the factor. */
    WHOLE
  }

  private final long[] sizes;
  private final Kind[] kinds;
  private final @Nullable Monoid[] monoids;
  private final int[][][] operands;
  private final int[][][] results;
  private final boolean compound;

  /** Windows by operand and dimension; null where there are none. */
  private final @Nullable Window @Nullable [][] windows;

  private FactorRule(
      long[] sizes,
      Kind[] kinds,
      @Nullable Monoid[] monoids,
      int[][][] operands,
      int[][][] results,
      @Nullable Window @Nullable [][] windows) {
    this.sizes = sizes;
    this.kinds = kinds;
    this.monoids = monoids;
    this.operands = operands;
    this.results = results;
    this.windows = windows;
    compound = isCompound(operands) || isCompound(results);
  }

  private static boolean isCompound(int[][][] values) {
    for (int[][] dims : values) {
      for (int[] dim : dims) {
        if (dim.length > 1) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns whether some dimension is the product of several factors. */
  public boolean isCompound() {
    return compound;
  }

  /**
   * Returns the ways to loop an operation. One on quantized numbers can be looped in no way: its
   * sums are rounded, and scales belong to places.
   */
  public static FactorRule of(Operation operation) {
    return QuantizedOperation.isQuantized(operation)
        ? whole(operation)
        : Op.of(operation).rule(operation);
  }

  public int factorCount() {
    return sizes.length;
  }

  public long size(int factor) {
    return sizes[factor];
  }

  public Kind kind(int factor) {
    return kinds[factor];
  }

  /** Returns how the partial results of a reduction factor combine. */
  public Monoid monoid(int factor) {
    Monoid monoid = monoids[factor];
    if (monoid == null) {
      throw new IllegalArgumentException(
          "factor " + letter(factor) + " is " + kinds[factor] + ", not a reduction");
    }
    return monoid;
  }

  /**
   * Returns whether a factor is the whole of every dimension that it is in, so that its blocks may
   * end in padding.
   */
  public boolean isAlone(int factor) {
    return isAlone(operands, factor) && isAlone(results, factor);
  }

  private boolean isAlone(int[][][] values, int factor) {
    for (int[][] dims : values) {
      for (int[] dim : dims) {
        boolean in = false;
        boolean others = false;
        for (int f : dim) {
          in |= f == factor;
          others |= f != factor && sizes[f] > 1;
        }
        if (in && others) {
          return false;
        }
      }
    }
    return true;
  }

  public int operandCount() {
    return operands.length;
  }

  public int resultCount() {
    return results.length;
  }

  /** Returns the factors of a dimension of an operand, major to minor; not a copy. */
  public int[] operandDim(int operand, int dim) {
    return operands[operand][dim];
  }

  /** Returns the factors of a dimension of a result, major to minor; not a copy. */
  public int[] resultDim(int result, int dim) {
    return results[result][dim];
  }

  /** Returns what a block needs of a dimension of an operand; null for the block itself. */
  public @Nullable Window window(int operand, int dim) {
    return windows == null || windows[operand] == null ? null : windows[operand][dim];
  }

  /** Returns whether some operand is needed in windows. */
  public boolean hasWindows() {
    return windows != null;
  }

  /** Returns the factors of all dimensions of an operand; not a copy. */
  public int[][] operand(int operand) {
    return operands[operand];
  }

  /** Returns the factors of all dimensions of a result; not a copy. */
  public int[][] result(int result) {
    return results[result];
  }

  public static Builder builder(Operation operation) {
    return new Builder(Op.operandTypes(operation), Op.resultTypes(operation));
  }

  public static Builder builder(TensorType[] operands, TensorType[] results) {
    return new Builder(operands, results);
  }

  /**
   * Returns the rule of an operation that cannot be looped: every dimension is whole. Operands that
   * are no tensors have no dimension.
   */
  public static FactorRule whole(Operation operation) {
    return whole(tensorsOf(operation.operands()), tensorsOf(operation.results()));
  }

  /** Returns the rule in which every dimension is whole. */
  public static FactorRule whole(TensorType[] operands, TensorType[] results) {
    return new Builder(operands, results).build();
  }

  private static TensorType[] tensorsOf(List<Value> values) {
    TensorType[] types = new TensorType[values.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] =
          values.get(i).type() instanceof TensorType tensor
              ? tensor
              : TensorType.of(dev.partir.ir.ElementType.I1);
    }
    return types;
  }

  /**
   * Returns the rule of an operation whose operands and results all have one shape, except for
   * scalar operands.
   */
  public static FactorRule pointwise(Operation operation) {
    return pointwise(Op.operandTypes(operation), Op.resultTypes(operation));
  }

  /**
   * Returns the rule of an operation whose operands and results all have one shape, except for
   * scalar operands.
   */
  public static FactorRule pointwise(TensorType[] operands, TensorType[] results) {
    Builder rule = new Builder(operands, results);
    TensorType shape = results.length > 0 ? results[0] : operands[0];
    for (int d = 0; d < shape.rank(); d++) {
      int factor = rule.factor(shape.dim(d), Kind.PARALLEL);
      for (int o = 0; o < operands.length; o++) {
        if (operands[o].rank() == shape.rank()) {
          rule.operand(o, d, factor);
        }
      }
      for (int r = 0; r < results.length; r++) {
        rule.result(r, d, factor);
      }
    }
    return rule.build();
  }

  /** Returns the letter or the name of a factor in the text form. */
  public static String letter(int factor) {
    return factor < 18 ? String.valueOf((char) ('i' + factor)) : "z_" + (factor - 17);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FactorRule that
        && Arrays.equals(sizes, that.sizes)
        && Arrays.equals(kinds, that.kinds)
        && Arrays.equals(monoids, that.monoids)
        && Arrays.deepEquals(operands, that.operands)
        && Arrays.deepEquals(results, that.results)
        && Arrays.deepEquals(windows, that.windows);
  }

  @Override
  public int hashCode() {
    int hash = Arrays.hashCode(sizes);
    return (31 * hash + Arrays.deepHashCode(operands)) * 31 + Arrays.deepHashCode(results);
  }

  /**
   * Reads a rule of an operation. It is written as {@link #toString} does and Shardy: the factors
   * of every dimension of every operand and result, 1 for a dimension without any; the size of
   * every factor; then which are no parallel ones:
   *
   * <ul>
   *   <li>{@code reduction={k, l:maximum}}: reductions, by addition or by the operation named;
   *   <li>{@code permutation={j}} with {@code windows={0.1=sliding(2, -1, 3), 1.1=reversed(8)}}:
   *       the dimensions of operands of which blocks need windows, with the stride, start and
   *       extent of what slides, or the size of what is turned over. Without a window it is whole;
   *   <li>{@code need_replication={m}}: those that must be whole. So are {@code
   *       blocked_propagation={m}} of Shardy.
   * </ul>
   *
   * It may stand in {@code #sdy.op_sharding_rule<...>}.
   *
   * @throws dev.partir.ir.PartirException INVALID_OP when it is none, or does not fit the operation
   */
  public static FactorRule parse(String text, Operation operation) {
    for (List<Value> values : List.of(operation.operands(), operation.results())) {
      for (Value value : values) {
        if (!(value.type() instanceof TensorType)) {
          throw new PartirException(
              Diagnostic.at(
                  operation.location(),
                  ErrorCode.INVALID_OP,
                  "sharding rule: " + value + " is a " + value.type(),
                  "A rule is about tensors"));
        }
      }
    }
    return FactorRuleText.parse(
        text, Op.operandTypes(operation), Op.resultTypes(operation), operation.location());
  }

  /** Returns the rule as {@link #parse} reads it. */
  @Override
  public String toString() {
    return FactorRuleText.print(this, operands, results);
  }

  /**
   * Collects factors. A dimension of size above 1 that is given none gets one of its own that must
   * be whole.
   */
  public static final class Builder {
    private static final int[] NO_FACTORS = {};

    private final TensorType[] operandTypes;
    private final TensorType[] resultTypes;
    private final List<Long> sizes = new ArrayList<>();
    private final List<Kind> kinds = new ArrayList<>();
    private final List<@Nullable Monoid> monoids = new ArrayList<>();
    private final int[][][] operands;
    private final int[][][] results;
    private @Nullable Window @Nullable [][] windows;

    private Builder(TensorType[] operandTypes, TensorType[] resultTypes) {
      this.operandTypes = operandTypes;
      this.resultTypes = resultTypes;
      operands = empty(operandTypes);
      results = empty(resultTypes);
    }

    private static int[][][] empty(TensorType[] types) {
      int[][][] all = new int[types.length][][];
      for (int i = 0; i < types.length; i++) {
        all[i] = new int[types[i].rank()][];
        Arrays.fill(all[i], NO_FACTORS);
      }
      return all;
    }

    /** Adds a factor that is no reduction and returns its number. */
    public int factor(long size, Kind kind) {
      sizes.add(size);
      kinds.add(kind);
      monoids.add(null);
      return sizes.size() - 1;
    }

    /** Adds a reduction factor and returns its number. */
    public int reduction(long size, Monoid monoid) {
      sizes.add(size);
      kinds.add(Kind.REDUCTION);
      monoids.add(monoid);
      return sizes.size() - 1;
    }

    /** Says that a dimension of an operand has a factor, minor to those said before. */
    public Builder operand(int operand, int dim, int factor) {
      append(operands[operand], dim, factor);
      return this;
    }

    /**
     * Says that a dimension of an operand has a permutation factor, a block of which needs a window
     * of the dimension. The dimension's size need not be the factor's.
     */
    public Builder window(int operand, int dim, int factor, Window window) {
      if (windows == null) {
        windows = new Window[operandTypes.length][];
      }
      if (windows[operand] == null) {
        windows[operand] = new Window[operandTypes[operand].rank()];
      }
      windows[operand][dim] = window;
      return operand(operand, dim, factor);
    }

    /** Says that a dimension of a result has a factor, minor to those said before. */
    public Builder result(int result, int dim, int factor) {
      append(results[result], dim, factor);
      return this;
    }

    private static void append(int[][] dims, int dim, int factor) {
      int[] old = dims[dim];
      dims[dim] = Arrays.copyOf(old, old.length + 1);
      dims[dim][old.length] = factor;
    }

    public FactorRule build() {
      fill(operands, operandTypes);
      fill(results, resultTypes);
      long[] sizeArray = new long[sizes.size()];
      for (int f = 0; f < sizeArray.length; f++) {
        sizeArray[f] = sizes.get(f);
      }
      return new FactorRule(
          sizeArray,
          kinds.toArray(Kind[]::new),
          monoids.toArray(Monoid[]::new),
          operands,
          results,
          windows);
    }

    private void fill(int[][][] values, TensorType[] types) {
      for (int v = 0; v < values.length; v++) {
        for (int d = 0; d < values[v].length; d++) {
          if (values[v][d].length == 0 && types[v].dim(d) > 1) {
            append(values[v], d, factor(types[v].dim(d), Kind.WHOLE));
          }
        }
      }
    }
  }
}
