package dev.partir.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies operations within one function. A value of which nothing was said stands for itself, as
 * one does that is visible from around.
 */
public final class Rewriter {
  private final Map<Value, Value> copies = new HashMap<>();
  private final boolean keepsNames;

  private Rewriter(boolean keepsNames) {
    this.keepsNames = keepsNames;
  }

  /** Makes a rewriter whose copies stand beside the operations, and have no names. */
  public static Rewriter repeating() {
    return new Rewriter(false);
  }

  /** Makes a rewriter whose copies take the place of the operations, and have their names. */
  public static Rewriter replacing() {
    return new Rewriter(true);
  }

  /** Says what a value becomes. */
  public void put(Value source, Value copy) {
    copies.put(source, copy);
  }

  /** Returns what a value became, itself where nothing was said. */
  public Value get(Value source) {
    return copies.getOrDefault(source, source);
  }

  /** Returns what values became. */
  public List<Value> getAll(List<Value> sources) {
    List<Value> values = new ArrayList<>(sources.size());
    for (Value source : sources) {
      values.add(get(source));
    }
    return values;
  }

  /** Copies an operation with its regions to the end of a block. */
  public Operation copy(Operation operation, BlockBuilder target) {
    List<Region> regions = new ArrayList<>(operation.regions().size());
    for (Region region : operation.regions()) {
      BlockBuilder inner = target.nested();
      copyArguments(region.block(), inner);
      copyAll(region.block().operations(), inner);
      regions.add(new Region(inner.build()));
    }
    List<Type> types = new ArrayList<>(operation.results().size());
    List<@Nullable String> names = new ArrayList<>();
    for (Value result : operation.results()) {
      types.add(result.type());
      names.add(nameOf(result));
    }
    Operation copy =
        target.add(
            operation.kind(),
            getAll(operation.operands()),
            operation.attributes(),
            regions,
            types,
            names,
            operation.location());
    for (int i = 0; i < types.size(); i++) {
      put(operation.result(i), copy.result(i));
    }
    return copy;
  }

  /** Copies operations in their order. */
  public void copyAll(List<Operation> operations, BlockBuilder target) {
    for (Operation operation : operations) {
      copy(operation, target);
    }
  }

  /** Gives a block arguments like those of another. */
  public void copyArguments(Block block, BlockBuilder target) {
    for (Value argument : block.arguments()) {
      put(argument, target.argument(argument.type(), nameOf(argument)));
    }
  }

  /** Copies what a block does, without its terminator; returns what it gives. */
  public List<Value> copyBody(Block block, BlockBuilder target) {
    copyArguments(block, target);
    copyAll(block.operations().subList(0, block.operations().size() - 1), target);
    return getAll(block.results());
  }

  private @Nullable String nameOf(Value value) {
    return keepsNames ? value.name() : null;
  }
}
