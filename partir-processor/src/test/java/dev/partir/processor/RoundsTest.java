package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;

/** Models beside other generated code, and code that does not compile. */
class RoundsTest {

  /** Generates {@code demo.Sizes}, once. */
  @SupportedAnnotationTypes("*")
  private static final class SizesProcessor extends AbstractProcessor {
    private boolean done;

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      if (!done) {
        done = true;
        try (Writer writer = processingEnv.getFiler().createSourceFile("demo.Sizes").openWriter()) {
          writer.write("package demo; class Sizes { static final int BATCH = 4; }");
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
      return false;
    }
  }

  private static final String GENERATED_SIZE = Models.MLP.replace("size = 4", "size = Sizes.BATCH");

  @Test
  void waitsForConstantsThatAreGenerated() {
    Compilation compilation =
        javac()
            .withProcessors(new PartirProcessor(), new SizesProcessor())
            .compile(Models.source("demo.Mlp", GENERATED_SIZE));
    assertThat(compilation).succeeded();
    assertThat(compilation)
        .generatedSourceFile("demo.MlpPlan")
        .contentsAsUtf8String()
        .contains("new MeshAxis(\"batch\", 4)");
  }

  private static List<String> errors(String mlp) {
    Compilation compilation =
        Models.compile("", Models.source("demo.Mlp", mlp), Models.source("demo.Use", USE));
    return compilation.errors().stream()
        .map(e -> e.getLineNumber() + ": " + e.getMessage(null).replaceAll("\\s+", " "))
        .toList();
  }

  private static final String USE =
      """
      package demo;

      import dev.partir.array.HostArray;

      final class Use {
        static Object use(HostArray x) {
          MlpPlan.validate(x, x, x);
          return java.util.List.of(MlpPlan.BATCH.size(), MlpPlan.MODEL, MlpPlan.MESH);
        }
      }
      """;

  @Test
  void whatIsNeverGeneratedIsForTheCompilerToTell() {
    assertThat(errors(GENERATED_SIZE))
        .containsExactly("7: cannot find symbol symbol: variable Sizes");
    assertThat(errors(Models.MLP.replace("Tensor up", "Matrix up")))
        .containsExactly("13: cannot find symbol symbol: class Matrix location: class demo.Mlp");
  }

  @Test
  void errorsInBodiesLeaveThePlanAlone() {
    assertThat(errors(Models.MLP.replace("x.matmul(up)", "x.matmull(up)"))).hasSize(1);
  }

  @Test
  void usesOfThePlanOfAWrongModelAreNoErrors() {
    assertThat(errors(Models.MLP.replace("axis = \"model\"", "axis = \"modle\""))).hasSize(1);
  }

  @Test
  void aPlanClassThatIsAlreadyThere() {
    Compilation compilation =
        Models.compile(
            "",
            Models.source("demo.Mlp", Models.MLP),
            Models.source("demo.MlpPlan", "package demo; class MlpPlan {}"));
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation)
        .hadErrorContaining("[partir:file] Mlp: class demo.MlpPlan cannot be written (");
  }
}
