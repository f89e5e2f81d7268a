package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.ir.ElementType;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values are from mpmath with 400 bits. */
final class SpecialFunctionsTest {
  private static final Map<String, DoubleUnaryOperator> FUNCTIONS =
      Map.of(
          "erf", ErrorFunctions::erf,
          "erfc", ErrorFunctions::erfc,
          "erf_inv", ErrorFunctions::erfInv,
          "lgamma", GammaFunctions::lgamma,
          "digamma", GammaFunctions::digamma,
          "bessel_i1e", SpecialFunctions::besselI1e,
          "bessel_i1e_slope", SpecialFunctions::besselI1eSlope,
          "acosh", SpecialFunctions::acosh,
          "asinh", SpecialFunctions::asinh,
          "atanh", SpecialFunctions::atanh);

  private static final Map<String, DoubleBinaryOperator> BINARY =
      Map.of("zeta", GammaFunctions::zeta, "polygamma", GammaFunctions::polygamma);

  private static double at(String function, double x) {
    return Objects.requireNonNull(FUNCTIONS.get(function)).applyAsDouble(x);
  }

  private static double at(String function, double a, double b) {
    return Objects.requireNonNull(BINARY.get(function)).applyAsDouble(a, b);
  }

  private static void assertNear(String what, double actual, double expected) {
    assertWithMessage("%s is %s, expected %s", what, actual, expected)
        .that(Ulps.between(ElementType.F64, actual, expected))
        .isAtMost(1);
  }

  @ParameterizedTest
  @CsvSource({
    "erf, 1e-300, 1.1283791670955126e-300",
    "erf, -0.3, -0.3286267594591274",
    "erf, 0.75, 0.7111556336535151",
    "erf, 1.0, 0.8427007929497149",
    "erf, 2.4999, 0.9995928300996666",
    "erf, -5.5, -0.9999999999999927",
    "erfc, -2.0, 1.9953222650189528",
    "erfc, 0.4, 0.5716076449533315",
    "erfc, 0.5, 0.4795001221869535",
    "erfc, 1.7, 0.01620954140922544",
    "erfc, 4.99, 1.7022661050996722e-12",
    "erfc, 5.01, 1.388336629308546e-12",
    "erfc, 20.0, 5.395865611607901e-176",
    "erfc, 26.5, 2.2109076642637343e-307",
    "erf_inv, 1e-12, 8.86226925452758e-13",
    "erf_inv, -0.25, -0.2253120550121781",
    "erf_inv, 0.5, 0.4769362762044699",
    "erf_inv, 0.9999, 2.75106390571208",
    "erf_inv, -0.9999999999999999, -5.8635847487551676",
    "lgamma, 1e-20, 46.051701859880914",
    "lgamma, 0.5, 0.5723649429247001",
    "lgamma, 1.0000001, -5.772155829918507e-08",
    "lgamma, 1.75, -0.08440112102048555",
    "lgamma, 2.0000000001, 4.2278437011204657e-11",
    "lgamma, 30.5, 72.9534711841694",
    "lgamma, 10000000000.0, 220258509288.81058",
    "lgamma, -0.5, 1.2655121234846454",
    "lgamma, -2.5, -0.056243716497674054",
    "lgamma, -10.000001, -1.2889043661138306",
    "digamma, 1e-09, -1000000000.5772156",
    "digamma, 0.5, -1.9635100260214235",
    "digamma, 1.4616, -3.110625123034165e-05",
    "digamma, 3.0, 0.9227843350984671",
    "digamma, 1000000.0, 13.815510057964191",
    "digamma, -0.5, 0.03648997397857652",
    "digamma, -7.25, 5.189977214956288",
    "bessel_i1e, 1e-09, 4.999999995000001e-10",
    "bessel_i1e, 0.5, 0.1564208031848717",
    "bessel_i1e, -3.0, -0.19682671329730086",
    "bessel_i1e, 29.9, 0.07203337491186879",
    "bessel_i1e, 30.1, 0.07179985435101434",
    "bessel_i1e, 100000.0, 0.0012615615301218171",
    "bessel_i1e_slope, 0.0, 0.5",
    "bessel_i1e_slope, 1e-09, 0.49999999900000003",
    "bessel_i1e_slope, 0.5, 0.17577286089453498",
    "bessel_i1e_slope, -1.5, 0.0023679633526155525",
    "bessel_i1e_slope, 7.5, -0.00813087634429926",
    "bessel_i1e_slope, -8.25, -0.00718322017625052",
    "bessel_i1e_slope, 29.9, -0.0011732988395079767",
    "bessel_i1e_slope, 30.1, -0.0011619374409173227",
    "bessel_i1e_slope, 55.0, -0.0004789307957138427",
    "acosh, 1.0, 0.0",
    "acosh, 1.0000001, 0.0004472135919037347",
    "acosh, 3.0, 1.762747174039086",
    "acosh, 1e300, 691.4686750787737",
    "asinh, 1e-09, 1e-09",
    "asinh, -0.5, -0.48121182505960347",
    "asinh, 3.0, 1.8184464592320668",
    "asinh, -1e300, -691.4686750787737",
    "atanh, 1e-09, 1e-09",
    "atanh, -0.5, -0.5493061443340549",
    "atanh, 0.999999, 7.254328619247669",
  })
  void isRightToTheLastBit(String function, double x, double expected) {
    assertNear(function, at(function, x), expected);
  }

