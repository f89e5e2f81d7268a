package dev.partir.errorprone;

import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LabeledStatementTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.tools.javac.code.Symbol;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Symbol.VarSymbol;
import dev.partir.errorprone.Known.Nothing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a method on what is known of its arguments: statement by statement, with what is known of
 * every local variable. Where ways meet, what they agree on is known; loops run until nothing new
 * is forgotten. Code whose ways are not followed, as behind a {@code break}, knows nothing of the
 * variables that it assigns.
 */
final class ShapeInterpreter extends ExpressionShapes {
  /** Rounds of a loop after which the variables that it assigns are forgotten. */
  private static final int MAX_ROUNDS = 20;

  private final List<Known> arguments;
  private final @Nullable Shape declaredResult;
  private @Nullable Known returned;
  private int lambdas;

  ShapeInterpreter(UnitShapes unit, @Nullable MethodSymbol method, List<Known> arguments) {
    super(unit, method == null ? Map.of() : Declared.intermediates(method));
    this.arguments = arguments;
    this.declaredResult = method == null ? null : Declared.shape(method);
  }

  UnitShapes.Outcome run(MethodTree tree) {
    List<String> given = new ArrayList<>();
    for (int i = 0; i < tree.getParameters().size(); i++) {
      VarSymbol parameter = ASTHelpers.getSymbol(tree.getParameters().get(i));
      Shape declared = Declared.shape(parameter);
      Known argument = i < arguments.size() ? arguments.get(i) : Nothing.NOTHING;
      variables().set(parameter, declared == null ? argument : declared);
      if (declared == null && argument instanceof Shape shape && shape.dims() != null) {
        given.add(parameter.getSimpleName() + " is " + shape);
      }
    }
    scan(tree.getBody(), null);
    Known result = declaredResult != null ? declaredResult : returned;
    String where = given.isEmpty() ? "" : " Here " + String.join(", ", given) + ".";
    return new UnitShapes.Outcome(
        result == null ? Nothing.NOTHING : result,
        findings().stream()
            .map(f -> f.where().isEmpty() ? new Finding(f.at(), f.mismatch(), where) : f)
            .toList());
  }

  @Override
  public Known visitReturn(ReturnTree tree, @Nullable Void unused) {
    ExpressionTree expression = tree.getExpression();
    if (expression == null) {
      return Nothing.NOTHING;
    }
    Known value = value(expression);
    if (lambdas > 0) {
      return Nothing.NOTHING;
    }
    returned = returned == null ? value : returned.or(value);
    if (declaredResult != null && value instanceof Shape shape && shape.differs(declaredResult)) {
      report(
          tree,
          new Mismatch(
              Mismatch.Kind.SHAPE,
              "the method declares that it returns "
                  + declaredResult.typed()
                  + ", and this is "
                  + shape.typed(),
              "Return what @Dims declares, or declare what is returned"));
    }
    return Nothing.NOTHING;
  }

  @Override
  public Known visitIf(IfTree tree, @Nullable Void unused) {
    scan(tree.getCondition(), null);
    Environment before = variables().copy();
    scan(tree.getThenStatement(), null);
    Environment after = variables();
    setVariables(before);
    scan(tree.getElseStatement(), null);
    setVariables(after.or(variables()));
    return Nothing.NOTHING;
  }

  @Override
  public Known visitWhileLoop(WhileLoopTree tree, @Nullable Void unused) {
    return loop(tree, () -> super.visitWhileLoop(tree, null));
  }

  @Override
  public Known visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void unused) {
    return loop(tree, () -> super.visitDoWhileLoop(tree, null));
  }

  @Override
  public Known visitForLoop(ForLoopTree tree, @Nullable Void unused) {
    scan(tree.getInitializer(), null);
    return loop(
        tree,
        () -> {
          scan(tree.getCondition(), null);
          scan(tree.getStatement(), null);
          scan(tree.getUpdate(), null);
        });
  }

  @Override
  public Known visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void unused) {
    scan(tree.getExpression(), null);
    return loop(
        tree,
        () -> {
          scan(tree.getVariable(), null);
          scan(tree.getStatement(), null);
        });
  }

  /** Runs a loop's first round, and then one on what holds at the start of every round. */
  private Known loop(Tree tree, Runnable round) {
    Assignments assignments = Assignments.in(tree);
    for (int i = 0; i < MAX_ROUNDS && !assignments.jumps(); i++) {
      Environment start = variables().copy();
      if (i == 0) {
        round.run();
      } else {
        quietly(round);
      }
      Environment again = start.or(variables());
      setVariables(again.copy());
      if (again.equals(start)) {
        round.run();
        setVariables(again.or(variables()));
        return Nothing.NOTHING;
      }
    }
    if (assignments.jumps()) {
      round.run();
    }
    return blindly(assignments.assigned(), round);
  }

  /** Runs code that ends in more ways than are followed. */
  private Known blindly(Set<Symbol> assigned, Runnable code) {
    variables().forget(assigned);
    code.run();
    variables().forget(assigned);
    return Nothing.NOTHING;
  }

  @Override
  public Known visitLabeledStatement(LabeledStatementTree tree, @Nullable Void unused) {
    return blindly(Assignments.in(tree).assigned(), () -> super.visitLabeledStatement(tree, null));
  }

  @Override
  public Known visitSwitch(SwitchTree tree, @Nullable Void unused) {
    scan(tree.getExpression(), null);
    return cases(tree, tree.getCases());
  }

  @Override
  public Known visitSwitchExpression(SwitchExpressionTree tree, @Nullable Void unused) {
    scan(tree.getExpression(), null);
    return cases(tree, tree.getCases());
  }

  private Known cases(Tree tree, List<? extends CaseTree> cases) {
    Set<Symbol> assigned = Assignments.in(tree).assigned();
    for (CaseTree each : cases) {
      blindly(assigned, () -> scan(each, null));
    }
    return Nothing.NOTHING;
  }

  @Override
  public Known visitTry(TryTree tree, @Nullable Void unused) {
    Set<Symbol> assigned = Assignments.in(tree).assigned();
    blindly(
        assigned,
        () -> {
          scan(tree.getResources(), null);
          scan(tree.getBlock(), null);
        });
    for (CatchTree each : tree.getCatches()) {
      blindly(assigned, () -> scan(each, null));
    }
    return blindly(assigned, () -> scan(tree.getFinallyBlock(), null));
  }

  @Override
  public Known visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void unused) {
    Environment around = variables().copy();
    lambdas++;
    if (tree.getBody() instanceof ExpressionTree expression) {
      scan(tree.getParameters(), null);
      value(expression);
    } else {
      super.visitLambdaExpression(tree, null);
    }
    lambdas--;
    setVariables(around);
    return Nothing.NOTHING;
  }

  @Override
  public Known visitClass(ClassTree tree, @Nullable Void unused) {
    return Nothing.NOTHING; // Its methods are run by themselves.
  }
}
