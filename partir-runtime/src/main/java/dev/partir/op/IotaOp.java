package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.iota}: counts along a dimension. A device that holds a block of it counts from
 * where its block starts.
 */
public enum IotaOp implements Op {
  INSTANCE;

  private static final String DIMENSION = "iota_dimension";

  @Override
  public String opName() {
    return "stablehlo.iota";
  }

  /** Adds an iota along {@code dimension} of {@code type}. */
  public static Value build(BlockBuilder block, int dimension, TensorType type) {
    return block
        .add(
            INSTANCE,
            List.of(),
            Attributes.builder().put(DIMENSION, dimension).build(),
            List.of(type))
        .result();
  }

  private static int dimension(Operation operation) {
    return IntegerAttributes.dim(operation.attributes(), DIMENSION);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(0, 1, 0)
        || !check.tensors()
        || !IntegerAttributes.requiredScalar(
            check.constraint("I1"), operation.attributes(), DIMENSION)) {
      return;
    }
    TensorType type = operation.result().tensor();
    int dimension = dimension(operation);
    check
        .constraint("C1")
        .require(
            dimension >= 0 && dimension < type.rank(),
            () -> "iota_dimension is " + dimension + " for a result of rank " + type.rank(),
            "It must be from 0 to " + (type.rank() - 1));
    check
        .constraint("")
        .require(
            type.element() != ElementType.I1,
            () -> "its result is a " + type,
            "It counts in integers, floating-point or complex numbers");
  }

  @Override
  public Fusion fusion() {
    return Fusion.REPLICABLE;
  }

  @Override
  public FactorRule rule(Operation operation) {
    return FactorRule.pointwise(operation);
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(0, operands, results);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operation.result().tensor();
    int dimension = dimension(operation);
    HostArray line = HostArray.zeros(TensorType.of(type.element(), type.dim(dimension)));
    for (int i = 0; i < type.dim(dimension); i++) {
      line.set(type.element().isComplex() ? 2 * i : i, i);
    }
    long[] strides = new long[type.rank()];
    strides[dimension] = 1;
    return List.of(StridedCopy.read(line, 0, strides, type));
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    int dimension = dimension(operation);
    Value local = build(context.block(), dimension, results.get(0));
    Value start = context.blockStart(dimension);
    if (start == null) {
      return List.of(local);
    }
    TensorType type = results.get(0);
    Value offset = ConvertOp.build(context.block(), start, type.element());
    Value offsets = BroadcastInDimOp.build(context.block(), offset, type);
    return List.of(BinaryOp.ADD.build(context.block(), local, offsets));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.iota dim = " + dimension(operation))
        .attributes(operation.attributes(), List.of(DIMENSION))
        .print(" : ")
        .type(operation.result().type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    parser.expect("dim");
    parser.expect("=");
    long dimension = parser.integer();
    Attributes attributes =
        Attributes.builder().put(DIMENSION, dimension).putAll(parser.optionalAttributes()).build();
    parser.expect(":");
    return new AsmParser.Parsed(List.of(), attributes, List.of(), List.of(parser.type()));
  }
}
