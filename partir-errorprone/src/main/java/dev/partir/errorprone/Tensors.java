package dev.partir.errorprone;

import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Type;
import org.jspecify.annotations.Nullable;

/** The DSL's classes, known by name. */
final class Tensors {
  private static final String TENSOR = "dev.partir.dsl.Tensor";
  private static final String ELEMENT_TYPE = "dev.partir.ir.ElementType";

  private Tensors() {}

  static boolean isTensor(@Nullable Type type) {
    return is(type, TENSOR);
  }

  static boolean isElementType(@Nullable Type type) {
    return is(type, ELEMENT_TYPE);
  }

  /** Whether a method is one that is called on a tensor. */
  static boolean isOperation(MethodSymbol method) {
    return !method.isStatic() && method.owner != null && isTensor(method.owner.type);
  }

  /**
   * Whether a method is one that is called on a tensor and returns another, and does nothing else.
   */
  static boolean isPure(MethodSymbol method) {
    return isOperation(method) && isTensor(method.getReturnType());
  }

  /** Whether a method gives a tensor a name. */
  static boolean isNaming(MethodSymbol method) {
    return isOperation(method) && method.getSimpleName().contentEquals("named");
  }

  private static boolean is(@Nullable Type type, String name) {
    return type != null && type.tsym != null && type.tsym.getQualifiedName().contentEquals(name);
  }
}
