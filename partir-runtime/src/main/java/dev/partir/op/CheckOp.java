package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Ulps;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The checks that test programs make: of a computed array against an expected one, which is an
 * operand or, in the forms that end in {@code _const}, a constant. They stand in programs as
 * operations of the dialect {@code check} or as custom calls of the same name.
 */
public enum CheckOp implements Op {
  EXPECT_EQ(Relation.EQUAL, false),
  EXPECT_EQ_CONST(Relation.EQUAL, true),
  EXPECT_CLOSE(Relation.CLOSE, false),
  EXPECT_CLOSE_CONST(Relation.CLOSE, true),
  EXPECT_ALMOST_EQ(Relation.ALMOST_EQUAL, false),
  EXPECT_ALMOST_EQ_CONST(Relation.ALMOST_EQUAL, true);

  private static final String VALUE = "value";
  private static final String MAX_ULPS = "max_ulp_difference";
  private static final String MIN_ULPS = "min_ulp_difference";
  private static final String TOLERANCE = "tolerance";

  /** How an element must compare to the expected one. */
  private enum Relation {
    /** Exactly equal; NaN is not equal to NaN. */
    EQUAL {
      @Override
      boolean holds(Attributes with, ElementType element, double actual, double expected) {
        return actual == expected;
      }
    },
    /** At most 3 units in the last place apart, or what the check says; NaN equals NaN. */
    CLOSE {
      @Override
      boolean holds(Attributes with, ElementType element, double actual, double expected) {
        double apart = Ulps.between(element, actual, expected);
        return apart <= with.integer(MAX_ULPS, 3) && apart >= with.integer(MIN_ULPS, 0);
      }
    },
    /** At most 1e-3 apart, or what the check says. */
    ALMOST_EQUAL {
      @Override
      boolean holds(Attributes with, ElementType element, double actual, double expected) {
        double tolerance =
            with.get(TOLERANCE) instanceof Attribute.Float number ? number.value() : 1e-3;
        return actual == expected
            || (Double.isNaN(actual) && Double.isNaN(expected))
            || Math.abs(actual - expected) <= tolerance;
      }
    };

    abstract boolean holds(Attributes with, ElementType element, double actual, double expected);
  }

  private final Relation relation;
  private final boolean constant;
  private final String fullName = "check." + name().toLowerCase(java.util.Locale.ROOT);

  CheckOp(Relation relation, boolean constant) {
    this.relation = relation;
    this.constant = constant;
  }

  @Override
  public String opName() {
    return fullName;
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }

  /** Returns the check that a custom call names, or null. */
  static @Nullable CheckOp named(String target) {
    return Ops.named(target) instanceof CheckOp check ? check : null;
  }

  /** Returns the names of all checks. */
  static String names() {
    return Arrays.stream(values()).map(CheckOp::opName).collect(Collectors.joining(", "));
  }

  /** Verifies the operation, which may be a custom call of this check's name. */
  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(constant ? 1 : 2, 0, 0) || !check.tensors()) {
      return;
    }
    if (constant
        && !check.require(
            operation.attributes().get(VALUE) instanceof Attribute.Dense,
            "it names nothing to compare with",
            "Give it a constant, as in dense<[1, 2]> : tensor<2xi32>")) {
      return;
    }
    var actual = operation.operand(0).tensor();
    var expected =
        operation.attributes().get(VALUE) instanceof Attribute.Dense dense && constant
            ? dense.type()
            : operation.operand(constant ? 0 : 1).tensor();
    check.require(
        actual.compatible(expected),
        () -> "it compares a " + actual + " with a " + expected,
        "Compare arrays of one type");
  }

  /**
   * Compares.
   *
   * @throws PartirException CHECK_FAILED where they differ by more than they may
   */
  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray actual = operands.get(0);
    HostArray expected =
        operation.attributes().get(VALUE) instanceof Attribute.Dense dense && constant
            ? HostArray.of(dense)
            : operands.get(1);
    ElementType element = actual.type().element();
    if (!actual.type().equals(expected.type())) {
      throw failure(operation, "it compares a " + actual.type() + " with a " + expected.type());
    }
    int parts = element.isComplex() ? 2 : 1;
    for (int i = 0; i < actual.length(); i++) {
      boolean same =
          element.isInteger()
              ? relation == Relation.EQUAL
                  ? actual.getLong(i) == expected.getLong(i)
                  : actual.getLong(i) == expected.getLong(i)
                      || relation.holds(
                          operation.attributes(), element, actual.get(i), expected.get(i))
              : relation.holds(operation.attributes(), element, actual.get(i), expected.get(i));
      if (!same) {
        throw failure(
            operation,
            fullName
                + " of two "
                + actual.type()
                + (actual.type().rank() == 0 ? ": it" : ": element " + index(actual, i / parts))
                + (parts == 1 ? "" : i % 2 == 0 ? " (real part)" : " (imaginary part)")
                + " is "
                + text(actual, i)
                + ", expected "
                + text(expected, i));
      }
    }
    return List.of();
  }

  private static PartirException failure(Operation operation, String problem) {
    return new PartirException(
        Diagnostic.at(operation.location(), ErrorCode.CHECK_FAILED, problem, ""));
  }

  /** Returns the index of an element, such as {@code [1, 2]}. */
  private static String index(HostArray array, int element) {
    int rank = array.type().rank();
    long[] index = new long[rank];
    long rest = element;
    for (int d = rank - 1; d >= 0; d--) {
      index[d] = rest % array.type().dim(d);
      rest /= array.type().dim(d);
    }
    return Arrays.toString(index);
  }

  private static String text(HostArray array, int index) {
    return array.type().element().isInteger()
        ? Long.toString(array.getLong(index))
        : Double.toString(array.get(index));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    Attribute value = operation.attributes().get(VALUE);
    List<String> said = new ArrayList<>();
    printer.print(fullName).print(" ").operands(operation.operands());
    if (constant && value != null) {
      printer.print(", ").attribute(value);
      said.add(VALUE);
    }
    if (!constant) {
      for (String key : List.of(MAX_ULPS, MIN_ULPS)) {
        if (operation.attributes().get(key) instanceof Attribute.Int number) {
          printer.print(", " + key + " = " + number.value());
          said.add(key);
        }
      }
    }
    printer.attributes(operation.attributes(), said);
    if (!constant) {
      printer.print(" : ").types(operation.operands());
    }
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    var attributes = Attributes.builder();
    while (parser.accept(",")) {
      if (constant) {
        attributes.put(VALUE, parser.attribute());
      } else {
        String key = parser.word();
        parser.expect("=");
        attributes.put(key, new Attribute.Int(parser.integer(), ElementType.UI64));
      }
    }
    attributes.putAll(parser.optionalAttributes());
    if (parser.accept(":")) {
      var location = parser.location();
      List<dev.partir.ir.Type> types = new ArrayList<>(List.of(parser.type()));
      while (parser.accept(",")) {
        types.add(parser.type());
      }
      while (types.size() < operands.size()) {
        types.add(types.get(0));
      }
      parser.checkTypes(operands, types, location);
    }
    return new AsmParser.Parsed(operands, attributes.build(), List.of(), List.of());
  }
}
