package dev.partir.errorprone;

import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import com.sun.tools.javac.code.Symbol;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Type;
import dev.partir.errorprone.Known.Dims;
import dev.partir.errorprone.Known.Element;
import dev.partir.errorprone.Known.Nothing;
import dev.partir.errorprone.ShapeRule.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.ElementKind;
import javax.lang.model.type.TypeKind;
import org.jspecify.annotations.Nullable;

/** Tells what is known of expressions, and collects what cannot be right in them. */
abstract class ExpressionShapes extends TreeScanner<@Nullable Known, @Nullable Void> {
  private final UnitShapes unit;
  private final Map<String, Shape> intermediates;
  private Environment variables = new Environment();
  private List<Finding> findings = new ArrayList<>();

  /**
   * @param intermediates the declared shapes of values that the method names
   */
  ExpressionShapes(UnitShapes unit, Map<String, Shape> intermediates) {
    this.unit = unit;
    this.intermediates = intermediates;
  }

  /** Returns what is known of the variables now. */
  final Environment variables() {
    return variables;
  }

  final void setVariables(Environment now) {
    variables = now;
  }

  final List<Finding> findings() {
    return findings;
  }

  /** Runs code whose findings do not count. */
  final void quietly(Runnable code) {
    List<Finding> before = findings;
    findings = new ArrayList<>();
    code.run();
    findings = before;
  }

  final void report(Tree at, Mismatch mismatch) {
    findings.add(new Finding(at, mismatch, ""));
  }

  /**
   * Returns what is known of an expression: of a tensor its shape, of a whole number a {@code Dim}.
   */
  final Known value(ExpressionTree tree) {
    Known value = scan(tree, null);
    Number constant = ASTHelpers.constValue(tree, Number.class);
    Type type = ASTHelpers.getType(tree);
    if (type == null) {
      return value == null ? Nothing.NOTHING : value;
    } else if (Tensors.isTensor(type)) {
      return value instanceof Shape ? value : Shape.UNKNOWN;
    } else if (type.getKind() == TypeKind.INT || type.getKind() == TypeKind.LONG) {
      return constant != null
          ? Dim.of(constant.longValue())
          : value instanceof Dim ? value : Dim.UNKNOWN;
    }
    return value == null ? Nothing.NOTHING : value;
  }

  private List<Known> values(List<? extends ExpressionTree> trees) {
    List<Known> values = new ArrayList<>();
    for (ExpressionTree tree : trees) {
      values.add(value(tree));
    }
    return values;
  }

  @Override
  public @Nullable Known reduce(@Nullable Known a, @Nullable Known b) {
    return null; // What is not handled below is not known.
  }

