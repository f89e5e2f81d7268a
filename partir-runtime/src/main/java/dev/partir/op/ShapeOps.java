package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operations that move elements have in common. */
final class ShapeOps {
  private ShapeOps() {}

  /** Prints {@code name %a, %b, key = [1, 2] ... : (types) -> type}. */
  static void print(Operation operation, AsmPrinter printer, String... keys) {
    printer.print(operation.name()).print(" ").operands(operation.operands());
    for (int i = 0; i < keys.length; i += 2) {
      printer.print(", " + keys[i] + " = ").list(operation.attributes().integers(keys[i + 1]));
    }
    List<String> printed = Arrays.asList(keys);
    printer
        .attributes(operation.attributes(), printed)
        .print(" : ")
        .functionType(operation.operands(), operation.results());
  }

  /**
   * Parses what {@link #print} prints: pairs of the word in the text and the name of the attribute.
   */
  static AsmParser.Parsed parse(AsmParser parser, String... keys) {
    List<Value> operands = parser.operands();
    var attributes = Attributes.builder();
    for (int i = 0; i < keys.length; i += 2) {
      parser.accept(",");
      parser.expect(keys[i]);
      parser.expect("=");
      attributes.putArray(keys[i + 1], parser.list());
    }
    return finish(parser, operands, attributes);
  }

  /** Parses {@code {attributes} : types}. */
  static AsmParser.Parsed finish(
      AsmParser parser, List<Value> operands, Attributes.Builder attributes) {
    attributes.putAll(parser.optionalAttributes());
    parser.expect(":");
    return new AsmParser.Parsed(
        operands, attributes.build(), List.of(), Pointwise.parseTypes(parser, operands));
  }

  /** Requires distinct dimension numbers of a tensor. */
  static boolean dimensions(OpChecker check, String name, int[] dims, int rank) {
    boolean[] seen = new boolean[rank];
    for (int dim : dims) {
      if (dim < 0 || dim >= rank) {
        return check.require(
            false,
            name + " has " + dim + " for a tensor of rank " + rank,
            "Dimensions count from 0 to " + (rank - 1));
      }
      if (!check.require(
          !seen[dim], () -> name + " has " + dim + " twice", "Name each dimension once")) {
        return false;
      }
      seen[dim] = true;
    }
    return true;
  }

  /** Requires that a tensor can hold a size, or another number, for each of some dimensions. */
  static boolean requireSizes(OpChecker check, String name, TensorType type, int rank) {
    return check.require(
        type.rank() == 1 && type.element().isInteger() && TensorType.compatible(type.dim(0), rank),
        () -> name + " is a " + type + " for " + rank + " dimensions",
        "It is a vector of integers, one per dimension");
  }

  /** Returns the numbers that a value holds, if it is a constant of the program, else null. */
  static long @Nullable [] known(Value value) {
    Attribute.Dense constant = ConstantOp.valueOf(value);
    return constant == null || !constant.type().element().isInteger()
        ? null
        : numbers(HostArray.of(constant));
  }

  /** Returns the sizes that a value holds, if it is a constant of the program, else null. */
  static long @Nullable [] knownSizes(Value value) {
    long[] sizes = known(value);
    return sizes != null && Arrays.stream(sizes).allMatch(size -> size >= 0) ? sizes : null;
  }

  /** Returns the elements of an array of integers. */
  static long[] numbers(HostArray array) {
    long[] numbers = new long[array.length()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.getLong(i);
    }
    return numbers;
  }

  /**
   * Returns the sizes that an array holds.
   *
   * @throws PartirException when one is negative
   */
  static long[] sizes(Operation operation, HostArray array) {
    long[] sizes = numbers(array);
    for (long size : sizes) {
      if (size < 0) {
        throw error(
            operation,
            "it is to make an array of sizes " + Arrays.toString(sizes),
            "Sizes are not negative");
      }
    }
    return sizes;
  }

  /** Returns the error of an operation that cannot be run on what it is given. */
  static PartirException error(Operation operation, String problem, String remedy) {
    return new PartirException(
        new Diagnostic(
            ErrorCode.INVALID_OP, operation.name(), problem, remedy, operation.location()));
  }

  /** Requires that two lists of dimensions have none in common. */
  static boolean apart(OpChecker check, String name, int[] dims, String otherName, int[] others) {
    for (int dim : dims) {
      for (int other : others) {
        if (!check.require(
            dim != other,
            () -> name + " and " + otherName + " both have " + dim,
            "A dimension is one or the other")) {
          return false;
        }
      }
    }
    return true;
  }

  /** Dimensions of a tensor, under the name of the attribute that lists them. */
  static final class Dims {
    private final String name;
    private final int[] dims;
    private final TensorType type;

    Dims(String name, int[] dims, TensorType type) {
      this.name = name;
      this.dims = dims.clone();
      this.type = type;
    }
  }

  /** Requires that two lists of dimensions are pairs of one size each. */
  static boolean paired(
      OpChecker check, String sizeConstraint, String dimConstraint, Dims left, Dims right) {
    if (!check
        .constraint(sizeConstraint)
        .require(
            left.dims.length == right.dims.length,
            () ->
                "it has "
                    + left.dims.length
                    + " "
                    + left.name
                    + " and "
                    + right.dims.length
                    + " "
                    + right.name,
            "Name them in pairs")) {
      return false;
    }
    check.constraint(dimConstraint);
    for (int i = 0; i < left.dims.length; i++) {
      int l = left.dims[i];
      int r = right.dims[i];
      if (!check.require(
          TensorType.compatible(left.type.dim(l), right.type.dim(r)),
          () ->
              "dimension "
                  + l
                  + " of "
                  + left.type
                  + " ("
                  + left.name
                  + ") and dimension "
                  + r
                  + " of "
                  + right.type
                  + " ("
                  + right.name
                  + ") have sizes "
                  + left.type.dim(l)
                  + " and "
                  + right.type.dim(r),
          "Paired dimensions must have one size")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns an integer of an array as a place; one that is beyond 63 bits is far behind the end.
   */
  static long place(HostArray array, int index) {
    long value = array.getLong(index);
    return value < 0 && array.type().element() == ElementType.UI64 ? Long.MAX_VALUE : value;
  }

  /** Returns {@code type} with the size of one dimension changed. */
  static TensorType withDim(TensorType type, int dim, long size) {
    long[] dims = type.dims();
    dims[dim] = size;
    return type.withDims(dims);
  }
}
