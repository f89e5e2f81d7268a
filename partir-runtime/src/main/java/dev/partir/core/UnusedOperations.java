package dev.partir.core;

import dev.partir.ir.Block;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.Op;
import java.util.List;

/** Takes operations out of the body of a function that nobody uses and that do nothing. */
final class UnusedOperations {
  private UnusedOperations() {}

  static Function remove(Function function) {
    boolean[] used = new boolean[function.valueCount()];
    List<Operation> operations = function.body().operations();
    boolean[] kept = new boolean[operations.size()];
    for (int i = operations.size() - 1; i >= 0; i--) {
      Operation operation = operations.get(i);
      kept[i] = Op.of(operation).hasSideEffect();
      for (Value result : operation.results()) {
        kept[i] |= used[result.id()];
      }
      if (kept[i]) {
        mark(operation, used);
      }
    }
    FunctionBuilder builder = FunctionBuilder.like(function);
    Copier copier = new Copier(function);
    copier.copyArguments(builder);
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        copier.copy(operations.get(i), builder.body());
      }
    }
    return builder.aliases(function, copier::find).build();
  }

  private static void mark(Operation operation, boolean[] used) {
    for (Value operand : operation.operands()) {
      used[operand.id()] = true;
    }
    for (Region region : operation.regions()) {
      Block block = region.block();
      for (Operation inner : block.operations()) {
        mark(inner, used);
      }
    }
  }
}
