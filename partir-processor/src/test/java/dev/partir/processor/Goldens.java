package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that generated files must have, under {@code src/test/goldens}. To take over the present
 * ones: {@code ./mvnw -pl partir-processor -am test -Dpartir.goldens=update}.
 */
final class Goldens {
  private static final Path FOLDER = Path.of("src", "test", "goldens");

  private Goldens() {}

  static void assertMatches(String golden, String actual) {
    Path file = FOLDER.resolve(golden);
    try {
      if ("update".equals(System.getProperty("partir.goldens"))) {
        Files.createDirectories(FOLDER);
        Files.writeString(file, actual);
      }
      assertThat(Files.exists(file)).isTrue();
      assertThat(actual).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
