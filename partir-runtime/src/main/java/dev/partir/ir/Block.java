package dev.partir.ir;

import java.util.List;

/**
 * A list of operations with arguments; the last operation is the terminator, whose operands are
 * what the block gives.
 */
public final class Block {
  private final List<Value> arguments;
  private final List<Operation> operations;

  Block(List<Value> arguments, List<Operation> operations) {
    this.arguments = List.copyOf(arguments);
    this.operations = List.copyOf(operations);
  }

  public List<Value> arguments() {
    return arguments;
  }

  /** Returns all operations, the terminator included. */
  public List<Operation> operations() {
    return operations;
  }

  /** Returns the last operation. */
  public Operation terminator() {
    return operations.get(operations.size() - 1);
  }

  /** Returns what the block gives: the operands of its terminator. */
  public List<Value> results() {
    return terminator().operands();
  }
}
