package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.PartirException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  @ParameterizedTest
  @CsvSource({
    "512 B, 512",
    "4KiB, 4096",
    "4 KB, 4000",
    "1.5 MiB, 1572864",
    "14 GiB, 15032385536",
    "14GB, 14000000000",
    "0 B, 0"
  })
  void bytes(String text, long bytes) {
    assertThat(ByteText.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "14", "14 gigs", "-1 B", "14 GiB more", "1 iB", "99999999 EiB", "1e3 B"})
  void noBytes(String text) {
    PartirException refused = assertThrows(PartirException.class, () -> ByteText.parse(text));
    assertThat(refused).hasMessageThat().contains("is no number of bytes");
  }

  @Test
  void whatByteTextWritesItReads() {
    for (long bytes : new long[] {1, 1023, 1024, 1536, 14L << 30, 5L << 40}) {
      assertThat(ByteText.parse(ByteText.of(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void limits() {
    assertThat(Budget.NONE.isEmpty()).isTrue();
    Budget budget = Budget.NONE.memory("1 GiB").collectives(0).millis(0.5).checked();
    assertThat(budget.memoryBytes().getAsLong()).isEqualTo(1L << 30);
    assertThat(budget.isEmpty()).isFalse();
    assertThrows(PartirException.class, () -> Budget.NONE.collectives(-1).checked());
    assertThrows(PartirException.class, () -> Budget.NONE.millis(0).checked());
    assertThrows(PartirException.class, () -> Budget.NONE.millis(Double.NaN).checked());
  }
}
