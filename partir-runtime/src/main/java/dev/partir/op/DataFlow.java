package dev.partir.op;

import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import java.util.List;

/**
 * An edge of data flow through control flow: whatever the sources hand over becomes the targets, so
 * that all of them are laid out alike. A value that a loop carries flows from where the loop is
 * entered and from the end of its body to the arguments of its regions and to its result.
 *
 * @param sources what flows in, at least one; all of one type
 * @param targets what it becomes: results of the operation and arguments of blocks
 */
public record DataFlow(List<Source> sources, List<Value> targets) {
  public DataFlow {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
  }

  /** An operand of the operation itself or of the terminator of one of its regions. */
  public record Source(Operation operation, int operand) {
    /** Returns the value that is handed over. */
    public Value value() {
      return operation.operand(operand);
    }
  }
}
