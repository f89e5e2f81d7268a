package dev.partir.processor;

import com.google.auto.common.BasicAnnotationProcessor;
import com.google.auto.service.AutoService;
import com.google.common.collect.ImmutableList;
import java.util.Set;
import javax.annotation.processing.Processor;
import javax.lang.model.SourceVersion;
import javax.tools.Diagnostic;

/**
 * Checks models that are annotated with {@code @Partitioned} and generates their plans and reports.
 *
 * <p>Options, each given to the compiler as {@code -Apartir.NAME=VALUE}:
 *
 * <ul>
 *   <li>{@code partir.report}: {@code full} (the default) writes {@code META-INF/partir/MODEL.json}
 *       and {@code .md} into the class output, {@code summary} the former alone, {@code none}
 *       neither, whereupon tools do not find the plan;
 *   <li>{@code partir.memory}: whether parameters that do not fit the memory of the profile are an
 *       {@code error} (the default), a {@code warning}, or nothing ({@code none}).
 * </ul>
 *
 * <p>What is generated for a model depends on that model's type alone. Annotations are not claimed.
 */
@AutoService(Processor.class)
public final class PartirProcessor extends BasicAnnotationProcessor {

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public Set<String> getSupportedOptions() {
    return PartirOptions.NAMES;
  }

  @Override
  protected Iterable<? extends Step> steps() {
    PartirOptions.Parsed parsed = PartirOptions.parse(processingEnv.getOptions());
    for (String problem : parsed.problems()) {
      processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, problem);
    }
    return ImmutableList.of(
        new ModelStep(processingEnv, parsed.options()), new StrayAnnotationStep(processingEnv));
  }
}
