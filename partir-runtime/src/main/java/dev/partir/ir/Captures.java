package dev.partir.ir;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The values around an operation that its regions see. */
public final class Captures {
  private final Set<Value> own = new HashSet<>();
  private final Set<Value> captured = new LinkedHashSet<>();

  private Captures() {}

  /** Returns the values that the regions of an operation use and that are not made in them. */
  public static List<Value> of(Operation operation) {
    if (operation.regions().isEmpty()) {
      return List.of();
    }
    Captures captures = new Captures();
    captures.regions(operation);
    return List.copyOf(captures.captured);
  }

  private void regions(Operation operation) {
    for (Region region : operation.regions()) {
      own.addAll(region.block().arguments());
      for (Operation inner : region.block().operations()) {
        for (Value operand : inner.operands()) {
          if (!own.contains(operand)) {
            captured.add(operand);
          }
        }
        regions(inner);
        own.addAll(inner.results());
      }
    }
  }
}
