package dev.partir.processor;

import dev.partir.ir.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/** Reads the records of parameters that a model's method takes and returns. */
final class RecordReader {
  private static final String LIST = "java.util.List";
  private static final String KOTLIN = "kotlin.Metadata";

  private final Reporter reporter;
  private final String name;
  private final Map<String, @Nullable ParameterRecord> read = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Reads the records of one model.
   *
   * @param name what messages call the model
   */
  RecordReader(Reporter reporter, String name) {
    this.reporter = reporter;
    this.name = name;
  }

  /** Returns whether a type is a record, or of a form that Kotlin's data classes have. */
  static boolean isRecord(TypeMirror type) {
    if (type.getKind() != TypeKind.DECLARED) {
      return false;
    }
    TypeElement element = TypeElements.of(type);
    return element.getKind() == ElementKind.RECORD || isDataClass(element);
  }

  /** Kotlin's data classes have a method {@code component1} for their first component. */
  private static boolean isDataClass(TypeElement type) {
    return type.getKind() == ElementKind.CLASS
        && AnnotationView.on(type, KOTLIN) != null
        && ElementFilter.methodsIn(type.getEnclosedElements()).stream()
            .anyMatch(m -> m.getSimpleName().contentEquals("component1"));
  }

  static boolean isTensor(TypeMirror type) {
    return type.getKind() == TypeKind.DECLARED
        && TypeElements.of(type)
            .getQualifiedName()
            .contentEquals(RuntimeTypes.TENSOR.canonicalName());
  }

  /** Returns a type's components; null after reporting that it has some that no plan can use. */
  @Nullable ParameterRecord read(TypeElement type) {
    String key = type.getQualifiedName().toString();
    if (read.containsKey(key)) {
      return read.get(key);
    }
    open.push(key);
    ParameterRecord record = components(type);
    open.pop();
    read.put(key, record);
    return record;
  }

  private @Nullable ParameterRecord components(TypeElement type) {
    List<VariableElement> elements = carriers(type);
    List<ParameterRecord.Component> components = new ArrayList<>();
    boolean sound = true;
    if (type.getModifiers().contains(Modifier.PRIVATE)) {
      sound =
          refuse(type, type, "it is private", "Make it visible in its package, where plans are");
    } else if (!type.getTypeParameters().isEmpty()) {
      sound = refuse(type, type, "it has type parameters", "Write a record for each use");
    } else if (elements.isEmpty()) {
      sound = refuse(type, type, "it has no components", "Give it a component for every tensor");
    }
    for (Element element : elements) {
      ParameterRecord.Component component = component(type, element);
      sound &= component != null;
      if (component != null) {
        components.add(component);
      }
    }
    return sound ? new ParameterRecord(type, components) : null;
  }

  /**
   * Returns what carries the annotations of a type's components: fields, as compilers know no place
   * in the source of a record's components, and kapt none of a constructor's parameters.
   */
  static List<VariableElement> carriers(TypeElement type) {
    Map<String, VariableElement> fields = new HashMap<>();
    for (VariableElement field : ElementFilter.fieldsIn(type.getEnclosedElements())) {
      if (!field.getModifiers().contains(Modifier.STATIC)) {
        fields.put(field.getSimpleName().toString(), field);
      }
    }
    if (type.getKind() == ElementKind.RECORD) {
      // Not all compilers give fields in the order of the source.
      List<VariableElement> ordered = new ArrayList<>();
      for (RecordComponentElement component : type.getRecordComponents()) {
        VariableElement field = fields.get(component.getSimpleName().toString());
        if (field != null) {
          ordered.add(field);
        }
      }
      return ordered;
    }
    List<ExecutableElement> constructors = ElementFilter.constructorsIn(type.getEnclosedElements());
    List<VariableElement> carriers = new ArrayList<>();
    if (!constructors.isEmpty()) {
      // Kotlin adds constructors of its own for default arguments; the primary one comes first.
      for (VariableElement parameter : constructors.get(0).getParameters()) {
        VariableElement field = fields.get(parameter.getSimpleName().toString());
        // Compilers before Kotlin 2.2 annotate the parameter alone.
        boolean byField =
            field != null
                && (ModelMethod.isAnnotated(field) || !ModelMethod.isAnnotated(parameter));
        carriers.add(byField ? field : parameter);
      }
    }
    return carriers;
  }

  static String accessor(TypeElement type, Element carrier) {
    String name = carrier.getSimpleName().toString();
    return type.getKind() == ElementKind.RECORD
        ? name
        : "get" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private ParameterRecord.@Nullable Component component(TypeElement type, Element element) {
    String component = element.getSimpleName().toString();
    AnnotationView repeat = AnnotationView.on(element, AnnotationNames.REPEAT);
    TypeMirror held = element.asType();
    boolean list = isList(held);
    if (list && repeat == null) {
      refuse(
          type,
          element,
          "it is a list, but nothing says of how many",
          "Say it with @Repeat(\"layers\"), a component of the model's record of sizes");
      return null;
    } else if (!list && repeat != null) {
      refuse(
          type,
          element,
          "it has @Repeat, but is " + ModelMethod.simple(held) + ", not a List",
          "Make it a List, or take @Repeat away");
      return null;
    }
    TypeMirror one = list ? element(held) : held;
    String count = repeat == null ? null : repeat.string("value");
    if (one != null && isTensor(one)) {
      return new ParameterRecord.Component(
          component, element, accessor(type, element), null, count);
    }
    if (one == null || !isRecord(one)) {
      refuse(
          type,
          element,
          "it is " + ModelMethod.simple(held) + ", which holds no tensors by name",
          "Let it be a Tensor, a record of parameters, or a List of one of them");
      return null;
    }
    TypeElement inner = TypeElements.of(one);
    if (open.contains(inner.getQualifiedName().toString())) {
      refuse(
          type,
          element,
          "it holds itself (" + inner.getSimpleName() + "), so that it has no end",
          "Repeat with @Repeat and a List of another record");
      return null;
    }
    ParameterRecord record = read(inner);
    return record == null
        ? null
        : new ParameterRecord.Component(component, element, accessor(type, element), record, count);
  }

  private boolean refuse(TypeElement type, Element element, String problem, String remedy) {
    String subject =
        name
            + ", record "
            + type.getSimpleName()
            + (element.equals(type) ? "" : ", component \"" + element.getSimpleName() + "\"");
    reporter.error(Place.of(element), ErrorCode.INVALID_TREE, subject, problem, remedy);
    return false;
  }

  private static boolean isList(TypeMirror type) {
    return type.getKind() == TypeKind.DECLARED
        && TypeElements.of(type).getQualifiedName().contentEquals(LIST);
  }

  /** Returns what a list holds; Kotlin's read-only lists hold {@code ? extends T}. */
  private static @Nullable TypeMirror element(TypeMirror list) {
    List<? extends TypeMirror> arguments = ((DeclaredType) list).getTypeArguments();
    if (arguments.size() != 1) {
      return null;
    }
    TypeMirror argument = Objects.requireNonNull(arguments.get(0));
    return argument instanceof WildcardType wildcard ? wildcard.getExtendsBound() : argument;
  }
}
