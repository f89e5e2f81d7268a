package dev.partir.op;

import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;

/**
 * The attribute of a contraction that says what a machine may compute it with: {@code
 * <lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, ...>}. The
 * interpreter computes in the element type of the result, which is at least as precise.
 */
final class DotAlgorithm {
  static final String KEY = "algorithm";
  private static final String NAME = "stablehlo.dot_algorithm";

  private DotAlgorithm() {}

  /** Checks the fields of the algorithm, if there is one. */
  static boolean verify(OpChecker check, Attributes attributes) {
    if (!attributes.has(KEY)) {
      return true;
    }
    if (!(attributes.get(KEY) instanceof Attribute.Struct struct) || !struct.name().equals(NAME)) {
      return check
          .constraint("I8-I14")
          .require(false, "its algorithm is not of the form #" + NAME + "<...>", "Give it one");
    }
    Attributes fields = struct.fields();
    return checkPrecision(check, attributes)
        && positive(check, fields, "C22", "lhs_component_count")
        && positive(check, fields, "C23", "rhs_component_count")
        && positive(check, fields, "C24", "num_primitive_operations");
  }

  private static boolean checkPrecision(OpChecker check, Attributes attributes) {
    check.constraint("C21");
    if (attributes.get(DotGeneralOp.PRECISION) instanceof Attribute.Array precisions) {
      for (Attribute precision : precisions.elements()) {
        if (!check.require(
            precision instanceof Attribute.Enumerated value && value.value().equals("DEFAULT"),
            "it has an algorithm and a precision that is not DEFAULT",
            "Give it one or the other")) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean positive(
      OpChecker check, Attributes fields, String constraint, String key) {
    return check
        .constraint(constraint)
        .require(
            fields.get(key) instanceof Attribute.Int number && number.value() > 0,
            () -> "the " + key + " of its algorithm is not a number above 0",
            "Write it as in " + key + " = 1");
  }

  /** Prints the algorithm; returns false, having printed nothing, where there is none. */
  static boolean print(Attributes attributes, AsmPrinter printer) {
    if (!(attributes.get(KEY) instanceof Attribute.Struct struct) || !struct.name().equals(NAME)) {
      return false;
    }
    printer.print(", algorithm = <");
    String separator = "";
    for (String key : struct.fields().keys()) {
      Attribute value = struct.fields().get(key);
      if (value != null) {
        printer.print(separator + key + " = ");
        if (value instanceof Attribute.Int number && number.type() == ElementType.I64) {
          printer.print(Long.toString(number.value()));
        } else {
          printer.attribute(value);
        }
        separator = ", ";
      }
    }
    printer.print(">");
    return true;
  }

  /** Takes {@code <a = 1, ...>} or an attribute. */
  static Attribute parse(AsmParser parser) {
    if (!parser.accept("<")) {
      return parser.attribute();
    }
    var fields = Attributes.builder();
    if (!parser.accept(">")) {
      do {
        String key = parser.word();
        parser.expect("=");
        fields.put(key, parser.attribute());
      } while (parser.accept(","));
      parser.expect(">");
    }
    return new Attribute.Struct(NAME, fields.build());
  }
}
