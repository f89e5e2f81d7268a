package dev.partir.errorprone;

import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;

/** Tells of shapes of one kind that do not fit. */
abstract class ShapeCheck extends BugChecker
    implements BugChecker.MethodInvocationTreeMatcher, BugChecker.ReturnTreeMatcher {
  private final Mismatch.Kind kind;

  ShapeCheck(Mismatch.Kind kind) {
    this.kind = kind;
  }

  @Override
  public Description matchMethodInvocation(MethodInvocationTree tree, VisitorState state) {
    return Tensors.isOperation(ASTHelpers.getSymbol(tree))
        ? match(tree, tree.getMethodSelect(), state)
        : Description.NO_MATCH;
  }

  @Override
  public Description matchReturn(ReturnTree tree, VisitorState state) {
    ExpressionTree result = tree.getExpression();
    return result != null && Tensors.isTensor(ASTHelpers.getType(result))
        ? match(tree, result, state)
        : Description.NO_MATCH;
  }

  private Description match(Tree tree, Tree shown, VisitorState state) {
    Finding finding = UnitShapes.of(state).at(tree);
    return finding == null || finding.mismatch().kind() != kind
        ? Description.NO_MATCH
        : buildDescription(shown).setMessage(finding.message()).build();
  }
}
