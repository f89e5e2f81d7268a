package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ComplexFunctionsTest {
  private static final Map<String, ComplexFunctions.Unary> FUNCTIONS =
      Map.ofEntries(
          Map.entry("exp", ComplexFunctions::exp),
          Map.entry("expm1", ComplexFunctions::expm1),
          Map.entry("log", ComplexFunctions::log),
          Map.entry("log1p", ComplexFunctions::log1p),
          Map.entry("logistic", ComplexFunctions::logistic),
          Map.entry("sqrt", ComplexFunctions::sqrt),
          Map.entry("rsqrt", ComplexFunctions::rsqrt),
          Map.entry("cbrt", ComplexFunctions::cbrt),
          Map.entry("sin", ComplexFunctions::sin),
          Map.entry("cos", ComplexFunctions::cos),
          Map.entry("tan", ComplexFunctions::tan),
          Map.entry("tanh", ComplexFunctions::tanh),
          Map.entry("sinh", ComplexFunctions::sinh),
          Map.entry("cosh", ComplexFunctions::cosh),
          Map.entry("asin", ComplexFunctions::asin),
          Map.entry("acos", ComplexFunctions::acos),
          Map.entry("asinh", ComplexFunctions::asinh),
          Map.entry("acosh", ComplexFunctions::acosh),
          Map.entry("atan", ComplexFunctions::atan),
          Map.entry("atanh", ComplexFunctions::atanh),
          Map.entry("sign", ComplexFunctions::sign));

  private static double[] at(String function, double re, double im) {
    double[] out = new double[2];
    Objects.requireNonNull(FUNCTIONS.get(function)).apply(re, im, out);
    return out;
  }

  /** Function, argument and value, the latter from mpmath with 600 bits. */
  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("exp", 1.25, -3.5, -3.2685550034534767, 1.2243537683621983),
        Arguments.of("exp", 709.5, 1.5, 9.584794052633767e306, 1.3515920604334267e308),
        Arguments.of("expm1", 1e-09, 1e-09, 1e-09, 1.000000001e-09),
        Arguments.of("log", 0.6, 0.8, 2.2204460492503132e-17, 0.9272952180016123),
        Arguments.of("log", -3e200, 4e200, 462.12645651124325, 2.214297435588181),
        Arguments.of("log1p", -1e-12, 2e-06, 9.999999999994998e-13, 1.9999999999993333e-06),
        Arguments.of("logistic", -30.0, 2.0, -3.894145196083145e-14, 8.508862486771929e-14),
        Arguments.of("sqrt", -1e-300, 3e-310, 1.4999999999999952e-160, 1e-150),
        Arguments.of("sqrt", 3.0, -4.5, 2.0504056809807154, -1.0973438187723992),
        Arguments.of("rsqrt", -2.0, 0.001, 0.00017677666767528368, -0.7071067148952989),
        Arguments.of("cbrt", -8.0, 1.0, 1.0736876943589129, 1.6934935764777201),
        Arguments.of("sin", 1e22, 0.5, -0.9609638057684242, 0.2726447684343254),
        Arguments.of("cos", 3.0, 20.0, -240154951.53369063, -34233258.14329833),
        Arguments.of("tan", 1.5707963267948966, 1e-09, 61.23233995736742, 999999999.9999962),
        Arguments.of("tanh", 0.5, 1.5, 2.1247991277429965, 0.2551492218136517),
        Arguments.of("sinh", 1e-08, 3.141592653589793, -1e-08, 1.2246467991473532e-16),
        Arguments.of("cosh", -2.0, 0.25, 3.645238137997194, -0.8972996245648263),
        Arguments.of("asin", 1.0000001, 1e-07, 1.5705928044279116, 0.0004913464704055165),
        Arguments.of("acos", 0.5, -1e-20, 1.0471975511965979, 1.1547005383792515e-20),
        Arguments.of("asinh", 3e-05, -2e-05, 3.00000000015e-05, -1.9999999992333334e-05),
        Arguments.of("acosh", -0.75, -0.5, 0.6063349998873513, -2.2530002923783288),
        Arguments.of("atan", 0.001, 0.999, 0.3929492067403906, 3.6269144346727527),
        Arguments.of("atanh", 50000000000.0, -3.0, 2e-11, -1.5707963267948966));
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyPartIsTheNearestDouble(String function, double re, double im, double x, double y) {
    assertThat(at(function, re, im)).isEqualTo(new double[] {x, y});
  }

  /** Branch cuts are continuous from the side that the sign of a zero tells (C, 7.3.3.2). */
  @ParameterizedTest
  @CsvSource({
    "log,   -1,    0,  0,  3.141592653589793",
    "log,   -1, -0.0,  0, -3.141592653589793",
    "sqrt,  -4,    0,  0,  2",
    "sqrt,  -4, -0.0,  0, -2",
    "asin,   2,    0,  1.5707963267948966,  1.3169578969248168",
    "asin,   2, -0.0,  1.5707963267948966, -1.3169578969248168",
    "acos,   2,    0,  0, -1.3169578969248168",
    "acosh, -1, -0.0,  0, -3.141592653589793",
    "atanh,  2, -0.0,  0.5493061443340549, -1.5707963267948966",
    "atanh,  2,    0,  0.5493061443340549,  1.5707963267948966",
  })
  void theSignOfZeroTellsTheSideOfACut(String function, double re, double im, double x, double y) {
    double[] out = at(function, re, im);
    assertWithMessage("real part").that(out[0]).isWithin(1e-15).of(x);
    assertWithMessage("imaginary part").that(out[1]).isWithin(1e-15).of(y);
  }

  /** C, Annex G. */
  @ParameterizedTest
  @CsvSource({
    "exp,   -Infinity, NaN,       0,        0",
    "exp,    Infinity, 0,         Infinity, 0",
    "log,    0,        0,        -Infinity, 0",
    "log,   -Infinity, Infinity,  Infinity, 2.356194490192345",
    "sqrt,   NaN,     -Infinity,  Infinity, -Infinity",
    "sqrt,  -Infinity, 1,         0,        Infinity",
    "tanh,   Infinity, 1,         1,        0",
    "tanh,  -Infinity, NaN,      -1,        0",
    "cosh,   0,        NaN,       NaN,      0",
    "sinh,   Infinity, 0,         Infinity, 0",
    "asinh,  Infinity, Infinity,  Infinity, 0.7853981633974483",
    "acos,  -Infinity, 1,         3.141592653589793, -Infinity",
    "atanh,  1,        0,         Infinity, 0",
    "atanh,  2,        Infinity,  0,        1.5707963267948966",
  })
  void infinitiesAndNaN(String function, double re, double im, double x, double y) {
    assertThat(at(function, re, im)).isEqualTo(new double[] {x, y});
  }

  @Test
  void zerosKeepTheirSigns() {
    for (String odd :
        new String[] {"sin", "tan", "tanh", "sinh", "asin", "asinh", "atan", "atanh"}) {
      double[] out = at(odd, -0.0, 0.0);
      assertWithMessage(odd).that(out).isEqualTo(new double[] {-0.0, 0.0});
    }
  }

  @Test
  void aProductIsRoundedOnce() {
    double[] out = new double[2];
    double a = 1 + 0x1p-30;
    // a^2 - (1 + 2^-29) is 2^-60, which is lost where a product is rounded before the difference.
    ComplexFunctions.multiply(a, 1 + 0x1p-29, a, 1, out);
    assertThat(out[0]).isEqualTo(0x1p-60);
  }

  @Test
  void aQuotientDoesNotOverflowOnTheWay() {
    double[] out = new double[2];
    ComplexFunctions.divide(1e300, 1e300, 2e300, 2e300, out);
    assertThat(out).isEqualTo(new double[] {0.5, 0});
    ComplexFunctions.divide(1, 0, 0, 0, out);
    assertThat(out[0]).isPositiveInfinity();
  }

  @Test
  void powersAreExactWhereTheyCanBe() {
    double[] out = new double[2];
    ComplexFunctions.power(0, 1, 2, 0, out);
    assertThat(out[0]).isEqualTo(-1);
    ComplexFunctions.power(0, 0, 0, 0, out);
    assertThat(out).isEqualTo(new double[] {1, 0});
    // i^i is exp(-pi/2).
    ComplexFunctions.power(0, 1, 0, 1, out);
    assertThat(out[0]).isEqualTo(0.2078795763507619);
  }

  @Test
  void atan2OfRealNumbersIsTheAngle() {
    double[] out = new double[2];
    ComplexFunctions.atan2(-1, 0, -1, 0, out);
    assertThat(out[0]).isEqualTo(Math.atan2(-1, -1));
    assertThat(Math.abs(out[1])).isLessThan(1e-30);
  }
}
