package dev.partir.cli;

import dev.partir.array.Arithmetic;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.sim.report.JsonWriter;
import dev.partir.spmd.Partitioning;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a program whole and partitioned, from seeded arguments, and compares. */
@Command(
    name = "verify",
    description =
        "Runs a program whole and, on virtual devices, partitioned, and compares the results.",
    footer = {
      "",
      "Integers must be equal. Floating-point numbers may differ by "
          + "512 units of their type's precision, for sums are reordered.",
      "",
      "Examples:",
      "  partir verify examples.DecoderBlock",
      "  partir verify step.mlir --mesh batch=4 --schedule bp.json"
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ProgramArguments.WithSchedule arguments = new ProgramArguments.WithSchedule();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the arguments. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--fast",
      description =
          "Fuse products with the sums that they go into, whatever algorithm they name. By default"
              + " every operation rounds in its type, once for a sum of a type narrower than f32.")
  private boolean fast;

  @Option(names = "--json", description = "Print the outcome as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  VerifyCommand() {}

  @Override
  public Integer call() {
    var planned = arguments.plan();
    PrintWriter out = spec.commandLine().getOut();
    boolean equal = true;
    for (Partitioning partitioning : planned.partitionings()) {
      long start = System.nanoTime();
      EquivalenceCheck.Outcome outcome =
          EquivalenceCheck.verify(partitioning, seed, Arithmetic.of(fast));
      double seconds = (System.nanoTime() - start) / 1e9;
      String name = planned.name(partitioning);
      if (json) {
        out.println(toJson(name, outcome));
      } else {
        print(name, outcome, seconds, out);
      }
      equal &= outcome.equal();
    }
    return equal ? Console.OK : Console.FINDING;
  }

  private static void print(
      String name, EquivalenceCheck.Outcome outcome, double seconds, PrintWriter out) {
    for (EquivalenceCheck.ResultCheck result : outcome.results()) {
      out.printf(
          "%s: %s%n",
          result.name(),
          result.mismatch() != null
              ? "DIFFERENT: " + result.mismatch()
              : result.maxError() == 0
                  ? "equal"
                  : String.format(
                      "equal within %.1f of %.0f units of precision",
                      result.maxError(), EquivalenceCheck.TOLERANCE));
      if (result.undefined() > 0) {
        out.printf(
            "  %d of its %d elements are NaN on both sides, which proves little of them%n",
            result.undefined(), result.type().elementCount());
      }
    }
    if (outcome.first() != null) {
      out.println(outcome.first());
    }
    out.printf(
        "%s on %d virtual devices: %s (%.1f s)%n",
        name, outcome.devices(), outcome.equal() ? "verified" : "NOT EQUAL", seconds);
  }

  private static String toJson(String name, EquivalenceCheck.Outcome outcome) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("program").value(name);
    json.name("devices").value(outcome.devices());
    json.name("equal").value(outcome.equal());
    json.name("results").beginArray();
    for (EquivalenceCheck.ResultCheck result : outcome.results()) {
      json.beginObject();
      json.name("name").value(result.name());
      json.name("type").value(result.type().shapeText());
      json.name("max_error_units").value(result.maxError());
      json.name("nan_elements").value(result.undefined());
      if (result.mismatch() != null) {
        json.name("mismatch").value(result.mismatch());
      }
      json.endObject();
    }
    json.endArray();
    if (outcome.first() != null) {
      json.name("first_difference").value(outcome.first());
    }
    json.endObject();
    return json.toString();
  }
}
