package dev.partir.op;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps padding out of reductions. Blocks of a dimension that does not divide end in padding, which
 * holds anything; an operation that folds the dimension must meet the neutral element there.
 */
public final class Masking {
  private Masking() {}

  /**
   * Returns the operands of an operation with the neutral element of its reductions in place of
   * padding in what it folds.
   *
   * @param operands the device-local operands
   */
  public static List<Value> mask(FactorRule rule, List<Value> operands, LocalContext context) {
    List<Value> masked = new ArrayList<>(operands);
    for (int factor = 0; factor < rule.factorCount(); factor++) {
      if (rule.kind(factor) != FactorRule.Kind.REDUCTION) {
        continue;
      }
      Value length = context.blockLength(factor);
      if (length == null) {
        continue;
      }
      for (int o = 0; o < rule.operandCount(); o++) {
        for (int d = 0; d < rule.operand(o).length; d++) {
          if (folds(rule, o, d, factor)) {
            masked.set(o, mask(masked.get(o), d, length, rule.monoid(factor), context.block()));
          }
        }
      }
    }
    return masked;
  }

  /** Returns how many operands are masked where blocks of a factor of an operation are padded. */
  public static int count(FactorRule rule, int factor) {
    int count = 0;
    for (int o = 0; o < rule.operandCount(); o++) {
      for (int d = 0; d < rule.operand(o).length; d++) {
        count += folds(rule, o, d, factor) ? 1 : 0;
      }
    }
    return count;
  }

  /** Returns whether an operation folds a dimension of an operand by a factor. */
  private static boolean folds(FactorRule rule, int operand, int dim, int factor) {
    // Windows are filled by the operation, and blocks of what they are for have no padding.
    if (rule.kind(factor) != FactorRule.Kind.REDUCTION || rule.window(operand, dim) != null) {
      return false;
    }
    for (int f : rule.operandDim(operand, dim)) {
      if (f == factor) {
        return true;
      }
    }
    return false;
  }

  private static Value mask(
      Value operand, int dim, Value length, Monoid monoid, BlockBuilder block) {
    TensorType type = operand.tensor();
    TensorType indexes = type.withElement(ElementType.I32);
    Value index = IotaOp.build(block, dim, indexes);
    Value valid =
        CompareOp.build(
            block, CompareOp.Direction.LT, index, BroadcastInDimOp.build(block, length, indexes));
    Value neutral = ConstantOp.splat(block, monoid.identity(type.element()), type);
    return SelectOp.build(block, valid, operand, neutral);
  }
}
