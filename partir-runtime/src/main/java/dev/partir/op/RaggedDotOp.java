package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * {@code chlo.ragged_dot}: products of groups. A dimension of the left operand, the ragged one, is
 * cut into groups of given sizes; what lies behind the last group counts for nothing. Where it is a
 * free dimension, every group is multiplied with a matrix of its own; where it is contracted, every
 * group gives a result of its own; where it is a batch dimension, the groups change nothing.
 */
public enum RaggedDotOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "chlo.ragged_dot";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    TensorType sizes = operation.operand(2).tensor();
    RaggedDotNumbers numbers = RaggedDotNumbers.of(operation);
    int[] leftUsed = concat(numbers.leftBatch, numbers.leftContracting);
    int[] rightUsed = concat(concat(numbers.rightBatch, numbers.rightContracting), numbers.group);
    if (!ShapeOps.dimensions(check, "the left operand", leftUsed, left.rank())
        || !ShapeOps.dimensions(check, "the right operand", rightUsed, right.rank())
        || !pairs(check, "batching", left, numbers.leftBatch, right, numbers.rightBatch)
        || !pairs(
            check, "contracting", left, numbers.leftContracting, right, numbers.rightContracting)
        || !check.require(
            numbers.ragged.length == 1 && numbers.ragged[0] >= 0 && numbers.ragged[0] < left.rank(),
            () -> "lhs_ragged_dimensions is " + Arrays.toString(numbers.ragged),
            "Name one dimension of the left operand")) {
      return;
    }
    boolean grouped = !numbers.isContracted() && !numbers.isBatch();
    if (!check.require(
        numbers.group.length == (grouped ? 1 : 0),
        () -> "rhs_group_dimensions is " + Arrays.toString(numbers.group),
        grouped
            ? "Name one dimension of the right operand, for the ragged dimension is a free one"
            : "Name none, for the ragged dimension is a batching or contracting one")) {
      return;
    }
    if (!check.require(
        sizes.element().isInteger()
            && (sizes.rank() == 1
                || (sizes.rank() == numbers.leftBatch.length + 1 && !numbers.isBatch())),
        () -> "its group sizes are a " + sizes,
        "They are a vector of integers, or one per batch")) {
      return;
    }
    for (int d = 0; d < sizes.rank() - 1; d++) {
      check.require(
          TensorType.compatible(sizes.dim(d), left.dim(numbers.leftBatch[d])),
          () -> "its group sizes are a " + sizes + " for a " + left,
          "They must have its batching dimensions, or none");
    }
    long groups = sizes.dim(sizes.rank() - 1);
    check.require(
        !grouped || TensorType.compatible(groups, right.dim(numbers.group[0])),
        () -> "it has " + groups + " groups for a " + right,
        "The group dimension of the right operand must have their number");
    check.result(0, operation.result().tensor().withDims(numbers.result(left, right, groups)));
  }

  private static boolean pairs(
      OpChecker check, String what, TensorType left, int[] l, TensorType right, int[] r) {
    boolean fits = l.length == r.length;
    for (int i = 0; fits && i < l.length; i++) {
      fits = TensorType.compatible(left.dim(l[i]), right.dim(r[i]));
    }
    return check.require(
        fits,
        () ->
            "its " + what + " dimensions are " + Arrays.toString(l) + " and " + Arrays.toString(r),
        "They must be pairs of equal sizes");
  }

  private static int[] concat(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    boolean sizesPerBatch = operation.operand(2).tensor().rank() > 1;
    RaggedDotNumbers numbers = RaggedDotNumbers.of(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    int result = numbers.isContracted() ? 1 : 0;
    for (int b = 0; b < numbers.leftBatch.length; b++) {
      int factor = rule.factor(left.dim(numbers.leftBatch[b]), FactorRule.Kind.PARALLEL);
      rule.operand(0, numbers.leftBatch[b], factor)
          .operand(1, numbers.rightBatch[b], factor)
          .result(0, result++, factor);
      if (sizesPerBatch) {
        rule.operand(2, b, factor);
      }
    }
    for (int d : numbers.leftFree(left.rank())) {
      // Which group a place of the ragged dimension is in follows from all before it.
      boolean ragged = d == numbers.ragged[0];
      int factor =
          rule.factor(left.dim(d), ragged ? FactorRule.Kind.WHOLE : FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).result(0, result++, factor);
    }
    for (int d : numbers.rightFree(right.rank())) {
      int factor = rule.factor(right.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(1, d, factor).result(0, result++, factor);
    }
    for (int c = 0; c < numbers.leftContracting.length; c++) {
      int d = numbers.leftContracting[c];
      int factor =
          d == numbers.ragged[0]
              ? rule.factor(left.dim(d), FactorRule.Kind.WHOLE)
              : rule.reduction(left.dim(d), Monoid.ADD);
      rule.operand(0, d, factor).operand(1, numbers.rightContracting[c], factor);
    }
    return rule.build();
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    long contracted = 1;
    for (int d : RaggedDotNumbers.of(operation).leftContracting) {
      contracted *= operands[0].dim(d);
    }
    return Cost.of(2 * results[0].elementCount() * contracted, operands, results);
  }

  @Override
  public void pullback(Pullback at) {
    RaggedDotDerivative.pullback(at);
  }

  /** Sums products group by group, each step rounded in the element type of the result. */
  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    RaggedDotNumbers numbers = RaggedDotNumbers.of(operation);
    HostArray left = operands.get(0);
    HostArray right = operands.get(1);
    HostArray sizes = operands.get(2);
    int groups = (int) sizes.type().dim(sizes.type().rank() - 1);
    TensorType rounded =
        operation.result().tensor().withDims(numbers.result(left.type(), right.type(), groups));
    TensorType type = rounded.withElement(rounded.element().atLeastF32());
    if (type.element().isComplex()) {
      throw ShapeOps.error(operation, "it is to sum complex numbers", "It sums real numbers");
    }
    HostArray result = HostArray.zeros(type);
    Walk walk = new Walk(numbers, left.type(), right.type(), type);
    for (int i = 0; i < result.length(); i++) {
      walk.start(i);
      for (int k = 0; k < walk.contracted; k++) {
        walk.step(k);
        int group = group(sizes, walk.batch, walk.ragged);
        boolean counts =
            numbers.isContracted() ? group == walk.group : numbers.isBatch() || group >= 0;
        if (counts) {
          int r = walk.right + (numbers.group.length > 0 ? group * walk.groupStride : 0);
          if (type.element().isFloat()) {
            result.set(i, result.get(i) + rounded(type, left.get(walk.left) * right.get(r)));
          } else {
            result.setLong(i, result.getLong(i) + left.getLong(walk.left) * right.getLong(r));
          }
        }
      }
    }
    return List.of(ConvertOp.convert(result, rounded));
  }

  private static double rounded(TensorType type, double value) {
    return HostArray.scalar(type.element(), value).get(0);
  }

  /** Returns the group that an index of the ragged dimension is in; -1 behind all groups. */
  private static int group(HostArray sizes, int batch, int index) {
    int groups = (int) sizes.type().dim(sizes.type().rank() - 1);
    int from = sizes.type().rank() > 1 ? batch * groups : 0;
    long end = 0;
    for (int g = 0; g < groups; g++) {
      end += sizes.getLong(from + g);
      if (index < end) {
        return g;
      }
    }
    return -1;
  }

  /** Where the elements lie that make up an element of the result. */
  private static final class Walk {
    private final RaggedDotNumbers numbers;
    private final TensorType leftType;
    private final TensorType resultType;
    private final long[] leftStrides;
    private final long[] rightStrides;
    private final int[] leftFree;
    private final int[] rightFree;
    private final int[] leftIndex;
    private int leftStart;
    private int rightStart;
    final int contracted;
    final int groupStride;
    int left;
    int right;
    int group;
    int batch;
    int ragged;

    Walk(RaggedDotNumbers numbers, TensorType left, TensorType right, TensorType result) {
      this.numbers = numbers;
      leftType = left;
      resultType = result;
      leftStrides = StridedCopy.strides(left.dims());
      rightStrides = StridedCopy.strides(right.dims());
      leftFree = numbers.leftFree(left.rank());
      rightFree = numbers.rightFree(right.rank());
      leftIndex = new int[left.rank()];
      int count = 1;
      for (int d : numbers.leftContracting) {
        count *= (int) left.dim(d);
      }
      contracted = count;
      groupStride = numbers.group.length > 0 ? (int) rightStrides[numbers.group[0]] : 0;
    }

    /** Goes to an element of the result. */
    void start(int element) {
      int[] index = new int[resultType.rank()];
      int rest = element;
      for (int d = index.length - 1; d >= 0; d--) {
        index[d] = (int) (rest % resultType.dim(d));
        rest /= (int) resultType.dim(d);
      }
      int n = 0;
      if (numbers.isContracted()) {
        group = index[n++];
      }
      leftStart = 0;
      rightStart = 0;
      batch = 0;
      for (int b = 0; b < numbers.leftBatch.length; b++, n++) {
        int d = numbers.leftBatch[b];
        batch = batch * (int) leftType.dim(d) + index[n];
        leftIndex[d] = index[n];
        leftStart += index[n] * (int) leftStrides[d];
        rightStart += index[n] * (int) rightStrides[numbers.rightBatch[b]];
      }
      for (int d : leftFree) {
        leftIndex[d] = index[n];
        leftStart += index[n++] * (int) leftStrides[d];
      }
      for (int d : rightFree) {
        rightStart += index[n++] * (int) rightStrides[d];
      }
    }

    /** Goes to a place of the contracted dimensions, counted in row-major order. */
    void step(int place) {
      left = leftStart;
      right = rightStart;
      int rest = place;
      for (int c = numbers.leftContracting.length - 1; c >= 0; c--) {
        int d = numbers.leftContracting[c];
        int at = (int) (rest % leftType.dim(d));
        rest /= (int) leftType.dim(d);
        leftIndex[d] = at;
        left += at * (int) leftStrides[d];
        right += at * (int) rightStrides[numbers.rightContracting[c]];
      }
      ragged = leftIndex[numbers.ragged[0]];
    }
  }
}
