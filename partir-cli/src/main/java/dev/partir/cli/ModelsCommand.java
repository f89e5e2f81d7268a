package dev.partir.cli;

import dev.partir.schedule.Plan;
import dev.partir.schedule.Tactic;
import dev.partir.sim.report.JsonWriter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the models on the class path that have plans. */
@Command(
    name = "models",
    description = "Lists the annotated models on the class path.",
    footer = {
      "",
      "Put yours on the class path with the environment variable PARTIR_CLASSPATH.",
      "",
      "Examples:",
      "  partir models",
      "  PARTIR_CLASSPATH=target/classes partir models"
    },
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print the list as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  ModelsCommand() {}

  @Override
  public Integer call() {
    Models models = Models.onClassPath();
    PrintWriter out = spec.commandLine().getOut();
    JsonWriter writer = new JsonWriter();
    writer.beginArray();
    for (String name : models.names()) {
      Plan plan = models.plan(name);
      String tactics =
          plan.schedule().tactics().stream().map(Tactic::name).collect(Collectors.joining(", "));
      if (json) {
        writer.beginObject();
        writer.name("name").value(name);
        writer.name("parameters").value(plan.model().parameters().size());
        writer.name("mesh").value(plan.schedule().mesh().toString());
        writer.name("tactics").value(tactics);
        writer.endObject();
      } else {
        out.printf(
            "%s  (%d parameters; mesh %s; %s)%n",
            name, plan.model().parameters().size(), plan.schedule().mesh(), tactics);
      }
    }
    writer.endArray();
    if (json) {
      out.println(writer);
    } else if (models.names().isEmpty()) {
      out.println("There are no annotated models on the class path.");
    }
    return Console.OK;
  }
}
