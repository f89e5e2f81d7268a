package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Sorting;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;

/** {@code stablehlo.map}: computes each element of the result by a region. */
public enum MapOp implements Op {
  INSTANCE;

  private static final String DIMENSIONS = "dimensions";

  @Override
  public String opName() {
    return "stablehlo.map";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int count = operation.operands().size();
    check.constraint("C2");
    if (!check.require(count > 0, "it has no operands", "Give it at least one array")) {
      return;
    }
    check.constraint("");
    if (!check.arity(count, 1, 1) || !check.tensors()) {
      return;
    }
    TensorType first = operation.operand(0).tensor();
    TensorType result = operation.result().tensor();
    List<TensorType> types = new ArrayList<>();
    check.constraint("C1");
    for (int i = 0; i < count; i++) {
      TensorType type = operation.operand(i).tensor();
      types.add(type);
      check.require(
          type.compatibleShape(first),
          () -> "it maps a " + type + " beside a " + first,
          "All arrays must have one shape");
    }
    check.result(0, first.withElement(result.element()));
    check.constraint("C3");
    long[] dimensions = operation.attributes().integers(DIMENSIONS);
    boolean all = dimensions.length == first.rank();
    for (int d = 0; all && d < dimensions.length; d++) {
      all = dimensions[d] == d;
    }
    check.require(
        all,
        () -> "dimensions are " + java.util.Arrays.toString(dimensions),
        "They must be all dimensions of the operands in order");
    check.constraint("C4");
    Region computation = operation.regions().get(0);
    if (Regions.takes(check, "computation", computation, Regions.scalars(types, 1))) {
      Regions.gives(check, "computation", computation, List.of(TensorType.of(result.element())));
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    return FactorRule.pointwise(operation);
  }

  @Override
  public void pullback(Pullback at) {
    Region computation = at.operation().regions().get(0);
    at.through((block, operands) -> ReduceDerivative.apply(computation, block, operands));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operands.get(0).type();
    HostArray result = HostArray.zeros(type.withElement(operation.result().tensor().element()));
    Region computation = operation.regions().get(0);
    long[] none = {};
    int elements = (int) type.elementCount();
    for (int i = 0; i < elements; i++) {
      List<HostArray> arguments = new ArrayList<>(operands.size());
      for (HostArray operand : operands) {
        arguments.add(Sorting.element(operand, i));
      }
      HostArray element = evaluation.run(computation, arguments).get(0);
      StridedCopy.copy(element, 0, none, result, i, none, none);
    }
    return List.of(result);
  }
}
