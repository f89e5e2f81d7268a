package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Ulps;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The checks that test programs make by custom calls: of a computed array against an expected one.
 */
enum CheckTarget {
  /** Exactly equal, element by element; NaN is not equal to NaN. */
  EXPECT_EQ("check.expect_eq") {
    @Override
    boolean agrees(ElementType element, double actual, double expected) {
      return actual == expected;
    }
  },
  /** At most 3 units in the last place apart; NaN equals NaN. */
  EXPECT_CLOSE("check.expect_close") {
    @Override
    boolean agrees(ElementType element, double actual, double expected) {
      return Ulps.between(element, actual, expected) <= 3;
    }
  },
  /** At most 1e-3 apart. */
  EXPECT_ALMOST_EQ("check.expect_almost_eq") {
    @Override
    boolean agrees(ElementType element, double actual, double expected) {
      return actual == expected
          || (Double.isNaN(actual) && Double.isNaN(expected))
          || Math.abs(actual - expected) <= 1e-3;
    }
  };

  private final String target;

  CheckTarget(String target) {
    this.target = target;
  }

  abstract boolean agrees(ElementType element, double actual, double expected);

  static @Nullable CheckTarget named(String target) {
    for (CheckTarget check : values()) {
      if (check.target.equals(target)) {
        return check;
      }
    }
    return null;
  }

  static String names() {
    return Arrays.stream(values()).map(check -> check.target).collect(Collectors.joining(", "));
  }

  /** Compares the two operands. */
  void run(Operation operation, java.util.List<HostArray> operands) {
    HostArray actual = operands.get(0);
    HostArray expected = operands.get(1);
    ElementType element = actual.type().element();
    for (int i = 0; i < actual.length(); i++) {
      boolean same =
          element.isInteger()
              ? actual.getLong(i) == expected.getLong(i)
              : agrees(element, actual.get(i), expected.get(i));
      if (!same) {
        throw new PartirException(
            Diagnostic.at(
                operation.location(),
                ErrorCode.CHECK_FAILED,
                target
                    + " of two "
                    + actual.type()
                    + ": element "
                    + i
                    + " is "
                    + text(actual, i)
                    + ", expected "
                    + text(expected, i),
                ""));
      }
    }
  }

  private static String text(HostArray array, int index) {
    return array.type().element().isInteger()
        ? Long.toString(array.getLong(index))
        : Double.toString(array.get(index));
  }
}
