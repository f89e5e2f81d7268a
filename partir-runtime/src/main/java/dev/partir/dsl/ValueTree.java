package dev.partir.dsl;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tree of a value: of a tensor, a record of trees or a list of trees. */
final class ValueTree<T> extends Tree<T> {
  private final Node node;
  private final List<Leaf> leaves = new ArrayList<>();

  /** How a part of a value is taken apart and made. */
  private interface Node {
    void flatten(Object value, List<Tensor> out);

    Object read(TreeReader in);
  }

  private enum OneTensor implements Node {
    INSTANCE;

    @Override
    public void flatten(Object value, List<Tensor> out) {
      out.add((Tensor) value);
    }

    @Override
    public Object read(TreeReader in) {
      return in.tensor();
    }
  }

  private record Repeated(List<Node> parts) implements Node {
    @Override
    public void flatten(Object value, List<Tensor> out) {
      List<?> list = (List<?>) value;
      if (list.size() != parts.size()) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.INVALID_ARGUMENT,
                "tree",
                "a list has " + list.size() + " elements instead of " + parts.size(),
                "Give it as many as the one that the tree was made of"));
      }
      for (int i = 0; i < list.size(); i++) {
        parts.get(i).flatten(list.get(i), out);
      }
    }

    @Override
    public Object read(TreeReader in) {
      return parts.stream().map(part -> part.read(in)).toList();
    }
  }

  private record Components(
      Class<?> type, Constructor<?> constructor, List<Method> accessors, List<Node> parts)
      implements Node {
    @Override
    public void flatten(Object value, List<Tensor> out) {
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).flatten(get(accessors.get(i), value), out);
      }
    }

    @Override
    public Object read(TreeReader in) {
      Object[] components = parts.stream().map(part -> part.read(in)).toArray();
      try {
        return constructor.newInstance(components);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw unusable(type, e);
      } catch (ReflectiveOperationException e) {
        throw unusable(type, e);
      }
    }
  }

  ValueTree(Object value) {
    node = node(value, "");
  }

  private Node node(Object value, String path) {
    if (value instanceof Tensor) {
      leaves.add(new Leaf(path, null));
      return OneTensor.INSTANCE;
    }
    String prefix = path.isEmpty() ? "" : path + "/";
    if (value instanceof List<?> list) {
      List<Node> parts = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        parts.add(node(list.get(i), prefix + i));
      }
      return new Repeated(parts);
    }
    Class<?> type = value.getClass();
    if (!type.isRecord()) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              "tree",
              (path.isEmpty() ? "" : "\"" + path + "\" is ") + "a " + type.getName(),
              "Use tensors, records and lists of them, or make the tree with TreeBuilder"));
    }
    RecordComponent[] components = type.getRecordComponents();
    List<Method> accessors = new ArrayList<>();
    List<Node> parts = new ArrayList<>();
    for (RecordComponent component : components) {
      Method accessor = component.getAccessor();
      open(type, accessor);
      accessors.add(accessor);
      parts.add(node(get(accessor, value), prefix + component.getName()));
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      open(type, constructor);
      return new Components(type, constructor, accessors, parts);
    } catch (NoSuchMethodException e) {
      throw unusable(type, e);
    }
  }

  private static void open(Class<?> type, java.lang.reflect.AccessibleObject member) {
    if (!member.trySetAccessible()) {
      throw unusable(type, new IllegalAccessException(member.toString()));
    }
  }

  private static Object get(Method accessor, Object value) {
    try {
      return accessor.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw unusable(value.getClass(), e);
    }
  }

  private static PartirException unusable(Class<?> type, ReflectiveOperationException cause) {
    PartirException exception =
        new PartirException(
            Diagnostic.of(
                ErrorCode.INVALID_ARGUMENT,
                "tree",
                "record " + type.getName() + " cannot be taken apart: " + cause,
                "Open its package to dev.partir.runtime, or make the tree with TreeBuilder"));
    exception.initCause(cause);
    return exception;
  }

  @Override
  public List<Leaf> leaves() {
    return List.copyOf(leaves);
  }

  @Override
  void flatten(T tree, List<Tensor> out) {
    node.flatten(tree, out);
  }

  @Override
  @SuppressWarnings("unchecked") // A node makes what it was made of.
  T read(TreeReader in) {
    return (T) node.read(in);
  }
}
