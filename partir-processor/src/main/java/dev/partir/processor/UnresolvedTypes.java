package dev.partir.processor;

import java.util.List;
import java.util.Map;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a declaration refers to types that are not there, or not yet: those that other
 * processors have still to generate. Bodies of methods do not count, which compilers have not
 * looked at when processors run.
 */
final class UnresolvedTypes {
  private UnresolvedTypes() {}

  /** Returns whether an element, what it encloses, or an annotation there has one. */
  static boolean in(Element element) {
    for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
      if (in(annotation)) {
        return true;
      }
    }
    if (element instanceof TypeElement type) {
      return in(type.getSuperclass())
          || inTypes(type.getInterfaces())
          || inElements(type.getTypeParameters())
          || inElements(type.getEnclosedElements());
    } else if (element instanceof ExecutableElement method) {
      AnnotationValue byDefault = method.getDefaultValue();
      return in(method.getReturnType())
          || inTypes(method.getThrownTypes())
          || inElements(method.getTypeParameters())
          || inElements(method.getParameters())
          || (byDefault != null && in(byDefault, method.getReturnType()));
    } else if (element instanceof TypeParameterElement parameter) {
      return inTypes(parameter.getBounds());
    }
    return in(element.asType());
  }

  private static boolean inElements(List<? extends Element> elements) {
    for (Element element : elements) {
      if (in(element)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inTypes(List<? extends TypeMirror> types) {
    for (TypeMirror type : types) {
      if (in(type)) {
        return true;
      }
    }
    return false;
  }

  /** The bounds of type variables are looked at where these are declared. */
  private static boolean in(@Nullable TypeMirror type) {
    if (type == null) {
      return false;
    } else if (type.getKind() == TypeKind.ERROR) {
      return true;
    } else if (type instanceof DeclaredType declared) {
      return inTypes(declared.getTypeArguments());
    } else if (type instanceof ArrayType array) {
      return in(array.getComponentType());
    } else if (type instanceof WildcardType wildcard) {
      return in(wildcard.getExtendsBound()) || in(wildcard.getSuperBound());
    }
    return type instanceof IntersectionType several && inTypes(several.getBounds());
  }

  private static boolean in(AnnotationMirror annotation) {
    if (in(annotation.getAnnotationType())) {
      return true;
    }
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        annotation.getElementValues().entrySet()) {
      if (in(entry.getValue(), entry.getKey().getReturnType())) {
        return true;
      }
    }
    return false;
  }

  private static boolean in(AnnotationValue value, TypeMirror wanted) {
    Object held = value.getValue();
    if (held instanceof List<?> several && wanted instanceof ArrayType array) {
      for (Object one : several) {
        if (in((AnnotationValue) one, array.getComponentType())) {
          return true;
        }
      }
      return false;
    } else if (held instanceof AnnotationMirror annotation) {
      return in(annotation);
    } else if (held instanceof TypeMirror type) {
      return in(type);
    } else if (held instanceof VariableElement constant) {
      return in(constant.asType());
    }
    // A value that cannot be read is a string, "<error>", whatever is wanted.
    return held instanceof String
        && !(wanted.getKind() == TypeKind.DECLARED
            && TypeElements.of(wanted).getQualifiedName().contentEquals("java.lang.String"));
  }
}
