package dev.partir.errorprone;

import com.google.errorprone.VisitorState;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import com.sun.tools.javac.code.Symbol;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.util.Context;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a compilation unit: interprets every method with what its parameters declare, and
 * the methods that it calls and that cannot be overridden once more with what they are given.
 */
final class UnitShapes {
  private static final Context.Key<UnitShapes> LAST = new Context.Key<>();

  /** Calls that are followed in one unit; more are taken to return anything. */
  private static final int MAX_CALLS = 2_000;

  private final CompilationUnitTree unit;
  private final Map<MethodSymbol, MethodTree> methods = new LinkedHashMap<>();
  private final Map<Symbol, VariableTree> fields = new HashMap<>();
  private final Map<Tree, Finding> findings = new HashMap<>();
  private final Map<Call, Outcome> calls = new HashMap<>();
  private final Set<MethodSymbol> running = new HashSet<>();

  private record Call(MethodSymbol method, List<Known> arguments) {}

  /** What a call returns, and what is wrong in it. */
  record Outcome(Known result, List<Finding> findings) {}

  private UnitShapes(CompilationUnitTree unit) {
    this.unit = unit;
    new Collector().scan(unit, null);
    for (MethodSymbol method : methods.keySet()) {
      List<Known> nothing = Collections.nCopies(method.params().size(), Known.Nothing.NOTHING);
      run(method, nothing)
          .findings()
          .forEach(finding -> findings.putIfAbsent(finding.at(), finding));
    }
  }

  /** Returns the shapes of the unit that is being checked, which are the same for all checks. */
  static UnitShapes of(VisitorState state) {
    CompilationUnitTree unit = state.getPath().getCompilationUnit();
    UnitShapes last = state.context.get(LAST);
    if (last == null || last.unit != unit) {
      last = new UnitShapes(unit);
      state.context.put(LAST, (UnitShapes) null);
      state.context.put(LAST, last);
    }
    return last;
  }

  /** Returns what is wrong at an expression; null if nothing is. */
  @Nullable Finding at(Tree tree) {
    return findings.get(tree);
  }

  /** Returns the code of a method; null if it is not in this unit. */
  @Nullable MethodTree method(MethodSymbol method) {
    return methods.get(method);
  }

  /** Whether the code of a method is in this unit, and a call of it runs that very code. */
  boolean follows(MethodSymbol method) {
    Set<Modifier> modifiers = method.getModifiers();
    return methods.containsKey(method)
        && (modifiers.contains(Modifier.STATIC)
            || modifiers.contains(Modifier.PRIVATE)
            || modifiers.contains(Modifier.FINAL)
            || method.owner.getModifiers().contains(Modifier.FINAL));
  }

  /**
   * Returns what a method makes of its arguments, a variable number of them as one array. Recursive
   * calls return anything.
   */
  Outcome run(MethodSymbol method, List<Known> arguments) {
    Call call = new Call(method, arguments);
    Outcome known = calls.get(call);
    if (known != null) {
      return known;
    }
    MethodTree tree = methods.get(method);
    if (tree == null || calls.size() > MAX_CALLS || !running.add(method)) {
      return new Outcome(Known.Nothing.NOTHING, List.of());
    }
    Outcome outcome = new ShapeInterpreter(this, method, arguments).run(tree);
    running.remove(method);
    calls.put(call, outcome);
    return outcome;
  }

  /** Returns what a constant of this unit holds. */
  Known constant(Symbol field) {
    VariableTree tree = fields.remove(field); // Its own value is not known while it is computed.
    if (tree == null) {
      return Known.Nothing.NOTHING;
    }
    Known value = new ShapeInterpreter(this, null, List.of()).value(tree.getInitializer());
    fields.put(field, tree);
    return value;
  }

  private final class Collector extends TreeScanner<@Nullable Void, @Nullable Void> {
    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
      if (tree.getBody() != null) {
        methods.put(ASTHelpers.getSymbol(tree), tree);
      }
      return super.visitMethod(tree, null);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
      Symbol symbol = ASTHelpers.getSymbol(tree);
      if (symbol.getKind() == ElementKind.FIELD
          && tree.getInitializer() != null
          && symbol.getModifiers().containsAll(List.of(Modifier.STATIC, Modifier.FINAL))) {
        fields.put(symbol, tree);
      }
      return super.visitVariable(tree, null);
    }
  }
}
