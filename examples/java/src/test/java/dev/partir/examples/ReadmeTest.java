package dev.partir.examples;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.spmd.Partitioning;
import dev.partir.spmd.Reshard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table in the README is that of its model. */
final class ReadmeTest {
  private static final List<Reshard> COLUMNS =
      Arrays.stream(Reshard.values()).filter(Reshard::isCollective).toList();

  @Test
  void theTableCountsWhatTheTacticsDo() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..", "..", "README.md"));
    int head = 0;
    while (!lines.get(head).startsWith("tactic ")) {
      head++;
    }
    assertThat(words(lines.get(head)))
        .isEqualTo("tactic " + String.join(" ", COLUMNS.stream().map(Reshard::label).toList()));
    Partitioning partitioning = MlpPlan.partition();
    for (int i = 0; i < partitioning.stages().size(); i++) {
      StringBuilder row = new StringBuilder(partitioning.stages().get(i).tactic().name());
      for (Reshard kind : COLUMNS) {
        long count =
            partitioning.after(i).collectives().stream()
                .filter(use -> use.step().kind() == kind)
                .count();
        row.append(' ').append(count);
      }
      assertThat(words(lines.get(head + 2 + i))).isEqualTo(row.toString());
    }
  }

  private static String words(String line) {
    return line.strip().replaceAll("\\s+", " ");
  }
}
