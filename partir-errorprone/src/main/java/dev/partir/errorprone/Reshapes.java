package dev.partir.errorprone;

import static dev.partir.errorprone.ShapeRule.axes;
import static dev.partir.errorprone.ShapeRule.element;
import static dev.partir.errorprone.ShapeRule.oneElement;

import dev.partir.errorprone.Mismatch.Kind;
import dev.partir.errorprone.ShapeRule.Call;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shapes of what moves elements and computes nothing. */
final class Reshapes {
  private Reshapes() {}

  static Inference reshape(Call call) {
    Shape self = call.self();
    List<Dim> sizes = call.numbers(0);
    BigInteger before = count(self.dims());
    BigInteger after = count(sizes);
    Shape result = self.withDims(sizes);
    if (before != null && after != null && !before.equals(after)) {
      return new Mismatch(
          Kind.SHAPE,
          "%s has %s elements, and %s has %s".formatted(self, before, result, after),
          "The product of the sizes must stay " + before);
    }
    return result;
  }

  /** Returns the number of elements; null if it is not known. */
  private static @Nullable BigInteger count(@Nullable List<Dim> dims) {
    if (dims == null) {
      return null;
    }
    BigInteger count = BigInteger.ONE;
    for (Dim dim : dims) {
      if (dim.size() == null) {
        return null;
      }
      count = count.multiply(BigInteger.valueOf(dim.size()));
    }
    return count;
  }

  static Inference transpose(Call call) {
    Shape self = call.self();
    List<Dim> dims = self.dims();
    List<Dim> numbers = call.numbers(0);
    if (dims != null && numbers != null && dims.size() != numbers.size()) {
      return new Mismatch(
          Kind.SHAPE,
          "it names %d dimensions of %s".formatted(numbers.size(), self),
          "Name every dimension once");
    }
    return axes(
        self,
        numbers,
        axes -> self.withDims(dims == null ? null : axes.stream().map(dims::get).toList()));
  }

  static Inference broadcastTo(Call call) {
    Shape self = call.self();
    List<Dim> dims = self.dims();
    List<Dim> sizes = call.numbers(0);
    Shape target = self.withDims(sizes);
    if (dims == null || sizes == null) {
      return target;
    }
    int more = sizes.size() - dims.size();
    List<Dim> result = new ArrayList<>(sizes);
    for (int d = 0; d < dims.size(); d++) {
      Dim dim = dims.get(d);
      if (more < 0 || (dim.differs(sizes.get(d + more)) && !dim.is(1))) {
        return new Mismatch(
            Kind.BROADCAST,
            self + " does not broadcast to " + target,
            "Sizes must be equal or 1, aligned at the last dimension");
      }
      if (!dim.is(1) && sizes.get(d + more).same(dim)) {
        result.set(d + more, sizes.get(d + more).and(dim));
      }
    }
    return self.withDims(result);
  }

  static Inference slice(Call call) {
    Shape self = call.self();
    Long start = call.number(1).size();
    Long limit = call.number(2).size();
    List<Dim> dims = self.dims();
    if (dims == null) {
      return self;
    }
    return axes(
        self,
        List.of(call.number(0)),
        axes -> {
          int at = axes.get(0);
          Long size = dims.get(at).size();
          if ((start != null && start < 0)
              || (start != null && limit != null && start > limit)
              || (size != null && limit != null && limit > size)
              || (size != null && start != null && start > size)) {
            return new Mismatch(
                Kind.SHAPE,
                "[%s:%s] of dimension %d of %s".formatted(call.number(1), call.number(2), at, self),
                "Bounds must lie within the dimension");
          }
          List<Dim> result = new ArrayList<>(dims);
          result.set(at, start == null || limit == null ? Dim.UNKNOWN : Dim.of(limit - start));
          return self.withDims(result);
        });
  }

  static Inference concat(Call call) {
    Shape self = call.self();
    Shape other = call.shape(0);
    List<Dim> mine = self.dims();
    List<Dim> theirs = other.dims();
    if (mine == null || theirs == null) {
      return oneElement(self, other, element(self.withDims(null), other));
    }
    return axes(
        self,
        List.of(call.number(1)),
        axes -> {
          int at = axes.get(0);
          List<Dim> result = new ArrayList<>();
          for (int d = 0; d < mine.size(); d++) {
            if (mine.size() != theirs.size() || (d != at && mine.get(d).differs(theirs.get(d)))) {
              return new Mismatch(
                  Kind.SHAPE,
                  "it puts %s behind %s along dimension %d".formatted(other, self, at),
                  "Other sizes must be equal");
            }
            result.add(d == at ? sum(mine.get(d), theirs.get(d)) : mine.get(d).and(theirs.get(d)));
          }
          return oneElement(self, other, element(self.withDims(result), other));
        });
  }

  private static Dim sum(Dim a, Dim b) {
    return a.size() == null || b.size() == null ? Dim.UNKNOWN : Dim.of(a.size() + b.size());
  }

  static Inference gather(Call call) {
    Shape self = call.self();
    Shape places = call.shape(0);
    String element = places.element();
    if (self.isScalar()) {
      return new Mismatch(Kind.SHAPE, self + " has no rows", "Gather rows of a tensor");
    }
    if (element.equals("i1") || element.matches("(b?f|complex).*")) {
      return new Mismatch(
          Kind.ELEMENT,
          "it gathers rows at places of " + places.typed(),
          "Places are whole numbers");
    }
    if (self.dims() == null || places.dims() == null) {
      return self.withDims(null);
    }
    List<Dim> result = new ArrayList<>(places.dims());
    result.addAll(self.dims().subList(1, self.dims().size()));
    return self.withDims(result);
  }

  static Inference iota(Call call) {
    Shape result = new Shape(call.numbers(2), call.element(1));
    return axes(result, List.of(call.number(0)), axes -> result).then(shape -> result);
  }
}
