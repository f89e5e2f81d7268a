package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.interp.Interpreter;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.text.MlirParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Batch normalization over the second of three dimensions. The expected values are from NumPy, the
 * gradients by differences of its values.
 */
final class BatchNormTest {
  private static final String ARGUMENTS =
      """
      %x = stablehlo.constant dense<[[[0.13, -0.13], [0.64, 0.1]], [[-0.54, 0.36], [1.3, 0.95]],
        [[-0.7, -1.27], [-0.62, 0.04]]]> : tensor<3x2x2xf64>
      %g = stablehlo.constant dense<[[[-2.33, -0.22], [-1.25, -0.73]], [[-0.54, -0.32],
        [0.41, 1.04]], [[-0.13, 1.37], [-0.67, 0.35]]]> : tensor<3x2x2xf64>
      %scale = stablehlo.constant dense<[0.5, -2.0]> : tensor<2xf64>
      %offset = stablehlo.constant dense<[1.0, 0.25]> : tensor<2xf64>
      %mean = stablehlo.constant dense<[-0.35833333333333334, 0.40166666666666667]>
        : tensor<2xf64>
      %variance = stablehlo.constant dense<[0.29791388888888887, 0.40501388888888895]>
        : tensor<2xf64>
      """;

  private static final String INFERENCE =
      "%y = \"stablehlo.batch_norm_inference\"(%x, %scale, %offset, %mean, %variance) {epsilon ="
          + " 0.125 : f32, feature_index = 1 : i64} : (tensor<3x2x2xf64>, tensor<2xf64>,"
          + " tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) -> tensor<3x2x2xf64>\n";

  private static final String TRAINING =
      "%y, %m, %v = \"stablehlo.batch_norm_training\"(%x, %scale, %offset) {epsilon = 0.125 :"
          + " f32, feature_index = 1 : i64} : (tensor<3x2x2xf64>, tensor<2xf64>, tensor<2xf64>)"
          + " -> (tensor<3x2x2xf64>, tensor<2xf64>, tensor<2xf64>)\n";

  private static final String GRAD =
      "%dx, %ds, %do = \"stablehlo.batch_norm_grad\"(%x, %scale, %mean, %variance, %g) {epsilon ="
          + " 0.125 : f32, feature_index = 1 : i64} : (tensor<3x2x2xf64>, tensor<2xf64>,"
          + " tensor<2xf64>, tensor<2xf64>, tensor<3x2x2xf64>) -> (tensor<3x2x2xf64>,"
          + " tensor<2xf64>, tensor<2xf64>)\n";

  private static String near(String name, String elements, String type, String tolerance) {
    return "check.expect_almost_eq_const "
        + name
        + ", dense<"
        + elements
        + "> : tensor<"
        + type
        + "> {tolerance = "
        + tolerance
        + " : f64}\n";
  }

  private static final String NORMALIZED =
      near(
          "%y",
          "[[[1.3754571682312875, 1.17555505818323], [-0.40474344262143946, 1.078731210590773]],"
              + " [[0.8603248077228316, 1.5522936501968767], [-2.2178791298808105,"
              + " -1.2563677805765985]], [[0.7373081246163347, 0.2990611910494395],"
              + " [3.056697414873723, 1.2435617276143522]]]",
          "3x2x2xf64",
          "1.0e-14");

  private static Operation run(String... text) {
    var module =
        MlirParser.parse(
            "t.mlir", "func.func @main() {\n" + ARGUMENTS + String.join("", text) + "return\n}\n");
    Interpreter.run(module, List.of());
    return module.functions().get(0).body().operations().get(6);
  }

  private static String refusal(String text) {
    return assertThrows(PartirException.class, () -> run(text)).diagnostics().get(0).toString();
  }

  @Test
  void inferenceNormalizesByGivenMoments() {
    Operation operation = run(INFERENCE, NORMALIZED);
    assertThat(Op.of(operation).rule(operation).toString())
        .isEqualTo("([i, j, k], [j], [j], [j], [j])->([i, j, k]) {i=3, j=2, k=2}");
  }

  @Test
  void trainingNormalizesByTheMomentsOfTheBatch() {
    Operation operation =
        run(
            TRAINING,
            NORMALIZED,
            near("%m", "[-0.35833333333333334, 0.40166666666666667]", "2xf64", "1.0e-15"),
            near("%v", "[0.29791388888888887, 0.40501388888888895]", "2xf64", "1.0e-15"));
    assertThat(Op.of(operation).rule(operation).toString())
        .isEqualTo(
            "([i, j, k], [j], [j])->([i, j, k], [j], [j]) {i=3, j=2, k=2} need_replication={i, k}");
  }

  @Test
  void theGradientIsThatOfTraining() {
    run(
        GRAD,
        near(
            "%dx",
            "[[[-1.1398427, 0.2835698], [3.3369044, 1.2465105]], [[-0.2760664, 0.581478],"
                + " [-0.4144633, -2.5741688]], [[-0.0832178, 0.6340792], [0.1991964,"
                + " -1.7939791]]]",
            "3x2x2xf64",
            "2.0e-7"),
        near("%ds", "[-3.8817658, 1.9488690]", "2xf64", "2.0e-7"),
        near("%do", "[-2.17, -0.85]", "2xf64", "1.0e-14"));
  }

  @Test
  void mistakesAreNamed() {
    assertThat(refusal(INFERENCE.replace("feature_index = 1", "feature_index = 3")))
        .contains("feature_index is 3 for an operand of rank 3 (constraint C1)");
    assertThat(refusal(TRAINING.replace("feature_index = 1", "feature_index = 0")))
        .contains("operand 1 is a tensor<2xf64> for an operand 0 of type tensor<3x2x2xf64>");
    assertThat(refusal(GRAD.replace("epsilon = 0.125 : f32, ", "")))
        .contains("it has no number epsilon");
  }
}
