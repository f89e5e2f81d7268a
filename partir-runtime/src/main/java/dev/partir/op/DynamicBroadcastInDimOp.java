package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/** {@code stablehlo.dynamic_broadcast_in_dim}: a broadcast to sizes that are computed. */
public enum DynamicBroadcastInDimOp implements ComputedSizes {
  INSTANCE;

  private static final String DIMS = "broadcast_dimensions";
  private static final String EXPANDING = "known_expanding_dimensions";
  private static final String NONEXPANDING = "known_nonexpanding_dimensions";

  @Override
  public String opName() {
    return "stablehlo.dynamic_broadcast_in_dim";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    int[] dims = operation.attributes().dims(DIMS);
    check.constraint("C1");
    check.require(
        from.element() == to.element(),
        () -> "it makes " + to.element() + " of " + from.element(),
        "Convert the elements first");
    check.constraint("C2");
    if (!check.require(
        dims.length == from.rank(),
        () -> "broadcast_dimensions has " + dims.length + " numbers for a " + from,
        "Give one result dimension per operand dimension")) {
      return;
    }
    check.constraint("C3, C4");
    if (!ShapeOps.dimensions(check, DIMS, dims, to.rank())) {
      return;
    }
    check.constraint("C7");
    if (!ShapeOps.requireSizes(
        check, "output_dimensions", operation.operand(1).tensor(), to.rank())) {
      return;
    }
    long[] sizes = ShapeOps.knownSizes(operation.operand(1));
    TensorType known = sizes == null ? to : to.withDims(sizes);
    check.constraint("C5");
    for (int i = 0; i < dims.length; i++) {
      long size = from.dim(i);
      long wanted = known.dim(dims[i]);
      int d = i;
      check.require(
          size == 1 || TensorType.compatible(size, wanted),
          () -> "operand dimension " + d + " of size " + size + " becomes one of size " + wanted,
          "The sizes must be equal, or the operand's 1");
    }
    checkKnown(operation, from.rank(), check);
    check.constraint("C7").result(0, known);
  }

  private static void checkKnown(Operation operation, int rank, OpChecker check) {
    boolean[] seen = new boolean[rank];
    for (String key : List.of(EXPANDING, NONEXPANDING)) {
      for (int dim : operation.attributes().dims(key)) {
        check.constraint("C8, C9, C10");
        if (check.require(
            dim >= 0 && dim < rank && !seen[dim],
            () -> key + " has " + dim + " for an operand of rank " + rank,
            "Name each dimension of the operand at most once")) {
          seen[dim] = true;
        }
      }
    }
  }

  @Override
  public int arrays() {
    return 1;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    TensorType from = operands.get(0).tensor();
    TensorType to = from.withDims(ShapeOps.sizes(operation, numbers.get(0)));
    int[] dims = operation.attributes().dims(DIMS);
    for (int d = 0; d < dims.length; d++) {
      if (from.dim(d) != 1 && !TensorType.compatible(from.dim(d), to.dim(dims[d]))) {
        throw ShapeOps.error(
            operation,
            "it is to make a " + to + " of a " + from,
            "The sizes must be equal, or the operand's 1");
      }
    }
    return BroadcastInDimOp.build(
        block, operands.get(0), to, operation.attributes().integers(DIMS));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer, "dims", DIMS);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser, "dims", DIMS);
  }
}
