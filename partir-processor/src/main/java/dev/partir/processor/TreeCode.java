package dev.partir.processor;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.partir.ir.ElementType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Writes what turns a model's records into flat lists of tensors and back: a method for every
 * record, {@code treeOfBlock(dims)}.
 */
final class TreeCode {
  private final Map<String, String> methods = new LinkedHashMap<>();
  private final Map<String, ParameterRecord> records = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  TreeCode(DeclaredModel model) {
    for (ModelParameter parameter : model.parameters()) {
      add(parameter.record());
    }
    add(model.result());
  }

  private void add(@Nullable ParameterRecord record) {
    if (record == null || methods.containsKey(key(record))) {
      return;
    }
    String method = "treeOf" + record.type().getSimpleName();
    String unique = method;
    for (int i = 2; !taken.add(unique); i++) {
      unique = method + i;
    }
    methods.put(key(record), unique);
    records.put(key(record), record);
    record.components().forEach(component -> add(component.record()));
  }

  private static String key(ParameterRecord record) {
    return record.type().getQualifiedName().toString();
  }

  /** Returns whether the model has no records. */
  boolean isEmpty() {
    return methods.isEmpty();
  }

  /** Returns {@code Tree<Block>}. */
  static TypeName type(ParameterRecord record) {
    return ParameterizedTypeName.get(RuntimeTypes.TREE, ClassName.get(record.type()));
  }

  /** Returns the call of a record's method. */
  CodeBlock call(ParameterRecord record) {
    return CodeBlock.of("$L(dims)", Objects.requireNonNull(methods.get(key(record))));
  }

  /** Returns the methods of all records. */
  List<MethodSpec> methods() {
    List<MethodSpec> all = new ArrayList<>();
    records.values().forEach(record -> all.add(method(record)));
    return all;
  }

  private MethodSpec method(ParameterRecord record) {
    ClassName type = ClassName.get(record.type());
    CodeBlock.Builder code = CodeBlock.builder();
    Map<String, String> inner = new LinkedHashMap<>();
    for (ParameterRecord.Component component : record.components()) {
      ParameterRecord of = component.record();
      if (of != null && !inner.containsKey(key(of))) {
        String variable = variable(of, inner.values());
        inner.put(key(of), variable);
        code.addStatement("$T $L = $L", type(of), variable, call(of));
      }
    }
    code.add("return new $T<$T>(dims)$>$>\n", RuntimeTypes.TREE_BUILDER, type);
    List<CodeBlock> arguments = new ArrayList<>();
    for (ParameterRecord.Component component : record.components()) {
      ParameterRecord of = component.record();
      String tree = of == null ? null : inner.get(key(of));
      code.add(component(type, component, tree));
      arguments.add(argument(component, tree));
    }
    code.add(".build(in -> new $T($L));\n$<$<", type, CodeBlock.join(arguments, ",$W"));
    return MethodSpec.methodBuilder(Objects.requireNonNull(methods.get(key(record))))
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(type(record))
        .addParameter(RuntimeTypes.DIMENSION_SIZES, "dims")
        .addCode(code.build())
        .build();
  }

  /** Returns {@code block} for a record {@code Block}, another name where that is taken. */
  private static String variable(ParameterRecord record, Collection<String> taken) {
    String simple = record.type().getSimpleName().toString();
    String name = Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
    if (!SourceVersion.isName(name) || name.equals("dims") || name.equals("in")) {
      name += "Tree";
    }
    String unique = name;
    for (int i = 2; taken.contains(unique); i++) {
      unique = name + i;
    }
    return unique;
  }

  private static CodeBlock component(
      ClassName type, ParameterRecord.Component component, @Nullable String tree) {
    String repeat = component.repeat();
    CodeBlock accessor = CodeBlock.of("$T::$L", type, component.accessor());
    if (tree != null) {
      return repeat == null
          ? CodeBlock.of(".tree($S, $L, $L)\n", component.name(), accessor, tree)
          : CodeBlock.of(".trees($S, $L, $L, $S)\n", component.name(), accessor, tree, repeat);
    }
    AnnotationView dims = AnnotationView.on(component.element(), AnnotationNames.DIMS);
    // What only a result holds needs no shape: the trace finds it.
    CodeBlock shape = dims == null ? CodeBlock.of("") : CodeBlock.of(", $L", shape(dims));
    return repeat == null
        ? CodeBlock.of(".leaf($S, $L$L)\n", component.name(), accessor, shape)
        : CodeBlock.of(".leaves($S, $L$L, $S)\n", component.name(), accessor, shape, repeat);
  }

  /** Returns {@code ElementType.F32, "embed, hidden"}. */
  static CodeBlock shape(AnnotationView dims) {
    ElementType element = ElementType.parse(dims.string("element"));
    return CodeBlock.of(
        "$T.$L, $S",
        RuntimeTypes.ELEMENT_TYPE,
        Objects.requireNonNull(element).name(),
        dims.string("value"));
  }

  private static CodeBlock argument(ParameterRecord.Component component, @Nullable String tree) {
    String repeat = component.repeat();
    if (tree == null) {
      return repeat == null
          ? CodeBlock.of("in.tensor()")
          : CodeBlock.of("in.tensors(dims.size($S))", repeat);
    }
    return repeat == null
        ? CodeBlock.of("in.tree($L)", tree)
        : CodeBlock.of("in.trees($L, dims.size($S))", tree, repeat);
  }
}
