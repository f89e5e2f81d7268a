package dev.partir.text;

import dev.partir.ir.AsmParser;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.NearestNames;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.CallOp;
import dev.partir.op.CompositeOp;
import dev.partir.op.Op;
import dev.partir.op.OpChecker;
import dev.partir.op.Ops;
import dev.partir.op.ReturnOp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses the operations of one function, in pretty and in generic form. */
final class BodyParser {
  /** The names in front of an operation: {@code %a}, or {@code %a:2} for two results. */
  private record ResultName(String name, int count, int offset) {}

  private final Parsers parsers;
  private final Tokens tokens;
  private final Lexer lexer;
  private final Uses uses;
  private final OpSyntax syntax;
  private final Recovery recovery;
  private final List<Operation> calls;
  private List<? extends Type> functionResults = List.of();
  private BlockBuilder block;
  private @Nullable OpChecker checker;

  /**
   * Starts a body.
   *
   * @param block the body of the function
   * @param calls takes the calls of other functions, which are checked when all are known
   */
  BodyParser(Parsers parsers, BlockBuilder block, Uses uses, List<Operation> calls) {
    this.parsers = parsers;
    this.tokens = parsers.tokens();
    this.lexer = parsers.lexer();
    this.uses = uses;
    this.recovery = new Recovery(tokens);
    this.block = block;
    this.calls = calls;
    this.syntax = new OpSyntax(parsers, uses, this);
  }

  /** Returns the block that is being read. */
  BlockBuilder block() {
    return block;
  }

  /** Takes the operations of the function up to its closing brace, which stays. */
  void functionBody(List<? extends Type> results) {
    functionResults = results;
    operations(true);
    uses.reportUndefined();
  }

  /** Takes a region. */
  Region region(List<String> argumentNames, List<Type> argumentTypes) {
    int from = lexer.start();
    tokens.expect(Token.LEFT_BRACE);
    tokens.enter();
    BlockBuilder outer = block;
    int scope = uses.scopes().open();
    block = outer.nested();
    try {
      for (int i = 0; i < argumentNames.size(); i++) {
        Value argument = block.argument(argumentTypes.get(i), argumentNames.get(i));
        uses.define(argumentNames.get(i), from, List.of(argument));
      }
      if (tokens.at(Token.BLOCK)) {
        label(argumentNames.isEmpty());
      }
      operations(false);
      tokens.leave();
      tokens.expect(Token.RIGHT_BRACE);
      return new Region(block.build());
    } finally {
      uses.scopes().close(scope);
      block = outer;
    }
  }

  /** Takes {@code ^bb0(%a: type, ...):}. */
  private void label(boolean mayHaveArguments) {
    int from = lexer.start();
    for (BlockArgument argument : parsers.blockArguments()) {
      if (!mayHaveArguments) {
        throw tokens.error(
            from, ErrorCode.SYNTAX, "the arguments of the block are named already", "");
      }
      Value value = block.argument(argument.type(), argument.name());
      uses.define(argument.name(), argument.offset(), List.of(value));
    }
  }

  private void operations(boolean isFunction) {
    boolean complete = true;
    while (!tokens.at(Token.RIGHT_BRACE) && !tokens.at(Token.END)) {
      if (recovery.beginsDeclaration()) {
        break;
      }
      if (tokens.at(Token.BLOCK)) {
        tokens.report(
            lexer.start(),
            ErrorCode.UNSUPPORTED,
            "a second block in a region",
            "Regions of StableHLO have one block: use stablehlo.if, case or while");
        uses.setBroken(true);
        complete = false;
        recovery.skipStatement(lexer.start());
        continue;
      }
      int offset = lexer.start();
      if (complete && endsInTerminator()) {
        tokens.report(
            offset,
            ErrorCode.INVALID_OP,
            "an operation behind the end of its block",
            "The return must be last");
        uses.setBroken(true);
        complete = false;
      }
      complete &= statement();
    }
    if (complete && !uses.broken()) {
      checkEnd(isFunction);
    }
  }

  private boolean endsInTerminator() {
    List<Operation> operations = block.operations();
    return !operations.isEmpty() && Op.of(operations.get(operations.size() - 1)).isTerminator();
  }

  private void checkEnd(boolean isFunction) {
    String wanted = isFunction ? "return" : "stablehlo.return";
    List<Operation> operations = block.operations();
    Operation last = operations.isEmpty() ? null : operations.get(operations.size() - 1);
    boolean isReturn = last != null && last.kind() == ReturnOp.FUNCTION;
    boolean isRegionEnd = last != null && last.kind() == ReturnOp.STABLEHLO;
    if (last == null || !Op.of(last).isTerminator()) {
      tokens.report(
          lexer.start(),
          ErrorCode.INVALID_OP,
          (isFunction ? "the function" : "the region") + " does not end in " + wanted,
          "Add " + wanted + " with its results");
      uses.setBroken(true);
    } else if (isFunction && isRegionEnd) {
      // MLIR takes it, and JAX ends the comparators of its approximate top_k with it.
      checkReturn(last);
    } else if (isReturn != isFunction) {
      tokens
          .diagnostics()
          .add(
              Diagnostic.at(
                  last.location(),
                  ErrorCode.INVALID_OP,
                  (isFunction ? "the function" : "the region") + " ends in " + last.name(),
                  "End it in " + wanted));
      uses.setBroken(true);
    }
  }

