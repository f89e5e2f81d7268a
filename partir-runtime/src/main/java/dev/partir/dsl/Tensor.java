package dev.partir.dsl;

import static dev.partir.dsl.Checks.common;
import static dev.partir.dsl.Checks.fail;
import static dev.partir.dsl.Checks.innermost;

import dev.partir.array.HostArray;
import dev.partir.grad.StopGradientOp;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.BinaryOp;
import dev.partir.op.CompareOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ConvertOp;
import dev.partir.op.GatherOp;
import dev.partir.op.IotaOp;
import dev.partir.op.Monoid;
import dev.partir.op.OpChecker;
import dev.partir.op.OptimizationBarrierOp;
import dev.partir.op.ReduceOp;
import dev.partir.op.SelectOp;
import dev.partir.op.UnaryOp;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A value of a model that is being traced. Operations do not compute: each is recorded and returns
 * a new tensor; none changes the tensor it is called on. Elementwise operations broadcast as NumPy
 * does: shapes are aligned at their last dimensions, and a dimension that is missing or of size 1
 * is repeated. Negative dimension numbers count from the end.
 *
 * <p>The methods {@code plus}, {@code minus}, {@code times}, {@code div} and {@code unaryMinus} are
 * operators in Kotlin.
 *
 * <p>In the body of a loop ({@link Loops}) a tensor may meet tensors from around the loop. What is
 * computed of those alone is computed once, before the loop.
 *
 * <p>Every method throws {@link PartirException} with {@link ErrorCode#INVALID_OP} or {@link
 * ErrorCode#TYPE_MISMATCH} when shapes or element types do not fit; the message has both.
 */
public final class Tensor {
  private final BlockBuilder block;
  private final Value value;

  Tensor(BlockBuilder block, Value value) {
    this.block = block;
    this.value = value;
  }

  BlockBuilder block() {
    return block;
  }

  Value value() {
    return value;
  }

  /** Returns the result of an operation that was just recorded here, if it is a valid one. */
  private Tensor with(Value result) {
    return recorded(block, result);
  }

  /** Returns the result of an operation that was just recorded, if it is a valid one. */
  static Tensor recorded(BlockBuilder block, Value result) {
    Operation operation = result.definition();
    if (operation != null) {
      OpChecker checker = new OpChecker(operation);
      if (block.isBuilt()) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.UNTRACEABLE,
                operation.name(),
                "it uses a tensor of a loop's body behind the loop, or of a trace that has ended",
                "Use what the loop returns"));
      }
      checker.check(operation);
      if (!checker.findings().isEmpty()) {
        throw new PartirException(checker.findings());
      }
    }
    return new Tensor(block, result);
  }

  /** Returns the shape and element type. */
  public TensorType type() {
    return value.tensor();
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return type().rank();
  }

  /** Returns the size of a dimension. */
  public long dim(int index) {
    return type().dim(axis(index));
  }

  // Elementwise arithmetic.

  /** Returns the sum. */
  public Tensor plus(Tensor other) {
    return binary(BinaryOp.ADD, other);
  }

  /** Returns the sum with a number. */
  public Tensor plus(double number) {
    return plus(scalar(number));
  }

  /** Returns the difference. */
  public Tensor minus(Tensor other) {
    return binary(BinaryOp.SUBTRACT, other);
  }

  /** Returns the difference from a number. */
  public Tensor minus(double number) {
    return minus(scalar(number));
  }

  /** Returns the elementwise product. */
  public Tensor times(Tensor other) {
    return binary(BinaryOp.MULTIPLY, other);
  }

  /** Returns the product with a number. */
  public Tensor times(double number) {
    return times(scalar(number));
  }

  /** Returns the elementwise quotient. */
  public Tensor div(Tensor other) {
    return binary(BinaryOp.DIVIDE, other);
  }

  /** Returns the quotient by a number. */
  public Tensor div(double number) {
    return div(scalar(number));
  }

  /** Returns the negation. */
  public Tensor unaryMinus() {
    return unary(UnaryOp.NEGATE);
  }

  /** Returns the elementwise power. */
  public Tensor pow(Tensor exponent) {
    return binary(BinaryOp.POWER, exponent);
  }

  /** Returns the power by a number. */
  public Tensor pow(double exponent) {
    return pow(scalar(exponent));
  }

  /** Returns the elementwise maximum. */
  public Tensor max(Tensor other) {
    return binary(BinaryOp.MAXIMUM, other);
  }

  /** Returns the maximum with a number. */
  public Tensor max(double number) {
    return max(scalar(number));
  }

  /** Returns the elementwise minimum. */
  public Tensor min(Tensor other) {
    return binary(BinaryOp.MINIMUM, other);
  }

  /** Returns the minimum with a number. */
  public Tensor min(double number) {
    return min(scalar(number));
  }

  // Elementwise functions.

  public Tensor abs() {
    return unary(UnaryOp.ABS);
  }

  public Tensor exp() {
    return unary(UnaryOp.EXPONENTIAL);
  }

  /** Returns the natural logarithm. */
  public Tensor log() {
    return unary(UnaryOp.LOG);
  }

  public Tensor sqrt() {
    return unary(UnaryOp.SQRT);
  }

  /** Returns one over the square root. */
  public Tensor rsqrt() {
    return unary(UnaryOp.RSQRT);
  }

  public Tensor tanh() {
    return unary(UnaryOp.TANH);
  }

  /** Returns 1 / (1 + exp(-x)). */
  public Tensor sigmoid() {
    return unary(UnaryOp.LOGISTIC);
  }

  public Tensor sin() {
    return unary(UnaryOp.SINE);
  }

  public Tensor cos() {
    return unary(UnaryOp.COSINE);
  }

  /**
   * Returns the larger of each element and 0. Its gradient at 0 is a half, as that of {@code
   * jnp.maximum(x, 0)}; that of {@code jax.nn.relu} and of PyTorch is 0.
   */
  public Tensor relu() {
    return max(0);
  }

  /** Returns x * sigmoid(x). */
  public Tensor silu() {
    return times(sigmoid());
  }

  /**
   * Returns the Gaussian error linear unit in its tanh form (Hendrycks and Gimpel, arXiv
   * 1606.08415, section 2).
   */
  public Tensor gelu() {
    Tensor cubed = times(this).times(this);
    Tensor inner = plus(cubed.times(0.044715)).times(Math.sqrt(2 / Math.PI));
    return times(0.5).times(inner.tanh().plus(1));
  }

  /**
   * Returns the elements converted to another type. Whole numbers take the nearest towards zero,
   * and what is out of their range its nearest end.
   */
  public Tensor cast(ElementType element) {
    return with(ConvertOp.build(block, value, element));
  }

  /** Returns the same elements, which count as constants where gradients are taken. */
  public Tensor stopGradient() {
    return with(StopGradientOp.build(block, value));
  }

  // Comparison and choice.

  /** Returns a boolean tensor: where this is less than {@code other}. */
  public Tensor lessThan(Tensor other) {
    return compare(CompareOp.Direction.LT, other);
  }

  /** Returns a boolean tensor: where this is greater than {@code other}. */
  public Tensor greaterThan(Tensor other) {
    return compare(CompareOp.Direction.GT, other);
  }

  /** Returns a boolean tensor: where this is at least {@code other}. */
  public Tensor atLeast(Tensor other) {
    return compare(CompareOp.Direction.GE, other);
  }

  /** Returns a boolean tensor: where this equals {@code other}. */
  public Tensor equalTo(Tensor other) {
    return compare(CompareOp.Direction.EQ, other);
  }

  /**
   * Returns, where this boolean tensor is true, the elements of {@code onTrue}, else those of
   * {@code onFalse}.
   */
  public Tensor select(Tensor onTrue, Tensor onFalse) {
    TensorType shape = common(common(type(), onTrue.type(), "select"), onFalse.type(), "select");
    BlockBuilder at = innermost("select", innermost("select", block, onTrue.block), onFalse.block);
    return recorded(
        at,
        SelectOp.build(
            at,
            broadcastTo(shape.dims()).value,
            onTrue.broadcastTo(shape.dims()).value,
            onFalse.broadcastTo(shape.dims()).value));
  }

  // Contraction.

  /**
   * Returns the matrix product over the last dimension of this and the last but one of {@code
   * other} (its only one, if it is a vector). Dimensions before are batch dimensions: they must be
   * equal, or {@code other} must be a matrix, which then multiplies every row.
   */
  public Tensor matmul(Tensor other) {
    return Contraction.matmul(this, other);
  }

  /**
   * Returns the general contraction. The result's dimensions are the batch dimensions, then what is
   * left of this, then what is left of {@code other}.
   *
   * @param leftBatch batch dimensions of this, paired with those of {@code other}
   * @param leftContracted contracted dimensions of this, paired with those of {@code other}
   */
  public Tensor contract(
      Tensor other,
      int[] leftBatch,
      int[] rightBatch,
      int[] leftContracted,
      int[] rightContracted) {
    return Contraction.general(this, other, leftBatch, rightBatch, leftContracted, rightContracted);
  }

  // Reductions.

  /**
   * Returns the sum over dimensions, which are gone from the result; over all when none is named.
   *
   * <p>The sum is of the element type. Elements of bf16 and f16 are added up in f32, here and by
   * XLA, and the sum is rounded once; means, norms and logSoftmax are computed in f32 as a whole.
   */
  public Tensor sum(int... dims) {
    return reduce(Monoid.ADD, dims);
  }

  /**
   * Returns the maximum over dimensions, which are gone from the result; over all when none is
   * named.
   */
  public Tensor reduceMax(int... dims) {
    return reduce(Monoid.MAXIMUM, dims);
  }

  /**
   * Returns the mean over dimensions, which are gone from the result; over all when none is named.
   * That of whole numbers is rounded towards zero.
   */
  public Tensor mean(int... dims) {
    long count = 1;
    for (int dim : dims.length == 0 ? IntStream.range(0, rank()).toArray() : axes(dims)) {
      count *= type().dim(dim);
    }
    double number = count;
    return Norms.wide(this, x -> x.sum(dims).div(number));
  }

  /**
   * Returns exp(x) over its sum along a dimension, computed from x less its maximum, in the element
   * type; only the sum is added up in f32 where that is narrower.
   */
  public Tensor softmax(int dim) {
    return Norms.softmax(this, dim);
  }

  /** Returns the logarithm of {@link #softmax}. */
  public Tensor logSoftmax(int dim) {
    return Norms.logSoftmax(this, dim);
  }

  /**
   * Returns this with mean 0 and variance 1 along the last dimension, times {@code scale} plus
   * {@code shift} (Ba et al., arXiv 1607.06450). 1e-5 is added to the variance.
   *
   * @param scale of the size of the last dimension
   * @param shift of the size of the last dimension
   */
  public Tensor layerNorm(Tensor scale, Tensor shift) {
    return Norms.standardized(this).times(scale).plus(shift);
  }

  /**
   * Returns this over its root mean square along the last dimension, times {@code scale} (Zhang and
   * Sennrich, arXiv 1910.07467). 1e-6 is added to the mean of the squares.
   *
   * @param scale of the size of the last dimension
   */
  public Tensor rmsNorm(Tensor scale) {
    return Norms.overRootMeanSquare(this).times(scale);
  }

  // Shapes.

  /** Returns the same elements in row-major order under other sizes. */
  public Tensor reshape(long... sizes) {
    return Reshaping.reshape(this, sizes);
  }

  /** Returns the tensor whose dimension d is dimension {@code permutation[d]} of this. */
  public Tensor transpose(int... permutation) {
    return Reshaping.transpose(this, axes(permutation));
  }

  /** Returns this repeated to other sizes, aligned at the last dimensions. */
  public Tensor broadcastTo(long... sizes) {
    return Reshaping.broadcastTo(this, sizes);
  }

  /**
   * Returns this with a dimension of size 1 put in, such that {@code dim} is its place in a result
   * of rank {@code newRank}.
   */
  Tensor expand(int dim, int newRank) {
    int at = dim < 0 ? dim + newRank : dim;
    long[] sizes = new long[newRank];
    for (int d = 0; d < newRank; d++) {
      sizes[d] = d == at ? 1 : type().dim(d < at ? d : d - 1);
    }
    return reshape(sizes);
  }

  /** Returns the elements from {@code start} to before {@code limit} along a dimension. */
  public Tensor slice(int dim, long start, long limit) {
    return Reshaping.slice(this, axis(dim), start, limit);
  }

  /** Returns this in as many parts of one size along a dimension, in order. */
  public List<Tensor> split(int dim, int parts) {
    return Reshaping.split(this, axis(dim), parts);
  }

  /** Returns what stands at each place of a dimension, which is gone from the results. */
  public List<Tensor> unstack(int dim) {
    return Reshaping.unstack(this, axis(dim));
  }

  /** Returns this and {@code other} one behind the other along a dimension. */
  public Tensor concat(Tensor other, int dim) {
    return Reshaping.concat(this, other, axis(dim));
  }

  /**
   * Returns rows of this, which is [rows, ...], at places given by an integer tensor of any shape:
   * [places..., ...]. A place below 0 is that of the first row, one behind the end that of the
   * last.
   */
  public Tensor gather(Tensor places) {
    if (!places.type().element().isInteger() || rank() == 0) {
      throw fail(
          "gather",
          "from a " + type() + " at a " + places.type(),
          "Gather rows of a tensor at integers");
    }
    BlockBuilder at = innermost("gather", block, places.block);
    return recorded(at, GatherOp.rows(at, value, places.value));
  }

  /**
   * Returns {@code size} elements from a computed place on along a dimension. A place from which
   * they would not all lie within the dimension is moved to the nearest from which they do.
   *
   * @param start a scalar of whole numbers
   */
  public Tensor dynamicSlice(int dim, Tensor start, long size) {
    return Indexing.dynamicSlice(this, axis(dim), start, size);
  }

  /**
   * Returns this with {@code update} written at a computed place along a dimension; other sizes are
   * equal. The place is moved as that of {@link #dynamicSlice} is.
   *
   * @param start a scalar of whole numbers
   */
  public Tensor dynamicUpdateSlice(Tensor update, int dim, Tensor start) {
    return Indexing.dynamicUpdateSlice(this, update, axis(dim), start);
  }

  /** Returns this with zeros before and behind it along a dimension. */
  public Tensor pad(int dim, long low, long high) {
    return Indexing.pad(this, axis(dim), low, high);
  }

  /**
   * Returns, of this, whole numbers of any shape: [..., classes] that has 1 where the class is the
   * number and else 0; zeros only for a number that is no class.
   */
  public Tensor oneHot(long classes, ElementType element) {
    return Indexing.oneHot(this, classes, element);
  }

  /**
   * Returns the first place of the largest element along a dimension, as i32; it is gone. NaN
   * counts as larger than all numbers.
   */
  public Tensor argmax(int dim) {
    return Indexing.argmax(this, axis(dim));
  }

  /** Returns for every place along a dimension the sum of the elements up to it. */
  public Tensor cumsum(int dim) {
    return Indexing.cumsum(this, axis(dim));
  }

  /**
   * Returns the sums of the rows of this, [rows, ...], by segment: [count, ...]. Rows whose segment
   * is not from 0 to {@code count} - 1 are left out. XLA rounds after every row, so that a sum of
   * ones in bf16 may end at 256: cast to f32 before.
   *
   * @param segments [rows], whole numbers: the segment of every row
   */
  public Tensor segmentSum(Tensor segments, long count) {
    return Indexing.segmentSum(this, segments, count);
  }

  /**
   * Returns the convolution of this, [batch, height, width, channels], with a kernel, [height,
   * width, channels, features], at every {@code stride}-th place; the edges are padded with zeros
   * such that size n becomes n / stride, rounded up.
   */
  public Tensor convolve(Tensor kernel, long stride) {
    same(kernel, "convolve");
    return Indexing.convolve(this, kernel, stride);
  }

  // Constants of the same trace.

  /**
   * Returns a scalar of this tensor's element type, rounded to it. Of whole numbers it must be one.
   */
  public Tensor scalar(double number) {
    return scalar(number, type().element());
  }

  /** Returns a scalar of an element type, rounded to it. Of whole numbers it must be one. */
  public Tensor scalar(double number, ElementType element) {
    HostArray scalar = HostArray.scalar(element, number);
    if (element.isInteger() && scalar.get(0) != number) {
      throw fail(
          "scalar",
          number + " is no number of " + element,
          "Give a whole number in its range, or cast to a floating-point type first");
    }
    return with(ConstantOp.build(block, scalar.toDense()));
  }

  /** Returns a tensor that counts 0, 1, 2, ... along a dimension. */
  public Tensor iota(int dim, ElementType element, long... sizes) {
    TensorType type = TensorType.of(element, sizes);
    return with(IotaOp.build(block, Checks.axis(dim, type), type));
  }

  /** Returns a tensor that holds the elements of an array. */
  public Tensor constant(HostArray array) {
    return with(ConstantOp.build(block, array.toDense()));
  }

  // Names.

  /**
   * Returns this tensor under a name by which tactics may speak of it. It goes through an operation
   * of its own, so that what is said of the name holds for the uses of what this returns.
   */
  public Tensor named(String name) {
    Operation operation =
        block.add(
            OptimizationBarrierOp.INSTANCE,
            List.of(value),
            Attributes.EMPTY,
            List.of(),
            List.of(value.type()),
            List.of(),
            Location.named(name));
    return with(operation.result());
  }

  @Override
  public String toString() {
    return "Tensor(" + type().shapeText() + ")";
  }

  private Tensor unary(UnaryOp op) {
    if (!op.takes(type().element())) {
      throw fail(op.opName(), "it is applied to a " + type(), "Cast to another element type first");
    }
    return with(op.build(block, value));
  }

  private Tensor binary(BinaryOp op, Tensor other) {
    same(other, op.opName());
    TensorType shape = common(type(), other.type(), op.opName());
    BlockBuilder at = innermost(op.opName(), block, other.block);
    return recorded(
        at, op.build(at, broadcastTo(shape.dims()).value, other.broadcastTo(shape.dims()).value));
  }

  Tensor compare(CompareOp.Direction direction, Tensor other) {
    same(other, "compare");
    TensorType shape = common(type(), other.type(), "compare");
    BlockBuilder at = innermost("compare", block, other.block);
    return recorded(
        at,
        CompareOp.build(
            at, direction, broadcastTo(shape.dims()).value, other.broadcastTo(shape.dims()).value));
  }

  private Tensor reduce(Monoid monoid, int... dims) {
    int[] reduced = dims.length == 0 ? IntStream.range(0, rank()).toArray() : axes(dims);
    return with(
        ReduceOp.build(block, value, monoid, Arrays.stream(reduced).asLongStream().toArray()));
  }

  void same(Tensor other, String what) {
    innermost(what, block, other.block);
    if (other.type().element() != type().element()) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.TYPE_MISMATCH,
              what,
              "it combines a " + type() + " and a " + other.type(),
              "Cast one of them"));
    }
  }

  int axis(int dim) {
    return Checks.axis(dim, type());
  }

  int[] axes(int... dims) {
    return Arrays.stream(dims).map(this::axis).toArray();
  }
}
