package dev.partir.processor;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** Writes what all schedules of a model share: its values, its trace, the trees of its records. */
final class ModelCode {
  private final DeclaredModel model;
  private final TreeCode trees;

  ModelCode(DeclaredModel model) {
    this.model = model;
    this.trees = new TreeCode(model);
  }

  DeclaredModel model() {
    return model;
  }

  /**
   * Returns whether values are written out, as neither records nor sizes stand behind them and no
   * other schedule has the same.
   */
  boolean isPlain() {
    return trees.isEmpty() && model.sizes() == null && model.schedule().isEmpty();
  }

  boolean hasTrees() {
    return !trees.isEmpty();
  }

  /** Returns the record of sizes, or null where the model has none. */
  @Nullable ClassName sizes() {
    DeclaredSizes sizes = model.sizes();
    return sizes == null ? null : ClassName.get(sizes.type());
  }

  /** Returns {@code new Sizes(2, 64)} for the sizes of a schedule. */
  static CodeBlock sizes(DeclaredSizes sizes) {
    List<CodeBlock> values = new ArrayList<>();
    for (DeclaredSizes.Component component : sizes.components()) {
      long value = sizes.values().size(component.name());
      values.add(CodeBlock.of(value > Integer.MAX_VALUE ? "$LL" : "$L", value));
    }
    return CodeBlock.of("new $T($L)", ClassName.get(sizes.type()), CodeBlock.join(values, ",$W"));
  }

  /** Returns the call of a shared method, which takes the sizes where the model has some. */
  CodeBlock call(String method) {
    return CodeBlock.of("$L($L)", method, model.sizes() == null ? "" : "sizes");
  }

  void addTo(TypeSpec.Builder type) {
    for (ModelParameter parameter : model.parameters()) {
      ParameterRecord record = parameter.record();
      if (record != null) {
        type.addMethod(
            shared(parameter.name() + "Tree")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(
                    "Returns the leaves of parameter {@code $L}, and what makes one of them.\n",
                    parameter.name())
                .returns(TreeCode.type(record))
                .addCode(dims())
                .addStatement("return $L", trees.call(record))
                .build());
      }
    }
    if (!isPlain()) {
      type.addMethod(values());
    }
    type.addMethod(trace());
    if (model.sizes() != null) {
      type.addMethod(dimensions(model.sizes()));
    }
    trees.methods().forEach(type::addMethod);
  }

