package dev.partir.sdy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders of devices as digits: the device at a place is the sum of the place's digits times their
 * strides. Every order that comes of transposing an array of all devices is one.
 */
final class DeviceOrder {
  private DeviceOrder() {}

  /** Returns the digits of a place, slowest first; null when there are none for this order. */
  static @Nullable List<AxisSpan> digits(int[] ids) {
    List<AxisSpan> digits = new ArrayList<>();
    int known = 1;
    if (ids.length == 0 || ids[0] != 0) {
      return null;
    }
    while (known < ids.length) {
      int stride = ids[known];
      int size = 1;
      // As many blocks of what is known as follow each other at this stride.
      while ((size + 1) * known <= ids.length && ids[size * known] == size * stride) {
        size++;
      }
      while (size > 1 && ids.length % (known * size) != 0) {
        size--;
      }
      if (stride < 1 || size < 2) {
        return null;
      }
      digits.add(0, new AxisSpan(stride, size));
      known *= size;
    }
    for (int place = 0; place < ids.length; place++) {
      if (device(digits, place) != ids[place]) {
        return null;
      }
    }
    return digits;
  }

  private static int device(List<AxisSpan> digits, int place) {
    int device = 0;
    int rest = place;
    for (int i = digits.size() - 1; i >= 0; i--) {
      device += rest % digits.get(i).size() * digits.get(i).stride();
      rest /= digits.get(i).size();
    }
    return device;
  }

  /**
   * Returns the digits, slowest first, that tell apart {@code size} places that are {@code from}
   * places apart; null entries never.
   *
   * @throws IllegalArgumentException when they cut a digit so that the parts are none
   */
  static List<AxisSpan> cut(List<AxisSpan> digits, int from, int size) {
    List<AxisSpan> found = new ArrayList<>();
    int before = 1;
    int to = from * size;
    for (int i = digits.size() - 1; i >= 0; i--) {
      AxisSpan digit = digits.get(i);
      int end = before * digit.size();
      int low = Math.max(before, from);
      int high = Math.min(end, to);
      if (low < high) {
        if (low % before != 0 || high % low != 0 || end % high != 0) {
          throw new IllegalArgumentException("digits " + digits + " have no part of " + size);
        }
        found.add(0, new AxisSpan(digit.stride() * (low / before), high / low));
      }
      before = end;
    }
    return merged(found);
  }

  /** Returns the digits with those merged that go on where the one before ends. */
  static List<AxisSpan> merged(List<AxisSpan> digits) {
    List<AxisSpan> merged = new ArrayList<>();
    for (AxisSpan digit : digits) {
      AxisSpan last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (digit.size() == 1) {
        continue;
      }
      if (last != null && last.stride() == digit.end()) {
        merged.set(merged.size() - 1, new AxisSpan(digit.stride(), digit.size() * last.size()));
      } else {
        merged.add(digit);
      }
    }
    return merged;
  }
}
