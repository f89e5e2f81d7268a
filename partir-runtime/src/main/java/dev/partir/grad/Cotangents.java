package dev.partir.grad;

import dev.partir.ir.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The cotangents of the values of a function so far, by the ids of the values. */
final class Cotangents {
  private final Activity activity = new Activity();
  private @Nullable Value[] sums;

  /** Room for values with ids below {@code count} at first. */
  Cotangents(int count) {
    sums = new Value[count];
  }

  Activity activity() {
    return activity;
  }

  @Nullable Value get(Value value) {
    return value.id() < sums.length ? sums[value.id()] : null;
  }

  void set(Value value, Value sum) {
    if (value.id() >= sums.length) {
      sums = Arrays.copyOf(sums, Math.max(value.id() + 1, 2 * sums.length));
    }
    sums[value.id()] = sum;
  }
}
