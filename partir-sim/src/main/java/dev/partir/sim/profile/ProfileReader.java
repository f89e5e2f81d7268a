package dev.partir.sim.profile;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import dev.partir.sim.profile.Interconnect.Topology;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one profile file and finds everything that is wrong with it, line by line. */
final class ProfileReader {
  private static final String PEAK = "peak_flops_per_second.";

  /** A value and the line that it starts on. */
  private record Entry(String value, int line) {}

  private final String file;
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<Diagnostic> findings = new ArrayList<>();

  private ProfileReader(String file) {
    this.file = file;
  }

  /**
   * Reads a profile.
   *
   * @param name the name of the profile
   * @param file how messages call the file
   * @param text what it holds
   * @throws PartirException with every {@link ErrorCode#INVALID_PROFILE} finding
   */
  static HardwareProfile read(String name, String file, String text) {
    var reader = new ProfileReader(file);
    reader.split(text);
    HardwareProfile profile = reader.profile(name);
    reader.refuseUnknown();
    if (profile == null || !reader.findings.isEmpty()) {
      throw new PartirException(reader.findings);
    }
    return profile;
  }

  /**
   * Takes the text apart as {@link Properties} does, but keeps line numbers and sees repetition.
   */
  private void split(String text) {
    String[] lines = text.split("\r\n|\r|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      int first = i + 1;
      var logical = new StringBuilder(lines[i]);
      boolean comment = lines[i].strip().startsWith("#") || lines[i].strip().startsWith("!");
      while (!comment && endsInContinuation(lines[i]) && i + 1 < lines.length) {
        i++;
        logical.append('\n').append(lines[i]);
      }
      var properties = new Properties();
      try {
        properties.load(new StringReader(logical.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException("a string cannot fail to be read", e);
      } catch (IllegalArgumentException e) {
        report(
            first, "\\u is not followed by four hexadecimal digits", "Write a backslash as \\\\");
      }
      for (String key : properties.stringPropertyNames()) {
        Entry before =
            entries.putIfAbsent(key, new Entry(properties.getProperty(key).strip(), first));
        if (before != null) {
          report(first, "\"" + key + "\" stands here and on line " + before.line(), "Keep one");
        }
      }
    }
  }

  private static boolean endsInContinuation(String line) {
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private @Nullable HardwareProfile profile(String name) {
    String title = text("title", true);
    String source = text("source", true);
    String note = text("note", false);
    Map<Arithmetic, Double> peaks = peaks();
    double sustainedFlops = fraction("sustained_flops_fraction");
    long memory = (long) number("memory_bytes", 1);
    double memoryRate = number("memory_bytes_per_second", 1);
    double sustainedMemory = fraction("sustained_memory_fraction");
    double opLatency = number("op_latency_seconds", 0);
    Interconnect interconnect = interconnect();
    Network network = network();
    // With a finding some of these are placeholders.
    return findings.isEmpty()
        ? new HardwareProfile(
            name,
            title,
            peaks,
            sustainedFlops,
            memory,
            memoryRate,
            sustainedMemory,
            opLatency,
            interconnect,
            network,
            source,
            note)
        : null;
  }

  private Map<Arithmetic, Double> peaks() {
    Map<Arithmetic, Double> peaks = new EnumMap<>(Arithmetic.class);
    for (Arithmetic arithmetic : Arithmetic.values()) {
      String key = PEAK + arithmetic.id();
      if (arithmetic.substitute() == null || entries.containsKey(key)) {
        peaks.put(arithmetic, number(key, 1));
      }
      asked.add(key);
    }
    return peaks;
  }

  private Interconnect interconnect() {
    Topology topology =
        choice("link.topology", Arrays.asList(Topology.values()), Topology::id, Topology.SWITCH);
    int links = integer("link.count");
    double rate = number("link.bytes_per_second", 1);
    double hop = number("link.hop_latency_seconds", 0);
    double launch = number("link.launch_latency_seconds", 0);
    List<Integer> shape = List.of();
    int devices = 1;
    var wraparound = new Wraparound(Wraparound.Kind.NEVER, 0);
    if (topology == Topology.TORUS) {
      shape = shape("domain.shape");
      for (int size : shape) {
        devices = Math.multiplyExact(devices, size);
      }
      wraparound = wraparound("link.wraparound");
      refuse(topology, "domain.devices");
      if (links != 2 * shape.size() && findings.isEmpty()) {
        report(
            line("link.count"),
            "a torus of " + shape.size() + " axes has " + 2 * shape.size() + " links, not " + links,
            "Correct \"link.count\" or \"domain.shape\"");
      }
    } else {
      devices = integer("domain.devices");
      refuse(topology, "domain.shape", "link.wraparound");
      if (topology == Topology.FULL_MESH && devices > links + 1 && findings.isEmpty()) {
        report(
            line("domain.devices"),
            "with " + links + " links a device has that many neighbours, not " + (devices - 1),
            "Write " + (links + 1) + " or fewer");
      }
    }
    return new Interconnect(topology, links, rate, hop, launch, devices, shape, wraparound);
  }

  private @Nullable Network network() {
    String rateKey = "network.bytes_per_second";
    String latencyKey = "network.latency_seconds";
    if (!entries.containsKey(rateKey) && !entries.containsKey(latencyKey)) {
      asked.add(rateKey);
      asked.add(latencyKey);
      return null;
    }
    return new Network(number(rateKey, 1), number(latencyKey, 0));
  }

  private @Nullable String value(String key, boolean required) {
    asked.add(key);
    Entry entry = entries.get(key);
    if (entry != null && !entry.value().isEmpty()) {
      return entry.value();
    }
    if (required) {
      report(line(key), "\"" + key + "\" is missing", "Add a line \"" + key + " = ...\"");
    }
    return null;
  }

  private String text(String key, boolean required) {
    String value = value(key, required);
    return value == null ? "" : value;
  }

  private double number(String key, double least) {
    String value = value(key, true);
    if (value == null) {
      return least;
    }
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    // Double.parseDouble also takes "1d" and "Infinity", which nobody means.
    if (!(number >= least && number < 1e30)
        || !Character.isDigit(value.charAt(value.length() - 1))) {
      report(
          line(key),
          "\"" + key + "\" is \"" + value + "\"",
          least > 0 ? "Write a positive number such as 9e11" : "Write a number such as 1e-6");
      return least;
    }
    return number;
  }

  private double fraction(String key) {
    if (!entries.containsKey(key)) {
      asked.add(key);
      return 1;
    }
    double number = number(key, 0);
    if (number > 1 || number == 0) {
      report(
          line(key),
          "\"" + key + "\" is " + number,
          "Write the share of the peak that was measured, above 0 and at most 1");
    }
    return number;
  }

  private int integer(String key) {
    String value = value(key, true);
    if (value == null) {
      return 1;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    report(line(key), "\"" + key + "\" is \"" + value + "\"", "Write a whole number from 1");
    return 1;
  }

  private <T> T choice(String key, List<T> choices, Function<T, String> id, T otherwise) {
    String value = value(key, true);
    if (value == null) {
      return otherwise;
    }
    for (T choice : choices) {
      if (id.apply(choice).equals(value)) {
        return choice;
      }
    }
    List<String> ids = choices.stream().map(id).toList();
    report(
        line(key),
        "\"" + key + "\" is \"" + value + "\"",
        "Write one of " + NearestNames.list(ids));
    return otherwise;
  }

  private List<Integer> shape(String key) {
    String value = value(key, true);
    List<Integer> sizes = new ArrayList<>();
    if (value == null) {
      return List.of(1);
    }
    long product = 1;
    for (String part : value.split("x", -1)) {
      int size = part.strip().matches("[1-9][0-9]{0,6}") ? Integer.parseInt(part.strip()) : 0;
      sizes.add(size);
      product *= Math.min(size, 1 << 20);
      if (product == 0 || product > 1 << 30 || sizes.size() > 8) {
        report(line(key), "\"" + key + "\" is \"" + value + "\"", "Write sizes such as 16x16");
        return List.of(1);
      }
    }
    return sizes;
  }

  private Wraparound wraparound(String key) {
    String value = value(key, true);
    if (value == null) {
      return new Wraparound(Wraparound.Kind.NEVER, 0);
    }
    String[] words = value.split(":", -1);
    for (Wraparound.Kind kind : Wraparound.Kind.values()) {
      boolean sized = kind == Wraparound.Kind.EXACTLY || kind == Wraparound.Kind.CUBES;
      if (kind.name().equalsIgnoreCase(words[0].strip()) && words.length == (sized ? 2 : 1)) {
        if (!sized) {
          return new Wraparound(kind, 0);
        }
        if (words[1].strip().matches("[1-9][0-9]{0,4}")) {
          return new Wraparound(kind, Integer.parseInt(words[1].strip()));
        }
      }
    }
    report(
        line(key),
        "\"" + key + "\" is \"" + value + "\"",
        "Write never, always, exactly:16 or cubes:4");
    return new Wraparound(Wraparound.Kind.NEVER, 0);
  }

  private void refuseUnknown() {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      if (!asked.contains(entry.getKey())) {
        report(
            entry.getValue().line(),
            "there is no key \"" + entry.getKey() + "\"",
            NearestNames.remedy(entry.getKey(), asked, "keys"));
      }
    }
  }

  private void refuse(Topology topology, String... keys) {
    for (String key : keys) {
      asked.add(key);
      if (entries.containsKey(key)) {
        report(
            line(key),
            "\"" + key + "\" says nothing about the topology \"" + topology.id() + "\"",
            "Remove the line");
      }
    }
  }

  private int line(String key) {
    Entry entry = entries.get(key);
    return entry == null ? 1 : entry.line();
  }

  private void report(int line, String problem, String remedy) {
    findings.add(
        Diagnostic.at(Location.of(file, line, 1), ErrorCode.INVALID_PROFILE, problem, remedy));
  }
}
