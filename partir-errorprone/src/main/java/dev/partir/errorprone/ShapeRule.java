package dev.partir.errorprone;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a method of the DSL makes of shapes. */
interface ShapeRule {

  /** Returns the shape of what the call returns, or why the call cannot be right. */
  Inference infer(Call call);

  /**
   * A call of a method on a tensor.
   *
   * @param arguments what is known of each argument as it is written
   */
  record Call(Shape self, List<Known> arguments) {
    public Call {
      arguments = List.copyOf(arguments);
    }

    Known argument(int index) {
      return index < arguments.size() ? arguments.get(index) : Known.Nothing.NOTHING;
    }

    Shape shape(int index) {
      return argument(index) instanceof Shape shape ? shape : Shape.UNKNOWN;
    }

    Dim number(int index) {
      return argument(index) instanceof Dim dim ? dim : Dim.UNKNOWN;
    }

    /** Returns the name of an element type, empty if it is not known. */
    String element(int index) {
      return argument(index) instanceof Known.Element element ? element.name() : "";
    }

    /** Returns an argument that is an array; null if it is not known. */
    @Nullable List<Dim> array(int index) {
      return argument(index) instanceof Known.Dims dims ? dims.dims() : null;
    }

    /** Returns the numbers of a variable number of arguments; null if they are not known. */
    @Nullable List<Dim> numbers(int first) {
      if (arguments.size() == first + 1 && !(argument(first) instanceof Dim)) {
        return array(first);
      }
      List<Dim> numbers = new ArrayList<>();
      for (int i = first; i < arguments.size(); i++) {
        numbers.add(number(i));
      }
      return numbers;
    }
  }

  /**
   * Goes on with dimension numbers counted from 0, each once.
   *
   * @param numbers as they are written, from the end where negative; null if they are not known
   */
  static Inference axes(
      Shape shape, @Nullable List<Dim> numbers, Function<List<Integer>, Inference> next) {
    List<Dim> dims = shape.dims();
    if (dims == null || numbers == null) {
      return shape.withDims(null);
    }
    List<Integer> axes = new ArrayList<>();
    for (Dim number : numbers) {
      Long size = number.size();
      if (size == null) {
        return shape.withDims(null);
      }
      int axis = Math.toIntExact(size < 0 ? size + dims.size() : size);
      if (axis < 0 || axis >= dims.size()) {
        return new Mismatch(
            Mismatch.Kind.SHAPE,
            shape + " has " + dims.size() + " dimensions, and none that is number " + size,
            "Count from 0, or from -1 backwards");
      }
      if (axes.contains(axis)) {
        return new Mismatch(
            Mismatch.Kind.SHAPE,
            "dimension " + axis + " of " + shape + " is named twice",
            "Name every dimension once");
      }
      axes.add(axis);
    }
    return next.apply(axes);
  }

  /** Returns the dimensions that are not among {@code axes}. */
  static List<Dim> without(List<Dim> dims, List<Integer> axes) {
    List<Dim> left = new ArrayList<>();
    for (int d = 0; d < dims.size(); d++) {
      if (!axes.contains(d)) {
        left.add(dims.get(d));
      }
    }
    return left;
  }

  /** Goes on if two tensors may have one element type. */
  static Inference oneElement(Shape left, Shape right, Inference next) {
    return left.elementDiffers(right)
        ? new Mismatch(
            Mismatch.Kind.ELEMENT,
            "it combines " + left.typed() + " with " + right.typed(),
            "Cast one of them to the element type of the other")
        : next;
  }

  /** Returns the first tensor, or the second if nothing is known of the first one's elements. */
  static Shape element(Shape shape, Shape other) {
    return shape.element().isEmpty() ? shape.withElement(other.element()) : shape;
  }
}
