package dev.partir.op;

import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.Collections;
import java.util.List;

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
  default FactorRule rule(Operation operation) {
    return FactorRule.pointwise(operation);
  }

  /** Prints {@code name %a, %b : type} where all types are one, else the types as of a function. */
  @Override
  default boolean print(Operation operation, AsmPrinter printer) {
    printer.print(opName()).print(" ").operands(operation.operands());
    printer.attributes(operation.attributes(), List.of()).print(" : ");
    Type result = operation.result().type();
    if (operation.operands().stream().allMatch(operand -> operand.type().equals(result))) {
      printer.type(result);
    } else {
      printer.functionType(operation.operands(), operation.results());
    }
    return true;
  }

  @Override
  default AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    var attributes = parser.optionalAttributes();
    parser.expect(":");
    return new AsmParser.Parsed(operands, attributes, List.of(), parseTypes(parser, operands));
  }

  /**
   * Parses {@code type}, which is that of all operands and the result; or {@code type -> type},
   * with that of the result; or the types as of a function.
   */
  static List<Type> parseTypes(AsmParser parser, List<Value> operands) {
    var location = parser.location();
    Type type = parser.type();
    if (type instanceof Type.FunctionType function) {
      parser.checkTypes(operands, function.inputs(), location);
      return function.results();
    }
    parser.checkTypes(operands, Collections.nCopies(operands.size(), type), location);
    return List.of(parser.accept("->") ? parser.type() : type);
  }

  /** Adds an operation without attributes. */
  default Value add(BlockBuilder block, Type result, Value... operands) {
    return block
        .add(this, List.of(operands), dev.partir.ir.Attributes.EMPTY, List.of(result))
        .result();
  }
}
