package dev.partir.processor;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/**
 * Writes the plan class of a model. It is code that a user reads: plain constants and calls,
 * without reflection. A model with named schedules gets a nested class for each.
 */
final class PlanGenerator {
  private static final String GENERATED = "javax.annotation.processing.Generated";

  private final ProcessingEnvironment environment;

  PlanGenerator(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  /** Returns the plan of a model all of whose schedules make sense. */
  TypeSpec plan(List<VerifiedModel> schedules) {
    DeclaredModel declared = schedules.get(0).declared();
    var code = new ModelCode(declared);
    if (declared.schedule().isEmpty()) {
      TypeSpec.Builder type = begin(declared.type(), PlanJavadoc.of(schedules.get(0)));
      new ScheduleCode(code, schedules.get(0)).addTo(type);
      code.addTo(type);
      return type.build();
    }
    TypeSpec.Builder type = begin(declared.type(), PlanJavadoc.of(schedules));
    for (VerifiedModel schedule : schedules) {
      TypeSpec.Builder nested =
          nested(schedule.declared(), PlanJavadoc.of(schedule), isPublic(declared.type()));
      new ScheduleCode(code, schedule).addTo(nested);
      type.addType(nested.build());
    }
    type.addMethod(plans(schedules));
    code.addTo(type);
    return type.build();
  }

  /**
   * Returns a plan with the members that a correct one would have, for a model with errors: so the
   * compiler does not add an error for every use of the plan to the one that matters.
   */
  TypeSpec skeleton(List<DeclaredModel> schedules) {
    DeclaredModel declared = schedules.get(0);
    TypeSpec.Builder type =
        begin(declared.type(), CodeBlock.of("The plan of a model that has errors.\n"));
    if (declared.schedule().isEmpty()) {
      SkeletonCode.addTo(type, declared);
      return type.build();
    }
    // A class cannot hold one of its own name.
    Set<String> taken = new HashSet<>(Set.of(PlanNames.planOf(declared.type()).simpleName()));
    for (DeclaredModel schedule : schedules) {
      String name = PlanNames.scheduleClass(schedule.schedule());
      if (SourceVersion.isIdentifier(name) && taken.add(name)) {
        TypeSpec.Builder nested =
            nested(schedule, CodeBlock.of("A schedule of a model that has errors.\n"), true);
        SkeletonCode.addTo(nested, schedule);
        type.addType(nested.build());
      }
    }
    return type.build();
  }

  private static MethodSpec plans(List<VerifiedModel> schedules) {
    List<CodeBlock> plans =
        schedules.stream()
            .map(s -> CodeBlock.of("$L.plan()", PlanNames.scheduleClass(s.declared().schedule())))
            .toList();
    return MethodSpec.methodBuilder("plans")
        .addJavadoc("Returns the plans of all schedules, in the order of the source.\n")
        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
        .returns(ParameterizedTypeName.get(ClassName.get(List.class), RuntimeTypes.PLAN))
        .addStatement("return $T.of($L)", List.class, CodeBlock.join(plans, ",$W"))
        .build();
  }

  private TypeSpec.Builder begin(TypeElement model, CodeBlock javadoc) {
    TypeSpec.Builder type =
        TypeSpec.classBuilder(PlanNames.planOf(model))
            .addJavadoc(javadoc)
            .addOriginatingElement(model)
            .addModifiers(Modifier.FINAL)
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build());
    // A module need not read the one that has it.
    TypeElement generated = environment.getElementUtils().getTypeElement(GENERATED);
    if (generated != null) {
      type.addAnnotation(
          AnnotationSpec.builder(ClassName.get(generated))
              .addMember("value", "$S", PartirProcessor.class.getCanonicalName())
              .build());
    }
    if (isPublic(model)) {
      type.addModifiers(Modifier.PUBLIC);
    }
    return type;
  }

  private static TypeSpec.Builder nested(
      DeclaredModel schedule, CodeBlock javadoc, boolean isPublic) {
    TypeSpec.Builder type =
        TypeSpec.classBuilder(PlanNames.scheduleClass(schedule.schedule()))
            .addJavadoc(javadoc)
            .addModifiers(Modifier.STATIC, Modifier.FINAL)
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build());
    return isPublic ? type.addModifiers(Modifier.PUBLIC) : type;
  }

  private static boolean isPublic(TypeElement model) {
    for (Element e = model; e instanceof TypeElement; e = e.getEnclosingElement()) {
      if (!e.getModifiers().contains(Modifier.PUBLIC)) {
        return false;
      }
    }
    return true;
  }
}
