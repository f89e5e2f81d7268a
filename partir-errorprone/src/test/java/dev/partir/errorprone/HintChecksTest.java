package dev.partir.errorprone;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.errorprone.Checked.Told;
import javax.tools.Diagnostic;
import org.junit.jupiter.api.Test;

/** Dropped results and unused shardings are told of, where they are. */
final class HintChecksTest {
  private static Told warning(String check, long line, String at, String message) {
    return new Told(
        Diagnostic.Kind.WARNING, check, line, at, message, "docs/bugpatterns/" + check + ".md");
  }

  @Test
  void droppedResults() {
    assertThat(
            Checked.check(
                """
                class Model {
                  static Tensor f(Tensor x) {
                    x.relu();
                    x.matmul(x).named("h");
                    x.rank();
                    Runnable r = () -> x.relu();
                    java.util.List.of(x).forEach(y -> { y.exp(); });
                    refused(() -> { x.log(); });
                    refused(() -> x.log());
                    return x;
                  }
                  interface Code { void run() throws Throwable; }
                  static void refused(Code code) {}
                }
                """))
        .containsExactly(
            warning(
                "TensorResultIgnored",
                3,
                ".relu();",
                "relu changes nothing: it returns a new tensor, which is dropped. Use what it"
                    + " returns, or remove the call."),
            warning(
                "TensorResultIgnored",
                4,
                ".named(\"h\");",
                "what named(...) returns is dropped, so no value of the model has the name. Use the"
                    + " tensor that it returns: shardings hold for its uses."),
            warning(
                "TensorResultIgnored",
                7,
                ".exp(); });",
                "exp changes nothing: it returns a new tensor, which is dropped. Use what it"
                    + " returns, or remove the call."))
        .inOrder();
  }

  @Test
  void shardingsOfWhatIsNotUsed() {
    assertThat(
            Checked.check(
                """
                class Model {
                  @Intermediate(name = "a", dims = @Dims("8"))
                  @Intermediate(
                      name = "b",
                      dims = @Dims("8"))
                  static Tensor f(
                      @Dims("8") Tensor x,
                      @Shard(tactic = "BP", dimIndex = 0, axis = "batch") Tensor y,
                      Tensor z) {
                    Tensor h = x.log().named("c");
                    Tensor used = x.named("a");
                    return g(used);
                  }
                  private static Tensor g(Tensor x) {
                    return x;
                  }
                }
                """))
        .containsExactly(
            warning(
                "UnusedSharding",
                4,
                "\"b\",",
                "@Intermediate speaks of \"b\", but the method gives no value that name. Name the"
                    + " value with named(\"b\"), or remove the annotation."),
            warning(
                "UnusedSharding",
                8,
                "y,",
                "the annotations of parameter \"y\" say how it is laid out, but the method does not"
                    + " use it. Use the parameter, or remove it."),
            warning(
                "UnusedSharding",
                10,
                "h = x.log().named(\"c\");",
                "the variable \"h\" holds a named value, but nothing uses it, so nothing of the"
                    + " model has the name. Use the variable instead of the tensor that it names."))
        .inOrder();
  }

  @Test
  void namesThatOtherCodeMayGive() {
    String model =
        """
        class Model {
          record Out(Tensor one) {}
          @Intermediate(name = "h", dims = @Dims("8"))
          static Tensor f(Tensor x, java.util.function.UnaryOperator<Tensor> op) {
            return %s;
          }
          private static Tensor g(Tensor x) {
            return new Out(Math.min(1, 2) > 0 ? x.named("h") : x).one();
          }
          Tensor virtual(Tensor x) {
            return x;
          }
        }
        abstract class Layers {
          abstract Tensor layer(Tensor x);
        }
        """;
    assertThat(Checked.check(model.formatted("x.log()"))).hasSize(1);
    assertThat(Checked.check(model.formatted("new Out(x).one()"))).hasSize(1);
    assertThat(Checked.check(model.formatted("g(x)"))).isEmpty();
    assertThat(Checked.check(model.formatted("x.named(\"h\" + x.rank())"))).isEmpty();
    assertThat(Checked.check(model.formatted("java.util.Optional.of(x).map(Model::g).get()")))
        .isEmpty();
    assertThat(Checked.check(model.formatted("new Model().virtual(x)"))).isEmpty();
    assertThat(Checked.check(model.formatted("((Layers) null).layer(x)"))).isEmpty();
  }

  @Test
  void whatIsInheritedIsNotTheMethodsChoice() {
    assertThat(
            Checked.check(
                """
                interface Layer {
                  Tensor apply(@Dims("8") Tensor x);
                }
                class Zero implements Layer {
                  @Override
                  public Tensor apply(@Dims("8") Tensor x) {
                    return null;
                  }
                }
                """))
        .isEmpty();
  }
}
