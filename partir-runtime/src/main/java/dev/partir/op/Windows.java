package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import org.jspecify.annotations.Nullable;

/** What operations do with the windows of operands that a device has got. */
final class Windows {
  private static final TensorType INDEX = TensorType.of(ElementType.I32);

  private Windows() {}

  /**
   * Returns a device's window with {@code fill} in place of what lies outside of the operand.
   *
   * @param window the device-local window
   * @param size the size of the whole dimension
   * @param rule says what window it is; a dimension that is not tiled has none and needs no fill
   * @param block the number of elements of the result's dimension that the device makes
   * @param fill a scalar
   */
  static Value fill(
      LocalContext context,
      FactorRule rule,
      int operand,
      int dim,
      Value window,
      long size,
      long block,
      Value fill) {
    Value valid = inside(context, rule, operand, dim, window.tensor(), size, block);
    return valid == null
        ? window
        : SelectOp.build(
            context.block(),
            valid,
            window,
            BroadcastInDimOp.build(context.block(), fill, window.tensor()));
  }

  /**
   * Returns where a device's window lies inside of the operand, as booleans of the shape of the
   * window; null when the dimension is not tiled.
   */
  static @Nullable Value inside(
      LocalContext context,
      FactorRule rule,
      int operand,
      int dim,
      TensorType type,
      long size,
      long block) {
    Window window = rule.window(operand, dim);
    Value first = window == null ? null : context.blockStart(rule.operandDim(operand, dim)[0]);
    if (window == null || first == null) {
      return null;
    }
    BlockBuilder builder = context.block();
    Value scaled = BinaryOp.MULTIPLY.build(builder, first, number(builder, window.scale()));
    if (window.divisor() > 1) {
      scaled = BinaryOp.DIVIDE.build(builder, scaled, number(builder, window.divisor()));
    }
    Value start = BinaryOp.ADD.build(builder, scaled, number(builder, window.offset(block)));
    TensorType indexes = type.withElement(ElementType.I32);
    Value place =
        BinaryOp.ADD.build(
            builder,
            IotaOp.build(builder, dim, indexes),
            BroadcastInDimOp.build(builder, start, indexes));
    return BinaryOp.AND.build(
        builder,
        CompareOp.build(builder, CompareOp.Direction.GE, place, splat(builder, 0, indexes)),
        CompareOp.build(builder, CompareOp.Direction.LT, place, splat(builder, size, indexes)));
  }

  private static Value number(BlockBuilder builder, long value) {
    return splat(builder, value, INDEX);
  }

  private static Value splat(BlockBuilder builder, long value, TensorType type) {
    return ConstantOp.splat(builder, HostArray.scalar(ElementType.I32, (double) value), type);
  }
}
