package dev.partir.processor;

import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/** Gets from types to their declarations. */
final class TypeElements {
  private TypeElements() {}

  /** Returns the class, interface, record or annotation that a declared type is of. */
  static TypeElement of(TypeMirror type) {
    return (TypeElement) ((DeclaredType) type).asElement();
  }
}
