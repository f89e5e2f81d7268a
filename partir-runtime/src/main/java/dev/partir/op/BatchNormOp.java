package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Attribute;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.batch_norm_inference}, {@code batch_norm_training} and {@code batch_norm_grad}:
 * normalization over all dimensions but that of the features. They are evaluated as the
 * decompositions that the specification gives, each step rounded in the element type. Training and
 * its gradient are partitioned as those, so that their batch may be tiled.
 */
public enum BatchNormOp implements Op {
  /** Takes operand, scale, offset, mean and variance; gives the result. */
  INFERENCE(5, 1),
  /** Takes operand, scale and offset; gives output, mean and variance. */
  TRAINING(3, 3),
  /** Takes operand, scale, mean, variance and the output's gradient; gives three gradients. */
  GRAD(5, 3);

  private static final String EPSILON = "epsilon";
  private static final String FEATURE = "feature_index";

  private final int operands;
  private final int results;

  BatchNormOp(int operands, int results) {
    this.operands = operands;
    this.results = results;
  }

  @Override
  public String opName() {
    return "stablehlo.batch_norm_" + name().toLowerCase(Locale.ROOT);
  }

  private static int feature(Operation operation) {
    return (int) operation.attributes().integer(FEATURE, -1);
  }

  /** Returns whether an operand has the shape of the first: only the output's gradient does. */
  private boolean isLikeOperand(int operand) {
    return operand == 0 || (this == GRAD && operand == 4);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(operands, results, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    check
        .constraint("I1")
        .require(
            type.element().isFloat(),
            () -> "operand 0 is a " + type,
            "It takes floating-point numbers");
    check
        .constraint("")
        .require(
            operation.attributes().get(EPSILON) instanceof Attribute.Float,
            "it has no number epsilon",
            "Give it one, such as epsilon = 1.0e-5 : f32");
    long feature = operation.attributes().integer(FEATURE, -1);
    if (!check
        .constraint("C1")
        .require(
            feature >= 0 && feature < type.rank(),
            () -> FEATURE + " is " + feature + " for an operand of rank " + type.rank(),
            "It is a dimension of the operand")) {
      return;
    }
    TensorType vector = type.withDims(type.dim((int) feature));
    for (int i = 1; i < operands; i++) {
      TensorType given = operation.operand(i).tensor();
      TensorType expected = isLikeOperand(i) ? type : vector;
      int index = i;
      check
          .constraint(this == GRAD ? "C2, C3, C5" : "C2, C" + (i + 2))
          .require(
              given.compatible(expected),
              () -> "operand " + index + " is a " + given + " for an operand 0 of type " + type,
              "It must be a " + expected);
    }
    for (int i = 0; i < results; i++) {
      check.constraint(this == GRAD ? "C2-C4" : "C5-C7").result(i, i == 0 ? type : vector);
    }
  }

  @Override
  public boolean isExpandable() {
    return true;
  }

  @Override
  public @Nullable List<Value> expand(
      Operation operation,
      List<Value> values,
      List<? extends @Nullable String> names,
      BlockBuilder block) {
    return this == INFERENCE ? null : parts(operation, values, names, block);
  }

  private List<Value> parts(
      Operation operation,
      List<Value> values,
      List<? extends @Nullable String> names,
      BlockBuilder block) {
    TensorType type = operation.operand(0).tensor();
    double epsilon =
        operation.attributes().get(EPSILON) instanceof Attribute.Float number ? number.value() : 0;
    var parts = new BatchNormExpansion(block, type, feature(operation), operation.location());
    return switch (this) {
      case INFERENCE -> parts.inference(values, epsilon);
      case TRAINING -> parts.training(values.get(0), values.get(1), values.get(2), epsilon, names);
      case GRAD ->
          parts.gradients(
              values.get(0),
              values.get(1),
              values.get(2),
              values.get(3),
              values.get(4),
              epsilon,
              names);
    };
  }

  /** All of inference is pointwise; the others fold all dimensions but that of the features. */
  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    int feature = feature(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (d != feature && this != INFERENCE) {
        int whole = rule.factor(type.dim(d), FactorRule.Kind.WHOLE);
        rule.operand(0, d, whole).result(0, d, whole);
        if (this == GRAD) {
          rule.operand(4, d, whole);
        }
        continue;
      }
      int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
      for (int i = 0; i < operands; i++) {
        if (isLikeOperand(i)) {
          rule.operand(i, d, factor);
        } else if (d == feature) {
          rule.operand(i, 0, factor);
        }
      }
      rule.result(0, d, factor);
      for (int i = 1; i < results && d == feature; i++) {
        rule.result(i, 0, factor);
      }
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    at.through(
        (block, operands) -> parts(at.operation(), operands, Collections.nCopies(3, null), block));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> arrays, Evaluation evaluation) {
    double epsilon =
        operation.attributes().get(EPSILON) instanceof Attribute.Float number ? number.value() : 0;
    var batch = new Batch(arrays.get(0).type(), feature(operation));
    HostArray operand = arrays.get(0);
    HostArray scale = arrays.get(1);
    return switch (this) {
      case INFERENCE ->
          List.of(
              batch.normalize(
                  operand, scale, arrays.get(2), arrays.get(3), arrays.get(4), epsilon));
      case TRAINING -> {
        HostArray mean = batch.mean(operand);
        HostArray centered = BinaryOp.SUBTRACT.apply(operand, batch.spread(mean));
        HostArray variance = batch.mean(BinaryOp.MULTIPLY.apply(centered, centered));
        HostArray output = batch.normalize(operand, scale, arrays.get(2), mean, variance, epsilon);
        yield List.of(output, mean, variance);
      }
      case GRAD ->
          batch.gradients(operand, scale, arrays.get(2), arrays.get(3), arrays.get(4), epsilon);
    };
  }

  /** What the decompositions need of the shape. */
  private record Batch(TensorType type, int feature) {

    private HostArray scalar(double value) {
      HostArray scalar = HostArray.scalar(type.element(), value);
      return StridedCopy.read(scalar, 0, new long[type.rank()], type);
    }

    /** Returns an array of the operand's shape from one number per feature. */
    HostArray spread(HostArray perFeature) {
      long[] strides = new long[type.rank()];
      strides[feature] = 1;
      return StridedCopy.read(perFeature, 0, strides, type);
    }

    /** Returns the number of elements per feature. */
    private double perFeature() {
      double count = 1;
      for (int d = 0; d < type.rank(); d++) {
        count *= d == feature ? 1 : type.dim(d);
      }
      return count;
    }

    /** Sums the elements of each feature in row-major order. */
    private HostArray sum(HostArray array) {
      ElementType element = type.element();
      int features = (int) type.dim(feature);
      HostArray sums = HostArray.zeros(type.withDims(features));
      long[] dims = type.dims();
      int inner = 1;
      for (long dim : Arrays.copyOfRange(dims, feature + 1, dims.length)) {
        inner *= (int) dim;
      }
      for (int i = 0; i < array.length(); i++) {
        int f = i / inner % features;
        if (element == ElementType.F64) {
          sums.doubles()[f] += array.doubles()[i];
        } else {
          float sum = sums.floats()[f] + array.floats()[i];
          sums.floats()[f] = NumberFormat.round(element, sum);
        }
      }
      return sums;
    }

    HostArray mean(HostArray array) {
      HostArray sums = sum(array);
      HostArray count =
          StridedCopy.read(
              HostArray.scalar(type.element(), perFeature()), 0, new long[1], sums.type());
      return BinaryOp.DIVIDE.apply(sums, count);
    }

    HostArray normalize(
        HostArray operand,
        HostArray scale,
        HostArray offset,
        HostArray mean,
        HostArray variance,
        double epsilon) {
      HostArray centered = BinaryOp.SUBTRACT.apply(operand, spread(mean));
      HostArray deviation =
          UnaryOp.SQRT.apply(BinaryOp.ADD.apply(spread(variance), scalar(epsilon)));
      HostArray normalized = BinaryOp.DIVIDE.apply(centered, deviation);
      return BinaryOp.ADD.apply(BinaryOp.MULTIPLY.apply(spread(scale), normalized), spread(offset));
    }

    List<HostArray> gradients(
        HostArray operand,
        HostArray scale,
        HostArray mean,
        HostArray variance,
        HostArray gradient,
        double epsilon) {
      HostArray centered = BinaryOp.SUBTRACT.apply(operand, spread(mean));
      HostArray shifted = BinaryOp.ADD.apply(spread(variance), scalar(epsilon));
      HostArray deviation = UnaryOp.SQRT.apply(shifted);
      HostArray normalized = BinaryOp.DIVIDE.apply(centered, deviation);
      HostArray count = scalar(perFeature());
      HostArray sum = sum(gradient);
      HostArray product = spread(sum(BinaryOp.MULTIPLY.apply(gradient, centered)));
      HostArray rest =
          BinaryOp.SUBTRACT.apply(
              BinaryOp.SUBTRACT.apply(BinaryOp.MULTIPLY.apply(gradient, count), spread(sum)),
              BinaryOp.DIVIDE.apply(BinaryOp.MULTIPLY.apply(product, centered), shifted));
      HostArray factor =
          BinaryOp.DIVIDE.apply(BinaryOp.DIVIDE.apply(spread(scale), deviation), count);
      return List.of(
          BinaryOp.MULTIPLY.apply(factor, rest),
          sum(BinaryOp.MULTIPLY.apply(gradient, normalized)),
          sum);
    }
  }
}
