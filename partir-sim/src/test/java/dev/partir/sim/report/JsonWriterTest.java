package dev.partir.sim.report;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonWriterTest {

  @Test
  void objectsAndArraysAreIndented() {
    String text =
        new JsonWriter()
            .beginObject()
            .name("mesh")
            .beginObject()
            .name("batch")
            .value(4)
            .endObject()
            .name("rows")
            .beginArray()
            .value("a")
            .value(true)
            .nullValue()
            .value(0.5)
            .endArray()
            .name("none")
            .beginArray()
            .endArray()
            .name("empty")
            .beginObject()
            .endObject()
            .endObject()
            .toString();
    assertThat(text)
        .isEqualTo(
            """
            {
              "mesh": {
                "batch": 4
              },
              "rows": [
                "a",
                true,
                null,
                0.5
              ],
              "none": [],
              "empty": {}
            }
            """);
  }

  @Test
  void stringsAreEscaped() {
    assertThat(new JsonWriter().value("a\"b\\c\n\r\t\u0001\u007f\u2028é😀").toString())
        .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u007f\\u2028é😀\"\n");
    assertThat(new JsonWriter().value("\ud83d!").toString()).isEqualTo("\"\\ud83d!\"\n");
    assertThat(new JsonWriter().value("!\ude00").toString()).isEqualTo("\"!\\ude00\"\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "4, 4",
    "0.1, 0.1",
    "1e-7, 1E-7",
    "2.0e-3, 0.002",
    "2.2e-322, 2.2E-322",
    "1e23, 1E+23",
    "9007199254740992, 9007199254740992",
    "0.30000000000000004, 0.30000000000000004",
    "1.7976931348623157e308, 1.7976931348623157E+308",
  })
  void numbersAreShortAndExact(double number, String text) {
    assertThat(new JsonWriter().value(number).toString()).isEqualTo(text + "\n");
  }

  @Test
  void everyNumberReadsBackAsItself() {
    var random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        String text = new JsonWriter().value(number).toString();
        assertThat(Double.parseDouble(text)).isEqualTo(number);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void numbersThatJsonDoesNotHaveAreRefused(double number) {
    assertThrows(IllegalArgumentException.class, () -> new JsonWriter().value(number));
  }

  @Test
  void callsOutOfOrderAreRefused() {
    assertThrows(IllegalStateException.class, () -> new JsonWriter().beginObject().value(1));
    assertThrows(IllegalStateException.class, () -> new JsonWriter().beginArray().name("x"));
    assertThrows(IllegalStateException.class, () -> new JsonWriter().beginArray().endObject());
    assertThrows(
        IllegalStateException.class, () -> new JsonWriter().beginObject().name("x").endObject());
    assertThrows(IllegalStateException.class, () -> new JsonWriter().value(1).value(2));
    assertThrows(IllegalStateException.class, () -> new JsonWriter().beginArray().toString());
    assertThrows(IllegalStateException.class, () -> new JsonWriter().toString());
  }
}
