package dev.partir.processor;

import com.google.auto.common.GeneratedAnnotations;
import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/**
 * Writes the plan class of a model. It is code that a user reads: plain constants and calls,
 * without reflection.
 */
final class PlanGenerator {
  private static final Modifier[] PUBLIC_CONSTANT = {
    Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL
  };
  private static final Modifier[] PRIVATE_CONSTANT = {
    Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL
  };

  private final ProcessingEnvironment environment;

  PlanGenerator(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  /** Returns the plan of a model that makes sense. */
  TypeSpec plan(VerifiedModel model) {
    DeclaredModel declared = model.declared();
    Mesh mesh = model.schedule().mesh();
    List<String> constants =
        PlanNames.constantsOf(mesh.axes().stream().map(MeshAxis::name).toList());
    ClassName plan = PlanNames.planOf(declared.type());
    TypeSpec.Builder type = begin(declared.type(), PlanJavadoc.of(model));
    for (int i = 0; i < mesh.axisCount(); i++) {
      type.addField(
          FieldSpec.builder(RuntimeTypes.MESH_AXIS, constants.get(i), PUBLIC_CONSTANT)
              .addJavadoc("Axis {@code $L}: $L.\n", mesh.name(i), devices(mesh.size(i)))
              .initializer("new $T($S, $L)", RuntimeTypes.MESH_AXIS, mesh.name(i), mesh.size(i))
              .build());
    }
    type.addField(
            FieldSpec.builder(RuntimeTypes.MESH, "MESH", PUBLIC_CONSTANT)
                .addJavadoc("The mesh: $L.\n", devices(mesh.deviceCount()))
                .initializer(
                    "$T.of($T.of($L))", RuntimeTypes.MESH, List.class, String.join(", ", constants))
                .build())
        .addField(constant(RuntimeTypes.PROGRAM_MODEL, "VALUES", PlanCode.values(model.program())))
        .addField(constant(RuntimeTypes.SCHEDULE, "SCHEDULE", PlanCode.schedule(model, constants)))
        .addField(
            constant(
                RuntimeTypes.PLAN,
                "PLAN",
                CodeBlock.of(
                    "$T.of($S,$WVALUES,$WSCHEDULE,$W$T::traceModel)",
                    RuntimeTypes.PLAN,
                    declared.type().getQualifiedName(),
                    plan)));
    List<CodeBlock> bodies =
        List.of(
            CodeBlock.of("return SCHEDULE;\n"),
            CodeBlock.of("return PLAN.trace();\n"),
            CodeBlock.of("return $T.partition(trace(), SCHEDULE);\n", RuntimeTypes.PARTITIONER),
            CodeBlock.of("return PLAN;\n"));
    addMethods(type, declared, bodies, validation(model.program().parameters()));
    type.addMethod(traceModel(declared));
    return type.build();
  }

  /**
   * Returns a plan with the members that a correct one would have, for a model with errors: so the
   * compiler does not add an error for every use of the plan to the one that matters.
   */
  TypeSpec skeleton(DeclaredModel declared) {
    TypeSpec.Builder type =
        begin(declared.type(), CodeBlock.of("The plan of a model that has errors.\n"));
    List<String> axes =
        declared.axes().stream()
            .map(axis -> axis.name())
            .filter(n -> !n.isEmpty())
            .distinct()
            .toList();
    for (String constant : PlanNames.constantsOf(axes)) {
      type.addField(
          FieldSpec.builder(RuntimeTypes.MESH_AXIS, constant, PUBLIC_CONSTANT)
              .initializer("new $T($S, 1)", RuntimeTypes.MESH_AXIS, constant)
              .build());
    }
    type.addField(
        FieldSpec.builder(RuntimeTypes.MESH, "MESH", PUBLIC_CONSTANT)
            .initializer(
                "$T.of($T.of(new $T($S, 1)))",
                RuntimeTypes.MESH,
                List.class,
                RuntimeTypes.MESH_AXIS,
                "none")
            .build());
    CodeBlock fail =
        CodeBlock.of(
            "throw new $T($S);\n",
            IllegalStateException.class,
            declared.type().getQualifiedName() + " was compiled with errors");
    addMethods(type, declared, List.of(fail, fail, fail, fail), fail);
    return type.build();
  }

  private TypeSpec.Builder begin(TypeElement model, CodeBlock javadoc) {
    TypeSpec.Builder type =
        TypeSpec.classBuilder(PlanNames.planOf(model))
            .addJavadoc(javadoc)
            .addOriginatingElement(model)
            .addModifiers(Modifier.FINAL)
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build());
    GeneratedAnnotations.generatedAnnotation(
            environment.getElementUtils(), environment.getSourceVersion())
        .ifPresent(
            generated ->
                type.addAnnotation(
                    AnnotationSpec.builder(ClassName.get(generated))
                        .addMember("value", "$S", PartirProcessor.class.getCanonicalName())
                        .build()));
    if (isPublic(model)) {
      type.addModifiers(Modifier.PUBLIC);
    }
    return type;
  }

