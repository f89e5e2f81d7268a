package dev.partir.errorprone;

import com.google.auto.service.AutoService;
import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Type;
import javax.lang.model.element.TypeElement;

/** Results of operations on tensors that nothing uses. */
@AutoService(BugChecker.class)
@BugPattern(
    summary = "The result of an operation on a tensor is dropped",
    severity = BugPattern.SeverityLevel.WARNING,
    linkType = BugPattern.LinkType.CUSTOM,
    link = "docs/bugpatterns/TensorResultIgnored.md")
public final class TensorResultIgnored extends BugChecker
    implements BugChecker.ExpressionStatementTreeMatcher {

  @Override
  public Description matchExpressionStatement(ExpressionStatementTree tree, VisitorState state) {
    if (!(tree.getExpression() instanceof MethodInvocationTree call)) {
      return Description.NO_MATCH;
    }
    MethodSymbol method = ASTHelpers.getSymbol(call);
    if (!Tensors.isPure(method) || isExpectedToThrow(state)) {
      return Description.NO_MATCH;
    }
    String name = method.getSimpleName().toString();
    String message =
        name.equals("named")
            ? "what named(...) returns is dropped, so no value of the model has the name."
                + " Use the tensor that it returns: shardings hold for its uses."
            : name
                + " changes nothing: it returns a new tensor, which is dropped. Use what it"
                + " returns, or remove the call.";
    return buildDescription(call.getMethodSelect()).setMessage(message).build();
  }

  /**
   * Whether the code is given to something that lets it throw anything, as {@code assertThrows}.
   */
  private static boolean isExpectedToThrow(VisitorState state) {
    LambdaExpressionTree lambda = state.findEnclosing(LambdaExpressionTree.class);
    if (lambda == null) {
      return false;
    }
    Type type = ASTHelpers.getType(lambda);
    return type != null
        && state.getTypes().findDescriptorType(type).getThrownTypes().stream()
            .map(thrown -> (TypeElement) thrown.tsym)
            .anyMatch(thrown -> thrown.getQualifiedName().contentEquals("java.lang.Throwable"));
  }
}
