package dev.partir.interp;

import dev.partir.array.NumberFormat;
import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.FactorRule;
import dev.partir.op.Fusion;
import dev.partir.op.Op;
import java.util.List;

/**
 * How far apart two right results may be, which follows from what they are computed from: an f32
 * that comes of sums in bf16 is as good as bf16, for a sum in another order may be rounded to its
 * neighbour.
 *
 * <p>What no sum has gone into is the same in whatever order, so that to read parameters in bf16
 * does not make a result in f32 worse.
 */
final class ResultPrecision {
  /** How many steps of a type narrower than f32 two results may be apart. */
  private static final double NARROW_STEPS = 16;

  /** What few steps of types of few bits are bounded by: else anything would do. */
  private static final double NARROW_BOUND = 1.0 / 8;

  /** For every value how far apart, relative to itself; 0 where it is the same. */
  private final double[] distances;

  private ResultPrecision(Function function) {
    distances = new double[function.valueCount()];
  }

  /** Returns how far apart each result may be, relative to itself; 0 for integers. */
  static double[] distances(Function function) {
    var precision = new ResultPrecision(function);
    precision.walk(function.body());
    List<Value> results = function.results();
    double[] distances = new double[results.size()];
    for (int r = 0; r < distances.length; r++) {
      Value result = results.get(r);
      distances[r] = Math.max(own(result), precision.distances[result.id()]);
    }
    return distances;
  }

  /** Returns the largest distance in a block whose arguments have theirs. */
  private double walk(Block block) {
    double largest = 0;
    for (Operation operation : block.operations()) {
      double operands = 0;
      for (Value operand : operation.operands()) {
        operands = Math.max(operands, distances[operand.id()]);
      }
      double inner = inside(operation, operands);
      boolean differs = inner > 0 || sums(operation);
      for (Value result : operation.results()) {
        double distance = differs ? Math.max(inner, own(result)) : 0;
        distances[result.id()] = distance;
        largest = Math.max(largest, distance);
      }
    }
    return largest;
  }

  /**
   * Returns the largest distance in the regions of an operation, at least that of its operands.
   * What a loop carries may be exact before the first trip only, so that its body is walked until
   * nothing grows. What its arguments have from an earlier walk is where a later one starts: each
   * of loops in loops is then walked twice at most for once that nothing was known.
   */
  private double inside(Operation operation, double operands) {
    double inner = operands;
    for (Region region : operation.regions()) {
      for (Value argument : region.block().arguments()) {
        inner = Math.max(inner, distances[argument.id()]);
      }
    }
    double before;
    boolean carries;
    do {
      before = inner;
      carries = false;
      for (Region region : operation.regions()) {
        for (Value argument : region.block().arguments()) {
          distances[argument.id()] = inner;
          carries = true;
        }
        inner = Math.max(inner, walk(region.block()));
      }
    } while (carries && inner > before);
    return inner;
  }

  /** Returns whether an operation may add up in another order when it is partitioned. */
  private static boolean sums(Operation operation) {
    Op op = Op.of(operation);
    Fusion fusion = op.fusion();
    if (fusion == Fusion.ELEMENTWISE || fusion == Fusion.REPLICABLE) {
      return false;
    }
    if (op.isExpandable()) {
      return true;
    }
    FactorRule rule = FactorRule.of(operation);
    for (int factor = 0; factor < rule.factorCount(); factor++) {
      if (rule.kind(factor) == FactorRule.Kind.REDUCTION) {
        return true;
      }
    }
    return false;
  }

  private static double own(Value value) {
    if (!(value.type() instanceof TensorType type)) {
      return 0;
    }
    double step = NumberFormat.epsilon(type.element());
    return type.element().isFloat() && type.element().bits() < 32
        ? Math.max(step, Math.min(NARROW_STEPS * step, NARROW_BOUND))
        : step * EquivalenceCheck.TOLERANCE;
  }
}