  private static boolean isPublic(TypeElement model) {
    for (Element e = model; e instanceof TypeElement; e = e.getEnclosingElement()) {
      if (!e.getModifiers().contains(Modifier.PUBLIC)) {
        return false;
      }
    }
    return true;
  }

  private static FieldSpec constant(ClassName type, String name, CodeBlock value) {
    return FieldSpec.builder(type, name, PRIVATE_CONSTANT).initializer(value).build();
  }

  /** Adds the public methods; {@code bodies} are those of schedule, trace, partition and plan. */
  private static void addMethods(
      TypeSpec.Builder type, DeclaredModel declared, List<CodeBlock> bodies, CodeBlock validation) {
    String name = declared.name();
    type.addMethod(
            method("schedule", RuntimeTypes.SCHEDULE, bodies.get(0))
                .addJavadoc("Returns the declared tactics, in order.\n")
                .build())
        .addMethod(
            method("trace", RuntimeTypes.MODULE, bodies.get(1))
                .addJavadoc("Returns the program that {@code $L} computes.\n", name)
                .build())
        .addMethod(
            method("partition", RuntimeTypes.PARTITIONING, bodies.get(2))
                .addJavadoc("Traces {@code $L} and applies the declared tactics.\n", name)
                .build())
        .addMethod(validate(declared, validation))
        .addMethod(
            method("plan", RuntimeTypes.PLAN, bodies.get(3))
                .addJavadoc("Returns all of this as one object.\n")
                .build());
  }

  private static MethodSpec.Builder method(String name, TypeName returned, CodeBlock body) {
    return MethodSpec.methodBuilder(name)
        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
        .returns(returned)
        .addCode(body);
  }

  private static MethodSpec validate(DeclaredModel declared, CodeBlock body) {
    MethodSpec.Builder validate =
        method("validate", TypeName.VOID, body)
            .addJavadoc(
                "Checks arguments against the declared shapes, before anything runs.\n\n"
                    + "@throws dev.partir.ir.PartirException naming every argument that is"
                    + " wrong\n");
    ExecutableElement method = declared.method();
    if (method == null) {
      validate.addParameter(ArrayTypeName.of(RuntimeTypes.HOST_ARRAY), "arguments");
      return validate.varargs().build();
    }
    for (var parameter : method.getParameters()) {
      validate.addParameter(
          ParameterSpec.builder(RuntimeTypes.HOST_ARRAY, parameter.getSimpleName().toString())
              .build());
    }
    return validate.build();
  }

  private static CodeBlock validation(List<ValueModel> parameters) {
    List<String> types = new ArrayList<>();
    for (ValueModel parameter : parameters) {
      types.add(parameter.name() + ".type()");
    }
    return CodeBlock.of("PLAN.validate($T.of($L));\n", List.class, String.join(", ", types));
  }

  private static MethodSpec traceModel(DeclaredModel declared) {
    ExecutableElement method = Objects.requireNonNull(declared.method());
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < method.getParameters().size(); i++) {
      arguments.add("in.get(" + i + ")");
    }
    return MethodSpec.methodBuilder("traceModel")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(RuntimeTypes.MODULE)
        .addStatement(
            "$T inputs = new $T<>()",
            ParameterizedTypeName.get(ClassName.get(List.class), RuntimeTypes.TRACER_INPUT),
            ArrayList.class)
        .beginControlFlow("for ($T parameter : VALUES.parameters())", RuntimeTypes.VALUE_MODEL)
        .addStatement(
            "inputs.add(new $T(parameter.name(), parameter.type()))", RuntimeTypes.TRACER_INPUT)
        .endControlFlow()
        .addStatement(
            "return $T.trace($S, inputs,$Win -> $T.of($T.$L($L)))",
            RuntimeTypes.TRACER,
            declared.type().getSimpleName(),
            List.class,
            ClassName.get(declared.type()),
            method.getSimpleName(),
            String.join(", ", arguments))
        .build();
  }

  private static String devices(int count) {
    return count == 1 ? "1 device" : count + " devices";
  }
}
