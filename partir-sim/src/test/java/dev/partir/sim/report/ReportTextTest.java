package dev.partir.sim.report;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "2.5e-10, 0.25 ns",
    "9.996e-9, 10.0 ns",
    "1.234e-6, 1.23 µs",
    "0.0456, 45.6 ms",
    "0.9999, 1000 ms",
    "12.34, 12.3 s",
    "1234, 1234 s",
  })
  void secondsHaveThreeDigitsAndAUnit(double seconds, String text) {
    assertThat(ReportText.seconds(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 FLOP", "999, 999 FLOP", "1500, 1.50 KFLOP", "34359738368, 34.4 GFLOP"})
  void operationsHaveDecimalUnits(long flops, String text) {
    assertThat(ReportText.flops(flops)).isEqualTo(text);
  }

  @Test
  void longRowsAreElided() {
    assertThat(Elision.of(3, 5)).isEqualTo(new int[] {0, 1, 2});
    assertThat(Elision.of(5, 5)).isEqualTo(new int[] {0, 1, 2, 3, 4});
    assertThat(Elision.of(9, 5)).isEqualTo(new int[] {0, 1, 2, Elision.GAP, 8});
  }
}
