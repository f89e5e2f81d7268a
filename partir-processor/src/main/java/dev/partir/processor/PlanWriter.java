package dev.partir.processor;

import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import dev.partir.ir.ErrorCode;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
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
  private final SourcePlaces places;

  PlanWriter(ProcessingEnvironment environment, Reporter reporter, PartirOptions options) {
    this.environment = environment;
    this.reporter = reporter;
    this.options = options;
    this.places = new SourcePlaces(environment);
  }

  /** Writes the plan of a model all of whose schedules make sense, and a report for each. */
  void write(List<VerifiedModel> schedules) {
    TypeElement type = schedules.get(0).declared().type();
    writeClass(type, new PlanGenerator(environment).plan(schedules));
    for (VerifiedModel schedule : schedules) {
      if (options.report() != PartirOptions.Report.NONE) {
        writeResource(
            schedule.declared(),
            ".json",
            PlanJson.of(schedule, places.of(schedule.declared().source().place())));
      }
      if (options.report() == PartirOptions.Report.FULL) {
        writeResource(schedule.declared(), ".md", PlanMarkdown.of(schedule));
      }
    }
  }

  /** Writes a plan without content for a model that has errors. */
  void writeSkeleton(List<DeclaredModel> schedules) {
    writeClass(schedules.get(0).type(), new PlanGenerator(environment).skeleton(schedules));
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

  private void writeResource(DeclaredModel declared, String extension, String text) {
    TypeElement model = declared.type();
    String path = PlanNames.reportOf(declared) + extension;
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
