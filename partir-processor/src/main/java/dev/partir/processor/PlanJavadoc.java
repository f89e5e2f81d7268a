package dev.partir.processor;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.partir.schedule.ByteText;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.List;

/** Writes the Javadoc of a plan class: what the declared shardings make of every value. */
final class PlanJavadoc {

  private PlanJavadoc() {}

  static CodeBlock of(VerifiedModel model) {
    CodeBlock.Builder text = CodeBlock.builder();
    String schedule = model.declared().schedule();
    text.add(
        "The plan of {@link $T}$L on the mesh {@code $L}.\n\n",
        ClassName.get(model.declared().type()),
        schedule.isEmpty() ? "" : " by its schedule {@code " + schedule + "}",
        model.schedule().mesh());
    text.add("<p>What a device holds as declared, before propagation:\n\n<pre>{@code\n");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("value", "whole", "on a device", "bytes"));
    for (ValueRows.Row row : model.rows()) {
      ValueModel value = model.program().values().get(row.index());
      String times = row.count() == 1 ? "" : " x " + row.count();
      rows.add(
          List.of(
              plain(row.name()) + times,
              "(" + value.shape() + ") " + value.type().element(),
              "(" + model.shardings().describe(row.index()) + ")",
              ByteText.of(model.shardings().perDeviceBytes(row.index())) + times));
    }
    for (String line : align(rows)) {
      text.add("$L\n", line);
    }
    text.add("}</pre>\n\n");
    long gradients = model.sums().gradientsPerDevice();
    text.add(
        "<p>Parameters take $L on a device, of $L in all$L.\n",
        ByteText.of(model.sums().parametersPerDevice()),
        ByteText.of(model.sums().parameters()),
        gradients == 0
            ? ""
            : "; gradients take " + ByteText.of(gradients) + " on a device, at least");
    return text.build();
  }

  /** Returns the Javadoc of a class that holds the plans of several schedules. */
  static CodeBlock of(List<VerifiedModel> schedules) {
    List<String> names =
        schedules.stream().map(s -> "{@code " + s.declared().schedule() + "}").toList();
    return CodeBlock.of(
        "The plans of {@link $T} by its schedules $L.\n",
        ClassName.get(schedules.get(0).declared().type()),
        String.join(", ", names));
  }

  /** Returns a name without characters that mean something to comments or to Javadoc. */
  private static String plain(String name) {
    return name.replaceAll("[^\\w./# -]", "_");
  }

  private static List<String> align(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
