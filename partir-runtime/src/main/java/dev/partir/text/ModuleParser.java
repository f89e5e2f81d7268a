package dev.partir.text;

import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Location;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Type;
import dev.partir.op.CallOp;
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
      header();
    } else {
      declaration();
    }
  }

  private void aliasDefinition() {
    Integer end = parsers.aliases().end(lexer.spelling());
    if (end != null) {
      lexer.moveTo(end);
      return;
    }
    lexer.next();
    tokens.expect(Token.EQUAL);
    if (tokens.atWord("loc")) {
      parsers.locations().optional(Location.UNKNOWN);
    } else {
      parsers.attributes().attribute();
    }
  }

  private void header() {
    if (hasHeader || !functions.isEmpty()) {
      throw tokens.error(
          lexer.start(),
          ErrorCode.UNSUPPORTED,
          "a second module begins here",
          "Separate modules by lines of // -----");
    }
    hasHeader = true;
    lexer.next();
    if (tokens.at(Token.SYMBOL)) {
      name = tokens.symbol();
    }
    if (tokens.acceptWord("attributes")) {
      attributes = parsers.attributes().dictionary();
    }
    int open = lexer.start();
    tokens.expect(Token.LEFT_BRACE);
    while (!tokens.at(Token.RIGHT_BRACE)) {
      if (tokens.at(Token.END) || tokens.at(Token.METADATA_BEGIN)) {
        if (tokens.diagnostics().isEmpty()) {
          tokens.report(open, ErrorCode.SYNTAX, "the module's \"{\" is not closed", "Add a \"}\"");
        }
        return;
      }
      int from = lexer.start();
      int depth = tokens.depth();
      try {
        declaration();
      } catch (PartirException problem) {
        tokens.diagnostics().addAll(problem.diagnostics());
        tokens.restoreDepth(depth);
        recovery.skipDeclaration(from);
      }
    }
    lexer.next();
    parsers.locations().optional(Location.UNKNOWN);
  }

  private void declaration() {
    if (tokens.atWord("func.func")) {
      functions.add(functionParser.function());
    } else if (tokens.at(Token.WORD) && lexer.spelling().startsWith("sdy.")) {
      kept();
    } else if (tokens.at(Token.WORD) || tokens.at(Token.STRING)) {
      throw tokens.error(
          lexer.start(),
          ErrorCode.UNKNOWN_OP,
          Tokens.shortened(lexer.spelling()) + " cannot stand in a module",
          "A module holds functions: func.func @name(...)");
    } else {
      throw tokens.expected("a function");
    }
  }

  /** Takes an operation such as {@code sdy.mesh @mesh = <["x"=2]>}, which is kept as written. */
  private void kept() {
    int from = lexer.start();
    int end = from;
    int open = 0;
    do {
      switch (lexer.token()) {
        case LESS, LEFT_BRACE, LEFT_BRACKET, LEFT_PAREN -> open++;
        case GREATER, RIGHT_BRACE, RIGHT_BRACKET, RIGHT_PAREN -> open--;
        case ERROR -> throw tokens.expected("more of the operation");
        default -> {}
      }
      end = lexer.end();
      lexer.next();
    } while (!tokens.at(Token.END)
        && !(open == 0 && (lexer.startsLine() || tokens.atWord("loc")))
        && !(open == 0 && tokens.at(Token.RIGHT_BRACE)));
    parsers.locations().optional(Location.UNKNOWN);
    declarations.add(tokens.source().text().substring(from, end));
  }

  private void checkCalls() {
    for (Operation call : calls) {
      String callee = CallOp.callee(call);
      Type.FunctionType declared = signatures.get(callee);
      var used = new Type.FunctionType(Op.typesOf(call.operands()), Op.typesOf(call.results()));
      if (declared == null) {
        tokens
            .diagnostics()
            .add(
                Diagnostic.at(
                    call.location(),
                    ErrorCode.UNDEFINED,
                    "the function " + Text.symbol(callee) + " is not defined",
                    Nearest.question("@", callee, signatures.keySet())));
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
