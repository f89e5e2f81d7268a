package dev.partir.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times the compilation of the model of {@link ProcessorBenchmark} as its user has it: javac
 * started anew from the shell, with the packaged processor and without, and without it but with the
 * plan that it generates among the sources. Prints a table in Markdown, of medians. The three take
 * turns, so that what else the machine does falls on all; the ratio is the median of the ratios of
 * single turns.
 */
public final class ProcessorFromShell {
  private static final int RUNS = Integer.getInteger("runs", 12);
  private static final int[] OTHERS = {0, 10, 20, 50};

  private final Path folder;
  private final String processor;
  private final String libraries;

  private ProcessorFromShell(Path folder, String processor, String libraries) {
    this.folder = folder;
    this.processor = processor;
    this.libraries = libraries;
  }

  /**
   * Measures.
   *
   * @param args the jar with the processor and all that it needs, then the jars to compile against
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("partir-processor");
    String libraries = String.join(File.pathSeparator, Arrays.asList(args).subList(1, args.length));
    var measured = new ProcessorFromShell(folder, args[0], libraries);
    System.out.println("| classes beside the model | no processor | its plan too | ours | ratio |");
    System.out.println("| ---: | ---: | ---: | ---: | ---: |");
    for (int others : OTHERS) {
      measured.measure(others);
    }
  }

  private void measure(int others) throws IOException, InterruptedException {
    List<String> sources = new ArrayList<>();
    sources.add(write("demo/Model.java", ProcessorBenchmark.MODEL));
    for (int i = 0; i < others; i++) {
      String name = "Other" + i;
      sources.add(write("demo/" + name + ".java", ProcessorBenchmark.OTHER.replace("Other", name)));
    }
    List<String> ours = List.of("-processorpath", processor, "-s", folder("generated"));
    compile(ours, sources);
    List<String> both = new ArrayList<>(sources);
    both.add(folder.resolve("generated/demo/ModelPlan.java").toString());
    double[][] seconds = new double[3][RUNS];
    double[] ratios = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      seconds[0][run] = compile(List.of("-proc:none"), sources);
      seconds[1][run] = compile(List.of("-proc:none"), both);
      seconds[2][run] = compile(ours, sources);
      ratios[run] = seconds[2][run] / seconds[0][run];
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %.2f s | %.2f s | %.2f s | %.2f |%n",
        others,
        median(seconds[0]),
        median(seconds[1]),
        median(seconds[2]),
        median(ratios));
  }

  private String folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name)).toString();
  }

  private String write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text).toString();
  }

  /** Compiles in a process of its own; returns the seconds that it takes. */
  private double compile(List<String> options, List<String> sources)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    command.addAll(List.of("-d", folder("classes"), "-cp", libraries));
    command.addAll(options);
    command.addAll(sources);
    long start = System.nanoTime();
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (status != 0) {
      throw new IllegalStateException("javac ended with status " + status);
    }
    return seconds;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
