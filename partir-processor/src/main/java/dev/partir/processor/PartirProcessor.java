package dev.partir.processor;

import com.google.auto.service.AutoService;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

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
 * <p>What is generated for a model depends on that model's type alone. A model that refers to types
 * which other processors have yet to generate waits for them. Annotations are not claimed.
 */
@AutoService(Processor.class)
public final class PartirProcessor extends AbstractProcessor {
  private final Set<String> waiting = new TreeSet<>();
  private @Nullable ModelProcessing models;
  private @Nullable StrayAnnotations strays;

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public Set<String> getSupportedOptions() {
    return PartirOptions.NAMES;
  }

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    Set<String> names = new TreeSet<>(StrayAnnotations.NAMES);
    names.add(AnnotationNames.PARTITIONED);
    return names;
  }

  @Override
  public synchronized void init(ProcessingEnvironment environment) {
    super.init(environment);
    PartirOptions.Parsed parsed = PartirOptions.parse(environment.getOptions());
    for (String problem : parsed.problems()) {
      environment.getMessager().printMessage(Diagnostic.Kind.ERROR, problem);
    }
    models = new ModelProcessing(environment, parsed.options());
    strays = new StrayAnnotations(environment);
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    if (models == null || strays == null) {
      throw new IllegalStateException("not initialized");
    }
    for (TypeElement annotation : annotations) {
      if (annotation.getQualifiedName().contentEquals(AnnotationNames.PARTITIONED)) {
        for (Element element : round.getElementsAnnotatedWith(annotation)) {
          waiting.add(((TypeElement) element).getQualifiedName().toString());
        }
      }
    }
    strays.check(annotations, round);
    // The elements of an earlier round know nothing of types generated since: ask for them anew.
    for (String name : new TreeSet<>(waiting)) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      if (type == null) {
        continue;
      }
      boolean resolved = !UnresolvedTypes.in(type);
      if (round.processingOver()) {
        models.giveUp(type, resolved);
      } else if (resolved) {
        waiting.remove(name);
        models.process(type);
      }
    }
    return false;
  }
}
