package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model waits for a type that is still to be generated, wherever it names that type. Of
 * annotations that are themselves to be generated the compiler tells processors nothing.
 */
class UnresolvedTypesTest {
  private static final String LATE =
      """
      package demo;

      public final class Late {
        public enum Kind { ONE }
        public static class Error extends RuntimeException {}
        public static class Place {
          public static final int SIZE = 4;
        }
      }
      """;

  private static final String KNOWN =
      """
      package demo;

      @interface Known {
        Class<?>[] value() default {};
        Class<?> one() default Object.class;
        int size() default 0;
        int[] sizes() default {};
        Deprecated[] several() default {};
      }
      """;

  /** Generates {@code demo.Late} in its first round, and sees in which there is a plan. */
  @SupportedAnnotationTypes("*")
  private static final class LateProcessor extends AbstractProcessor {
    private final List<Integer> plans = new ArrayList<>();
    private int round;

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment environment) {
      round++;
      for (Element root : environment.getRootElements()) {
        if (root.getSimpleName().contentEquals("MlpPlan")) {
          plans.add(round);
        }
      }
      if (round == 1) {
        try (Writer writer = processingEnv.getFiler().createSourceFile("demo.Late").openWriter()) {
          writer.write(LATE);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
      return false;
    }
  }

  /** Returns the rounds that find a plan of the perceptron with members or annotations added. */
  private static List<Integer> plans(String annotation, String members) {
    var late = new LateProcessor();
    String model =
        Models.MLP.replace(
            "final class Mlp {", annotation + "\nabstract class Mlp {\n" + members + "\n");
    Compilation compilation =
        javac()
            .withOptions("-Xlint:-processing")
            .withProcessors(new PartirProcessor(), late)
            .compile(Models.source("demo.Mlp", model), Models.source("demo.Known", KNOWN));
    assertThat(compilation).succeeded();
    return late.plans;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Late.Place field;",
        "Late.Place[][] arrays;",
        "java.util.List<Late.Place> list;",
        "java.util.Map<String, ? super java.util.List<? extends Late.Place>> bounds;",
        "abstract Late.Place returned();",
        "abstract void taken(int first, Late.Place second);",
        "abstract void variable(Late.Place... several);",
        "abstract void thrown() throws Late.Error;",
        "abstract <T extends Late.Place> void generic(T value);",
        "abstract <T extends Object & Comparable<Late.Place>> void both(T value);",
        "Mlp(Late.Place made) {}",
        "class Sub extends Late.Error {}",
        "interface Sub extends java.util.function.Supplier<Late.Place> {}",
        "class Sub<T extends Late.Place> {}",
        "class Sub { class Deep { Late.Place field; } }",
        "record Sub(Late.Place component) {}",
        "enum Sub { ONE; Late.Place field; }",
        "@interface Sub { Late.Kind value(); }",
        "@interface Sub { int value() default Late.Place.SIZE; }",
        "@Known(Late.class) int field;",
        "@Known({Object.class, Late.class}) int field;",
        "@Known(one = Late.Place.class) int field;",
        "@Known(size = Late.Place.SIZE) int field;",
        "@Known(sizes = {1, Late.Place.SIZE}) int field;",
        "@Known(several = @Deprecated(since = \"1\", forRemoval = Late.Place.SIZE > 3)) int field;",
      })
  void waitsForATypeInAMember(String member) {
    assertThat(plans("", member)).containsExactly(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"@Known(Late.class)", "@Known(size = Late.Place.SIZE)"})
  void waitsForATypeInAnAnnotationOfItsOwn(String annotation) {
    assertThat(plans(annotation, "")).containsExactly(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@Known(value = {String.class, int[].class}, size = 3, sizes = {}) int field;",
        "@Deprecated(since = \"<error>\") int field;",
        "abstract <T extends Comparable<? super T>> java.util.List<T[]> generic(T... value);",
        "static Object body() { return new Late.Place(); }",
      })
  void doesNotWaitForWhatIsThere(String member) {
    assertThat(plans("", member)).containsExactly(2);
  }
}
