package dev.partir.op;

import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation that computes each element of its result from the elements of its operands at the
 * same place.
 */
interface Pointwise extends Op {
  @Override
  default Fusion fusion() {
    return Fusion.ELEMENTWISE;
  }

  @Override
  default boolean dequantizes() {
    return true;
  }

  @Override
  default FactorRule rule(Operation operation) {
    return FactorRule.pointwise(operation);
  }

  /**
   * Prints {@code name %a, %b : type} where all types are one, else the types as of a function; for
   * CHLO {@code type, type -> type}.
   */
  @Override
  default boolean print(Operation operation, AsmPrinter printer) {
    printer.print(opName()).print(" ").operands(operation.operands());
    printer.attributes(operation.attributes(), List.of()).print(" : ");
    Type result = operation.result().type();
    if (opName().startsWith("chlo.")) {
      printer.types(operation.operands()).print(" -> ").type(result);
    } else if (operation.operands().stream().allMatch(operand -> operand.type().equals(result))) {
      printer.type(result);
    } else {
      printer.functionType(operation.operands(), operation.results());
    }
    return true;
  }

  @Override
  default AsmParser.@Nullable Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    var attributes = parser.optionalAttributes();
    parser.expect(":");
    return new AsmParser.Parsed(operands, attributes, List.of(), parseTypes(parser, operands));
  }

  /**
   * Parses {@code type}, which is that of all operands and the result; or {@code type, type ->
   * type}, one per operand and that of the result; or the types as of a function.
   */
  static List<Type> parseTypes(AsmParser parser, List<Value> operands) {
    var location = parser.location();
    Type type = parser.type();
    if (type instanceof Type.FunctionType function) {
      parser.checkTypes(operands, function.inputs(), location);
      return function.results();
    }
    List<Type> types = new ArrayList<>(List.of(type));
    while (parser.accept(",")) {
      types.add(parser.type());
    }
    if (types.size() > 1 || parser.accept("->")) {
      if (types.size() > 1) {
        parser.expect("->");
      }
      parser.checkTypes(operands, types, location);
      return List.of(parser.type());
    }
    parser.checkTypes(operands, Collections.nCopies(operands.size(), type), location);
    return List.of(type);
  }

  /** Returns {@code words} as {@code a, b and c}. */
  static String and(List<String> words) {
    int last = words.size() - 1;
    return last <= 0
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }

  /** Returns a function that the verifier has seen to be there. */
  static <T> T present(@Nullable T function) {
    return Objects.requireNonNull(function, "a function for the element type");
  }

  /** Adds an operation without attributes. */
  default Value add(BlockBuilder block, Type result, Value... operands) {
    return block
        .add(this, List.of(operands), dev.partir.ir.Attributes.EMPTY, List.of(result))
        .result();
  }
}
