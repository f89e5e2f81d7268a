package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import dev.partir.sim.report.PlanReport.CollectiveRow;
import dev.partir.sim.report.PlanReport.CollectiveTotal;
import dev.partir.sim.report.PlanReport.Figures;
import dev.partir.sim.report.PlanReport.MemoryOwner;
import dev.partir.sim.report.PlanReport.MemoryPoint;
import dev.partir.sim.report.PlanReport.MemoryUse;
import dev.partir.sim.report.PlanReport.PaddingRow;
import dev.partir.sim.report.PlanReport.TacticRow;
import dev.partir.sim.report.PlanReport.TimeRow;
import dev.partir.sim.report.PlanReport.ValueRow;
import dev.partir.spmd.Reshard;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a report as JSON. The schema is explained in {@code docs/report-schema.md}. */
final class JsonReport {
  /** The version of the schema; it grows when a reader of the one before could fail. */
  static final int SCHEMA = 1;

  private final JsonWriter json = new JsonWriter();

  private JsonReport() {}

  static String render(PlanReport report) {
    var writer = new JsonReport();
    writer.report(report);
    return writer.json.toString();
  }

  private void report(PlanReport report) {
    json.beginObject();
    json.name("schema").value(SCHEMA);
    json.name("program").value(report.program());
    json.name("mesh").beginObject();
    for (MeshAxis axis : report.mesh()) {
      json.name(axis.name()).value(axis.size());
    }
    json.endObject();
    json.name("profile").beginObject();
    json.name("name").value(report.hardware().name());
    json.name("title").value(report.hardware().title());
    json.name("memory_bytes").value(report.hardware().memoryBytes());
    json.endObject();
    json.name("initial").beginObject();
    figures(report.initial());
    json.endObject();
    json.name("tactics").beginArray();
    for (TacticRow tactic : report.tactics()) {
      json.beginObject();
      json.name("name").value(tactic.name());
      json.name("actions");
      texts(tactic.actions());
      figures(tactic.figures());
      json.endObject();
    }
    json.endArray();
    json.name("final").beginObject();
    figures(report.total());
    json.name("fits").value(report.fits());
    json.endObject();
    values("inputs", report.inputs());
    values("outputs", report.outputs());
    padding(report.padding());
    collectives(report.collectives());
    times(report.times());
    memory(report.memory());
    json.endObject();
  }

  private void figures(Figures figures) {
    json.name("collectives").beginObject();
    for (Map.Entry<Reshard, CollectiveTotal> entry : figures.collectives().entrySet()) {
      json.name(entry.getKey().label()).beginObject();
      json.name("count").value(entry.getValue().count());
      json.name("bytes").value(entry.getValue().bytes());
      json.endObject();
    }
    json.endObject();
    json.name("estimated_seconds").value(figures.estimatedSeconds());
    json.name("communication_seconds").value(figures.communicationSeconds());
    json.name("model_flops_utilization").value(figures.modelFlopsUtilization());
    json.name("peak_memory_bytes").value(figures.peakMemoryBytes());
    json.name("flops").value(figures.flops());
    json.name("conflicts");
    texts(figures.conflicts());
    json.name("partition_millis").value(figures.partitionMillis());
  }

  private void values(String name, List<ValueRow> values) {
    json.name(name).beginArray();
    for (ValueRow value : values) {
      json.beginObject();
      json.name("name").value(value.name());
      json.name("type").value(value.type());
      json.name("local_type").value(value.localType());
      json.name("sharding").beginArray();
      for (List<String> axes : value.axes()) {
        texts(axes);
      }
      json.endArray();
      json.name("bytes").value(value.bytes());
      json.name("local_bytes").value(value.localBytes());
      json.endObject();
    }
    json.endArray();
  }

  private void padding(List<PaddingRow> rows) {
    json.name("padding").beginArray();
    for (PaddingRow row : rows) {
      json.beginObject();
      json.name("size").value(row.size());
      json.name("axes");
      texts(row.axes());
      json.name("block_size").value(row.blockSize());
      json.name("blocks").value(row.blocks());
      json.name("padded_share").value(row.share());
      json.name("values").value(row.values());
      json.name("masks").value(row.masks());
      json.name("example").value(row.example());
      json.endObject();
    }
    json.endArray();
  }

  private void collectives(List<CollectiveRow> rows) {
    json.name("collectives").beginArray();
    for (CollectiveRow row : rows) {
      json.beginObject();
      json.name("kind").value(row.kind().label());
      json.name("axes");
      texts(row.axes());
      json.name("count").value(row.count());
      json.name("bytes").value(row.bytes());
      json.name("seconds").value(row.seconds());
      json.name("reason").value(row.reason());
      json.endObject();
    }
    json.endArray();
  }

  private void times(List<TimeRow> rows) {
    json.name("times").beginArray();
    for (TimeRow row : rows) {
      json.beginObject();
      json.name("name").value(row.name());
      json.name("limit").value(row.limit().name().toLowerCase(Locale.ROOT));
      json.name("count").value(row.count());
      json.name("seconds").value(row.seconds());
      json.endObject();
    }
    json.endArray();
  }

  private void memory(MemoryUse memory) {
    json.name("memory").beginObject();
    json.name("argument_bytes").value(memory.argumentBytes());
    json.name("operation_count").value(memory.operationCount());
    json.name("peak_operation").value(memory.peakOperation());
    json.name("points").beginArray();
    for (MemoryPoint point : memory.points()) {
      json.beginObject();
      json.name("operation").value(point.operation());
      json.name("bytes").value(point.bytes());
      json.endObject();
    }
    json.endArray();
    json.name("peak_owners").beginArray();
    for (MemoryOwner owner : memory.owners()) {
      json.beginObject();
      json.name("name").value(owner.name());
      json.name("bytes").value(owner.bytes());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  private void texts(List<String> texts) {
    json.beginArray();
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
  }
}