  @ParameterizedTest
  @CsvSource({
    "zeta, 1.0001, 2.5, 9999.296867107487",
    "zeta, 2.0, 1.0, 1.6449340668482264",
    "zeta, 3.5, 0.001, 31622776602.806843",
    "zeta, 94.7, 34.5, 2.504597506529734e-146",
    "zeta, 2.0, -0.5, 8.934802200544679",
    "zeta, 3.0, -2.25, -61.94847488703008",
    "polygamma, 0.0, 0.5, -1.9635100260214235",
    "polygamma, 1.0, 1.0, 1.6449340668482264",
    "polygamma, 2.0, 3.5, -0.1082040516417274",
    "polygamma, 3.0, -0.25, 1555.7633125348507",
    "polygamma, 180.0, 60.0, -30201071.566192266",
  })
  void ofTwoNumbersIsRightToTheLastBit(String function, double a, double b, double expected) {
    assertNear(function, at(function, a, b), expected);
  }

  /** As JAX gives on the CPU. */
  @ParameterizedTest
  @CsvSource({
    "erf, Infinity, 1",
    "erf, -Infinity, -1",
    "erfc, Infinity, 0",
    "erfc, -Infinity, 2",
    "erf_inv, 1, Infinity",
    "erf_inv, -1, -Infinity",
    "erf_inv, 1.5, NaN",
    "lgamma, 0, Infinity",
    "lgamma, -3, Infinity",
    "lgamma, -Infinity, Infinity",
    "lgamma, 1, 0",
    "lgamma, 2, 0",
    "digamma, 0, NaN",
    "digamma, -2, NaN",
    "digamma, Infinity, Infinity",
    "bessel_i1e, -Infinity, -0.0",
    "bessel_i1e_slope, -Infinity, -0.0",
    "bessel_i1e_slope, NaN, NaN",
    "acosh, 0.5, NaN",
    "acosh, -1e10, NaN",
    "asinh, -0.0, -0.0",
    "atanh, 1, Infinity",
    "atanh, -2, NaN",
    "erf, NaN, NaN",
    "erfc, NaN, NaN",
    "lgamma, NaN, NaN",
  })
  void limits(String function, double x, double expected) {
    assertThat(at(function, x)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "zeta, 1, 3, Infinity",
    "zeta, 0.5, 3, NaN",
    "zeta, 2, -3, Infinity",
    "zeta, 2.5, -0.5, NaN",
    "zeta, NaN, 1, NaN",
    "polygamma, 1.5, 3, NaN",
    "polygamma, -1, 3, NaN",
    "polygamma, 1, 0, Infinity",
  })
  void limitsOfTwoNumbers(String function, double a, double b, double expected) {
    assertThat(at(function, a, b)).isEqualTo(expected);
  }

  @Test
  void theHyperbolicTangentForFloatsIsThatOfDoubles() {
    for (double x = -25; x < 25; x += 0.00371) {
      assertThat(SpecialFunctions.tanhForFloats(x)).isWithin(1e-14 * Math.abs(x)).of(Math.tanh(x));
    }
    for (double x = 1e-300; x < 1; x *= 1.7) {
      assertThat(SpecialFunctions.tanhForFloats(-x)).isWithin(1e-14 * x).of(Math.tanh(-x));
    }
    assertThat(SpecialFunctions.tanhForFloats(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
    assertThat(SpecialFunctions.tanhForFloats(Double.NaN)).isNaN();
    assertThat(SpecialFunctions.tanhForFloats(-0.0)).isEqualTo(-0.0);
  }

  @Test
  void theInverseErrorFunctionUndoesTheErrorFunction() {
    for (double y = 0.001; y < 3; y += 0.003) {
      // Where the curve is flat, the last bit of its value is worth more.
      double flat = Math.exp(y * y);
      assertThat(ErrorFunctions.erfInv(ErrorFunctions.erf(y))).isWithin(2e-16 * (y + flat)).of(y);
    }
  }
}
