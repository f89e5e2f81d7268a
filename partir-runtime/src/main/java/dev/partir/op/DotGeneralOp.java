package dev.partir.op;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.array.MatrixProduct;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.List;

/**
 * {@code stablehlo.dot_general}: contraction of two arrays. The result's dimensions are the batch
 * dimensions, then what is left of the left operand, then what is left of the right one. Contracted
 * dimensions are reduction factors.
 */
public enum DotGeneralOp implements Op {
  INSTANCE;

  static final String NUMBERS = "dot_dimension_numbers";
  static final String PRECISION = "precision_config";
  private static final String LEFT_BATCH = "lhs_batching_dimensions";
  private static final String RIGHT_BATCH = "rhs_batching_dimensions";
  private static final String LEFT_CONTRACTING = "lhs_contracting_dimensions";
  private static final String RIGHT_CONTRACTING = "rhs_contracting_dimensions";

  /** Which dimensions are batch dimensions and which are contracted, pairwise. */
  public static final class Dimensions {
    private final int[] leftBatch;
    private final int[] rightBatch;
    private final int[] leftContracting;
    private final int[] rightContracting;

    public Dimensions(
        int[] leftBatch, int[] rightBatch, int[] leftContracting, int[] rightContracting) {
      this.leftBatch = leftBatch.clone();
      this.rightBatch = rightBatch.clone();
      this.leftContracting = leftContracting.clone();
      this.rightContracting = rightContracting.clone();
    }

    static Dimensions of(Operation operation) {
      Attributes fields =
          operation.attributes().get(NUMBERS) instanceof Attribute.Struct struct
              ? struct.fields()
              : Attributes.EMPTY;
      return new Dimensions(
          fields.dims(LEFT_BATCH),
          fields.dims(RIGHT_BATCH),
          fields.dims(LEFT_CONTRACTING),
          fields.dims(RIGHT_CONTRACTING));
    }

    Attribute toAttribute() {
      return new Attribute.Struct(
          "stablehlo.dot",
          Attributes.builder()
              .putList(LEFT_BATCH, longs(leftBatch))
              .putList(RIGHT_BATCH, longs(rightBatch))
              .putList(LEFT_CONTRACTING, longs(leftContracting))
              .putList(RIGHT_CONTRACTING, longs(rightContracting))
              .build());
    }

    /**
     * Returns the dimensions of the left operand of rank {@code rank} that are neither batch nor
     * contracted.
     */
    int[] leftFree(int rank) {
      return free(rank, leftBatch, leftContracting);
    }

    /**
     * Returns the dimensions of the right operand of rank {@code rank} that are neither batch nor
     * contracted.
     */
    int[] rightFree(int rank) {
      return free(rank, rightBatch, rightContracting);
    }

    private static int[] free(int rank, int[] batch, int[] contracting) {
      boolean[] used = new boolean[rank];
      for (int d : batch) {
        used[d] = true;
      }
      for (int d : contracting) {
        used[d] = true;
      }
      int[] free = new int[rank - batch.length - contracting.length];
      int n = 0;
      for (int d = 0; d < rank; d++) {
        if (!used[d]) {
          free[n++] = d;
        }
      }
      return free;
    }

    private static long[] longs(int[] dims) {
      long[] longs = new long[dims.length];
      for (int d = 0; d < dims.length; d++) {
        longs[d] = dims[d];
      }
      return longs;
    }

    /** Returns the batch dimensions of both operands. */
    long[][] batch() {
      return new long[][] {longs(leftBatch), longs(rightBatch)};
    }

    /** Returns the contracted dimensions of both operands. */
    long[][] contracting() {
      return new long[][] {longs(leftContracting), longs(rightContracting)};
    }
  }

  @Override
  public String opName() {
    return "stablehlo.dot_general";
  }

  /** Adds a contraction. */
  public static Value build(BlockBuilder block, Value left, Value right, Dimensions dimensions) {
    return block
        .add(
            INSTANCE,
            List.of(left, right),
            Attributes.of(NUMBERS, dimensions.toAttribute()),
            List.of(infer(left.tensor(), right.tensor(), dimensions)))
        .result();
  }

