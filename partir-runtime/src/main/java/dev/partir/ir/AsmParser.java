package dev.partir.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pretty form of an operation is parsed with. Every method throws {@link PartirException}
 * with the position when the text is not what it asks for.
 */
public interface AsmParser {
  /**
   * Returns whether the next token is {@code token}, and takes it if so. A token is a word or a
   * punctuation mark.
   */
  boolean accept(String token);

  /** Takes {@code token}, which must be next. */
  void expect(String token);

  /** Takes and returns a bare word. */
  String word();

  /** Takes a use of a value, {@code %name} or {@code %name#1}. */
  Value operand();

  /** Takes {@code %name} where it names a new value, and returns the name. */
  String newName();

  /** Takes uses separated by commas, none when the next token is no value. */
  List<Value> operands();

  Type type();

  /** Takes {@code (types) -> types}. */
  Type.FunctionType functionType();

  Attribute attribute();

  /** Takes brackets of any kind with all that is between them, as they are written. */
  String bracketed();

  /** Takes {@code [1, 2]}. */
  long[] list();

  /** Takes an integer, which may be negative. */
  long integer();

  /** Takes a string in quotes and returns what it says. */
  String string();

  /** Takes {@code @name} and returns the name. */
  String symbol();

  /** Takes {@code {a = 1}} if it is next; else returns no attributes. */
  Attributes optionalAttributes();

  /**
   * Takes a region. Its block's arguments may be given, where the text names and types them
   * outside; else the text may have them.
   */
  Region region(List<String> argumentNames, List<Type> argumentTypes);

  /** Returns a builder of a region that the text does not write out. */
  BlockBuilder implicitRegion();

  /** Returns the place of the next token. */
  Location location();

  /** Returns the error to throw for something wrong at {@code location}. */
  PartirException error(Location location, String problem, String remedy);

  /** What an operation's text said: all but the results' names. */
  record Parsed(
      List<Value> operands,
      Attributes attributes,
      List<Region> regions,
      List<? extends Type> resultTypes) {}

  /**
   * Checks that the operands have the types that the text says they have; the location is where the
   * text says so.
   */
  void checkTypes(List<Value> operands, List<? extends Type> types, @Nullable Location location);
}
