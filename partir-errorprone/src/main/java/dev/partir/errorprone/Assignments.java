package dev.partir.errorprone;

import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ArrayAccessTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ContinueTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import com.sun.tools.javac.code.Symbol;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds which variables a piece of code gives values to, and whether it jumps. */
final class Assignments extends TreeScanner<@Nullable Void, @Nullable Void> {
  private final Set<Symbol> assigned = new HashSet<>();
  private boolean jumps;

  private Assignments() {}

  static Assignments in(Tree tree) {
    Assignments assignments = new Assignments();
    assignments.scan(tree, null);
    return assignments;
  }

  /** Returns the variable that an assignment to {@code target} gives a value to. */
  static Set<Symbol> targets(Tree target) {
    Assignments assignments = new Assignments();
    assignments.add(target);
    return assignments.assigned;
  }

  Set<Symbol> assigned() {
    return assigned;
  }

  /** Whether there is a {@code break} or a {@code continue}. */
  boolean jumps() {
    return jumps;
  }

  private void add(Tree target) {
    Tree variable = target;
    while (variable instanceof ArrayAccessTree element) {
      variable = element.getExpression();
    }
    Symbol symbol = ASTHelpers.getSymbol(variable);
    if (symbol != null) {
      assigned.add(symbol);
    }
  }

  @Override
  public @Nullable Void visitAssignment(AssignmentTree tree, @Nullable Void unused) {
    add(tree.getVariable());
    return super.visitAssignment(tree, null);
  }

  @Override
  public @Nullable Void visitCompoundAssignment(
      CompoundAssignmentTree tree, @Nullable Void unused) {
    add(tree.getVariable());
    return super.visitCompoundAssignment(tree, null);
  }

  @Override
  public @Nullable Void visitUnary(UnaryTree tree, @Nullable Void unused) {
    switch (tree.getKind()) {
      case PREFIX_INCREMENT, PREFIX_DECREMENT, POSTFIX_INCREMENT, POSTFIX_DECREMENT ->
          add(tree.getExpression());
      default -> {}
    }
    return super.visitUnary(tree, null);
  }

  @Override
  public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
    add(tree);
    return super.visitVariable(tree, null);
  }

  @Override
  public @Nullable Void visitBreak(BreakTree tree, @Nullable Void unused) {
    jumps = true;
    return null;
  }

  @Override
  public @Nullable Void visitContinue(ContinueTree tree, @Nullable Void unused) {
    jumps = true;
    return null;
  }
}
