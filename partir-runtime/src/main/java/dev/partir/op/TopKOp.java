package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Sorting;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code chlo.top_k}: the largest elements of every line of the last dimension, largest first, and
 * their places. Of equal elements the first comes first. Floats are compared in IEEE 754's total
 * order as XLA does, so that a positive NaN is the largest and -0 is below 0.
 */
public enum TopKOp implements Op {
  INSTANCE;

  private static final String K = "k";

  @Override
  public String opName() {
    return "chlo.top_k";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 2, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    long k = operation.attributes().integer(K, -1);
    if (!check.require(type.rank() > 0, "its operand is a scalar", "Give it a dimension")
        || !check.require(
            !type.element().isComplex(),
            () -> "its operand has elements of type " + type.element(),
            "Complex numbers have no order")) {
      return;
    }
    long last = type.dim(type.rank() - 1);
    if (check.require(
        k >= 0 && (last == TensorType.DYNAMIC || k <= last),
        () -> "k is " + k + " for lines of " + last + " elements",
        "It must be from 0 to the size of the last dimension")) {
      TensorType result = ShapeOps.withDim(type, type.rank() - 1, k);
      check.result(0, result);
      check.result(1, result.withElement(ElementType.I32));
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank() - 1; d++) {
      int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).result(0, d, factor).result(1, d, factor);
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    TensorType type = at.operation().operand(0).tensor();
    int last = type.rank() - 1;
    at.give(0, PlacesDerivative.putBack(at, at.result(1), at.cotangent(), last, type.dim(last)));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return largest(operands.get(0), operation.attributes().integer(K, 0));
  }

  /** Returns the {@code k} largest elements of every line, and their places. */
  static List<HostArray> largest(HostArray array, long k) {
    TensorType type = array.type();
    int size = (int) type.dim(type.rank() - 1);
    int count = (int) k;
    TensorType resultType = ShapeOps.withDim(type, type.rank() - 1, count);
    HostArray values = HostArray.zeros(resultType);
    HostArray places = HostArray.zeros(resultType.withElement(ElementType.I32));
    int lines = size == 0 ? 0 : (int) (type.elementCount() / size);
    for (int line = 0; line < lines; line++) {
      long[] keys = new long[size];
      for (int i = 0; i < size; i++) {
        keys[i] = key(array, line * size + i);
      }
      int[] order = Sorting.positions(size, (a, b) -> keys[a] > keys[b]);
      Sorting.take(array, line * size, 1, values, line * count, 1, order, count);
      System.arraycopy(order, 0, places.ints(), line * count, count);
    }
    return List.of(values, places);
  }

  private static long key(HostArray array, int index) {
    ElementType element = array.type().element();
    if (element.isFloat()) {
      return CompareOp.totalOrder(array.get(index));
    }
    long value = array.getLong(index);
    return element == ElementType.UI64 ? value ^ Long.MIN_VALUE : value;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("chlo.top_k(")
        .operand(operation.operand(0))
        .print(", k = " + operation.attributes().integer(K, 0) + ")")
        .attributes(operation.attributes(), List.of(K))
        .print(" : ")
        .type(operation.operand(0).type())
        .print(" -> (")
        .types(operation.results())
        .print(")");
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    parser.expect("(");
    Value operand = parser.operand();
    parser.expect(",");
    parser.expect("k");
    parser.expect("=");
    long k = parser.integer();
    parser.expect(")");
    Attributes attributes =
        Attributes.builder().put(K, k).putAll(parser.optionalAttributes()).build();
    parser.expect(":");
    var location = parser.location();
    parser.checkTypes(List.of(operand), List.of(parser.type()), location);
    parser.expect("->");
    parser.expect("(");
    List<Type> results = new ArrayList<>();
    do {
      results.add(parser.type());
    } while (parser.accept(","));
    parser.expect(")");
    return new AsmParser.Parsed(List.of(operand), attributes, List.of(), results);
  }
}
