package dev.partir.processor;

import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.tools.JavaFileObject;

/** Models as source text, and the compiler that tests give them to. */
final class Models {
  /** The imports of a model. */
  static final String IMPORTS =
      """
      package demo;

      import dev.partir.annotations.*;
      import dev.partir.dsl.Tensor;

      """;

  /** The perceptron of the documentation. */
  static final String MLP =
      IMPORTS
          + """
          @Partitioned(
              mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
              tactics = {"BP", "MP", "Z3"}, profile = "tpu-v3")
          final class Mlp {
            static Tensor forward(
                @Dims("rows=1024, embed=512")    @Shard(tactic = "BP", dim = "rows",   axis = "batch") Tensor x,
                @Dims("embed=512, hidden=2048")  @Shard(tactic = "MP", dim = "hidden", axis = "model")
                                                 @Shard(tactic = "Z3", dim = "embed",  axis = "batch") Tensor up,
                @Dims("hidden=2048, embed=512")  @Shard(tactic = "Z3", dim = "embed",  axis = "batch") Tensor down) {
              return x.matmul(up).relu().matmul(down);
            }
          }
          """;

  /** A model that uses all that can be said. */
  static final String EVERYTHING =
      IMPORTS
          + """
          public class Outer {
            @Partitioned(
                mesh = @Mesh({@Axis(name = "data-parallel", size = 2), @Axis(name = "mesh", size = 2)}),
                tactics = {"first", "auto(mesh; seed=7)", "last"},
                method = "loss")
            public static class Inner {
              @Dims("")
              @Replicate(tactic = "last", axis = "mesh")
              @Intermediate(
                  name = "hidden",
                  dims = @Dims("rows=8, 16"),
                  shard = @Shard(tactic = "last", dimIndex = 1, axis = "mesh"),
                  replicate = @Replicate(tactic = "last", axis = "data-parallel"))
              @Intermediate(name = "ids", dims = @Dims(value = "rows=8", element = "i32"))
              public static Tensor loss(
                  @Dims("rows=8, 4")
                  @Shard(tactic = "first", firstDivisible = true, axis = "data-parallel")
                  Tensor result,
                  @Dims("4, 16") Tensor weight,
                  @Dims(value = "", element = "bf16") Tensor scale) {
                Tensor hidden = result.matmul(weight).named("hidden");
                hidden.reduceMax(1).cast(dev.partir.ir.ElementType.I32).named("ids");
                return hidden.sum(0, 1);
              }

              static Tensor other(Tensor x) {
                return x;
              }
            }
          }
          """;

  /** Records that nest and repeat, sizes by name, named schedules, an optimizer's state. */
  static final String DECODER =
      """
      package demo;

      import dev.partir.annotations.*;
      import dev.partir.dsl.Tensor;
      import java.util.List;

      @Partitioned(sizes = Decoder.Sizes.class)
      @Schedule(
          name = "train",
          mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
          tactics = {"BP", "MP", "Z3"},
          profile = "tpu-v3",
          budget = @Budget(memory = "1 GiB", collectivesPerStep = 40))
      @Schedule(
          name = "serve",
          mesh = @Mesh({@Axis(name = "model", size = 8)}),
          tactics = "MP",
          sizes = "batch=1")
      @Tactic(name = "MP", dims = {"hidden", "vocab"}, axis = "model")
      public final class Decoder {
        public record Sizes(
            @Size(8) int batch,
            @Size(3) int layers,
            @Size(16) int embed,
            @Size(64) int hidden,
            @Size(1_024) long vocab) {}

        public record Mlp(
            @Dims("embed, hidden") Tensor up,
            @Dims("hidden, embed") Tensor down) {}

        public record Block(@Dims("embed") Tensor scale, Mlp mlp) {}

        public record Params(
            @Dims("vocab, embed") Tensor embedding,
            @Repeat("layers") List<Block> blocks,
            @Repeat("layers") @Dims("") List<Tensor> gains) {}

        public record Step(Params params, Params momentum, Tensor loss) {}

        static Step step(
            Sizes sizes,
            @At(value = "blocks/0/mlp/*", replicate = @Replicate(tactic = "MP", axis = "model"))
                @Shard(tactic = "Z3", firstDivisible = true, axis = "batch")
                Params params,
            @StateOf("params") Params momentum,
            @Dims("batch, embed") Tensor x) {
          Tensor h = x;
          for (int i = 0; i < sizes.layers(); i++) {
            Block block = params.blocks().get(i);
            Tensor up = h.times(block.scale()).matmul(block.mlp().up());
            h = h.plus(up.relu().matmul(block.mlp().down()));
          }
          return new Step(params, momentum, h.sum());
        }
      }
      """;

  private Models() {}

  static JavaFileObject source(String name, String text) {
    return JavaFileObjects.forSourceString(name, text);
  }

  /** Compiles with the processor; options such as {@code -Apartir.report=none} go before. */
  static Compilation compile(String options, JavaFileObject... sources) {
    return javac()
        .withProcessors(new PartirProcessor())
        .withOptions(options.isEmpty() ? new Object[0] : options.split(" ", -1))
        .compile(sources);
  }

  static Compilation compile(String name, String text) {
    return compile("", source(name, text));
  }

  static String read(JavaFileObject file) {
    try (var in = file.openInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
