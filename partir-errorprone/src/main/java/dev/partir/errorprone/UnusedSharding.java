package dev.partir.errorprone;

import com.google.auto.service.AutoService;
import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import com.sun.tools.javac.code.Symbol;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/** Shapes and shardings that are said of values which nothing uses. */
@AutoService(BugChecker.class)
@BugPattern(
    summary = "A sharding is declared for a value that the model does not use",
    severity = BugPattern.SeverityLevel.WARNING,
    linkType = BugPattern.LinkType.CUSTOM,
    link = "docs/bugpatterns/UnusedSharding.md")
public final class UnusedSharding extends BugChecker
    implements BugChecker.MethodTreeMatcher, BugChecker.VariableTreeMatcher {

  @Override
  public Description matchVariable(VariableTree tree, VisitorState state) {
    Symbol variable = ASTHelpers.getSymbol(tree);
    MethodTree method = state.findEnclosing(MethodTree.class);
    if (method == null || method.getBody() == null) {
      return Description.NO_MATCH;
    } else if (variable.getKind() == ElementKind.PARAMETER) {
      return matchParameter(tree, variable, method, state);
    }
    return variable.getKind() == ElementKind.LOCAL_VARIABLE
            && tree.getInitializer() instanceof MethodInvocationTree call
            && Tensors.isNaming(ASTHelpers.getSymbol(call))
            && !uses(method.getBody(), variable)
        ? describe(
            tree,
            "the variable \"%s\" holds a named value, but nothing uses it, so nothing of the model"
                + " has the name. Use the variable instead of the tensor that it names.",
            tree.getName())
        : Description.NO_MATCH;
  }

  private Description matchParameter(
      VariableTree tree, Symbol parameter, MethodTree method, VisitorState state) {
    MethodSymbol symbol = ASTHelpers.getSymbol(method);
    if (!symbol.equals(parameter.owner)
        || !Declared.says(parameter)
        || symbol.isConstructor()
        || !ASTHelpers.findSuperMethods(symbol, state.getTypes()).isEmpty()
        || uses(method.getBody(), parameter)) {
      return Description.NO_MATCH;
    }
    return describe(
        tree,
        "the annotations of parameter \"%s\" say how it is laid out, but the method does not use it."
            + " Use the parameter, or remove it.",
        tree.getName());
  }

  @Override
  public Description matchMethod(MethodTree tree, VisitorState state) {
    if (tree.getBody() == null || Declared.intermediates(ASTHelpers.getSymbol(tree)).isEmpty()) {
      return Description.NO_MATCH;
    }
    NamedValues named = NamedValues.of(tree, UnitShapes.of(state));
    for (AnnotationTree annotation : tree.getModifiers().getAnnotations()) {
      ExpressionTree at = name(annotation);
      String name = at == null ? null : ASTHelpers.constValue(at, String.class);
      if (at != null && name != null && named.lacks(name)) {
        state.reportMatch(
            describe(
                at,
                "@Intermediate speaks of \"%s\", but the method gives no value that name."
                    + " Name the value with named(\"%s\"), or remove the annotation.",
                name));
      }
    }
    return Description.NO_MATCH;
  }

  private static @Nullable ExpressionTree name(AnnotationTree annotation) {
    if (Declared.is(ASTHelpers.getType(annotation), "Intermediate")) {
      for (ExpressionTree argument : annotation.getArguments()) {
        if (argument instanceof AssignmentTree member
            && member.getVariable() instanceof IdentifierTree variable
            && variable.getName().contentEquals("name")) {
          return member.getExpression();
        }
      }
    }
    return null;
  }

  private static boolean uses(Tree body, Symbol variable) {
    Boolean found =
        new TreeScanner<@Nullable Boolean, @Nullable Void>() {
          @Override
          public @Nullable Boolean visitIdentifier(IdentifierTree tree, @Nullable Void unused) {
            return variable.equals(ASTHelpers.getSymbol(tree)) ? true : null;
          }

          @Override
          public @Nullable Boolean reduce(@Nullable Boolean a, @Nullable Boolean b) {
            return a != null ? a : b;
          }
        }.scan(body, null);
    return found != null;
  }

  /**
   * @param message with places for the name
   */
  private Description describe(Tree at, String message, Object name) {
    return buildDescription(at).setMessage(message.replace("%s", name.toString())).build();
  }
}
