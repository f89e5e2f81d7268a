package dev.partir.cli;

import dev.partir.build.CollectiveTable;
import dev.partir.build.CollectiveTable.Counts;
import dev.partir.sim.report.JsonWriter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds the collectives of models against published tables. */
@Command(
    name = "tables",
    description = {
      "Counts the collectives of the models of published tables, and compares row by row.",
      "Collectives in loops count once per trip, and every use of a value gathers it by itself."
    },
    footer = {
      "",
      "Examples:",
      "  partir tables",
      "  partir tables --model T32",
      "  partir tables --json"
    },
    mixinStandardHelpOptions = true)
final class TablesCommand implements Callable<Integer> {
  @Option(names = "--model", paramLabel = "NAME", description = "Only the rows of this model.")
  private String model = "";

  @Option(names = "--json", description = "Print the rows as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  TablesCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    JsonWriter writer = new JsonWriter();
    writer.beginArray();
    int rows = 0;
    int equal = 0;
    for (CollectiveTable table :
        ServiceLoader.load(CollectiveTable.class, TablesCommand.class.getClassLoader())) {
      List<String[]> cells = new ArrayList<>();
      cells.add(
          new String[] {
            "model", "schedule", "all_gather", "all_reduce", "reduce_scatter", "all_to_all", "equal"
          });
      List<String> reasons = new ArrayList<>();
      for (CollectiveTable.Row row : table.rows()) {
        if (!model.isEmpty() && !row.model().equals(model)) {
          continue;
        }
        Counts ours = row.count();
        boolean same = ours.equals(row.reported());
        rows++;
        equal += same ? 1 : 0;
        cells.add(cells(row, ours, same));
        if (!same) {
          reasons.add(row.model() + " " + row.schedule() + ": " + row.reason());
        }
        write(writer, table, row, ours, same);
      }
      if (!json && cells.size() > 1) {
        out.println(table.source());
        PlanTable.printTable(cells, out);
        reasons.forEach(out::println);
      }
    }
    writer.endArray();
    if (rows == 0) {
      throw Failure.usage(
          model.isEmpty() ? "tables" : "--model " + model,
          model.isEmpty() ? "no table is on the class path" : "no table has that model",
          "Put the models of the tables on PARTIR_CLASSPATH, or leave --model out");
    }
    if (json) {
      out.println(writer);
    } else {
      out.println(equal + " of " + rows + " rows are equal");
    }
    return Console.OK;
  }

  private static String[] cells(CollectiveTable.Row row, Counts ours, boolean same) {
    Counts theirs = row.reported();
    return new String[] {
      row.model(),
      row.schedule(),
      cell(ours.allGather(), theirs.allGather()),
      cell(ours.allReduce(), theirs.allReduce()),
      cell(ours.reduceScatter(), theirs.reduceScatter()),
      cell(ours.allToAll(), theirs.allToAll()),
      same ? "yes" : "no"
    };
  }

  /** Returns a count, with the reported one behind it where that is another. */
  private static String cell(long ours, long theirs) {
    return ours == theirs ? Long.toString(ours) : ours + " (" + theirs + ")";
  }

  private static void write(
      JsonWriter writer,
      CollectiveTable table,
      CollectiveTable.Row row,
      Counts ours,
      boolean same) {
    writer.beginObject();
    writer.name("source").value(table.source());
    writer.name("model").value(row.model());
    writer.name("schedule").value(row.schedule());
    counts(writer, "ours", ours);
    counts(writer, "reported", row.reported());
    writer.name("equal").value(same);
    writer.name("reason").value(row.reason());
    writer.endObject();
  }

  private static void counts(JsonWriter writer, String name, Counts counts) {
    writer.name(name).beginObject();
    writer.name("all_gather").value(counts.allGather());
    writer.name("all_reduce").value(counts.allReduce());
    writer.name("reduce_scatter").value(counts.reduceScatter());
    writer.name("all_to_all").value(counts.allToAll());
    writer.endObject();
  }
}
