package dev.partir.processor;

import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import dev.partir.ir.ErrorCode;
import java.io.IOException;
import java.io.Writer;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.tools.StandardLocation;

/**
 * Writes what is generated for a model: the plan class, and the reports into the class output. Each
 * file comes from the model's type alone, which is what lets Gradle recompile models one by one.
 */
final class PlanWriter {
  private final ProcessingEnvironment environment;
  private final Reporter reporter;
  private final PartirOptions options;

  PlanWriter(ProcessingEnvironment environment, Reporter reporter, PartirOptions options) {
    this.environment = environment;
    this.reporter = reporter;
    this.options = options;
  }

  /** Writes the plan and the reports of a model that makes sense. */
  void write(VerifiedModel model) {
    TypeElement type = model.declared().type();
    writeClass(type, new PlanGenerator(environment).plan(model));
    if (options.report() != PartirOptions.Report.NONE) {
      writeResource(type, ".json", PlanJson.of(model));
    }
    if (options.report() == PartirOptions.Report.FULL) {
      writeResource(type, ".md", PlanMarkdown.of(model));
    }
  }

  /** Writes a plan without content for a model that has errors. */
  void writeSkeleton(DeclaredModel declared) {
    writeClass(declared.type(), new PlanGenerator(environment).skeleton(declared));
  }

  private void writeClass(TypeElement model, TypeSpec plan) {
    JavaFile file =
        JavaFile.builder(PlanNames.planOf(model).packageName(), plan)
            .skipJavaLangImports(true)
            .build();
    try {
      file.writeTo(environment.getFiler());
    } catch (IOException e) {
      cannotWrite(model, "class " + PlanNames.planOf(model).canonicalName(), e);
    }
  }

  private void writeResource(TypeElement model, String extension, String text) {
    String path = PlanNames.reportOf(model) + extension;
    Filer filer = environment.getFiler();
    try (Writer writer =
        filer.createResource(StandardLocation.CLASS_OUTPUT, "", path, model).openWriter()) {
      writer.write(text);
    } catch (IOException e) {
      cannotWrite(model, path, e);
    }
  }

  private void cannotWrite(TypeElement model, String what, IOException e) {
    reporter.error(
        Place.of(model),
        ErrorCode.FILE,
        model.getSimpleName().toString(),
        what + " cannot be written (" + e.getMessage() + ")",
        "See that nothing else makes or holds it");
  }
}