  private MethodSpec.Builder shared(String name) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(name).addModifiers(Modifier.STATIC);
    ClassName sizes = sizes();
    return sizes == null ? method : method.addParameter(sizes, "sizes");
  }

  /** Returns the statement that makes {@code dims}. */
  private CodeBlock dims() {
    return model.sizes() != null
        ? CodeBlock.of("$T dims = dimensions(sizes);\n", RuntimeTypes.DIMENSION_SIZES)
        : CodeBlock.of(
            "$T dims = $T.NONE;\n", RuntimeTypes.DIMENSION_SIZES, RuntimeTypes.DIMENSION_SIZES);
  }

  private static MethodSpec dimensions(DeclaredSizes sizes) {
    CodeBlock.Builder code =
        CodeBlock.builder().add("return $T.NONE$>$>", RuntimeTypes.DIMENSION_SIZES);
    for (DeclaredSizes.Component component : sizes.components()) {
      code.add("\n.with($S, sizes.$L())", component.name(), component.accessor());
    }
    return MethodSpec.methodBuilder("dimensions")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(RuntimeTypes.DIMENSION_SIZES)
        .addParameter(ClassName.get(sizes.type()), "sizes")
        .addCode(code.add(";\n$<$<").build())
        .build();
  }

  private MethodSpec values() {
    CodeBlock.Builder code = dims().toBuilder();
    code.addStatement(
        "$T values = new $T<>()",
        ParameterizedTypeName.get(ClassName.get(List.class), RuntimeTypes.VALUE_MODEL),
        ArrayList.class);
    for (ModelParameter parameter : model.parameters()) {
      ParameterRecord record = parameter.record();
      DeclaredShape shape = parameter.shape();
      CodeBlock use = CodeBlock.of("$T.Use.$L", RuntimeTypes.VALUE_MODEL, parameter.use().name());
      if (record != null) {
        code.addStatement(
            "values.addAll($T.parameters($S, $L,$W$L))",
            RuntimeTypes.VALUE_MODEL,
            parameter.name(),
            trees.call(record),
            use);
      } else if (shape != null) {
        code.addStatement(
            "values.add($T.parameter($S, dims.shape($L),$W$L))",
            RuntimeTypes.VALUE_MODEL,
            parameter.name(),
            TreeCode.shape(shape.dims()),
            use);
      }
    }
    Iterator<DeclaredShape> shapes = model.inside().iterator();
    for (ValueModel value : model.values()) {
      if (value.role() != ValueModel.Role.PARAMETER) {
        CodeBlock shape = TreeCode.shape(shapes.next().dims());
        code.add(
            value.role() == ValueModel.Role.RESULT
                ? CodeBlock.of(
                    "values.add($T.result(dims.shape($L)));\n", RuntimeTypes.VALUE_MODEL, shape)
                : CodeBlock.of(
                    "values.add($T.intermediate($S,$Wdims.shape($L)));\n",
                    RuntimeTypes.VALUE_MODEL,
                    value.name(),
                    shape));
      }
    }
    code.addStatement("return new $T($S, values)", RuntimeTypes.PROGRAM_MODEL, model.name());
    return shared("values")
        .addModifiers(Modifier.PRIVATE)
        .returns(RuntimeTypes.PROGRAM_MODEL)
        .addCode(code.build())
        .build();
  }

  private MethodSpec trace() {
    ExecutableElement method = Objects.requireNonNull(model.method());
    ClassName type = ClassName.get(model.type());
    MethodSpec.Builder trace =
        shared("traceModel").addModifiers(Modifier.PRIVATE).returns(RuntimeTypes.MODULE);
    List<CodeBlock> arguments = new ArrayList<>();
    for (int i = 0; i < model.parameters().size(); i++) {
      ModelParameter parameter = model.parameters().get(i);
      ParameterRecord record = parameter.record();
      arguments.add(
          parameter.isSizes()
              ? CodeBlock.of("sizes")
              : record != null
                  ? CodeBlock.of("read.tree($L)", trees.call(record))
                  : hasTrees() || model.sizes() != null
                      ? CodeBlock.of("read.tensor()")
                      : CodeBlock.of("in.get($L)", i));
    }
    CodeBlock call =
        CodeBlock.of("$T.$L($L)", type, method.getSimpleName(), CodeBlock.join(arguments, ",$W"));
    if (isPlain()) {
      return trace
          .addStatement(
              "return $T.trace($S, $T.inputs(VALUES),$Win -> $T.of($L))",
              RuntimeTypes.TRACER,
              model.type().getSimpleName(),
              RuntimeTypes.PLAN,
              List.class,
              call)
          .build();
    }
    ParameterRecord result = model.result();
    CodeBlock.Builder code = hasTrees() ? dims().toBuilder() : CodeBlock.builder();
    if (result != null) {
      code.addStatement("$T result = $L", TreeCode.type(result), trees.call(result));
    }
    code.add(
        "return $T.trace($>$>\n$S,\n$T.inputs($L),\nin -> {$>\n",
        RuntimeTypes.TRACER,
        model.type().getSimpleName(),
        RuntimeTypes.PLAN,
        call("values"));
    code.add("$T read = new $T(in);\n", RuntimeTypes.TREE_READER, RuntimeTypes.TREE_READER);
    code.add(
        result == null
            ? CodeBlock.of("return $T.of($L);\n", List.class, call)
            : CodeBlock.of("return result.flatten($L);\n", call));
    code.add(result == null ? "$<});\n$<$<" : "$<},\nresult.paths());\n$<$<");
    return trace.addCode(code.build()).build();
  }
}
