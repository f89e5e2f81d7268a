package dev.partir.cli;

import dev.partir.sim.profile.Arithmetic;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.report.JsonWriter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the hardware profiles. */
@Command(
    name = "profiles",
    description = "Lists the hardware profiles.",
    footer = {
      "",
      "A profile of your own is a .properties file (docs/hardware-profiles.md): give its path to --profile.",
      "",
      "Examples:",
      "  partir profiles",
      "  partir profiles --json"
    },
    mixinStandardHelpOptions = true)
final class ProfilesCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print the list as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  ProfilesCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    JsonWriter writer = new JsonWriter();
    writer.beginArray();
    if (!json) {
      out.printf(
          "%-10s %-22s %12s %12s %14s %16s%n",
          "name", "device", "bf16 TFLOP/s", "memory", "memory GB/s", "links GB/s");
    }
    for (String name : HardwareProfiles.names()) {
      HardwareProfile profile = HardwareProfiles.findOrThrow(name);
      double flops = profile.peakFlopsPerSecond(Arithmetic.BF16);
      double links = profile.interconnect().deviceBytesPerSecond();
      writer.beginObject();
      writer.name("name").value(name);
      writer.name("title").value(profile.title());
      writer.name("bf16_flops_per_second").value(flops);
      writer.name("memory_bytes").value(profile.memoryBytes());
      writer.name("memory_bytes_per_second").value(profile.memoryBytesPerSecond());
      writer.name("link_bytes_per_second").value(links);
      writer.name("source").value(profile.source());
      writer.endObject();
      if (!json) {
        out.printf(
            "%-10s %-22s %12.0f %12s %14.0f %16.0f%n",
            name,
            profile.title(),
            flops / 1e12,
            PlanTable.bytes(profile.memoryBytes()),
            profile.memoryBytesPerSecond() / 1e9,
            links / 1e9);
      }
    }
    writer.endArray();
    if (json) {
      out.println(writer);
    }
    return Console.OK;
  }
}
