package dev.partir.grad;

import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out of a traced function what is there for differentiation only, and numbers values and
 * operations anew in the order in which they stand.
 */
public final class Erasure {
  private final Copier copier;

  private Erasure(Function function) {
    copier = new Copier(function);
  }

  /** Returns the function without marks; the function itself where there is nothing to do. */
  public static Function erase(Function function) {
    Census census = new Census();
    census.count(function.body());
    if (census.isPlain
        && census.operations == function.operationCount()
        && census.values == function.valueCount()) {
      return function;
    }
    FunctionBuilder builder = FunctionBuilder.like(function);
    Erasure erasure = new Erasure(function);
    erasure.copier.copyArguments(builder);
    erasure.copy(function.body().operations(), builder.body());
    return builder.build();
  }

  /** Whether there are no marks and operations stand in the order of their ids; and how many. */
  private static final class Census {
    boolean isPlain = true;
    int operations;
    int values;

    void count(Block block) {
      values += block.arguments().size();
      for (Operation operation : block.operations()) {
        for (Region region : operation.regions()) {
          count(region.block());
        }
        isPlain &=
            !(operation.kind() instanceof CheckpointOp)
                && !(operation.kind() instanceof StopGradientOp)
                && operation.id() == operations;
        operations++;
        values += operation.results().size();
      }
    }
  }

  private void copy(List<Operation> operations, BlockBuilder target) {
    for (Operation operation : operations) {
      if (operation.kind() == StopGradientOp.INSTANCE) {
        copier.put(operation.result(), copier.get(operation.operand(0)));
      } else if (operation.kind() == CheckpointOp.INSTANCE) {
        List<Operation> body = operation.regions().get(0).block().operations();
        copy(body.subList(0, body.size() - 1), target);
        copier.putAll(
            operation.results(), copier.getAll(operation.regions().get(0).block().results()));
      } else if (operation.kind() != CheckpointOp.BEGIN) {
        copier.copy(operation, operation.attributes(), regions(operation, target), target);
      }
    }
  }

  private List<Region> regions(Operation operation, BlockBuilder parent) {
    List<Region> regions = new ArrayList<>(operation.regions().size());
    for (Region region : operation.regions()) {
      BlockBuilder block = parent.nested();
      for (Value argument : region.block().arguments()) {
        copier.put(argument, block.argument(argument.type(), argument.name()));
      }
      copy(region.block().operations(), block);
      regions.add(new Region(block.build()));
    }
    return regions;
  }
}
