package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

final class HostArrayTest {
  @Test
  void storageIsAskedForByItsType() {
    HostArray floats = HostArray.zeros(TensorType.of(ElementType.F32, 3));
    assertThat(assertThrows(IllegalStateException.class, floats::doubles))
        .hasMessageThat()
        .isEqualTo(
            "a tensor<3xf32> is stored in floats, not in doubles: ask for floats(), or for numbers"
                + " by get(index)");
    HostArray longs = HostArray.zeros(TensorType.of(ElementType.I64));
    assertThat(assertThrows(IllegalStateException.class, longs::ints))
        .hasMessageThat()
        .startsWith("a tensor<i64> is stored in longs, not in ints");
  }
}
