package dev.partir.processor;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.lang.model.element.Modifier;

/**
 * Writes a class that nobody reads, on a thread beside the compiler's, while that reads the first
 * model. What writes plans is then loaded and linked when the first one is written; a compiler that
 * is started for one project is mostly busy with that, on one of its processors. Where classes are
 * loaded already it takes no time to speak of.
 */
final class WarmUp {
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private WarmUp() {}

  /** Begins, once, and returns at once. Nothing depends on whether it ends, or how. */
  static void start() {
    if (STARTED.getAndSet(true)) {
      return;
    }
    // A class and its superclass that two threads initialize from opposite ends would wait for each
    // other for ever, and JavaPoet's names are such a pair: this thread does them before the other.
    RuntimeTypes.initialize();
    var thread = new Thread(WarmUp::writeQuietly, "partir warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  private static void writeQuietly() {
    try {
      write();
    } catch (RuntimeException | IOException | LinkageError e) {
      // The compiler's thread meets the same where it matters, and tells of it.
    }
  }

  /** Returns a class with what plans have: constants, methods, Javadoc, wrapped lines. */
  static String write() throws IOException {
    ClassName type = ClassName.get("dev.partir", "WarmUpPlan");
    CodeBlock items =
        CodeBlock.join(List.of(CodeBlock.of("$S", "a"), CodeBlock.of("$L", 1)), ",$W");
    TypeSpec plan =
        TypeSpec.classBuilder(type)
            .addJavadoc("The plan of {@link $T}.\n", type)
            .addModifiers(Modifier.FINAL)
            .addAnnotation(
                AnnotationSpec.builder(SuppressWarnings.class)
                    .addMember("value", "$S", "unused")
                    .build())
            .addField(
                FieldSpec.builder(RuntimeTypes.MESH, "MESH", Modifier.STATIC, Modifier.FINAL)
                    .initializer("$T.of($>$>\n$L$<$<)", RuntimeTypes.MESH, items)
                    .build())
            .addMethod(
                MethodSpec.methodBuilder("plan")
                    .addModifiers(Modifier.STATIC)
                    .returns(ParameterizedTypeName.get(RuntimeTypes.TREE, type))
                    .addParameter(ParameterSpec.builder(RuntimeTypes.MESH, "mesh").build())
                    .addStatement("return $L($L)", "plan", "mesh")
                    .build())
            .build();
    var text = new StringBuilder();
    JavaFile.builder(type.packageName(), plan).skipJavaLangImports(true).build().writeTo(text);
    return text.toString();
  }
}
