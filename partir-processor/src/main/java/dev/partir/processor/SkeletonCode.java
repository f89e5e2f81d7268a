package dev.partir.processor;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;

/** Writes the members of a plan that has none to speak of, as its model has errors. */
final class SkeletonCode {
  private static final Modifier[] CONSTANT = {Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL};

  private SkeletonCode() {}

  static void addTo(TypeSpec.Builder type, DeclaredModel declared) {
    List<String> axes =
        declared.axes().stream()
            .map(axis -> axis.name())
            .filter(n -> !n.isEmpty())
            .distinct()
            .toList();
    for (String constant : PlanNames.constantsOf(axes)) {
      type.addField(
          FieldSpec.builder(RuntimeTypes.MESH_AXIS, constant, CONSTANT)
              .initializer("new $T($S, 1)", RuntimeTypes.MESH_AXIS, constant)
              .build());
    }
    type.addField(
        FieldSpec.builder(RuntimeTypes.MESH, "MESH", CONSTANT)
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
    type.addMethod(method("schedule", RuntimeTypes.SCHEDULE, fail).build())
        .addMethod(method("trace", RuntimeTypes.MODULE, fail).build())
        .addMethod(method("partition", RuntimeTypes.PARTITIONING, fail).build())
        .addMethod(validate(declared, fail))
        .addMethod(method("plan", RuntimeTypes.PLAN, fail).build());
    DeclaredSizes sizes = declared.sizes();
    if (sizes != null) {
      ClassName sizesType = ClassName.get(sizes.type());
      type.addField(FieldSpec.builder(sizesType, "SIZES", CONSTANT).initializer("null").build())
          .addMethod(
              method("plan", RuntimeTypes.PLAN, fail).addParameter(sizesType, "sizes").build());
    }
  }

  private static MethodSpec validate(DeclaredModel declared, CodeBlock body) {
    MethodSpec.Builder validate = method("validate", TypeName.VOID, body);
    ExecutableElement method = declared.method();
    if (declared.parameters().stream().anyMatch(p -> p.record() != null)) {
      return validate
          .addParameter(
              ParameterizedTypeName.get(ClassName.get(List.class), RuntimeTypes.HOST_ARRAY),
              "arguments")
          .build();
    }
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

  private static MethodSpec.Builder method(String name, TypeName returned, CodeBlock body) {
    return MethodSpec.methodBuilder(name)
        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
        .returns(returned)
        .addCode(body);
  }
}
