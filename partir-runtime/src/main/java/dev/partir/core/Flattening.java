package dev.partir.core;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.AnchorOp;
import dev.partir.op.CallOp;
import dev.partir.op.CompositeOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Makes one function of a program: calls are replaced by what they call, so that every use of a
 * function is partitioned by itself.
 */
public final class Flattening {
  /** The most operations that calls may grow a program to; calls can multiply. */
  private static final int MAX_OPERATIONS = 20_000_000;

  private final Module module;
  private int operations;

  private Flattening(Module module) {
    this.module = module;
  }

  /**
   * Returns the main function of a program with all calls replaced.
   *
   * @throws PartirException when there is no main function, a function calls itself, or the result
   *     would be too large
   */
  public static Function flatten(Module module) {
    return new Flattening(module).flatten(module.main());
  }

  private Function flatten(Function main) {
    FunctionBuilder builder = FunctionBuilder.like(main);
    Copier copier = new Copier(main);
    copier.copyArguments(builder);
    Set<String> open = new HashSet<>(Set.of(main.name()));
    List<Operation> body = main.body().operations();
    copyBody(body.subList(0, body.size() - 1), copier, builder.body(), open);
    copier.copy(main.body().terminator(), builder.body());
    return builder.build();
  }

  private void copyBody(
      List<Operation> body, Copier copier, BlockBuilder target, Set<String> open) {
    for (Operation operation : body) {
      boolean composite = operation.kind() == CompositeOp.INSTANCE;
      if (operation.kind() != CallOp.INSTANCE && !composite) {
        copier.copy(
            operation,
            operation.attributes(),
            copyRegions(operation.regions(), copier, target, open),
            target);
        count(operation);
        continue;
      }
      String name = composite ? CompositeOp.decomposition(operation) : CallOp.callee(operation);
      Function callee = module.function(name);
      if (callee == null || !open.add(name)) {
        throw new PartirException(
            Diagnostic.at(
                operation.location(),
                callee == null ? ErrorCode.UNDEFINED : ErrorCode.UNSUPPORTED,
                callee == null
                    ? "the program has no function @" + name
                    : "function @" + name + " calls itself",
                callee == null ? "Define it" : "Write a loop"));
      }
      Copier inner = new Copier(callee);
      inner.putAll(callee.arguments(), copier.getAll(operation.operands()));
      List<Operation> called = callee.body().operations();
      copyBody(called.subList(0, called.size() - 1), inner, target, open);
      copier.putAll(operation.results(), inner.getAll(callee.results()));
      open.remove(name);
    }
  }

  /** Copies regions with the calls in them replaced. */
  private List<Region> copyRegions(
      List<Region> regions, Copier copier, BlockBuilder parent, Set<String> open) {
    List<Region> copies = new ArrayList<>(regions.size());
    for (Region region : regions) {
      BlockBuilder block = parent.nested();
      for (Value argument : region.block().arguments()) {
        copier.put(argument, block.argument(argument.type(), argument.name()));
      }
      copyBody(region.block().operations(), copier, block, open);
      copies.add(new Region(block.build()));
    }
    return copies;
  }

  private void count(Operation operation) {
    if (++operations > MAX_OPERATIONS) {
      throw new PartirException(
          Diagnostic.at(
              operation.location(),
              ErrorCode.LIMIT,
              "with its calls replaced the program has more than " + MAX_OPERATIONS + " operations",
              "Call less often"));
    }
  }

  /**
   * Returns a flat function with an {@link AnchorOp} behind each of the given values, through which
   * all their uses go. Arguments need none: they can hold a loop themselves.
   */
  static Function anchor(
      Function function, Set<Value> values, IdentityHashMap<Value, Operation> anchors) {
    FunctionBuilder builder = FunctionBuilder.like(function);
    Copier copier = new Copier(function);
    copier.copyArguments(builder);
    for (Operation operation : function.body().operations()) {
      copier.copy(operation, builder.body());
      for (Value result : operation.results()) {
        if (values.contains(result)) {
          Value anchor = AnchorOp.build(builder.body(), copier.get(result), operation.location());
          copier.put(result, anchor);
          anchors.put(result, Objects.requireNonNull(anchor.definition()));
        }
      }
    }
    return builder.build();
  }
}
