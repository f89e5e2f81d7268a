package dev.partir.benchmarks;

import dev.partir.processor.PartirProcessor;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the annotation processor adds to a compilation: of a training step of 100 layers with 12
 * parameters each, in records, and as many of an optimizer's state; amid {@link #others} classes
 * without models, as a project has them.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ProcessorBenchmark {
  /**
   * Which annotation processor runs: none; one that writes a class without members, which is what
   * any costs that generates code; or ours.
   */
  @Param({"none", "empty", "partir"})
  public String processor = "";

  /** The number of classes beside the model. */
  @Param({"0", "50"})
  public int others;

  private Path output = Path.of("");

  /** Makes a folder for the classes. */
  @Setup(Level.Invocation)
  public void prepare() throws IOException {
    output = Files.createTempDirectory("partir-benchmark");
  }

  /** Deletes it. */
  @TearDown(Level.Invocation)
  public void delete() throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  /** Compiles in a compiler that has run before, as build tools with a daemon do. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @Fork(1)
  @Warmup(iterations = 5, time = 4)
  @Measurement(iterations = 5, time = 4)
  public boolean warm() {
    return compile();
  }

  /** Compiles in a new JVM, as Maven does at its first module. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Fork(7)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  public boolean cold() {
    return compile();
  }

  private boolean compile() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    JavaCompiler.CompilationTask task =
        compiler.getTask(
            messages,
            null,
            null,
            List.of(
                "-d",
                output.toString(),
                "-cp",
                System.getProperty("java.class.path", ""),
                processor.equals("none") ? "-proc:none" : "-Xlint:none"),
            null,
            sources());
    if (!processor.equals("none")) {
      task.setProcessors(
          List.of(processor.equals("partir") ? new PartirProcessor() : new EmptyClass()));
    }
    if (!task.call()) {
      throw new IllegalStateException(messages.toString());
    }
    return true;
  }

  /** Writes a class in the first round. */
  @SupportedAnnotationTypes("dev.partir.annotations.Partitioned")
  private static final class EmptyClass extends AbstractProcessor {
    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latest();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      if (!annotations.isEmpty()) {
        try (Writer out = processingEnv.getFiler().createSourceFile("demo.Empty").openWriter()) {
          out.write("package demo; final class Empty {}");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return false;
    }
  }

  private List<JavaFileObject> sources() {
    Stream<JavaFileObject> model = Stream.of(source("demo/Model.java", MODEL));
    Stream<JavaFileObject> more =
        Stream.iterate(0, i -> i < others, i -> i + 1)
            .map(i -> source("demo/Other" + i + ".java", OTHER.replace("Other", "Other" + i)));
    return Stream.concat(model, more).toList();
  }

  private static JavaFileObject source(String path, String text) {
    return new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** The model, {@code demo.Model}. */
  static final String MODEL =
      """
      package demo;

      import dev.partir.annotations.*;
      import dev.partir.dsl.Tensor;
      import java.util.List;

      @Partitioned(
          mesh = @Mesh({@Axis(name = "batch", size = 16), @Axis(name = "model", size = 8)}),
          tactics = {"BP", "MP", "Z3"},
          sizes = Model.Sizes.class)
      final class Model {
        record Sizes(
            @Size(48) int batch, @Size(2048) int seq, @Size(100) int layers, @Size(4096) int embed,
            @Size(32) int heads, @Size(128) int head, @Size(16384) int hidden) {}

        record Norm(@Dims("embed") Tensor scale, @Dims("embed") Tensor shift) {}

        record Attention(
            @Dims("embed, heads, head") Tensor q,
            @Dims("embed, heads, head") Tensor k,
            @Dims("embed, heads, head") Tensor v,
            @Dims("heads, head, embed") Tensor out,
            Norm norm) {}

        record Mlp(
            @Dims("embed, hidden") Tensor up,
            @Dims("hidden") Tensor upBias,
            @Dims("hidden, embed") Tensor down,
            @Dims("embed") Tensor downBias,
            Norm norm) {}

        record Block(Attention attention, Mlp mlp) {}

        record Params(@Repeat("layers") List<Block> blocks) {}

        static Params step(
            Params params, @StateOf("params") Params momentum, @Dims("batch, seq, embed") Tensor x) {
          return params;
        }
      }
      """;

  /** A class without a model, {@code demo.Other}. */
  static final String OTHER =
      """
      package demo;

      import java.util.ArrayList;
      import java.util.HashMap;
      import java.util.List;
      import java.util.Map;
      import java.util.stream.Collectors;

      /** A class as there are many. */
      public final class Other {
        private final Map<String, List<Integer>> values = new HashMap<>();

        /** Adds a value under a name. */
        public void add(String name, int value) {
          values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }

        /** Returns the sums by name. */
        public Map<String, Integer> sums() {
          return values.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      entry -> entry.getValue().stream().mapToInt(Integer::intValue).sum()));
        }

        @Override
        public String toString() {
          StringBuilder text = new StringBuilder();
          sums().forEach((name, sum) -> text.append(name).append('=').append(sum).append(' '));
          return text.toString();
        }
      }
      """;
}