  /** Takes one operation. Returns false when it could not be read; that is told already. */
  private boolean statement() {
    int from = lexer.start();
    int depth = tokens.depth();
    boolean outerBroken = uses.broken();
    uses.setBroken(false);
    List<ResultName> names = new ArrayList<>();
    try {
      resultNames(names);
      operation(names);
      return true;
    } catch (PartirException problem) {
      // What is wrong behind an operand of which nothing is known may be its consequence.
      if (!uses.broken() || problem.diagnostics().get(0).code() != ErrorCode.INVALID_OP) {
        tokens.diagnostics().addAll(problem.diagnostics());
      }
    } catch (Diagnostics.TooMany enough) {
      throw enough;
    } catch (RuntimeException defect) {
      tokens.report(
          from,
          ErrorCode.INVALID_OP,
          "the operation could not be read (" + defect + ")",
          "Please report this with the program");
    } finally {
      uses.setBroken(uses.broken() || outerBroken);
    }
    uses.setBroken(true);
    tokens.restoreDepth(depth);
    recovery.skipStatement(from);
    for (ResultName name : names) {
      uses.defineUnknown(name.name(), name.offset());
    }
    return false;
  }

  private void resultNames(List<ResultName> names) {
    if (!tokens.at(Token.VALUE)) {
      return;
    }
    do {
      int offset = lexer.start();
      String name = tokens.valueName();
      long count = 1;
      if (tokens.accept(Token.COLON)) {
        int number = lexer.start();
        count = tokens.integer();
        if (count < 1 || count > Limits.RESULTS) {
          throw tokens.error(number, ErrorCode.LIMIT, "an operation of " + count + " results", "");
        }
      }
      names.add(new ResultName(name, (int) count, offset));
    } while (tokens.accept(Token.COMMA));
    tokens.expect(Token.EQUAL);
  }

  private void operation(List<ResultName> names) {
    if (tokens.at(Token.STRING)) {
      generic(names);
    } else if (tokens.at(Token.WORD)) {
      pretty(names);
    } else {
      throw tokens.expected("an operation");
    }
  }

  private void pretty(List<ResultName> names) {
    Location place = tokens.location();
    String name = lexer.spelling();
    Op op = Ops.named(name);
    if (op == null) {
      throw unknown(lexer.start(), name);
    }
    lexer.next();
    boolean outerImplicit = syntax.setImplicitRegions(false);
    AsmParser.Parsed parsed = op.parse(syntax);
    boolean implicit = syntax.setImplicitRegions(outerImplicit);
    if (parsed == null) {
      throw tokens.error(
          lexer.start(),
          ErrorCode.SYNTAX,
          name + " has no pretty form",
          "Write \"" + op.opName() + "\"(...) with all types behind");
    }
    Location location = parsers.locations().optional(place);
    expectEnd();
    Operation operation = finish(op, parsed, names, location);
    if (implicit && operation != null && !uses.broken()) {
      checkRegions(operation);
    }
  }

  /** Makes sure that what follows on the line can begin another operation. */
  private void expectEnd() {
    boolean ends =
        switch (lexer.token()) {
          case END, RIGHT_BRACE, VALUE, STRING, BLOCK -> true;
          case WORD -> lexer.spelling().indexOf('.') > 0 || Ops.named(lexer.spelling()) != null;
          default -> false;
        };
    if (!ends && !lexer.startsLine()) {
      throw tokens.expected("the end of the operation");
    }
  }

  private PartirException unknown(int offset, String name) {
    String dialect = name.substring(0, name.indexOf('.') + 1);
    List<String> known = new ArrayList<>();
    for (Op op : Ops.all()) {
      if (op.opName().startsWith(dialect)) {
        known.add(op.opName().substring(dialect.length()));
      }
    }
    return tokens.error(
        offset,
        ErrorCode.UNKNOWN_OP,
        "the operation " + Tokens.shortened(name) + " is not known",
        NearestNames.question(dialect, name.substring(dialect.length()), known));
  }

  private void generic(List<ResultName> names) {
    Location place = tokens.location();
    int offset = lexer.start();
    String name = tokens.string();
    tokens.expect(Token.LEFT_PAREN);
    List<Value> operands = syntax.operands();
    tokens.expect(Token.RIGHT_PAREN);
    var attributes = Attributes.builder().putAll(parsers.attributes().optionalProperties());
    List<Region> regions = new ArrayList<>();
    if (tokens.accept(Token.LEFT_PAREN)) {
      do {
        regions.add(region(List.of(), List.of()));
      } while (tokens.accept(Token.COMMA));
      tokens.expect(Token.RIGHT_PAREN);
    }
    attributes.putAll(parsers.attributes().optionalDictionary());
    tokens.expect(Token.COLON);
    Location typeLocation = tokens.location();
    Type.FunctionType type = parsers.types().function();
    Location location = parsers.locations().optional(place);
    expectEnd();
    Op op = Ops.named(name);
    if (op == null) {
      tokens.diagnostics().addAll(unknown(offset, name).diagnostics());
      uses.setBroken(true);
      defineStandIns(names, type.results());
      return;
    }
    uses.check(operands, type.inputs(), typeLocation);
    var parsed =
        new AsmParser.Parsed(
            operands, OlderForms.attributes(op, attributes.build()), regions, type.results());
    finish(op, parsed, names, location);
  }

