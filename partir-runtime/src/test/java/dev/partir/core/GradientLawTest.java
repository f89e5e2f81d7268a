package dev.partir.core;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.grad.Derivatives;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.op.BinaryOp;
import dev.partir.op.Op;
import dev.partir.op.Ops;
import dev.partir.op.UnaryOp;
import dev.partir.text.MlirParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The derivative of every operation is the slope of what it computes. */
final class GradientLawTest {
  private static final List<String> ELEMENTS = List.of("f64", "complex<f64>");

  /** Operands that an operation has no derivative by; see its class. */
  private static final Map<String, Integer> DISCRETE =
      Map.of(
          "chlo.polygamma", 0,
          "chlo.zeta", 0,
          "chlo.broadcast_polygamma", 0,
          "chlo.broadcast_zeta", 0);

  @Test
  void derivativesAreSlopes() {
    check(0, 12, 2);
  }

  @Tag("nightly")
  @Test
  void derivativesOfManyInstancesAreSlopes() {
    check(1_000, 300, 20);
  }

  private static void check(long first, int instances, int second) {
    List<String> failures = new ArrayList<>();
    Set<String> differentiated = new TreeSet<>();
    Map<String, String> without = new TreeMap<>();
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
          Function function;
          String text;
          try {
            text = LawInstances.of(op, seed, element).replace("f32", "f64");
            function = MlirParser.parse("law.mlir", text).main();
          } catch (PartirException | NumberFormatException refused) {
            continue;
          }
          if (function.results().stream().noneMatch(Derivatives::isDifferentiable)
              || function.arguments().stream().noneMatch(Derivatives::isDifferentiable)) {
            continue;
          }
          try {
            IntPredicate by = i -> DISCRETE.getOrDefault(op.opName(), -1) != i;
            Function pullback = Derivatives.pullback(function, by);
            assertWithMessage(text).that(Derivatives.findings(pullback)).isEmpty();
            SplittableRandom random = new SplittableRandom(seed);
            List<HostArray> arguments = arguments(op.opName(), function, random);
            String broken = Derivatives.broken(function, pullback, by, arguments, random, 1e-6);
            if (broken != null) {
              failures.add(text + "\n" + broken);
            }
            differentiated.add(op.opName());
          } catch (PartirException e) {
            assertThat(e.diagnostics().get(0).code()).isEqualTo(ErrorCode.NO_DERIVATIVE);
            without.put(op.opName(), e.getMessage());
          } catch (RuntimeException e) {
            failures.add(
                text
                    + "\n"
                    + e
                    + " "
                    + e.getStackTrace()[0]
                    + e.getStackTrace()[1]
                    + e.getStackTrace()[2]);
          }
        }
      }
    }
    without.forEach((k, v) -> System.out.println(k + ": " + v));
    System.out.println(differentiated);
    List<String> shown = failures.subList(0, Math.min(8, failures.size()));
    assertWithMessage("%s failures:\n%s", failures.size(), String.join("\n\n", shown))
        .that(failures.size())
        .isEqualTo(0);
  }

  private static List<HostArray> arguments(
      String name, Function function, SplittableRandom random) {
    List<HostArray> arguments = new ArrayList<>();
    for (int a = 0; a < function.arguments().size(); a++) {
      TensorType type = function.arguments().get(a).tensor();
      if (type.element().isInteger()) {
        arguments.add(Derivatives.integers(type, random));
        continue;
      }
      HostArray array = Derivatives.random(type, random);
      for (int i = 0; i < array.length(); i++) {
        double magnitude = 0.1 + 0.8 * Math.abs(array.get(i));
        if (name.endsWith("acosh") || name.endsWith("zeta")) {
          array.set(i, 1.1 + magnitude);
        } else if (name.endsWith("polygamma") && a == 0) {
          array.set(i, 1 + Math.floor(3 * magnitude));
        } else if (POSITIVE.contains(
            name.substring(name.indexOf('.') + 1).replace("broadcast_", ""))) {
          array.set(i, magnitude);
        } else {
          array.set(i, Math.copySign(magnitude, array.get(i)));
        }
      }
      if (name.endsWith("cholesky") || (name.endsWith("solve") && a == 0)) {
        dominate(array);
      }
      arguments.add(array);
    }
    return arguments;
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

  /** Operations that take positive numbers only. */
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
}
