package dev.partir.errorprone;

import static dev.partir.errorprone.ShapeRule.axes;
import static dev.partir.errorprone.ShapeRule.element;
import static dev.partir.errorprone.ShapeRule.oneElement;

import dev.partir.errorprone.Mismatch.Kind;
import dev.partir.errorprone.ShapeRule.Call;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shapes of what goes by places that are computed, and of windows. */
final class Placed {
  private Placed() {}

  static Inference dynamicSlice(Call call) {
    Shape self = call.self();
    Dim size = call.number(2);
    Mismatch wrong = start(call.shape(1));
    if (wrong != null) {
      return wrong;
    }
    List<Dim> dims = self.dims();
    return dims == null
        ? self
        : axes(
            self,
            List.of(call.number(0)),
            axes -> {
              int at = axes.get(0);
              Long whole = dims.get(at).size();
              Long taken = size.size();
              if (taken != null && (taken < 0 || (whole != null && taken > whole))) {
                return new Mismatch(
                    Kind.SHAPE,
                    "it takes %s elements of dimension %d of %s".formatted(size, at, self),
                    "The size must be that of the dimension at most");
              }
              List<Dim> result = new ArrayList<>(dims);
              result.set(at, size);
              return self.withDims(result);
            });
  }

  static Inference dynamicUpdateSlice(Call call) {
    Shape self = call.self();
    Shape update = call.shape(0);
    List<Dim> mine = self.dims();
    List<Dim> theirs = update.dims();
    Mismatch wrong = start(call.shape(2));
    if (wrong != null) {
      return wrong;
    }
    if (mine == null) {
      return oneElement(self, update, element(self, update));
    }
    return axes(
        self,
        List.of(call.number(1)),
        axes -> {
          int at = axes.get(0);
          boolean fits = theirs == null || mine.size() == theirs.size();
          for (int d = 0; fits && theirs != null && d < mine.size(); d++) {
            Long whole = mine.get(d).size();
            Long part = theirs.get(d).size();
            fits =
                d == at
                    ? whole == null || part == null || part <= whole
                    : !mine.get(d).differs(theirs.get(d));
          }
          return fits
              ? oneElement(self, update, element(self, update))
              : new Mismatch(
                  Kind.SHAPE,
                  "it writes %s into %s along dimension %d".formatted(update, self, at),
                  "Other sizes must be equal, and that of the dimension not larger");
        });
  }

  private static @Nullable Mismatch start(Shape start) {
    boolean ranked = start.dims() != null && !start.dims().isEmpty();
    return ranked || isNotWhole(start)
        ? new Mismatch(
            ranked ? Kind.SHAPE : Kind.ELEMENT,
            "its start is " + start.typed(),
            "Give a scalar of whole numbers")
        : null;
  }

  private static boolean isNotWhole(Shape shape) {
    return shape.element().equals("i1") || shape.element().matches("(b?f|complex).*");
  }

  static Inference pad(Call call) {
    Shape self = call.self();
    Long low = call.number(1).size();
    Long high = call.number(2).size();
    List<Dim> dims = self.dims();
    return dims == null
        ? self
        : axes(
            self,
            List.of(call.number(0)),
            axes -> {
              int at = axes.get(0);
              Long size = dims.get(at).size();
              if ((low != null && low < 0) || (high != null && high < 0)) {
                return new Mismatch(
                    Kind.SHAPE,
                    "it pads %s with %s and %s".formatted(self, call.number(1), call.number(2)),
                    "Padding is not negative: use slice to take something away");
              }
              List<Dim> result = new ArrayList<>(dims);
              result.set(
                  at,
                  size == null || low == null || high == null
                      ? Dim.UNKNOWN
                      : Dim.of(size + low + high));
              return self.withDims(result);
            });
  }

  static Inference oneHot(Call call) {
    Shape self = call.self();
    Dim classes = call.number(0);
    if (isNotWhole(self) || (classes.size() != null && classes.size() < 1)) {
      return new Mismatch(
          isNotWhole(self) ? Kind.ELEMENT : Kind.SHAPE,
          "it chooses of %s classes by %s".formatted(classes, self.typed()),
          "Classes are at least one, and chosen by whole numbers");
    }
    List<Dim> dims = self.dims();
    if (dims == null) {
      return self.withElement(call.element(1));
    }
    List<Dim> result = new ArrayList<>(dims);
    result.add(classes);
    return new Shape(result, call.element(1));
  }

  static Inference argmax(Call call) {
    Shape self = call.self();
    List<Dim> dims = self.dims();
    return axes(
        self.withElement("i32"),
        List.of(call.number(0)),
        axes -> new Shape(dims == null ? null : ShapeRule.without(dims, axes), "i32"));
  }

  static Inference segmentSum(Call call) {
    Shape self = call.self();
    Shape segments = call.shape(0);
    Dim count = call.number(1);
    List<Dim> dims = self.dims();
    List<Dim> places = segments.dims();
    if (isNotWhole(segments)
        || self.isScalar()
        || (count.size() != null && count.size() < 0)
        || (places != null
            && (places.size() != 1 || (dims != null && dims.get(0).differs(places.get(0)))))) {
      return new Mismatch(
          Kind.SHAPE,
          "it sums rows of %s into %s segments by %s".formatted(self, count, segments.typed()),
          "Give a whole number for every row");
    }
    if (dims == null) {
      return self;
    }
    List<Dim> result = new ArrayList<>(dims);
    result.set(0, count);
    return self.withDims(result);
  }

  static Inference convolve(Call call) {
    Shape self = call.self();
    Shape kernel = call.shape(0);
    List<Dim> in = self.dims();
    List<Dim> window = kernel.dims();
    Long stride = call.number(1).size();
    if ((in != null && in.size() != 4)
        || (window != null && window.size() != 4)
        || (in != null && window != null && in.get(3).differs(window.get(2)))
        || (stride != null && stride < 1)) {
      return new Mismatch(
          Kind.SHAPE,
          "it convolves %s with %s at a stride of %s".formatted(self, kernel, call.number(1)),
          "Give [batch, height, width, channels] and [height, width, channels, features]");
    }
    if (in == null || window == null) {
      return oneElement(self, kernel, element(self.withDims(null), kernel));
    }
    List<Dim> result =
        List.of(in.get(0), places(in.get(1), stride), places(in.get(2), stride), window.get(3));
    return oneElement(self, kernel, element(self.withDims(result), kernel));
  }

  private static Dim places(Dim size, @Nullable Long stride) {
    return size.size() == null || stride == null
        ? Dim.UNKNOWN
        : Dim.of((size.size() + stride - 1) / stride);
  }
}
