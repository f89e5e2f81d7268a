package dev.partir.processor;

import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.ByteText;
import dev.partir.schedule.DeclaredShardings;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a plan's report for people. */
final class PlanMarkdown {

  private PlanMarkdown() {}

  static String of(VerifiedModel model) {
    var text = new StringBuilder();
    text.append("# Plan of ").append(model.declared().planName()).append("\n\n");
    text.append("What the annotations declare, before propagation. ");
    text.append("Generated class: `")
        .append(PlanNames.planOf(model.declared().type()).canonicalName())
        .append("`.\n\n## Mesh\n\n| axis | devices |\n| --- | ---: |\n");
    for (MeshAxis axis : model.schedule().mesh().axes()) {
      row(text, axis.name(), Integer.toString(axis.size()));
    }
    row(text, "together", Integer.toString(model.schedule().mesh().deviceCount()));
    text.append("\n## Tactics\n\n| | tactic | does |\n| ---: | --- | --- |\n");
    for (int i = 0; i < model.tactics().size(); i++) {
      ResolvedTactic tactic = model.tactics().get(i);
      row(
          text,
          Integer.toString(i + 1),
          tactic.tactic().name(),
          describe(tactic, model.actions().get(i)));
    }
    text.append("\n## Values\n\n");
    text.append("| value | | type | whole | bytes | on a device | bytes |\n");
    text.append("| --- | ---: | --- | --- | ---: | --- | ---: |\n");
    for (ValueRows.Row row : model.rows()) {
      value(text, model, row);
    }
    sum(text.append('\n'), model);
    return text.toString();
  }

  private static String describe(ResolvedTactic tactic, Map<ActionRows.Row, Integer> rows) {
    if (tactic.tactic() instanceof AutomaticTactic automatic) {
      return "searches along "
          + String.join(", ", automatic.axes())
          + " with at most "
          + automatic.budget()
          + " evaluations, seed "
          + automatic.seed();
    }
    // Which dimension has a name is not of interest here.
    Map<ActionRows.Row, Integer> named = new LinkedHashMap<>();
    for (Map.Entry<ActionRows.Row, Integer> row : rows.entrySet()) {
      ActionRows.count(named, row.getKey().byName(), row.getValue());
    }
    List<String> actions = new ArrayList<>();
    for (Map.Entry<ActionRows.Row, Integer> row : named.entrySet()) {
      actions.add(describe(row.getKey(), row.getValue()));
    }
    return String.join("; ", actions);
  }

  private static String describe(ActionRows.Row row, int count) {
    String values = "`" + row.target() + "`" + (count == 1 ? "" : " (" + count + " values)");
    String dimension = row.dimension() == null ? "dimension " + row.dim() : row.dimension();
    return switch (row.kind()) {
      case TILE -> "shards " + values + " on " + dimension + " along " + row.axis();
      case TILE_FIRST_DIVISIBLE ->
          "shards " + values + " on the first divisible dimension along " + row.axis();
      case REPLICATE -> "replicates " + values + " along " + row.axis();
    };
  }

  private static void value(StringBuilder text, VerifiedModel model, ValueRows.Row row) {
    int index = row.index();
    ValueModel value = model.program().values().get(index);
    DeclaredShardings shardings = model.shardings();
    String role =
        switch (value.role()) {
          case PARAMETER -> row.name();
          case RESULT -> "(result)";
          case INTERMEDIATE -> row.name() + " (inside)";
        };
    boolean scalar = value.type().rank() == 0;
    String local = scalar ? "scalar" : shardings.describe(index);
    List<String> replicated = shardings.replicated(index);
    row(
        text,
        role,
        row.count() == 1 ? "" : "x " + row.count(),
        value.type().element().text(),
        scalar ? "scalar" : value.shape(),
        ByteText.of(DeclaredShardings.bytes(value.type())),
        replicated.isEmpty() ? local : local + "; whole along " + String.join(", ", replicated),
        ByteText.of(shardings.perDeviceBytes(index)));
  }

  private static void sum(StringBuilder text, VerifiedModel model) {
    long gradients = model.sums().gradientsPerDevice();
    text.append("Parameters take ")
        .append(ByteText.of(model.sums().parametersPerDevice()))
        .append(" on a device, of ")
        .append(ByteText.of(model.sums().parameters()))
        .append(" in all");
    if (gradients > 0) {
      text.append("; gradients take ")
          .append(ByteText.of(gradients))
          .append(" on a device, at least");
    }
    text.append('.');
    Long memoryBytes = model.memoryBytes();
    if (memoryBytes != null) {
      long needed = model.shardings().stepPerDeviceBytes();
      text.append(" A device of ")
          .append(model.schedule().profile())
          .append(" holds ")
          .append(ByteText.of(memoryBytes))
          .append(needed <= memoryBytes ? ": they fit." : ": they do not fit.");
    }
    text.append('\n');
  }

  private static void row(StringBuilder text, String... cells) {
    for (String cell : cells) {
      text.append("| ").append(cell.replace("|", "\\|").replace('\n', ' ')).append(' ');
    }
    text.append("|\n");
  }
}
