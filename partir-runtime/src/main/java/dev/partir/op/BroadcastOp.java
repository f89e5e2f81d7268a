package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.List;

/**
 * {@code stablehlo.broadcast}: an older form of a broadcast, to dimensions before the operand's.
 */
public enum BroadcastOp implements Op {
  INSTANCE;

  private static final String SIZES = "broadcast_sizes";

  @Override
  public String opName() {
    return "stablehlo.broadcast";
  }

  private static TensorType infer(TensorType type, long[] sizes) {
    long[] dims = Arrays.copyOf(sizes, sizes.length + type.rank());
    System.arraycopy(type.dims(), 0, dims, sizes.length, type.rank());
    return type.withDims(dims);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    long[] sizes = operation.attributes().integers(SIZES);
    if (check.require(
        Arrays.stream(sizes).allMatch(size -> size >= 0),
        () -> "broadcast_sizes are " + Arrays.toString(sizes),
        "Sizes are not negative")) {
      check.result(0, infer(operation.operand(0).tensor(), sizes));
    }
  }

  @Override
  public Fusion fusion() {
    return Fusion.REPLICABLE;
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.result().tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    int before = type.rank() - operation.operand(0).tensor().rank();
    for (int d = 0; d < type.rank(); d++) {
      int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
      rule.result(0, d, factor);
      if (d >= before) {
        rule.operand(0, d - before, factor);
      }
    }
    return rule.build();
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    TensorType type = results.get(0);
    int before = type.rank() - operands.get(0).tensor().rank();
    return List.of(
        BroadcastInDimOp.build(
            context.block(), operands.get(0), type, dimensions(before, type.rank())));
  }

  private static long[] dimensions(int from, int to) {
    return java.util.stream.LongStream.range(from, to).toArray();
  }

  @Override
  public void pullback(Pullback at) {
    int added = at.operation().attributes().integers(SIZES).length;
    at.give(
        0, at.terms().sum(at.cotangent(), java.util.stream.LongStream.range(0, added).toArray()));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    long[] sizes = operation.attributes().integers(SIZES);
    TensorType to = infer(operands.get(0).type(), sizes);
    return Decomposition.evaluate(
        operands,
        evaluation,
        (block, values) ->
            List.of(
                BroadcastInDimOp.build(
                    block, values.get(0), to, dimensions(sizes.length, to.rank()))));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer, "sizes", SIZES);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser, "sizes", SIZES);
  }
}
