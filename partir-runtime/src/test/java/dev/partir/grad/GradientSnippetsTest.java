package dev.partir.grad;

import static com.google.common.truth.Truth.assertThat;
import static dev.partir.grad.GradientsTest.W;
import static dev.partir.grad.GradientsTest.X;
import static dev.partir.grad.GradientsTest.Y;
import static dev.partir.grad.GradientsTest.arguments;
import static dev.partir.grad.GradientsTest.requireLaw;
import static dev.partir.grad.GradientsTest.trace;

import dev.partir.array.HostArray;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.interp.Interpreter;
import dev.partir.ir.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The snippets of docs/differentiation.md. */
final class GradientSnippetsTest {
  @Test
  void theFirstSnippet() {
    requireLaw(
        in -> {
          Tensor x = in.get(0);
          Tensor w = in.get(1);
          Tensor y = in.get(2);
          Tensor loss = x.matmul(w).minus(y).pow(x.scalar(2)).mean();
          Tensor slope = Gradients.of(loss, List.of(w)).get(0);
          Tensor updated = w.minus(slope.times(0.1));
          return List.of(updated.sum());
        },
        X,
        W,
        Y);
  }

  @Test
  void theOtherSnippets() {
    Function second =
        trace(
            in -> {
              Tensor x = in.get(0);
              Tensor slope = Gradients.of(x.tanh().sum(), List.of(x)).get(0);
              Tensor curvature = Gradients.of(slope.sum(), List.of(x)).get(0);
              return List.of(curvature);
            },
            X);
    List<HostArray> arguments = arguments(second, 6);
    double tanh = Math.tanh(arguments.get(0).get(0));
    assertThat(Interpreter.run(second, arguments).get(0).get(0))
        .isWithin(1e-12)
        .of(-2 * tanh * (1 - tanh * tanh));

    Function stopped =
        trace(
            in -> {
              Tensor x = in.get(0);
              Tensor target = x.tanh().stopGradient();
              Tensor slope = Gradients.of(x.times(target).sum(), List.of(x)).get(0);
              return List.of(slope);
            },
            X);
    assertThat(Interpreter.run(stopped, arguments).get(0).get(0)).isWithin(1e-15).of(tanh);

    Function auxiliary =
        trace(
            in -> {
              Tensor x = in.get(0);
              Tensor w = in.get(1);
              Tensor y = in.get(2);
              var step =
                  Gradients.valueAndGradientWithAuxiliary(
                      w,
                      q -> {
                        Tensor prediction = x.matmul(q);
                        Tensor error = prediction.minus(y);
                        return new Gradients.Loss<>(error.times(error).mean(), prediction);
                      });
              return List.of(step.value(), step.gradient(), step.auxiliary());
            },
            X,
            W,
            Y);
    List<HostArray> results = Interpreter.run(auxiliary, arguments(auxiliary, 6));
    assertThat(results.get(1).type()).isEqualTo(W);
    assertThat(results.get(2).type()).isEqualTo(Y);

    requireLaw(
        in -> {
          Tensor x = in.get(0);
          Tensor w = in.get(1);
          Tensor h =
              Gradients.checkpoint(List.of(x), q -> List.of(q.get(0).matmul(w).tanh())).get(0);
          Tensor slope = Gradients.of(h.sum(), List.of(w)).get(0);
          return List.of(slope.sum());
        },
        X,
        W);
  }

  @Test
  void thePageShowsThisClass() throws IOException {
    String own =
        Files.readString(Path.of("src/test/java/dev/partir/grad/GradientSnippetsTest.java"))
            .replaceAll("\\s+", "");
    @Nullable String inside = null;
    int snippets = 0;
    for (String line : Files.readAllLines(Path.of("..", "docs", "differentiation.md"))) {
      if (line.equals("```java")) {
        inside = "";
        snippets++;
      } else if (line.equals("```") && inside != null) {
        assertThat(own).contains(inside);
        inside = null;
      } else if (inside != null) {
        inside += line.replaceAll("\\s+", "");
      }
    }
    assertThat(snippets).isEqualTo(5);
  }
}
