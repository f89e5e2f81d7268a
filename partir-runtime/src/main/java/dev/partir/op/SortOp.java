package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Sorting;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Rewriter;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.sort}: orders the lines of arrays along a dimension, all in the same way, by a
 * region that says of two elements of each whether the first comes before the second. Equal
 * elements keep their order, whether that is asked for or not.
 */
public enum SortOp implements Op {
  INSTANCE;

  private static final String DIMENSION = "dimension";

  @Override
  public String opName() {
    return "stablehlo.sort";
  }

  /** Returns the dimension along which is sorted, from 0 on; the last one by default. */
  private static int dimension(Operation operation, int rank) {
    long dimension = operation.attributes().integer(DIMENSION, -1);
    return (int) (dimension < 0 ? dimension + rank : dimension);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int count = operation.operands().size();
    check.constraint("C1");
    if (!check.require(count > 0, "it has no operands", "Give it an array to sort")) {
      return;
    }
    check.constraint("");
    if (!check.arity(count, count, 1) || !check.tensors()) {
      return;
    }
    TensorType first = operation.operand(0).tensor();
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TensorType type = operation.operand(i).tensor();
      types.add(type);
      check.constraint("C3");
      check.require(
          type.compatibleShape(first),
          () -> "it sorts a " + type + " with a " + first,
          "All arrays must have one shape");
      check.constraint("C2");
      check.result(i, type);
    }
    long dimension = operation.attributes().integer(DIMENSION, -1);
    check.constraint("C4");
    check.require(
        dimension >= -first.rank() && dimension < first.rank(),
        () -> "dimension is " + dimension + " for arrays of rank " + first.rank(),
        "It must be from " + -first.rank() + " to " + (first.rank() - 1));
    check.constraint("C5");
    Region comparator = operation.regions().get(0);
    if (Regions.takes(check, "comparator", comparator, Regions.scalars(types, 2))) {
      Regions.gives(check, "comparator", comparator, List.of(Regions.BOOLEAN));
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    // Lines are sorted one by one.
    TensorType[] types = Op.operandTypes(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    int sorted = dimension(operation, types[0].rank());
    for (int d = 0; d < types[0].rank(); d++) {
      int factor =
          rule.factor(
              types[0].dim(d), d == sorted ? FactorRule.Kind.WHOLE : FactorRule.Kind.PARALLEL);
      for (int i = 0; i < types.length; i++) {
        rule.operand(i, d, factor).result(i, d, factor);
      }
    }
    return rule.build();
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    long size = Math.max(2, operands[0].dim(dimension(operation, operands[0].rank())));
    long steps = 64L - Long.numberOfLeadingZeros(size - 1);
    return Cost.of(operands[0].elementCount() * steps, operands, results);
  }

  /** Sorts the places along and hands the cotangents back to where the elements came from. */
  @Override
  public void pullback(Pullback at) {
    Operation operation = at.operation();
    int count = operation.operands().size();
    BlockBuilder block = at.block();
    TensorType type = operation.operand(0).tensor();
    int dimension = dimension(operation, type.rank());
    TensorType placeType = type.withElement(ElementType.I32);
    List<Value> operands = new ArrayList<>();
    List<TensorType> types = new ArrayList<>();
    Block source = operation.regions().get(0).block();
    BlockBuilder comparator = block.nested();
    Rewriter rewriter = Rewriter.repeating();
    rewriter.copyArguments(source, comparator);
    for (int i = 0; i < count; i++) {
      operands.add(at.operand(i));
      types.add(operation.operand(i).tensor());
    }
    comparator.argument(TensorType.of(ElementType.I32), null);
    comparator.argument(TensorType.of(ElementType.I32), null);
    rewriter.copyAll(source.operations(), comparator);
    operands.add(IotaOp.build(block, dimension, placeType));
    types.add(placeType);
    Value places =
        block
            .add(
                this,
                operands,
                operation.attributes(),
                List.of(new Region(comparator.build())),
                types,
                List.of(),
                dev.partir.ir.Location.UNKNOWN)
            .result(count);
    for (int i = 0; i < count; i++) {
      Value cotangent = at.cotangent(i);
      if (cotangent != null && at.wants(i)) {
        at.give(i, PlacesDerivative.putBack(at, places, cotangent, dimension, type.dim(dimension)));
      }
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operands.get(0).type();
    int dimension = dimension(operation, type.rank());
    int size = (int) type.dim(dimension);
    int inner = 1;
    for (int d = dimension + 1; d < type.rank(); d++) {
      inner *= (int) type.dim(d);
    }
    int elements = (int) type.elementCount();
    List<HostArray> results = new ArrayList<>();
    for (HostArray operand : operands) {
      results.add(HostArray.zeros(operand.type()));
    }
    Region comparator = operation.regions().get(0);
    Line plain = Line.of(comparator, operands);
    for (int outer = 0; outer < elements; outer += size * inner) {
      for (int start = outer; start < outer + inner; start++) {
        Sorting.Order order =
            plain != null
                ? plain.at(start, inner)
                : byRegion(comparator, operands, start, inner, size, evaluation);
        int[] positions = Sorting.positions(size, order);
        for (int i = 0; i < operands.size(); i++) {
          Sorting.take(
              operands.get(i), start, inner, results.get(i), start, inner, positions, size);
        }
      }
    }
    return results;
  }

  private static Sorting.Order byRegion(
      Region comparator,
      List<HostArray> operands,
      int start,
      int stride,
      int size,
      Evaluation evaluation) {
    HostArray[][] elements = new HostArray[operands.size()][size];
    for (int i = 0; i < elements.length; i++) {
      for (int k = 0; k < size; k++) {
        elements[i][k] = Sorting.element(operands.get(i), start + k * stride);
      }
    }
    HostArray[] arguments = new HostArray[2 * elements.length];
    return (a, b) -> {
      for (int i = 0; i < elements.length; i++) {
        arguments[2 * i] = elements[i][a];
        arguments[2 * i + 1] = elements[i][b];
      }
      return evaluation.run(comparator, List.of(arguments)).get(0).ints()[0] != 0;
    };
  }

  /**
   * The lines of an array whose elements are compared as they are: what a comparator of one {@code
   * compare} asks for. Elements become numbers whose order is theirs; where a float is compared as
   * such, NaN stays out of any order.
   */
  private static final class Line {
    private final double @Nullable [] floats;
    private final long[] keys;
    private final boolean descending;

    private Line(double @Nullable [] floats, long[] keys, boolean descending) {
      this.floats = floats;
      this.keys = keys;
      this.descending = descending;
    }

    static @Nullable Line of(Region comparator, List<HostArray> operands) {
      Block block = comparator.block();
      if (block.operations().size() != 2) {
        return null;
      }
      Operation compare = block.operations().get(0);
      if (compare.kind() != CompareOp.INSTANCE
          || !block.results().equals(compare.results())
          || compare.operands().size() != 2) {
        return null;
      }
      String direction = CompareOp.direction(compare).toUpperCase(Locale.ROOT);
      int left = argument(block, compare.operand(0));
      int right = argument(block, compare.operand(1));
      boolean straight = left % 2 == 0 && right == left + 1;
      if (left < 0
          || right < 0
          || left / 2 != right / 2
          || left == right
          || !(direction.equals("LT") || direction.equals("GT"))) {
        return null;
      }
      HostArray keys = operands.get(left / 2);
      if (keys.type().element().isComplex()) {
        return null;
      }
      return of(keys, CompareOp.isTotal(compare), direction.equals("LT") != straight);
    }

    private static int argument(Block block, Value value) {
      return block.arguments().indexOf(value);
    }

    private static Line of(HostArray array, boolean total, boolean descending) {
      ElementType element = array.type().element();
      int count = array.length();
      if (element.isFloat() && !total) {
        double[] floats = new double[count];
        for (int i = 0; i < count; i++) {
          floats[i] = array.get(i);
        }
        return new Line(floats, new long[0], descending);
      }
      long[] keys = new long[count];
      for (int i = 0; i < count; i++) {
        keys[i] = key(array, element, i);
      }
      return new Line(null, keys, descending);
    }

    private static long key(HostArray array, ElementType element, int index) {
      if (element.isFloat()) {
        return CompareOp.totalOrder(array.get(index));
      }
      long value = array.getLong(index);
      return element == ElementType.UI64 ? value ^ Long.MIN_VALUE : value;
    }

    Sorting.Order at(int start, int stride) {
      double[] numbers = floats;
      if (numbers != null) {
        return descending
            ? (a, b) -> numbers[start + a * stride] > numbers[start + b * stride]
            : (a, b) -> numbers[start + a * stride] < numbers[start + b * stride];
      }
      long[] order = keys;
      return descending
          ? (a, b) -> order[start + a * stride] > order[start + b * stride]
          : (a, b) -> order[start + a * stride] < order[start + b * stride];
    }
  }
}
