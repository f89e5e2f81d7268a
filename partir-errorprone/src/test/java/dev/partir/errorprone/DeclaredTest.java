package dev.partir.errorprone;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.dsl.DimensionSizes;
import dev.partir.dsl.NamedShape;
import dev.partir.ir.ElementType;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The checks read a shape as the DSL does, whose code they do not have. */
final class DeclaredTest {
  private static final DimensionSizes SIZES =
      DimensionSizes.NONE.with("rows", 12).with("_x9", 7).with("embed", 512);
  private static final String[] PIECES = {
    "rows",
    "_x9",
    "embed",
    "heads",
    "=",
    "=",
    ",",
    ",",
    ",",
    " ",
    "12",
    "7",
    "512",
    "1_000",
    "0",
    "_",
    "-1",
    "99999999999999999999"
  };

  private static @Nullable NamedShape read(String text) {
    try {
      return NamedShape.parse(ElementType.F32, text, SIZES);
    } catch (PartirException e) {
      return null;
    }
  }

  @Test
  void whatTheDslTakesIsReadAlike() {
    Random random = new Random(20261128);
    int taken = 0;
    for (int trial = 0; trial < 200_000; trial++) {
      StringBuilder made = new StringBuilder();
      for (int i = random.nextInt(9); i > 0; i--) {
        made.append(PIECES[random.nextInt(PIECES.length)]);
      }
      String text = made.toString();
      NamedShape expected = read(text);
      if (expected == null) {
        continue;
      }
      taken++;
      List<Dim> dims = Declared.dims(text);
      if (dims == null) {
        throw new AssertionError("not read: \"" + text + "\"");
      }
      List<Dim> named = new ArrayList<>();
      for (int d = 0; d < expected.type().rank(); d++) {
        String name = expected.dimensionNames().get(d);
        // A name alone leaves its size to the sizes of the model, which the checks do not have.
        Long size = dims.size() > d && dims.get(d).size() == null ? null : expected.type().dim(d);
        named.add(new Dim(name == null ? "" : name, size));
        if (size == null) {
          assertWithMessage(text).that(name).isNotNull();
          assertWithMessage(text).that(text.split(",", -1)[d].strip()).isEqualTo(name);
        }
      }
      assertWithMessage("dimensions of \"%s\"", text).that(dims).isEqualTo(named);
    }
    assertThat(taken).isAtLeast(2_000);
  }
}
