package dev.partir.processor;

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
import dev.partir.schedule.Budget;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.lang.model.element.Modifier;

/** Writes the members of one schedule's plan. */
final class ScheduleCode {
  private static final Modifier[] PUBLIC_CONSTANT = {
    Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL
  };
  private static final Modifier[] PRIVATE_CONSTANT = {
    Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL
  };

  private final ModelCode code;
  private final VerifiedModel model;

  ScheduleCode(ModelCode code, VerifiedModel model) {
    this.code = code;
    this.model = model;
  }

  void addTo(TypeSpec.Builder type) {
    addConstants(type);
    String program = model.program().name();
    type.addMethod(
            method("schedule", RuntimeTypes.SCHEDULE, "return SCHEDULE")
                .addJavadoc("Returns the declared tactics, in order.\n")
                .build())
        .addMethod(
            method("trace", RuntimeTypes.MODULE, "return PLAN.trace()")
                .addJavadoc("Returns the program that {@code $L} computes.\n", program)
                .build())
        .addMethod(
            MethodSpec.methodBuilder("partition")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(RuntimeTypes.PARTITIONING)
                .addJavadoc("Traces {@code $L} and applies the declared tactics.\n", program)
                .addStatement("return $T.partition(PLAN)", RuntimeTypes.PARTITIONER)
                .build())
        .addMethod(validate())
        .addMethod(
            method("plan", RuntimeTypes.PLAN, "return PLAN")
                .addJavadoc("Returns all of this as one object.\n")
                .build());
    ClassName sizes = code.sizes();
    if (sizes != null) {
      type.addMethod(
          MethodSpec.methodBuilder("plan")
              .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
              .returns(RuntimeTypes.PLAN)
              .addParameter(sizes, "sizes")
              .addJavadoc("Returns the plan of the model at other sizes.\n")
              .addStatement("return $L", plan())
              .build());
    }
  }

  private void addConstants(TypeSpec.Builder type) {
    Mesh mesh = model.schedule().mesh();
    List<String> constants =
        PlanNames.constantsOf(mesh.axes().stream().map(MeshAxis::name).toList());
    DeclaredSizes sizes = model.declared().sizes();
    ClassName sizesType = code.sizes();
    if (sizes != null && sizesType != null) {
      type.addField(
          FieldSpec.builder(sizesType, "SIZES", PUBLIC_CONSTANT)
              .addJavadoc("The sizes that the compiler has checked.\n")
              .initializer(ModelCode.sizes(sizes))
              .build());
    }
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
            .build());
    if (code.isPlain()) {
      type.addField(
          constant(RuntimeTypes.PROGRAM_MODEL, "VALUES", PlanCode.values(model.program())));
    }
    type.addField(constant(RuntimeTypes.SCHEDULE, "SCHEDULE", PlanCode.schedule(model, constants)));
    type.addField(
        constant(
            RuntimeTypes.PLAN,
            "PLAN",
            code.sizes() == null ? plan() : CodeBlock.of("plan(SIZES)")));
  }

  /**
   * Returns {@code Plan.of(...)}, in which {@code sizes} is the record of sizes where there is one.
   */
  private CodeBlock plan() {
    DeclaredModel declared = model.declared();
    ClassName plan = PlanNames.planOf(declared.type());
    CodeBlock values = code.isPlain() ? CodeBlock.of("VALUES") : code.call("values");
    CodeBlock trace =
        code.sizes() == null
            ? CodeBlock.of("$T::traceModel", plan)
            : CodeBlock.of("() -> traceModel(sizes)");
    return CodeBlock.of(
        "$T.of($S,$W$L,$WSCHEDULE,$W$L)$L",
        RuntimeTypes.PLAN,
        declared.planName(),
        values,
        trace,
        budget(declared.budget()));
  }

  private static CodeBlock budget(DeclaredModel.DeclaredBudget declared) {
    Budget budget = declared.budget();
    AnnotationView source = declared.source();
    if (source == null || budget.isEmpty()) {
      return CodeBlock.of("");
    }
    CodeBlock.Builder limits = CodeBlock.builder().add("$T.NONE", RuntimeTypes.BUDGET);
    if (budget.memoryBytes().isPresent()) {
      limits.add(".memory($S)", source.string("memory"));
    }
    if (budget.collectivesPerStep().isPresent()) {
      limits.add(".collectives($L)", budget.collectivesPerStep().getAsLong());
    }
    if (budget.stepMillis().isPresent()) {
      limits.add(".millis($L)", budget.stepMillis().getAsDouble());
    }
    return CodeBlock.of("$Z.withBudget($L)", limits.build());
  }

  private MethodSpec validate() {
    MethodSpec.Builder validate =
        MethodSpec.methodBuilder("validate")
            .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
            .addJavadoc(
                "Checks arguments against the declared shapes, before anything runs.\n\n"
                    + "@throws dev.partir.ir.PartirException naming every argument that is"
                    + " wrong\n");
    if (code.hasTrees()) {
      return validate
          .addParameter(
              ParameterizedTypeName.get(ClassName.get(List.class), RuntimeTypes.HOST_ARRAY),
              "arguments")
          .addStatement("PLAN.validateArguments(arguments)")
          .build();
    }
    List<String> types = new ArrayList<>();
    for (ValueModel parameter : model.program().parameters()) {
      validate.addParameter(
          ParameterSpec.builder(RuntimeTypes.HOST_ARRAY, parameter.name()).build());
      types.add(parameter.name() + ".type()");
    }
    return validate
        .addStatement("PLAN.validate($T.of($L))", List.class, String.join(", ", types))
        .build();
  }

  private static MethodSpec.Builder method(String name, TypeName returned, String statement) {
    return MethodSpec.methodBuilder(name)
        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
        .returns(returned)
        .addStatement(statement);
  }

  private static FieldSpec constant(ClassName type, String name, CodeBlock value) {
    return FieldSpec.builder(type, name, PRIVATE_CONSTANT)
        .initializer(Objects.requireNonNull(value))
        .build();
  }

  private static String devices(int count) {
    return count == 1 ? "1 device" : count + " devices";
  }
}
