package dev.partir.schedule;

import dev.partir.ir.Block;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import dev.partir.op.CustomCallOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What stands in a block between the custom calls {@code SPMDFullToShardShape} and {@code
 * SPMDShardToFullShape}: operations that each device runs on its own. It is a manual computation
 * without braces.
 *
 * @param entries the calls that cut values, in order
 * @param operations what is between, in order
 * @param exits the calls that put values together, in order
 */
record ManualRegion(List<Operation> entries, List<Operation> operations, List<Operation> exits) {
  static final String ENTRY = "SPMDFullToShardShape";
  static final String EXIT = "SPMDShardToFullShape";

  static boolean isCall(Operation operation, String target) {
    return operation.kind() == CustomCallOp.INSTANCE
        && CustomCallOp.target(operation).equals(target);
  }

  /**
   * Returns the manual regions of a block.
   *
   * @throws PartirException when what is in one is used outside
   */
  static List<ManualRegion> of(Block block) {
    List<Set<Operation>> slices = new ArrayList<>();
    for (Operation operation : block.operations()) {
      if (isCall(operation, EXIT)) {
        Set<Operation> slice = new LinkedHashSet<>();
        collect(operation, slice, new HashSet<>(block.operations()));
        slices.add(slice);
      }
    }
    for (int i = 0; i < slices.size(); i++) {
      for (int j = slices.size() - 1; j > i; j--) {
        if (connected(slices.get(i), slices.get(j))) {
          slices.get(i).addAll(slices.remove(j));
          j = slices.size();
        }
      }
    }
    List<ManualRegion> regions = new ArrayList<>();
    for (Set<Operation> slice : slices) {
      List<Operation> entries = new ArrayList<>();
      List<Operation> between = new ArrayList<>();
      List<Operation> exits = new ArrayList<>();
      for (Operation operation : block.operations()) {
        if (!slice.contains(operation)) {
          used(operation, slice);
        } else if (isCall(operation, ENTRY)) {
          entries.add(operation);
        } else if (isCall(operation, EXIT)) {
          exits.add(operation);
        } else {
          between.add(operation);
        }
      }
      regions.add(new ManualRegion(entries, between, exits));
    }
    return regions;
  }

  private static void collect(Operation operation, Set<Operation> slice, Set<Operation> block) {
    if (!block.contains(operation) || !slice.add(operation) || isCall(operation, ENTRY)) {
      return;
    }
    for (Value operand : operation.operands()) {
      Operation definition = operand.definition();
      if (definition != null && !isCall(definition, EXIT)) {
        collect(definition, slice, block);
      }
    }
  }

  /** Returns whether two slices have an operation in common that takes something. */
  private static boolean connected(Set<Operation> one, Set<Operation> other) {
    for (Operation operation : one) {
      if (!operation.operands().isEmpty() && other.contains(operation)) {
        return true;
      }
    }
    return false;
  }

  /** Makes sure that an operation outside uses nothing but what is put together. */
  private static void used(Operation operation, Set<Operation> slice) {
    for (Value operand : operation.operands()) {
      Operation definition = operand.definition();
      if (definition != null
          && slice.contains(definition)
          && !isCall(definition, EXIT)
          && !definition.operands().isEmpty()) {
        throw new PartirException(
            Diagnostic.at(
                operation.location(),
                ErrorCode.UNSUPPORTED,
                operation.name() + " uses a device's own part of a value outside of its region",
                "Put it together with @SPMDShardToFullShape before"));
      }
    }
  }
}
