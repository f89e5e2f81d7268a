package dev.partir.core;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.grad.Derivatives;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.op.BinaryOp;
import dev.partir.op.Op;
import dev.partir.op.Ops;
import dev.partir.op.ShardingOp;
import dev.partir.op.UnaryOp;
import dev.partir.text.MlirParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The derivative of every operation is the slope of what it computes, and so is the derivative of
 * that; an operation that has none says so, and the page on differentiation has the reason.
 */
final class GradientLawTest {
  private static final List<String> ELEMENTS = List.of("f64", "complex<f64>");

  /** Operands that an operation has no derivative by: orders of functions. */
  private static final Map<String, Integer> ORDERS =
      Map.of(
          "chlo.polygamma", 0,
          "chlo.zeta", 0,
          "chlo.broadcast_polygamma", 0,
          "chlo.broadcast_zeta", 0);

  /** Operations whose derivative is not their slope, but that of the identity. */
  private static final Set<String> STRAIGHT_THROUGH = Set.of("stablehlo.reduce_precision");

  /** Operations that ControlFlowGradientTest and DerivativeFormsTest differentiate. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "stablehlo.while",
          "stablehlo.if",
          "stablehlo.case",
          "stablehlo.convert",
          "chlo.scan",
          "sdy.propagation_barrier");

  /** Operations that take positive numbers only, or are not smooth near 0. */
  private static final Set<String> POSITIVE =
      Set.of(
          "log",
          "sqrt",
          "rsqrt",
          "power",
          "lgamma",
          "digamma",
          "polygamma",
          "divide",
          "batch_norm_inference",
          "batch_norm_grad");

  @Test
  void derivativesAreSlopes() {
    Law law = new Law();
    law.check(0, 12, 4);
    law.finish();
  }

  @Tag("nightly")
  @Test
  void derivativesOfManyInstancesAreSlopes() {
    Law law = new Law();
    law.check(1_000, 300, 40);
    law.finish();
  }

