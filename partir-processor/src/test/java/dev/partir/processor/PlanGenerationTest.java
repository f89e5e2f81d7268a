package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;
import static dev.partir.processor.Models.DECODER;
import static dev.partir.processor.Models.EVERYTHING;
import static dev.partir.processor.Models.MLP;
import static dev.partir.processor.Models.compile;
import static dev.partir.processor.Models.read;
import static dev.partir.processor.Models.source;
import static java.util.Objects.requireNonNull;
import static javax.tools.StandardLocation.CLASS_OUTPUT;

import com.google.common.truth.Correspondence;
import com.google.testing.compile.Compilation;
import com.palantir.javapoet.ClassName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import javax.annotation.processing.Processor;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

class PlanGenerationTest {

  private static String generated(Compilation compilation, String path) {
    return read(requireNonNull(compilation.generatedFile(CLASS_OUTPUT, path).orElse(null)));
  }

  private static String planSource(Compilation compilation, String name) {
    return read(requireNonNull(compilation.generatedSourceFile(name).orElse(null)));
  }

  @Test
  void planOfTheDocumentedModel() {
    Compilation compilation = compile("demo.Mlp", MLP);
    assertThat(compilation).succeededWithoutWarnings();
    Goldens.assertMatches("MlpPlan.java", planSource(compilation, "demo.MlpPlan"));
    Goldens.assertMatches("Mlp.json", generated(compilation, "META-INF/partir/demo.Mlp.json"));
    Goldens.assertMatches("Mlp.md", generated(compilation, "META-INF/partir/demo.Mlp.md"));
  }

  @Test
  void planOfAllThatCanBeSaid() {
    Compilation compilation = compile("demo.Outer", EVERYTHING);
    assertThat(compilation).succeededWithoutWarnings();
    Goldens.assertMatches("Outer_InnerPlan.java", planSource(compilation, "demo.Outer_InnerPlan"));
    Goldens.assertMatches(
        "Outer.Inner.json", generated(compilation, "META-INF/partir/demo.Outer.Inner.json"));
    Goldens.assertMatches(
        "Outer.Inner.md", generated(compilation, "META-INF/partir/demo.Outer.Inner.md"));
  }

  @Test
  void plansOfRecordsAndSchedules() {
    Compilation compilation = compile("demo.Decoder", DECODER);
    assertThat(compilation).succeededWithoutWarnings();
    Goldens.assertMatches("DecoderPlan.java", planSource(compilation, "demo.DecoderPlan"));
    for (String schedule : List.of("train", "serve")) {
      String report = "demo.Decoder." + schedule;
      Goldens.assertMatches(
          report + ".json", generated(compilation, "META-INF/partir/" + report + ".json"));
      Goldens.assertMatches(
          report + ".md", generated(compilation, "META-INF/partir/" + report + ".md"));
    }
  }

  @Test
  void aModelInTheDefaultPackage() {
    String text = MLP.substring("package demo;".length());
    Compilation compilation = compile("Mlp", text);
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(planSource(compilation, "MlpPlan")).doesNotContain("package");
    assertThat(generated(compilation, "META-INF/partir/Mlp.json"))
        .contains("\"plan\": \"MlpPlan\"");
  }

  /** Returns the text of every generated file that is not a class, by its path. */
  private static Map<String, String> texts(Compilation compilation) {
    Map<String, String> texts = new TreeMap<>();
    for (JavaFileObject file : compilation.generatedFiles()) {
      if (file.getKind() != JavaFileObject.Kind.CLASS) {
        texts.put(file.toUri().getPath(), read(file));
      }
    }
    return texts;
  }

  @Test
  void theOrderOfTheSourcesMakesNoDifference() {
    JavaFileObject mlp = source("demo.Mlp", MLP);
    JavaFileObject outer = source("demo.Outer", EVERYTHING);
    Map<String, String> texts = texts(compile("", mlp, outer));
    assertThat(texts).hasSize(6);
    assertThat(texts(compile("", outer, mlp))).isEqualTo(texts);
  }

  @Test
  void reportsByOption() {
    assertThat(texts(compile("-Apartir.report=none", source("demo.Mlp", MLP))).keySet())
        .containsExactly("/SOURCE_OUTPUT/demo/MlpPlan.java");
    assertThat(texts(compile("-Apartir.report=summary", source("demo.Mlp", MLP))).keySet())
        .containsExactly(
            "/SOURCE_OUTPUT/demo/MlpPlan.java", "/CLASS_OUTPUT/META-INF/partir/demo.Mlp.json");
  }

  @Test
  void wrongOptionsAreToldOnceWithTheirUsage() {
    Compilation compilation =
        compile(
            "-Apartir.report=html -Apartir.memory",
            source("demo.Mlp", MLP),
            source("demo.Outer", EVERYTHING));
    assertThat(compilation.errors().stream().map(d -> d.getMessage(null)).toList())
        .containsExactly(
            "[partir:usage] -Apartir.report=html is not an option. Usage:"
                + " -Apartir.report=none|summary|full. See docs/errors/usage.md",
            "[partir:usage] -Apartir.memory has no value. Usage:"
                + " -Apartir.memory=error|warning|none. See docs/errors/usage.md");
  }

  @Test
  void namesOfAxisConstants() {
    assertThat(
            PlanNames.constantsOf(
                List.of(
                    "batch", "data-parallel", "data_parallel", "plan", "modelAxis", "_", "x.y")))
        .containsExactly(
            "BATCH", "DATA_PARALLEL", "DATA_PARALLEL_2", "PLAN_AXIS", "MODEL_AXIS", "__AXIS", "X_Y")
        .inOrder();
  }

  @Test
  void generatedCodeUsesTypesThatExist() throws Exception {
    int types = 0;
    for (var field : RuntimeTypes.class.getDeclaredFields()) {
      if (field.get(null) instanceof ClassName name) {
        assertThat(Class.forName(name.reflectionName()).getSimpleName())
            .isEqualTo(name.simpleName());
        types++;
      }
    }
    assertThat(types).isGreaterThan(15);
  }

  @Test
  void namesThatMeanSomethingToJava() {
    String name = "a*/b}\\u002a$L\\n\\\"@c|d";
    Compilation compilation =
        compile(
            "demo.Mlp",
            MLP.replace(
                "  static Tensor forward",
                "  @Intermediate(name = \""
                    + name
                    + "\", dims = @Dims(\"x=2\"))\n"
                    + "  static Tensor forward"));
    assertThat(compilation).succeededWithoutWarnings();
  }

  @Test
  void isRegisteredForJavacAndGradle() throws IOException {
    assertThat(ServiceLoader.load(Processor.class))
        .comparingElementsUsing(
            Correspondence.<Object, Class<?>>transforming(Object::getClass, "is a"))
        .contains(PartirProcessor.class);
    String gradle = "/META-INF/gradle/incremental.annotation.processors";
    try (var in = requireNonNull(PartirProcessor.class.getResourceAsStream(gradle))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(PartirProcessor.class.getName() + ",isolating\n");
    }
  }
}
