package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stablehlo.dot}: an older form of the product of vectors and matrices, which contracts the
 * last dimension of the left operand with the first of the right one.
 */
public enum DotOp implements Op {
  INSTANCE;

  private static final String PRECISION = "precision_config";

  @Override
  public String opName() {
    return "stablehlo.dot";
  }

  private static DotGeneralOp.Dimensions dimensions(TensorType left) {
    int[] none = {};
    return new DotGeneralOp.Dimensions(none, none, new int[] {left.rank() - 1}, new int[] {0});
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    if (!check.require(
        isMatrixOrVector(left) && isMatrixOrVector(right),
        () -> "it multiplies a " + left + " with a " + right,
        "It takes vectors and matrices")) {
      return;
    }
    check.require(
        TensorType.compatible(left.dim(left.rank() - 1), right.dim(0)),
        () -> "it multiplies a " + left + " with a " + right,
        "The last dimension of the left one must have the size of the first of the right one");
    long[] dims = new long[left.rank() + right.rank() - 2];
    int n = 0;
    for (int d = 0; d < left.rank() - 1; d++) {
      dims[n++] = left.dim(d);
    }
    for (int d = 1; d < right.rank(); d++) {
      dims[n++] = right.dim(d);
    }
    check.result(0, operation.result().tensor().withDims(dims));
  }

  private static boolean isMatrixOrVector(TensorType type) {
    return type.rank() == 1 || type.rank() == 2;
  }

  /** Adds the same as a {@code dot_general}. */
  private static Operation general(Operation operation, BlockBuilder block, List<Value> operands) {
    TensorType left = operands.get(0).tensor();
    Attributes attributes =
        operation.attributes().with("dot_dimension_numbers", dimensions(left).toAttribute());
    return block.add(DotGeneralOp.INSTANCE, operands, attributes, Op.typesOf(operation.results()));
  }

  private static Operation general(Operation operation) {
    FunctionBuilder function = new FunctionBuilder("dot");
    List<Value> operands = new ArrayList<>();
    for (Value operand : operation.operands()) {
      operands.add(function.argument(operand.type(), null));
    }
    return general(operation, function.body(), operands);
  }

  @Override
  public FactorRule rule(Operation operation) {
    return DotGeneralOp.INSTANCE.rule(general(operation));
  }

  @Override
  public Fusion fusion() {
    return DotGeneralOp.INSTANCE.fusion();
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return DotGeneralOp.INSTANCE.cost(general(operation), operands, results);
  }

  @Override
  public void pullback(Pullback at) {
    at.through((block, operands) -> general(at.operation(), block, operands).results());
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return Decomposition.evaluate(
        operands, evaluation, (block, values) -> general(operation, block, values).results());
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer.print("stablehlo.dot ").operands(operation.operands());
    List<String> said = new ArrayList<>();
    List<String> words = new ArrayList<>();
    if (operation.attributes().get(PRECISION) instanceof Attribute.Array precisions) {
      for (Attribute precision : precisions.elements()) {
        if (precision instanceof Attribute.Enumerated value) {
          words.add(value.value());
        }
      }
      if (!words.isEmpty() && words.size() == precisions.elements().size()) {
        printer.print(", precision = [" + String.join(", ", words) + "]");
        said.add(PRECISION);
      }
    }
    printer
        .attributes(operation.attributes(), said)
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Value left = parser.operand();
    parser.expect(",");
    Value right = parser.operand();
    var attributes = Attributes.builder();
    if (parser.accept(",")) {
      parser.expect("precision");
      parser.expect("=");
      parser.expect("[");
      List<Attribute> precisions = new ArrayList<>();
      do {
        precisions.add(new Attribute.Enumerated("stablehlo", "precision", parser.word()));
      } while (parser.accept(","));
      parser.expect("]");
      attributes.put(PRECISION, new Attribute.Array(precisions));
    }
    return ShapeOps.finish(parser, List.of(left, right), attributes);
  }
}