  @Test
  void everyOperationHasADerivativeOrAReasonForNone() throws IOException {
    Law law = new Law();
    law.check(0, 12, 0);
    Set<String> without = new TreeSet<>();
    for (Op op : Ops.all()) {
      if (!law.differentiated.contains(op.opName())
          && !ELSEWHERE.contains(op.opName())
          && !(op instanceof ShardingOp)) {
        without.add(op.opName());
      }
    }
    Set<String> listed = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "differentiation.md"))) {
      if (line.startsWith("| `")) {
        listed.addAll(List.of(line.substring(3, line.indexOf("` |")).split("`, `")));
      }
    }
    assertThat(listed).containsExactlyElementsIn(without);
  }

  @Test
  void ordersHaveNoDerivative() {
    for (String name : List.of("chlo.polygamma", "chlo.zeta")) {
      Op op = Objects.requireNonNull(Ops.named(name));
      Function function = MlirParser.parse("law.mlir", LawInstances.of(op, 0, "f64")).main();
      PartirException e =
          assertThrows(PartirException.class, () -> Derivatives.pullback(function, i -> true));
      assertThat(e.diagnostics().get(0).code()).isEqualTo(ErrorCode.NO_DERIVATIVE);
      assertThat(e).hasMessageThat().contains("in operand 0");
    }
  }

  /** The law on many instances. */
  private static final class Law {
    final Set<String> differentiated = new TreeSet<>();
    private final Map<String, Integer> twice = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();

    void check(long first, int instances, int second) {
      for (Op op : Ops.all()) {
        if (!LawInstances.has(op)) {
          continue;
        }
        boolean elementwise =
            op instanceof UnaryOp
                || op instanceof BinaryOp
                || op.opName().startsWith("chlo.broadcast_");
        int count = elementwise ? 1 + instances / 6 : instances;
        for (long seed = first; seed < first + count; seed++) {
          for (String element : ELEMENTS) {
            // Payloads are to be of that precision too.
            String text = text(op, seed, element);
            Function function = text == null ? null : parse(text);
            if (text != null && function != null) {
              check(op, function, seed, twice.getOrDefault(op.opName(), 0) < second, text);
            }
          }
        }
      }
    }

    private static @Nullable String text(Op op, long seed, String element) {
      try {
        return LawInstances.of(op, seed, element).replace("f32", "f64");
      } catch (NumberFormatException noWidth) {
        return null;
      }
    }

    /** Returns a program that has anything to differentiate, or null. */
    private static @Nullable Function parse(String text) {
      try {
        Function function = MlirParser.parse("law.mlir", text).main();
        return function.results().stream().anyMatch(Derivatives::isDifferentiable)
                && function.arguments().stream().anyMatch(Derivatives::isDifferentiable)
            ? function
            : null;
      } catch (PartirException refused) {
        return null;
      }
    }

    private void check(Op op, Function function, long seed, boolean again, String text) {
      String name = op.opName();
      // An initial value or an index that is a constant leaves shorter ways than one that is not.
      boolean first = seed % 2 == 1 && !ORDERS.containsKey(name);
      IntPredicate by = i -> first ? i == 0 : ORDERS.getOrDefault(name, -1) != i;
      try {
        Function pullback = Derivatives.pullback(function, by);
        differentiated.add(name);
        if (STRAIGHT_THROUGH.contains(name)) {
          return;
        }
        check(name, function, function, pullback, by, seed, text);
        if (again) {
          Function second = Derivatives.pullback(pullback, by);
          check(name, function, pullback, second, by, seed, "the derivative of\n" + text);
          twice.merge(name, 1, Integer::sum);
        }
      } catch (PartirException e) {
        if (e.diagnostics().get(0).code() != ErrorCode.NO_DERIVATIVE) {
          failures.add(text + "\n" + e);
        }
      }
    }

    /**
     * Checks the derivative of {@code checked}, which takes the arguments of a function and
     * cotangents behind them.
     */
    private void check(
        String name,
        Function function,
        Function checked,
        Function pullback,
        IntPredicate by,
        long seed,
        String text) {
      assertWithMessage(text).that(Derivatives.findings(pullback)).isEmpty();
      // A step may lead across an edge of the function; one from elsewhere hardly does as well.
      String broken = "";
      for (int place = 0; place < 2 && broken != null; place++) {
        SplittableRandom random = new SplittableRandom(seed + 31L * place);
        List<HostArray> arguments = arguments(name, function, random);
        for (int a = arguments.size(); a < checked.arguments().size(); a++) {
          arguments.add(Derivatives.random(checked.arguments().get(a).tensor(), random));
        }
        broken = Derivatives.broken(checked, pullback, by, arguments, random);
      }
      if (broken != null) {
        failures.add(text + "\n" + broken);
      }
    }

    void finish() {
      List<String> shown = failures.subList(0, Math.min(5, failures.size()));
      assertWithMessage("%s failures:\n%s", failures.size(), String.join("\n\n", shown))
          .that(failures)
          .isEmpty();
      Set<String> once = new TreeSet<>(differentiated);
      once.removeAll(twice.keySet());
      once.removeAll(STRAIGHT_THROUGH);
      assertWithMessage("operations whose derivatives have none").that(once).isEmpty();
    }
  }

  private static List<HostArray> arguments(
      String name, Function function, SplittableRandom random) {
    String op = name.substring(name.indexOf('.') + 1).replace("broadcast_", "");
    List<HostArray> arguments = new ArrayList<>();
    for (int a = 0; a < function.arguments().size(); a++) {
      TensorType type = function.arguments().get(a).tensor();
      if (type.element().isInteger()) {
        arguments.add(Derivatives.integers(type, random));
        continue;
      }
      HostArray array = Derivatives.random(type, random);
      int[] order = order(array.length(), random);
      double shift = 0.3 + 0.4 * random.nextDouble();
      for (int i = 0; i < array.length(); i++) {
        // No two are so near that a step changes their order.
        double place = (a + shift) / function.arguments().size();
        double magnitude = 0.1 + 0.8 * (order[i] + place) / array.length();
        if (op.equals("acosh") || op.equals("zeta")) {
          array.set(i, 1.1 + magnitude);
        } else if (op.equals("polygamma") && a == 0) {
          array.set(i, 1 + Math.floor(3 * magnitude));
        } else if (POSITIVE.contains(op)) {
          array.set(i, magnitude);
        } else {
          array.set(i, Math.copySign(magnitude, array.get(i)));
        }
      }
      if (op.equals("cholesky") || (op.equals("triangular_solve") && a == 0)) {
        dominate(array);
      }
      arguments.add(array);
    }
    return arguments;
  }

  private static int[] order(int count, SplittableRandom random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      order.add(random.nextInt(i + 1), i);
    }
    return order.stream().mapToInt(i -> i).toArray();
  }

  /** Makes the diagonals of matrices large, so that they are positive definite. */
  private static void dominate(HostArray matrices) {
    TensorType type = matrices.type();
    int n = (int) type.dim(type.rank() - 1);
    int parts = type.element().isComplex() ? 2 : 1;
    for (int i = 0; i < matrices.length(); i += parts) {
      if (i / parts / n % n == i / parts % n) {
        matrices.set(i, 2 * n);
      }
    }
  }
}
