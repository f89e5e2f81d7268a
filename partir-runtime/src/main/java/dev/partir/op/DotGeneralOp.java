package dev.partir.op;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code stablehlo.dot_general}: contraction of two arrays. The result's dimensions are the batch
 * dimensions, then what is left of the left operand, then what is left of the right one. Contracted
 * dimensions are reduction factors.
 */
public enum DotGeneralOp implements Op {
  INSTANCE;

  private static final String NUMBERS = "dot_dimension_numbers";
  private static final String PRECISION = "precision_config";

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
          fields.dims("lhs_batching_dimensions"),
          fields.dims("rhs_batching_dimensions"),
          fields.dims("lhs_contracting_dimensions"),
          fields.dims("rhs_contracting_dimensions"));
    }

    Attribute toAttribute() {
      return new Attribute.Struct(
          "stablehlo.dot",
          Attributes.builder()
              .putList("lhs_batching_dimensions", longs(leftBatch))
              .putList("rhs_batching_dimensions", longs(rightBatch))
              .putList("lhs_contracting_dimensions", longs(leftContracting))
              .putList("rhs_contracting_dimensions", longs(rightContracting))
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
      return Arrays.stream(dims).asLongStream().toArray();
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

  private static TensorType infer(TensorType left, TensorType right, Dimensions dimensions) {
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
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    Dimensions dimensions = Dimensions.of(operation);
    if (!pairs(check, "batching", left, dimensions.leftBatch, right, dimensions.rightBatch)
        || !pairs(
            check,
            "contracting",
            left,
            dimensions.leftContracting,
            right,
            dimensions.rightContracting)
        || !ShapeOps.dimensions(
            check,
            "the left operand",
            concat(dimensions.leftBatch, dimensions.leftContracting),
            left.rank())
        || !ShapeOps.dimensions(
            check,
            "the right operand",
            concat(dimensions.rightBatch, dimensions.rightContracting),
            right.rank())) {
      return;
    }
    TensorType inferred = infer(left, right, dimensions);
    TensorType declared = operation.result().tensor();
    // The result may have a wider element type than the operands.
    check.result(0, inferred.withElement(declared.element()));
  }

  private static boolean pairs(
      OpChecker check, String what, TensorType left, int[] l, TensorType right, int[] r) {
    if (!check.require(
        l.length == r.length,
        () -> "it has " + l.length + " and " + r.length + " " + what + " dimensions",
        "Name them in pairs")) {
      return false;
    }
    for (int i = 0; i < l.length; i++) {
      if (l[i] < 0 || l[i] >= left.rank() || r[i] < 0 || r[i] >= right.rank()) {
        return check.require(
            false,
            what
                + " dimensions "
                + l[i]
                + " and "
                + r[i]
                + " of operands of rank "
                + left.rank()
                + " and "
                + right.rank(),
            "Dimensions count from 0 to the rank less 1");
      }
      int at = i;
      if (!check.require(
          left.dim(l[i]) == right.dim(r[i]),
          () ->
              what
                  + " dimensions "
                  + l[at]
                  + " of "
                  + left
                  + " and "
                  + r[at]
                  + " of "
                  + right
                  + " have sizes "
                  + left.dim(l[at])
                  + " and "
                  + right.dim(r[at]),
          "Paired dimensions must have one size")) {
        return false;
      }
    }
    return true;
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
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType result = operation.result().tensor();
    ElementType element = result.element();
    HostArray left = operands.get(0);
    HostArray right = operands.get(1);
    TensorType l = left.type();
    TensorType r = right.type();
    Dimensions dimensions = Dimensions.of(operation);
    int[] leftFree = dimensions.leftFree(l.rank());
    int[] rightFree = dimensions.rightFree(r.rank());
    int batch = size(l, dimensions.leftBatch);
    int m = size(l, leftFree);
    int n = size(r, rightFree);
    int k = size(l, dimensions.leftContracting);
    HostArray a =
        arrange(
            ConvertOp.convert(left, l.withElement(element)),
            dimensions.leftBatch,
            leftFree,
            dimensions.leftContracting);
    HostArray b =
        arrange(
            ConvertOp.convert(right, r.withElement(element)),
            dimensions.rightBatch,
            dimensions.rightContracting,
            rightFree);
    return List.of(MatrixProduct.multiply(a, b, batch, m, n, k, result));
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
    return Cost.of(2 * contracted * results[0].elementCount(), operands, results);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    Dimensions dimensions = Dimensions.of(operation);
    printer.print("stablehlo.dot_general ").operands(operation.operands());
    if (dimensions.leftBatch.length > 0) {
      printer
          .print(", batching_dims = ")
          .list(Dimensions.longs(dimensions.leftBatch))
          .print(" x ")
          .list(Dimensions.longs(dimensions.rightBatch));
    }
    printer
        .print(", contracting_dims = ")
        .list(Dimensions.longs(dimensions.leftContracting))
        .print(" x ")
        .list(Dimensions.longs(dimensions.rightContracting));
    List<String> printed = new ArrayList<>(List.of(NUMBERS));
    List<String> precisions = precisions(operation);
    if (!precisions.isEmpty()) {
      printer.print(", precision = [" + String.join(", ", precisions) + "]");
      printed.add(PRECISION);
    }
    printer
        .attributes(operation.attributes(), printed)
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
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

  /** Returns the words of the precisions; none where they are something else. */
  private static List<String> precisions(Operation operation) {
    List<String> words = new ArrayList<>();
    if (operation.attributes().get(PRECISION) instanceof Attribute.Array precisions) {
      for (Attribute precision : precisions.elements()) {
        if (!(precision instanceof Attribute.Enumerated value)) {
          return List.of();
        }
        words.add(value.value());
      }
    }
    return words;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Value left = parser.operand();
    parser.expect(",");
    Value right = parser.operand();
    var attributes = Attributes.builder();
    int[][] batch = {{}, {}};
    int[][] contracting = {{}, {}};
    while (parser.accept(",")) {
      var location = parser.location();
      String word = parser.word();
      parser.expect("=");
      switch (word) {
        case "batching_dims" -> batch = pair(parser);
        case "contracting_dims" -> contracting = pair(parser);
        case "precision" -> {
          List<Attribute> precisions = new ArrayList<>();
          parser.expect("[");
          do {
            precisions.add(new Attribute.Enumerated("stablehlo", "precision", parser.word()));
          } while (parser.accept(","));
          parser.expect("]");
          attributes.put(PRECISION, new Attribute.Array(precisions));
        }
        case "algorithm" -> attributes.put("algorithm", parser.attribute());
        default ->
            throw parser.error(
                location,
                "dot_general has no \"" + word + "\"",
                "Known are batching_dims, contracting_dims, precision and algorithm");
      }
    }
    attributes.put(
        NUMBERS, new Dimensions(batch[0], batch[1], contracting[0], contracting[1]).toAttribute());
    return ShapeOps.finish(parser, List.of(left, right), attributes);
  }

  private static int[][] pair(AsmParser parser) {
    long[] left = parser.list();
    parser.expect("x");
    long[] right = parser.list();
    return new int[][] {
      Arrays.stream(left).mapToInt(Math::toIntExact).toArray(),
      Arrays.stream(right).mapToInt(Math::toIntExact).toArray()
    };
  }
}
