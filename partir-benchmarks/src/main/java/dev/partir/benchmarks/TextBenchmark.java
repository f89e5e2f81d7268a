package dev.partir.benchmarks;

import dev.partir.ir.Module;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How fast MLIR text is read and written, in megabytes (10^6 bytes of UTF-8) a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class TextBenchmark {
  /** A file, or the name of a form of the training step that the benchmark makes itself. */
  @Param({"pretty", "generic"})
  public String program = "";

  private String text = "";
  private int bytes;
  private Module module = TransformerPrograms.trainingStep(1);

  /** Counts megabytes. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Megabytes {
    public double megabytes;
  }

  @Setup
  public void prepare() throws IOException {
    text =
        switch (program) {
          case "pretty" -> MlirPrinter.print(TransformerPrograms.trainingStep(40));
          case "generic" ->
              MlirPrinter.print(
                  TransformerPrograms.trainingStep(40), new PrintOptions(true, false));
          default -> Files.readString(Path.of(program));
        };
    bytes = text.getBytes(StandardCharsets.UTF_8).length;
    module = MlirParser.parse(program, text);
  }

  @Benchmark
  public Module parse(Megabytes counter) {
    Module parsed = MlirParser.parse(program, text);
    counter.megabytes += bytes / 1e6;
    return parsed;
  }

  @Benchmark
  public String print(Megabytes counter) {
    String printed = MlirPrinter.print(module);
    counter.megabytes += bytes / 1e6;
    return printed;
  }
}
