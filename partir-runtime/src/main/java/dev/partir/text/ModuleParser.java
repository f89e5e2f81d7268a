package dev.partir.text;

import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Location;
import dev.partir.ir.Module;
import dev.partir.ir.NearestNames;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Type;
import dev.partir.op.CallOp;
import dev.partir.op.CompositeOp;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses one module, with or without its header. */
final class ModuleParser {
  private final Parsers parsers;
  private final Tokens tokens;
  private final Lexer lexer;
  private final Recovery recovery;
  private final FunctionParser functionParser;
  private final Map<String, Type.FunctionType> signatures = new LinkedHashMap<>();
  private final List<Operation> calls = new ArrayList<>();
  private final List<Function> functions = new ArrayList<>();
  private final List<String> declarations = new ArrayList<>();
  private @Nullable String name;
  private Attributes attributes = Attributes.EMPTY;
  private boolean hasHeader;
  private boolean namesMissing;

  /** Whether the last thing in the module could not be read, so that its end is uncertain. */
  private boolean troubled;

  ModuleParser(Parsers parsers) {
    this.parsers = parsers;
    this.tokens = parsers.tokens();
    this.lexer = parsers.lexer();
    this.recovery = new Recovery(tokens);
    this.functionParser = new FunctionParser(parsers, signatures, calls);
  }

  /** Takes all of the text. What is wrong is told; the module is whole only if nothing is. */
  @Nullable Module module() {
    while (!tokens.at(Token.END)) {
      int from = lexer.start();
      int depth = tokens.depth();
      try {
        topLevel();
      } catch (PartirException problem) {
        tokens.diagnostics().addAll(problem.diagnostics());
        troubled = true;
        namesMissing = true;
        tokens.restoreDepth(depth);
        recovery.skipDeclaration(Math.max(from, lexer.start()));
      }
    }
    checkCalls();
    return tokens.diagnostics().isEmpty()
        ? Module.of(name, attributes, functions, declarations)
        : null;
  }

  private void topLevel() {
    if (tokens.at(Token.HASH) || tokens.at(Token.BANG)) {
      aliasDefinition();
    } else if (tokens.at(Token.METADATA_BEGIN)) {
      parsers.resources().skip();
    } else if (tokens.atWord("module") || tokens.atWord("builtin.module")) {
      pretty();
    } else if (tokens.at(Token.STRING) && lexer.spells("\"builtin.module\"")) {
      generic();
    } else {
      declaration();
    }
  }

  private void aliasDefinition() {
    String alias = lexer.spelling();
    lexer.next();
    int place = lexer.end();
    tokens.expect(Token.EQUAL);
    Integer end = parsers.aliases().end(alias, place);
    if (end != null) {
      lexer.moveTo(end);
      return;
    }
    if (tokens.atWord("loc")) {
      parsers.locations().optional(Location.UNKNOWN);
    } else {
      parsers.attributes().attribute();
    }
  }

  private void pretty() {
    begin();
    if (tokens.at(Token.SYMBOL)) {
      name = tokens.symbol();
    }
    if (tokens.acceptWord("attributes")) {
      attributes = parsers.attributes().dictionary();
    }
    if (body()) {
      parsers.locations().optional(Location.UNKNOWN);
    }
  }

  /** Takes {@code "builtin.module"() <{properties}> ({...}) {attributes} : () -> ()}. */
  private void generic() {
    begin();
    tokens.expect(Token.LEFT_PAREN);
    tokens.expect(Token.RIGHT_PAREN);
    var all = Attributes.builder().putAll(parsers.attributes().optionalProperties());
    tokens.expect(Token.LEFT_PAREN);
    if (body() && (!troubled || tokens.at(Token.RIGHT_PAREN))) {
      tokens.expect(Token.RIGHT_PAREN);
      all.putAll(parsers.attributes().optionalDictionary());
      tokens.expect(Token.COLON);
      parsers.types().function();
      parsers.locations().optional(Location.UNKNOWN);
    }
    attributes = all.build().without("sym_name");
    name = all.build().string("sym_name");
  }

