package dev.partir.interp;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.Op;
import dev.partir.op.ReturnOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a function of a region that uses nothing from outside. */
final class Outlining {
  private final Map<Value, Value> copies = new HashMap<>();

  private Outlining() {}

  static Function function(Region region) {
    FunctionBuilder builder = new FunctionBuilder("body");
    Outlining outlining = new Outlining();
    for (Value argument : region.block().arguments()) {
      outlining.copies.put(argument, builder.argument(argument.type(), argument.name()));
    }
    List<Operation> operations = region.block().operations();
    for (Operation operation : operations.subList(0, operations.size() - 1)) {
      outlining.copy(operation, builder.body());
    }
    ReturnOp.FUNCTION.build(builder.body(), outlining.all(region.block().results()));
    return builder.build();
  }

  private List<Value> all(List<Value> values) {
    List<Value> found = new ArrayList<>();
    for (Value value : values) {
      Value copy = copies.get(value);
      if (copy == null) {
        throw new IllegalStateException("the region uses " + value + " from outside");
      }
      found.add(copy);
    }
    return found;
  }

  private void copy(Operation operation, BlockBuilder target) {
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      BlockBuilder inner = target.nested();
      for (Value argument : region.block().arguments()) {
        copies.put(argument, inner.argument(argument.type(), argument.name()));
      }
      for (Operation nested : region.block().operations()) {
        copy(nested, inner);
      }
      regions.add(new Region(inner.build()));
    }
    Operation copy =
        target.add(
            operation.kind(),
            all(operation.operands()),
            operation.attributes(),
            regions,
            Op.typesOf(operation.results()),
            List.of(),
            operation.location());
    for (int r = 0; r < operation.results().size(); r++) {
      copies.put(operation.result(r), copy.result(r));
    }
  }
}
