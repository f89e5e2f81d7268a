package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attribute of a contraction that says how it is computed: {@code <lhs_precision_type = tf32,
 * rhs_precision_type = tf32, accumulation_type = f32, ...>}. Exact arithmetic rounds the operands
 * to the precision types, and every product and sum to the accumulation type. Several primitive
 * operations stand for a contraction of higher precision: each operand is a sum of numbers of the
 * precision type, as many as it takes, and of the products of two such numbers the largest are
 * summed, the smallest first.
 */
final class DotAlgorithm {
  static final String KEY = "algorithm";
  private static final String NAME = "stablehlo.dot_algorithm";
  private static final String LEFT = "lhs_precision_type";
  private static final String RIGHT = "rhs_precision_type";
  private static final String ACCUMULATION = "accumulation_type";
  private static final String PRIMITIVES = "num_primitive_operations";

  /** A type that is none of values: floats with a significand of 11 bits and the range of f32. */
  private static final String TF32 = "tf32";

  /** No program asks for more than the nine of three parts by three. */
  private static final int MAX_PRIMITIVES = 64;

  private DotAlgorithm() {}

  /** A contraction of arrays whose element type is not yet that of the sums. */
  @FunctionalInterface
  interface Contraction {
    /** Returns the contraction with products and sums of the given type. */
    HostArray of(HostArray left, HostArray right, ElementType element);
  }

  /** Computes a contraction as the algorithm says; null where there is none. */
  static @Nullable HostArray compute(
      Attributes attributes, HostArray left, HostArray right, Contraction contraction) {
    if (!(attributes.get(KEY) instanceof Attribute.Struct struct)
        || left.type().element().isComplex()) {
      return null;
    }
    Attributes fields = struct.fields();
    ElementType element = ElementType.parse(type(fields, ACCUMULATION));
    if (element == null) {
      return null;
    }
    int primitives = (int) Math.min(fields.integer(PRIMITIVES, 1), MAX_PRIMITIVES);
    int parts = (int) Math.ceil(Math.sqrt(primitives));
    List<HostArray> lefts = split(left, type(fields, LEFT), parts);
    List<HostArray> rights = split(right, type(fields, RIGHT), parts);
    List<int[]> pairs = new ArrayList<>();
    for (int order = 0; order <= 2 * (parts - 1); order++) {
      for (int i = Math.max(0, order - parts + 1); i <= Math.min(order, parts - 1); i++) {
        pairs.add(new int[] {i, order - i});
      }
    }
    HostArray sum = null;
    for (int p = primitives - 1; p >= 0; p--) {
      int[] pair = pairs.get(p);
      HostArray product = contraction.of(lefts.get(pair[0]), rights.get(pair[1]), element);
      for (int i = 0; sum != null && i < product.length(); i++) {
        product.set(i, sum.get(i) + product.get(i));
      }
      sum = product;
    }
    return sum;
  }

  /** Returns numbers of a precision type, as f64, whose sum is nearest to an array's. */
  private static List<HostArray> split(HostArray array, String precision, int parts) {
    TensorType wide = array.type().withElement(ElementType.F64);
    HostArray rest = StridedCopy.copyOf(ConvertOp.convert(array, wide));
    ElementType element = ElementType.parse(precision);
    List<HostArray> all = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      HostArray rounded =
          element == null
              ? StridedCopy.copyOf(rest)
              : ConvertOp.convert(ConvertOp.convert(rest, wide.withElement(element)), wide);
      for (int i = 0; i < rest.length(); i++) {
        if (element == null) {
          rounded.set(i, NumberFormat.roundTf32(rest.get(i)));
        }
        // Of an infinity nothing is left.
        double part = rounded.get(i);
        rest.set(i, Double.isFinite(part) ? rest.get(i) - part : 0);
      }
      all.add(rounded);
    }
    return all;
  }

  private static String type(Attributes fields, String key) {
    return fields.get(key) instanceof Attribute.Raw raw ? raw.text() : "";
  }

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
    return isFloat(check, fields, "I8", LEFT)
        && isFloat(check, fields, "I9", RIGHT)
        && isFloat(check, fields, "I10", ACCUMULATION)
        && checkPrecision(check, attributes)
        && positive(check, fields, "C22", "lhs_component_count")
        && positive(check, fields, "C23", "rhs_component_count")
        && positive(check, fields, "C24", PRIMITIVES);
  }

  private static boolean isFloat(
      OpChecker check, Attributes fields, String constraint, String key) {
    String name = type(fields, key);
    ElementType element = ElementType.parse(name);
    boolean sums = key.equals(ACCUMULATION);
    return check
        .constraint(constraint)
        .require(
            (element != null && element.isFloat()) || (name.equals(TF32) && !sums),
            () -> "the " + key + " of its algorithm is " + (name.isEmpty() ? "missing" : name),
            "Give it a type of floating-point numbers, such as f32" + (sums ? "" : " or tf32"));
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