  @Override
  public Known visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
    MethodSymbol method = ASTHelpers.getSymbol(tree);
    ExpressionTree receiver = ASTHelpers.getReceiver(tree);
    if (receiver != null && Tensors.isOperation(method)) {
      Shape self = value(receiver) instanceof Shape shape ? shape : Shape.UNKNOWN;
      return operation(tree, method, new Call(self, values(tree.getArguments())));
    }
    if (receiver != null) {
      scan(receiver, null);
    }
    List<Known> arguments = values(tree.getArguments());
    if (unit.follows(method)) {
      return called(method, arguments);
    }
    // Whoever gets an array may change it.
    for (ExpressionTree argument : tree.getArguments()) {
      forgetArray(argument);
    }
    if (method.getSimpleName().contentEquals("toIntExact") && arguments.size() == 1) {
      return arguments.get(0);
    }
    Shape declared = Declared.shape(method);
    return declared == null ? Nothing.NOTHING : declared;
  }

  private Known called(MethodSymbol method, List<Known> arguments) {
    List<Known> given = arguments;
    int fixed = method.params().size() - 1;
    if (method.isVarArgs()
        && !(arguments.size() == fixed + 1 && !(arguments.get(fixed) instanceof Dim))) {
      given = new ArrayList<>(arguments.subList(0, fixed));
      List<Dim> rest = new ArrayList<>();
      for (Known argument : arguments.subList(fixed, arguments.size())) {
        rest.add(argument instanceof Dim dim ? dim : Dim.UNKNOWN);
      }
      given.add(new Dims(rest));
    }
    UnitShapes.Outcome outcome = unit.run(method, given);
    findings.addAll(outcome.findings());
    return outcome.result();
  }

  /** Returns what a method of the DSL makes of a tensor. */
  private Known operation(MethodInvocationTree tree, MethodSymbol method, Call call) {
    String name = method.getSimpleName().toString();
    List<Dim> dims = call.self().dims();
    if (name.equals("rank")) {
      return dims == null ? Dim.UNKNOWN : Dim.of(dims.size());
    }
    Inference inference;
    if (name.equals("dim")) {
      // The vector of the one size that is asked for.
      inference =
          ShapeRule.axes(
              call.self(),
              List.of(call.number(0)),
              axes -> call.self().withDims(dims == null ? null : List.of(dims.get(axes.get(0)))));
    } else {
      ShapeRule rule = TensorShapes.RULES.get(name);
      if (rule == null) {
        return Nothing.NOTHING;
      }
      inference = rule.infer(call);
    }
    if (!(inference instanceof Shape shape)) {
      Mismatch mismatch = (Mismatch) inference;
      report(
          tree, new Mismatch(mismatch.kind(), name + ": " + mismatch.problem(), mismatch.remedy()));
      return Nothing.NOTHING; // So that nothing else is wrong because of it.
    } else if (name.equals("dim")) {
      return shape.dims() == null ? Dim.UNKNOWN : shape.dims().get(0);
    }
    return name.equals("named") ? named(tree, shape) : shape;
  }

  /** Returns a value that gets a name, whose shape may be declared. */
  private Known named(MethodInvocationTree tree, Shape shape) {
    String name = ASTHelpers.constValue(tree.getArguments().get(0), String.class);
    Shape declared = name == null ? null : intermediates.get(name);
    if (declared == null) {
      return shape;
    }
    if (shape.differs(declared)) {
      report(
          tree,
          new Mismatch(
              Mismatch.Kind.SHAPE,
              "@Intermediate declares that \"%s\" is %s, and this is %s"
                  .formatted(name, declared.typed(), shape.typed()),
              "Name a value of that shape, or declare the shape that it has"));
      return Nothing.NOTHING;
    }
    return declared;
  }

  @Override
  public Known visitIdentifier(IdentifierTree tree, @Nullable Void unused) {
    return variable(ASTHelpers.getSymbol(tree));
  }

  @Override
  public Known visitMemberSelect(MemberSelectTree tree, @Nullable Void unused) {
    scan(tree.getExpression(), null);
    return variable(ASTHelpers.getSymbol(tree));
  }

  private Known variable(@Nullable Symbol symbol) {
    if (symbol == null) {
      return Nothing.NOTHING;
    }
    if (symbol.getKind() == ElementKind.ENUM_CONSTANT && Tensors.isElementType(symbol.type)) {
      return new Element(Declared.elementName(symbol.getSimpleName().toString()));
    }
    if (symbol.getKind() != ElementKind.FIELD) {
      return variables.get(symbol);
    }
    Shape declared = Declared.shape(symbol);
    return declared == null ? unit.constant(symbol) : declared;
  }

  @Override
  public Known visitVariable(VariableTree tree, @Nullable Void unused) {
    ExpressionTree initializer = tree.getInitializer();
    Symbol symbol = ASTHelpers.getSymbol(tree);
    Shape declared = Declared.shape(symbol);
    Known value = initializer == null ? Nothing.NOTHING : assigned(initializer);
    variables.set(symbol, declared == null ? value : declared);
    return Nothing.NOTHING;
  }

  @Override
  public Known visitAssignment(AssignmentTree tree, @Nullable Void unused) {
    Known value = assigned(tree.getExpression());
    if (tree.getVariable() instanceof IdentifierTree variable) {
      Symbol symbol = ASTHelpers.getSymbol(variable);
      if (symbol != null) {
        variables.set(symbol, value);
      }
    } else {
      scan(tree.getVariable(), null);
      variables.forget(Assignments.in(tree).assigned());
    }
    return value;
  }

  /** Returns what a variable is given; of an array that gets a second name, nothing is known. */
  private Known assigned(ExpressionTree tree) {
    Known value = value(tree);
    return value instanceof Dims && forgetArray(tree) ? Nothing.NOTHING : value;
  }

  /** Forgets an array that other code may change; returns whether it is a variable's. */
  private boolean forgetArray(ExpressionTree tree) {
    if (tree instanceof IdentifierTree variable
        && variable(ASTHelpers.getSymbol(variable)) instanceof Dims) {
      variables.forget(Assignments.targets(variable));
      return true;
    }
    return false;
  }

  @Override
  public Known visitCompoundAssignment(CompoundAssignmentTree tree, @Nullable Void unused) {
    super.visitCompoundAssignment(tree, null);
    variables.forget(Assignments.in(tree).assigned());
    return Nothing.NOTHING;
  }

  @Override
  public Known visitUnary(UnaryTree tree, @Nullable Void unused) {
    Known value = value(tree.getExpression());
    variables.forget(Assignments.in(tree).assigned());
    return tree.getKind() == Tree.Kind.UNARY_MINUS && value instanceof Dim dim && dim.size() != null
        ? Dim.of(-dim.size())
        : Nothing.NOTHING;
  }

  @Override
  public Known visitBinary(BinaryTree tree, @Nullable Void unused) {
    Known left = value(tree.getLeftOperand());
    Known right = value(tree.getRightOperand());
    // The right one may not have run.
    variables.forget(Assignments.in(tree.getRightOperand()).assigned());
    if (!(left instanceof Dim a) || !(right instanceof Dim b)) {
      return Nothing.NOTHING;
    }
    Long x = a.size();
    Long y = b.size();
    if (x == null || y == null) {
      return Nothing.NOTHING;
    }
    return switch (tree.getKind()) {
      case PLUS -> Dim.of(x + y);
      case MINUS -> Dim.of(x - y);
      case MULTIPLY -> Dim.of(x * y);
      case DIVIDE -> y == 0 ? Nothing.NOTHING : Dim.of(x / y);
      case REMAINDER -> y == 0 ? Nothing.NOTHING : Dim.of(x % y);
      default -> Nothing.NOTHING;
    };
  }

  @Override
  public Known visitConditionalExpression(ConditionalExpressionTree tree, @Nullable Void unused) {
    scan(tree.getCondition(), null);
    Known either = value(tree.getTrueExpression()).or(value(tree.getFalseExpression()));
    variables.forget(Assignments.in(tree).assigned());
    return either;
  }

  @Override
  public Known visitNewArray(NewArrayTree tree, @Nullable Void unused) {
    if (tree.getInitializers() == null) {
      List<Known> lengths = values(tree.getDimensions());
      return lengths.size() == 1 && lengths.get(0) instanceof Dim length && length.is(0)
          ? new Dims(List.of())
          : Nothing.NOTHING;
    }
    List<Dim> dims = new ArrayList<>();
    for (ExpressionTree initializer : tree.getInitializers()) {
      if (!(value(initializer) instanceof Dim dim)) {
        return Nothing.NOTHING;
      }
      dims.add(dim);
    }
    return new Dims(dims);
  }

  @Override
  public Known visitParenthesized(ParenthesizedTree tree, @Nullable Void unused) {
    return value(tree.getExpression());
  }

  @Override
  public Known visitTypeCast(TypeCastTree tree, @Nullable Void unused) {
    return value(tree.getExpression());
  }
}