  private void begin() {
    if (hasHeader || !functions.isEmpty()) {
      throw tokens.error(
          lexer.start(),
          ErrorCode.UNSUPPORTED,
          "a second module begins here",
          "Separate modules by lines of // -----");
    }
    hasHeader = true;
    lexer.next();
  }

  /** Takes {@code {...}}. Returns false when its end is missing. */
  private boolean body() {
    int open = lexer.start();
    tokens.expect(Token.LEFT_BRACE);
    if (tokens.at(Token.BLOCK)) {
      parsers.blockArguments();
    }
    while (!tokens.at(Token.RIGHT_BRACE)) {
      if (tokens.at(Token.END) || tokens.at(Token.METADATA_BEGIN)) {
        if (tokens.diagnostics().isEmpty()) {
          tokens.report(open, ErrorCode.SYNTAX, "the module's \"{\" is not closed", "Add a \"}\"");
        }
        return false;
      }
      int from = lexer.start();
      int depth = tokens.depth();
      try {
        declaration();
      } catch (PartirException problem) {
        tokens.diagnostics().addAll(problem.diagnostics());
        troubled = true;
        namesMissing = true;
        tokens.restoreDepth(depth);
        recovery.skipDeclaration(from);
      }
    }
    lexer.next();
    return true;
  }

  private void declaration() {
    int before = tokens.diagnostics().count();
    if (tokens.atWord("func.func")) {
      functions.add(functionParser.pretty());
    } else if (tokens.at(Token.STRING) && lexer.spells("\"func.func\"")) {
      functions.add(functionParser.generic());
    } else if (isKept()) {
      declarations.add(parsers.attributes().keptOperation());
      parsers.locations().optional(Location.UNKNOWN);
    } else if (troubled) {
      recovery.skipDeclaration(lexer.start());
      return;
    } else {
      throw noDeclaration();
    }
    troubled = tokens.diagnostics().count() > before;
  }

  private PartirException noDeclaration() {
    if (!tokens.at(Token.WORD) && !tokens.at(Token.STRING)) {
      return tokens.expected("a function");
    }
    return tokens.error(
        lexer.start(),
        ErrorCode.UNKNOWN_OP,
        Tokens.shortened(lexer.spelling()) + " cannot stand in a module",
        "A module holds functions: func.func @name(...)");
  }

  /** Returns whether an operation such as {@code sdy.mesh @mesh = <["x"=2]>} is next. */
  private boolean isKept() {
    return (tokens.at(Token.WORD) && lexer.spelling().startsWith("sdy."))
        || (tokens.at(Token.STRING) && lexer.spelling().startsWith("\"sdy."));
  }

  private void checkCalls() {
    for (Operation call : calls) {
      String callee =
          call.kind() == CompositeOp.INSTANCE
              ? CompositeOp.decomposition(call)
              : CallOp.callee(call);
      Type.FunctionType declared = signatures.get(callee);
      var used = new Type.FunctionType(Op.typesOf(call.operands()), Op.typesOf(call.results()));
      if (declared == null && namesMissing) {
        // It may be the function whose header could not be read.
        continue;
      }
      if (declared == null) {
        tokens
            .diagnostics()
            .add(
                Diagnostic.at(
                    call.location(),
                    ErrorCode.UNDEFINED,
                    "the function " + Text.symbol(callee) + " is not defined",
                    NearestNames.question("@", callee, signatures.keySet())));
      } else if (!declared.equals(used)) {
        tokens
            .diagnostics()
            .add(
                Diagnostic.at(
                    call.location(),
                    ErrorCode.TYPE_MISMATCH,
                    Text.symbol(callee) + " is called as " + used + ", but is " + declared,
                    "Call it with the types that it declares"));
      }
    }
  }
}