  private @Nullable Operation finish(
      Op op, AsmParser.Parsed parsed, List<ResultName> names, Location location) {
    int results = parsed.resultTypes().size();
    if (!fits(names, results)) {
      defineStandIns(names, parsed.resultTypes());
      return null;
    }
    List<String> resultNames = new ArrayList<>(results);
    for (ResultName name : names) {
      for (int i = 0; i < name.count(); i++) {
        resultNames.add(name.count() == 1 ? name.name() : name.name() + "#" + i);
      }
    }
    Operation operation =
        block.add(
            op,
            parsed.operands(),
            parsed.attributes(),
            parsed.regions(),
            parsed.resultTypes(),
            resultNames,
            location);
    int first = 0;
    boolean known = !uses.takeResultsUnknown();
    for (ResultName name : names) {
      List<Value> values = operation.results().subList(first, first + name.count());
      if (known) {
        uses.define(name.name(), name.offset(), values);
      } else {
        uses.defineUnknown(name.name(), name.offset());
      }
      first += name.count();
    }
    if (!uses.broken()) {
      check(operation, operation.location());
    }
    return operation;
  }

  /** Checks the operations of regions that the text does not write out. */
  private void checkRegions(Operation operation) {
    for (Region region : operation.regions()) {
      for (Operation inner : region.block().operations()) {
        check(inner, operation.location());
      }
    }
  }

  private static long named(List<ResultName> names) {
    long named = 0;
    for (ResultName name : names) {
      named += name.count();
    }
    return named;
  }

  /** Checks that there is a name for every result, or none at all. */
  private boolean fits(List<ResultName> names, int results) {
    long named = named(names);
    if (named == results || names.isEmpty()) {
      return true;
    }
    tokens.report(
        names.get(0).offset(),
        ErrorCode.TYPE_MISMATCH,
        "names for "
            + named
            + (named == 1 ? " result" : " results")
            + " of an operation that has "
            + results,
        results == 0
            ? "Leave the names out"
            : "Write %" + names.get(0).name() + (results == 1 ? "" : ":" + results) + " =");
    return false;
  }

  /** Defines the names of an operation that cannot be built, with the types that are known. */
  private void defineStandIns(List<ResultName> names, List<? extends Type> types) {
    int first = 0;
    boolean fit = named(names) == types.size();
    for (ResultName name : names) {
      List<Value> values = new ArrayList<>();
      for (int i = first; fit && i < first + name.count(); i++) {
        values.add(block.nested().argument(types.get(i), name.name()));
      }
      if (fit) {
        uses.define(name.name(), name.offset(), values);
      } else {
        uses.defineUnknown(name.name(), name.offset());
      }
      first += name.count();
    }
    uses.setBroken(true);
  }

  private void check(Operation operation, Location place) {
    OpChecker findings = checker;
    if (findings == null) {
      findings = new OpChecker(operation);
      checker = findings;
    }
    int before = findings.findings().size();
    try {
      findings.check(operation);
    } catch (RuntimeException unreadable) {
      tokens
          .diagnostics()
          .add(
              new Diagnostic(
                  ErrorCode.INVALID_OP,
                  operation.name(),
                  "its attributes or types make no sense (" + unreadable + ")",
                  "Compare it with the StableHLO specification",
                  place));
      uses.setBroken(true);
      return;
    }
    List<Diagnostic> found = findings.findings();
    for (Diagnostic finding : found.subList(before, found.size())) {
      tokens
          .diagnostics()
          .add(
              new Diagnostic(
                  finding.code(), finding.subject(), finding.problem(), finding.remedy(), place));
    }
    uses.setBroken(uses.broken() || found.size() > before);
    if (operation.kind() == CallOp.INSTANCE || operation.kind() == CompositeOp.INSTANCE) {
      calls.add(operation);
    } else if (operation.kind() == ReturnOp.FUNCTION) {
      checkReturn(operation);
    }
  }

  private void checkReturn(Operation operation) {
    List<Type> types = Op.typesOf(operation.operands());
    if (!types.equals(functionResults)) {
      tokens
          .diagnostics()
          .add(
              new Diagnostic(
                  ErrorCode.TYPE_MISMATCH,
                  "return",
                  "it gives " + list(types) + ", the function declares " + list(functionResults),
                  "Make both the same",
                  operation.location()));
    }
  }

  static String list(List<? extends Type> types) {
    return types.stream().map(Type::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
