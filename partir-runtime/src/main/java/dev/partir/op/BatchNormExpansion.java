package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What batch normalization is made of (StableHLO specification, {@code batch_norm_training} and
 * {@code batch_norm_grad}), step by step as {@link BatchNormOp} evaluates it.
 *
 * @param type the type of the operand
 * @param feature the dimension of the features
 * @param location where the operation stands
 */
record BatchNormExpansion(BlockBuilder block, TensorType type, int feature, Location location) {

  private Value apply(BinaryOp op, Value left, Value right) {
    return named(op, left, right, null);
  }

  private Value named(BinaryOp op, Value left, Value right, @Nullable String name) {
    return block
        .add(
            op,
            List.of(left, right),
            dev.partir.ir.Attributes.EMPTY,
            List.of(),
            List.of(left.type()),
            Collections.singletonList(name),
            location)
        .result();
  }

  private Value splat(double value, TensorType shape) {
    return ConstantOp.splat(block, HostArray.scalar(type.element(), value), shape);
  }

  private Value spread(Value perFeature) {
    return BroadcastInDimOp.build(block, perFeature, type, feature);
  }

  private double perFeature() {
    double count = 1;
    for (int d = 0; d < type.rank(); d++) {
      count *= d == feature ? 1 : type.dim(d);
    }
    return count;
  }

  private Value sum(Value array) {
    long[] dims = new long[type.rank() - 1];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = d < feature ? d : d + 1L;
    }
    return ReduceOp.build(block, array, Monoid.ADD, dims);
  }

  private Value mean(Value array, @Nullable String name) {
    Value sum = sum(array);
    return named(BinaryOp.DIVIDE, sum, splat(perFeature(), sum.tensor()), name);
  }

  private Value deviation(Value shifted) {
    return UnaryOp.SQRT.build(block, shifted);
  }

  /** Returns the result for operand, scale, offset, mean and variance. */
  List<Value> inference(List<Value> values, double epsilon) {
    Value centered = apply(BinaryOp.SUBTRACT, values.get(0), spread(values.get(3)));
    Value shifted = apply(BinaryOp.ADD, spread(values.get(4)), splat(epsilon, type));
    Value normalized = apply(BinaryOp.DIVIDE, centered, deviation(shifted));
    Value scaled = apply(BinaryOp.MULTIPLY, spread(values.get(1)), normalized);
    return List.of(apply(BinaryOp.ADD, scaled, spread(values.get(2))));
  }

  List<Value> training(
      Value operand,
      Value scale,
      Value offset,
      double epsilon,
      List<? extends @Nullable String> names) {
    Value mean = mean(operand, names.get(1));
    Value centered = apply(BinaryOp.SUBTRACT, operand, spread(mean));
    Value variance = mean(apply(BinaryOp.MULTIPLY, centered, centered), names.get(2));
    Value shifted = apply(BinaryOp.ADD, spread(variance), splat(epsilon, type));
    Value normalized = apply(BinaryOp.DIVIDE, centered, deviation(shifted));
    Value scaled = apply(BinaryOp.MULTIPLY, spread(scale), normalized);
    return List.of(named(BinaryOp.ADD, scaled, spread(offset), names.get(0)), mean, variance);
  }

  List<Value> gradients(
      Value operand,
      Value scale,
      Value mean,
      Value variance,
      Value gradient,
      double epsilon,
      List<? extends @Nullable String> names) {
    Value centered = apply(BinaryOp.SUBTRACT, operand, spread(mean));
    Value shifted = apply(BinaryOp.ADD, spread(variance), splat(epsilon, type));
    Value deviation = deviation(shifted);
    Value count = splat(perFeature(), type);
    Value sum = sum(gradient);
    Value product = spread(sum(apply(BinaryOp.MULTIPLY, gradient, centered)));
    Value scaled = apply(BinaryOp.MULTIPLY, gradient, count);
    Value rest =
        apply(
            BinaryOp.SUBTRACT,
            apply(BinaryOp.SUBTRACT, scaled, spread(sum)),
            apply(BinaryOp.DIVIDE, apply(BinaryOp.MULTIPLY, product, centered), shifted));
    Value factor = apply(BinaryOp.DIVIDE, apply(BinaryOp.DIVIDE, spread(scale), deviation), count);
    Value normalized = apply(BinaryOp.DIVIDE, centered, deviation);
    return List.of(
        named(BinaryOp.MULTIPLY, factor, rest, names.get(0)),
        sum(apply(BinaryOp.MULTIPLY, gradient, normalized)),
        sum);
  }
}
