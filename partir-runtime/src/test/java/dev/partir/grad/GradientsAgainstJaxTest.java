package dev.partir.grad;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.core.Flattening;
import dev.partir.interp.Interpreter;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.TensorType;
import dev.partir.text.MlirParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gradients of small models are those that JAX 0.10 gave in double precision ({@code
 * scripts/gradient_fixtures.py}).
 */
final class GradientsAgainstJaxTest {
  private static final double TOLERANCE = 1e-11;

  private static String read(String name) throws IOException {
    try (InputStream file = GradientsAgainstJaxTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static double[] numbers(String line) {
    String text = line.substring(line.indexOf(':') + 1).strip();
    return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static HostArray array(TensorType type, double... numbers) {
    HostArray array = HostArray.zeros(type);
    for (int i = 0; i < numbers.length; i++) {
      array.set(i, numbers[i]);
    }
    return array;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "attention", "convolutions", "recurrence"})
  void gradientsAreThoseOfJax(String name) throws IOException {
    Function loss = Flattening.flatten(MlirParser.parse(name, read(name + ".mlir")));
    List<String> lines = read(name + ".txt").lines().toList();
    List<HostArray> arguments = new ArrayList<>();
    for (int i = 0; i < loss.arguments().size(); i++) {
      arguments.add(array(loss.arguments().get(i).tensor(), numbers(lines.get(i))));
    }
    double value = Interpreter.run(loss, arguments).get(0).get(0);
    double expectedValue = numbers(lines.get(arguments.size()))[0];
    assertThat(value).isWithin(TOLERANCE * Math.abs(expectedValue)).of(expectedValue);

    Function pullback = Derivatives.pullback(loss, i -> true);
    assertThat(Derivatives.findings(pullback)).isEmpty();
    List<String> expected = lines.subList(arguments.size() + 1, lines.size());
    arguments.add(HostArray.scalar(ElementType.F64, 1));
    List<HostArray> gradients = Interpreter.run(pullback, arguments);
    assertThat(gradients).hasSize(expected.size());
    for (int g = 0; g < gradients.size(); g++) {
      double[] numbers = numbers(expected.get(g));
      double largest = Arrays.stream(numbers).map(Math::abs).max().orElse(0);
      assertWithMessage("gradient %s", g)
          .that(gradients.get(g).doubles())
          .usingTolerance(TOLERANCE * Math.max(1, largest))
          .containsExactly(numbers)
          .inOrder();
    }
  }
}
