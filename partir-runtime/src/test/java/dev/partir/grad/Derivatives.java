package dev.partir.grad;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.ir.Copier;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.OpChecker;
import dev.partir.op.ReturnOp;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The law of derivatives: for random cotangents c and a random direction v, c times the change of a
 * function along v is the pullback of c times v. Numbers are in double precision; changes are
 * central differences of two steps, extrapolated (Richardson).
 */
public final class Derivatives {
  private static final double STEP = 2e-5;

  /** How far apart slope and derivative may be, in units of the largest derivative. */
  private static final double TOLERANCE = 1e-6;

  private Derivatives() {}

  /** Returns whether a value may have a cotangent. */
  public static boolean isDifferentiable(Value value) {
    return Activity.isDifferentiable(value);
  }

  /**
   * Returns the pullback of a function: its arguments and a cotangent for each result that can have
   * one, to a cotangent for each of the arguments {@code by}.
   */
  public static Function pullback(Function function, IntPredicate by) {
    FunctionBuilder builder = new FunctionBuilder("pullback");
    Copier copier = new Copier(function);
    copier.copyArguments(builder);
    List<Value> cotangents = new ArrayList<>();
    List<Value> results = new ArrayList<>();
    for (Value result : function.results()) {
      if (isDifferentiable(result)) {
        cotangents.add(builder.argument(result.type(), null));
      }
    }
    List<Operation> operations = function.body().operations();
    for (Operation operation : operations.subList(0, operations.size() - 1)) {
      copier.copy(operation, builder.body());
    }
    for (Value result : function.results()) {
      if (isDifferentiable(result)) {
        results.add(copier.get(result));
      }
    }
    List<Value> parameters = new ArrayList<>();
    for (int i = 0; i < function.arguments().size(); i++) {
      if (isDifferentiable(function.arguments().get(i)) && by.test(i)) {
        parameters.add(copier.get(function.arguments().get(i)));
      }
    }
    List<Value> gradients =
        Differentiation.pullback(builder.body(), results, cotangents, parameters);
    ReturnOp.FUNCTION.build(builder.body(), gradients);
    return Erasure.erase(builder.build());
  }

  /** Returns what the verifier finds in a function. */
  public static List<Diagnostic> findings(Function function) {
    List<Operation> operations = function.body().operations();
    OpChecker checker = new OpChecker(operations.get(0));
    check(operations, checker);
    return checker.findings();
  }

  private static void check(List<Operation> operations, OpChecker checker) {
    for (Operation operation : operations) {
      checker.check(operation);
      operation.regions().forEach(region -> check(region.block().operations(), checker));
    }
  }

  /**
   * Returns how the law is broken, or null.
   *
   * @param pullback of the function, by the arguments {@code by}
   */
  public static @Nullable String broken(
      Function function,
      Function pullback,
      IntPredicate by,
      List<HostArray> arguments,
      SplittableRandom random) {
    List<@Nullable HostArray> directions = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      boolean moves = isDifferentiable(function.arguments().get(i)) && by.test(i);
      directions.add(moves ? random(arguments.get(i).type(), random) : null);
    }
    List<HostArray> all = new ArrayList<>(arguments);
    List<@Nullable HostArray> cotangents = new ArrayList<>();
    for (Value result : function.results()) {
      HostArray cotangent = isDifferentiable(result) ? random(result.tensor(), random) : null;
      cotangents.add(cotangent);
      if (cotangent != null) {
        all.add(cotangent);
      }
    }
    double coarse = change(function, arguments, directions, cotangents, STEP);
    double fine = change(function, arguments, directions, cotangents, STEP / 2);
    double change = (4 * fine - coarse) / 3;
    double scale = 1;
    double slope = 0;
    int gradient = 0;
    List<HostArray> gradients = Interpreter.run(pullback, all);
    for (HostArray direction : directions) {
      if (direction != null) {
        HostArray of = gradients.get(gradient++);
        slope += dot(of, direction::get);
        for (int i = 0; i < of.length(); i++) {
          scale = Math.max(scale, Math.abs(of.get(i)));
        }
      }
    }
    return Math.abs(slope - change) <= TOLERANCE * scale
        ? null
        : "the slope is " + change + ", but the derivative says " + slope;
  }

  private static double change(
      Function function,
      List<HostArray> arguments,
      List<@Nullable HostArray> directions,
      List<@Nullable HostArray> cotangents,
      double step) {
    List<HostArray> ahead = Interpreter.run(function, moved(arguments, directions, step));
    List<HostArray> behind = Interpreter.run(function, moved(arguments, directions, -step));
    double change = 0;
    for (int r = 0; r < cotangents.size(); r++) {
      HostArray cotangent = cotangents.get(r);
      HostArray after = ahead.get(r);
      HostArray before = behind.get(r);
      if (cotangent != null) {
        change += dot(cotangent, i -> (after.get(i) - before.get(i)) / (2 * step));
      }
    }
    return change;
  }

  /** Returns the real part of the products without conjugation. */
  private static double dot(HostArray left, ToDoubleFunction<Integer> right) {
    double sum = 0;
    boolean complex = left.type().element().isComplex();
    for (int i = 0; i < left.length(); i++) {
      sum += (complex && i % 2 == 1 ? -1 : 1) * left.get(i) * right.applyAsDouble(i);
    }
    return sum;
  }

  private static List<HostArray> moved(
      List<HostArray> arguments, List<@Nullable HostArray> directions, double step) {
    List<HostArray> moved = new ArrayList<>();
    for (int a = 0; a < arguments.size(); a++) {
      HostArray direction = directions.get(a);
      HostArray from = arguments.get(a);
      if (direction == null) {
        moved.add(from);
        continue;
      }
      HostArray to = HostArray.zeros(from.type());
      for (int i = 0; i < to.length(); i++) {
        to.set(i, from.get(i) + step * direction.get(i));
      }
      moved.add(to);
    }
    return moved;
  }

  /** Returns numbers from -1 to 1. */
  public static HostArray random(TensorType type, SplittableRandom random) {
    HostArray array = HostArray.zeros(type);
    for (int i = 0; i < array.length(); i++) {
      array.set(i, 2 * random.nextDouble() - 1);
    }
    return array;
  }

  /** Returns small integers, some of them negative, or booleans. */
  public static HostArray integers(TensorType type, SplittableRandom random) {
    HostArray array = HostArray.zeros(type);
    boolean signed = type.element().kind() == ElementType.Kind.SIGNED;
    for (int i = 0; i < array.length(); i++) {
      array.setLong(i, random.nextInt(14) - (signed ? 4 : 0));
    }
    return array;
  }
}