  static TensorType infer(TensorType left, TensorType right, Dimensions dimensions) {
    int[] leftFree = dimensions.leftFree(left.rank());
    int[] rightFree = dimensions.rightFree(right.rank());
    long[] dims = new long[dimensions.leftBatch.length + leftFree.length + rightFree.length];
    int rank = 0;
    for (int d : dimensions.leftBatch) {
      dims[rank++] = left.dim(d);
    }
    for (int d : leftFree) {
      dims[rank++] = left.dim(d);
    }
    for (int d : rightFree) {
      dims[rank++] = right.dim(d);
    }
    return left.withDims(dims);
  }

  @Override
  public boolean dequantizes() {
    return true;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0)
        || !check.tensors()
        || IntegerAttributes.struct(
                check.constraint("I3-I6"), operation.attributes(), NUMBERS, "stablehlo.dot", "")
            == null) {
      return;
    }
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    Dimensions dimensions = Dimensions.of(operation);
    if (!named(check, "C3, C5", LEFT_BATCH, dimensions.leftBatch, left)
        || !named(check, "C3, C6", LEFT_CONTRACTING, dimensions.leftContracting, left)
        || !named(check, "C4, C7", RIGHT_BATCH, dimensions.rightBatch, right)
        || !named(check, "C4, C8", RIGHT_CONTRACTING, dimensions.rightContracting, right)
        || !ShapeOps.apart(
            check.constraint("C3"),
            LEFT_BATCH,
            dimensions.leftBatch,
            LEFT_CONTRACTING,
            dimensions.leftContracting)
        || !ShapeOps.apart(
            check.constraint("C4"),
            RIGHT_BATCH,
            dimensions.rightBatch,
            RIGHT_CONTRACTING,
            dimensions.rightContracting)
        || !ShapeOps.paired(
            check,
            "C1",
            "C9",
            new ShapeOps.Dims(LEFT_BATCH, dimensions.leftBatch, left),
            new ShapeOps.Dims(RIGHT_BATCH, dimensions.rightBatch, right))
        || !ShapeOps.paired(
            check,
            "C2",
            "C10",
            new ShapeOps.Dims(LEFT_CONTRACTING, dimensions.leftContracting, left),
            new ShapeOps.Dims(RIGHT_CONTRACTING, dimensions.rightContracting, right))
        || !precision(check, "C11", operation.attributes())
        || !DotAlgorithm.verify(check, operation.attributes())) {
      return;
    }
    TensorType declared = operation.result().tensor();
    ElementType element = declared.element();
    check
        .constraint("C13")
        .require(
            left.element() == right.element()
                || (ReductionBody.isPromotable(left.element(), element)
                    && ReductionBody.isPromotable(right.element(), element)),
            () -> "it makes a " + declared + " of a " + left + " and a " + right,
            "Both operands must have one element type, or types that the result's includes");
    check.constraint("C12");
    check.result(0, infer(left, right, dimensions).withElement(element));
  }

  private static boolean named(
      OpChecker check, String constraint, String name, int[] dims, TensorType type) {
    return ShapeOps.dimensions(check.constraint(constraint), name, dims, type.rank());
  }

  private static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    Dimensions dimensions = Dimensions.of(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    int result = 0;
    for (int i = 0; i < dimensions.leftBatch.length; i++) {
      int factor = rule.factor(left.dim(dimensions.leftBatch[i]), FactorRule.Kind.PARALLEL);
      rule.operand(0, dimensions.leftBatch[i], factor)
          .operand(1, dimensions.rightBatch[i], factor)
          .result(0, result++, factor);
    }
    for (int d : dimensions.leftFree(left.rank())) {
      int factor = rule.factor(left.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).result(0, result++, factor);
    }
    for (int d : dimensions.rightFree(right.rank())) {
      int factor = rule.factor(right.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(1, d, factor).result(0, result++, factor);
    }
    for (int i = 0; i < dimensions.leftContracting.length; i++) {
      int factor = rule.reduction(left.dim(dimensions.leftContracting[i]), Monoid.ADD);
      rule.operand(0, dimensions.leftContracting[i], factor)
          .operand(1, dimensions.rightContracting[i], factor);
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    DotGeneralDerivative.pullback(at, Dimensions.of(at.operation()));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType result = operation.result().tensor();
    HostArray left = operands.get(0);
    HostArray right = operands.get(1);
    Dimensions dimensions = Dimensions.of(operation);
    DotAlgorithm.Contraction contraction =
        (l, r, element) ->
            contract(dimensions, l, r, result.withElement(element), evaluation.arithmetic());
    HostArray product =
        evaluation.arithmetic() == Arithmetic.EXACT
            ? DotAlgorithm.compute(operation.attributes(), left, right, contraction)
            : null;
    if (product == null) {
      ElementType sums = ReductionBody.accumulator(left.type().element(), result.element());
      product = contraction.of(left, right, sums);
    }
    return List.of(ConvertOp.convert(product, result));
  }

  private static HostArray contract(
      Dimensions dimensions,
      HostArray left,
      HostArray right,
      TensorType result,
      Arithmetic arithmetic) {
    TensorType l = left.type();
    TensorType r = right.type();
    int[] leftFree = dimensions.leftFree(l.rank());
    int[] rightFree = dimensions.rightFree(r.rank());
    int batch = size(l, dimensions.leftBatch);
    int m = size(l, leftFree);
    int n = size(r, rightFree);
    int k = size(l, dimensions.leftContracting);
    HostArray a =
        arrange(
            ConvertOp.convert(left, l.withElement(result.element())),
            dimensions.leftBatch,
            leftFree,
            dimensions.leftContracting);
    HostArray b =
        arrange(
            ConvertOp.convert(right, r.withElement(result.element())),
            dimensions.rightBatch,
            dimensions.rightContracting,
            rightFree);
    return MatrixProduct.multiply(a, b, batch, m, n, k, result, arithmetic);
  }

  private static int size(TensorType type, int... dims) {
    int size = 1;
    for (int d : dims) {
      size *= (int) type.dim(d);
    }
    return size;
  }

  /** Returns the array with its dimensions in the given order; the array itself where they are. */
  private static HostArray arrange(HostArray array, int[]... order) {
    int[] permutation = concat(order);
    long[] strides = StridedCopy.strides(array.type().dims());
    long[] permuted = new long[permutation.length];
    long[] dims = new long[permutation.length];
    boolean same = true;
    for (int d = 0; d < permutation.length; d++) {
      permuted[d] = strides[permutation[d]];
      dims[d] = array.type().dim(permutation[d]);
      same &= permutation[d] == d;
    }
    return same ? array : StridedCopy.read(array, 0, permuted, array.type().withDims(dims));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    Dimensions dimensions = Dimensions.of(operation);
    long contracted = 1;
    for (int d : dimensions.leftContracting) {
      contracted *= operands[0].dim(d);
    }
    return Cost.of(Cost.multiplyAdds(contracted, results[0].elementCount()), operands, results);
  }

  /** Requires two precisions that are known, or none. */
  static boolean precision(OpChecker check, String constraint, Attributes attributes) {
    Attribute value = attributes.get(PRECISION);
    check.constraint(constraint);
    if (value == null) {
      return true;
    }
    if (!check.require(
        value instanceof Attribute.Array list
            && (list.elements().isEmpty() || list.elements().size() == 2),
        () -> "its " + PRECISION + " is not a list of two",
        "Give one precision per operand, or none")) {
      return false;
    }
    for (Attribute precision : ((Attribute.Array) value).elements()) {
      if (!check.require(
          precision instanceof Attribute.Enumerated known
              && known.mnemonic().equals("precision")
              && List.of("DEFAULT", "HIGH", "HIGHEST").contains(known.value()),
          () -> "its " + PRECISION + " has something that is no precision",
          "Known are DEFAULT, HIGH and HIGHEST")) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    return DotGeneralText.print(operation, Dimensions.of(operation), printer);
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return DotGeneralText.parse(parser);
  }
}
