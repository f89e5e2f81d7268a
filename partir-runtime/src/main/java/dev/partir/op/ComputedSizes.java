package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import java.util.List;

/**
 * An operation whose last operands are sizes, or other numbers that say what it does. Once they are
 * known it is another operation on the operands before.
 */
public interface ComputedSizes extends Op {
  /** Returns how many operands come before the numbers. */
  int arrays();

  /**
   * Adds what the operation is once the numbers are known.
   *
   * @param operands those before the numbers
   * @param numbers one array of integers per operand that follows
   * @return the result
   * @throws PartirException when the numbers break a constraint
   */
  Value fix(Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers);

  @Override
  default List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    List<HostArray> numbers = operands.subList(arrays(), operands.size());
    return Decomposition.evaluate(
        operands.subList(0, arrays()),
        evaluation,
        (block, values) -> List.of(fix(operation, block, values, numbers)));
  }
}
