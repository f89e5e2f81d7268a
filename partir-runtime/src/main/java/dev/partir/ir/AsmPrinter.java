package dev.partir.ir;

import java.util.Collection;
import java.util.List;

/**
 * What the pretty form of an operation is printed with. The results and {@code =} stand already
 * when an operation is asked to print.
 */
public interface AsmPrinter {
  /** Prints text as it is. */
  AsmPrinter print(String text);

  /** Prints the name of the operation, without {@code func.} where that is understood. */
  AsmPrinter opName(Operation operation);

  /** Prints {@code @name}, in quotes where the name needs them. */
  AsmPrinter symbol(String name);

  /** Prints a use of a value, such as {@code %0#1}. */
  AsmPrinter operand(Value value);

  /** Prints uses separated by commas. */
  AsmPrinter operands(List<Value> values);

  AsmPrinter type(Type type);

  /** Prints the types of the values, separated by commas. */
  AsmPrinter types(List<Value> values);

  /** Prints {@code (operand types) -> result types}. */
  AsmPrinter functionType(List<Value> operands, List<Value> results);

  AsmPrinter attribute(Attribute attribute);

  /** Prints {@code [1, 2]}. */
  AsmPrinter list(long... numbers);

  /**
   * Prints {@code {a = 1}} with a space before it, or nothing when no attribute is left after
   * taking {@code except} out.
   */
  AsmPrinter attributes(Attributes attributes, Collection<String> except);

  /**
   * Prints a region {@code {...}} with its operations on lines of their own, after a line for the
   * block's arguments if it has any.
   */
  AsmPrinter region(Region region);

  /** Prints a region without the line for its block's arguments, which stand elsewhere. */
  AsmPrinter regionBody(Region region);
}
