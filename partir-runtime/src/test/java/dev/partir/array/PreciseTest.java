package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

final class PreciseTest {
  /** 1.2 - 1 is less than 0.2 in double precision and 0.2 in twice that. */
  @Test
  void theLogarithmWhereItsFormulasMeet() {
    DoubleDouble x = DoubleDouble.of(0.2).plus(1);
    assertThat(Precise.log(x).value()).isWithin(1e-16).of(Math.log1p(0.2));
    assertThat(Precise.log(DoubleDouble.of(0.8)).value()).isWithin(1e-16).of(Math.log(0.8));
  }
}
