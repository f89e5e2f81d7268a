package dev.partir.core;

import dev.partir.ir.Block;
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
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.CallOp;
import dev.partir.op.CompositeOp;
import dev.partir.op.CustomCallOp;
import dev.partir.op.Op;
import dev.partir.op.ReturnOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one function of a program: calls are replaced by what they call, so that every use of a
 * function is partitioned by itself. Values have the names that they have in the function that
 * calls; what only a called function sees has none.
 */
public final class Flattening {
  /** The most operations that calls may grow a program to; calls can multiply. */
  private static final int MAX_OPERATIONS = 20_000_000;

  private final Module module;

  /** Values and the names of calls that hand them through. */
  private final List<Map.Entry<Value, String>> aliases = new ArrayList<>();

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

  /**
   * Returns a function of a program with all calls replaced.
   *
   * @throws PartirException as {@link #flatten(Module)}
   */
  public static Function flatten(Module module, Function function) {
    return new Flattening(module).flatten(function);
  }

  private Function flatten(Function main) {
    if (isFlat(main.body())) {
      return main;
    }
    FunctionBuilder builder = FunctionBuilder.like(main);
    Copier copier = new Copier(main);
    copier.copyArguments(builder);
    Set<String> open = new HashSet<>(Set.of(main.name()));
    List<Operation> body = main.body().operations();
    copyBody(body.subList(0, body.size() - 1), copier, builder.body(), open);
    copier.copy(main.body().terminator(), builder.body());
    aliases.forEach(alias -> builder.alias(alias.getKey(), alias.getValue()));
    return builder.build();
  }

  /** Returns whether there is nothing to replace, so that a large program need not be copied. */
  private static boolean isFlat(Block block) {
    for (Operation operation : block.operations()) {
      if (operation.kind() == CallOp.INSTANCE
          || operation.kind() == CompositeOp.INSTANCE
          || operation.kind() == CustomCallOp.INSTANCE
          || Op.of(operation).isExpandable()) {
        return false;
      }
      for (Region region : operation.regions()) {
        if (!isFlat(region.block())) {
          return false;
        }
      }
    }
    return true;
  }

  private void copyBody(
      List<Operation> body, Copier copier, BlockBuilder target, Set<String> open) {
    for (Operation operation : body) {
      boolean composite = operation.kind() == CompositeOp.INSTANCE;
      if (operation.kind() != CallOp.INSTANCE && !composite) {
        if (operation.regions().isEmpty()) {
          if (!expandCall(operation, copier, target, open)) {
            copyOrExpand(operation, copier, target);
          }
        } else {
          withRegions(operation, copier, target, open);
        }
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
      Copier inner = Copier.renaming(callee, names(callee, operation, copier)::get);
      inner.putAll(callee.arguments(), copier.getAll(operation.operands()));
      List<Operation> called = callee.body().operations();
      copyBody(called.subList(0, called.size() - 1), inner, target, open);
      List<Value> returned = inner.getAll(callee.results());
      copier.putAll(operation.results(), returned);
      for (int i = 0; i < returned.size(); i++) {
        String known = copier.nameOf(operation.result(i));
        if (known != null && !known.equals(returned.get(i).name())) {
          aliases.add(Map.entry(returned.get(i), known));
        }
      }
      open.remove(name);
    }
  }

  /** Replaces a custom call of a function by operations with that function as their region. */
  private boolean expandCall(
      Operation operation, Copier copier, BlockBuilder target, Set<String> open) {
    String name = operation.kind() == CustomCallOp.INSTANCE ? CustomCallOp.callee(operation) : null;
    Function callee = name == null ? null : module.function(name);
    if (name == null || callee == null || !open.add(name)) {
      return false;
    }
    BlockBuilder body = target.nested();
    Copier inner = Copier.renaming(callee, value -> null);
    for (Value argument : callee.arguments()) {
      inner.put(argument, body.argument(argument.type(), null));
    }
    List<Operation> called = callee.body().operations();
    copyBody(called.subList(0, called.size() - 1), inner, body, open);
    ReturnOp.STABLEHLO.build(body, inner.getAll(callee.results()));
    open.remove(name);
    List<Value> expanded =
        CustomCallOp.expand(
            operation,
            copier.getAll(operation.operands()),
            new Region(body.build()),
            names(operation, copier),
            target);
    if (expanded == null) {
      return false;
    }
    copier.putAll(operation.results(), expanded);
    return true;
  }

  private static void copyOrExpand(Operation operation, Copier copier, BlockBuilder target) {
    boolean known = true;
    for (Value result : operation.results()) {
      known &= result.type() instanceof TensorType type && type.isStatic();
    }
    List<Value> expanded =
        known
            ? Op.of(operation)
                .expand(
                    operation,
                    copier.getAll(operation.operands()),
                    names(operation, copier),
                    target)
            : null;
    if (expanded == null) {
      copier.copy(operation, target);
    } else {
      copier.putAll(operation.results(), expanded);
    }
  }

  private static List<@Nullable String> names(Operation operation, Copier copier) {
    List<@Nullable String> names = new ArrayList<>();
    for (Value result : operation.results()) {
      names.add(copier.nameOf(result));
    }
    return names;
  }

  private void withRegions(
      Operation operation, Copier copier, BlockBuilder target, Set<String> open) {
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      BlockBuilder inner = target.nested();
      for (Value argument : region.block().arguments()) {
        copier.put(argument, inner.argument(argument.type(), copier.nameOf(argument)));
      }
      List<Operation> body = region.block().operations();
      copyBody(body.subList(0, body.size() - 1), copier, inner, open);
      copier.copy(region.block().terminator(), inner);
      regions.add(new Region(inner.build()));
    }
    copier.copy(operation, operation.attributes(), regions, target);
  }

  /**
   * Returns the names that values of a called function have in the result: those that the call
   * gives to what it returns. Names of its own would be confused with the caller's.
   */
  private static Map<Value, String> names(Function callee, Operation call, Copier copier) {
    Map<Value, String> names = new HashMap<>();
    for (int i = 0; i < call.results().size() && i < callee.results().size(); i++) {
      String name = copier.nameOf(call.result(i));
      if (name != null) {
        names.putIfAbsent(callee.results().get(i), name);
      }
    }
    return names;
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
}
