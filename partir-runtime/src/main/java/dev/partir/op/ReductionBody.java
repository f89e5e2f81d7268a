package dev.partir.op;

import dev.partir.array.Combiner;
import dev.partir.array.HostArray;
import dev.partir.array.ScatterPlaces;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Attribute;
import dev.partir.ir.Block;
import dev.partir.ir.ElementType;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The region of an operation that computes scalars from scalars, run on many scalars at once. Where
 * all its operations are elementwise and it uses nothing from outside, they run on whole columns;
 * else the region runs once per element. For one thread.
 */
final class ReductionBody {
  private final Region region;
  private final boolean elementwise;
  private final @Nullable Monoid monoid;
  private List<Operation> columns = List.of();
  private int columnLength = -1;

  private ReductionBody(Region region, boolean elementwise, @Nullable Monoid monoid) {
    this.region = region;
    this.elementwise = elementwise;
    this.monoid = monoid;
  }

  static ReductionBody of(Region region) {
    Monoid monoid = Monoid.of(region);
    return new ReductionBody(
        region,
        isElementwise(region.block()),
        monoid != null && Combiner.takes(element(region, 0)) ? monoid : null);
  }

  /** Returns the loops that do the same, or null where there are none. */
  @Nullable Combiner combiner() {
    return monoid == null ? null : monoid.combiner();
  }

  /**
   * Returns whether folding a scalar in changes nothing of what is folded from it. Either zero is
   * neutral to a sum that starts from it: only a start of -0 can be -0 at all.
   */
  boolean isNeutral(HostArray scalar) {
    return monoid != null
        && (scalar.sameElements(monoid.identity(scalar.type().element()))
            || (monoid == Monoid.ADD && scalar.get(0) == 0));
  }

  /** Returns the element type of an argument of a region that has been verified. */
  static ElementType element(Region region, int argument) {
    return region.block().arguments().get(argument).tensor().element();
  }

  /**
   * Returns the array in the element type in which an argument is folded: that of the argument,
   * which may be wider; but a sum of numbers narrower than f32 is added up in f32, and {@link
   * #rounded} once.
   */
  HostArray promote(HostArray array, int argument) {
    ElementType element = element(region, argument);
    return ConvertOp.convert(
        array, array.type().withElement(monoid == Monoid.ADD ? element.atLeastF32() : element));
  }

  /** Returns what was folded of promoted arrays, in the element types of the region. */
  List<HostArray> rounded(List<HostArray> folded) {
    List<HostArray> results = new ArrayList<>(folded.size());
    for (int i = 0; i < folded.size(); i++) {
      HostArray array = folded.get(i);
      results.add(ConvertOp.convert(array, array.type().withElement(element(region, i))));
    }
    return results;
  }

  /**
   * Folds one promoted element into each of {@code count} folds.
   *
   * @param sums what was folded so far; not changed
   * @return arrays of rank 1 of {@code count} elements
   */
  List<HostArray> fold(
      List<HostArray> sums, List<HostArray> elements, int count, Evaluation evaluation) {
    Combiner combiner = combiner();
    if (combiner == null) {
      List<HostArray> arguments = new ArrayList<>(sums);
      arguments.addAll(elements);
      return apply(arguments, count, evaluation);
    }
    HostArray sum = StridedCopy.copyOf(sums.get(0));
    combiner.into(sum, 0, 1, elements.get(0), 0, 1, count);
    return List.of(sum.reshaped(TensorType.of(sum.type().element(), count)));
  }

  /**
   * Returns the position of the argument that is the first result, whatever the arguments are, and
   * the only one; -1 where the region computes something.
   */
  private int forwarded() {
    List<Value> results = region.block().results();
    return results.size() == 1 ? region.block().arguments().indexOf(results.get(0)) : -1;
  }

  private static boolean isElementwise(Block block) {
    List<Value> known = new ArrayList<>(block.arguments());
    for (Operation operation : block.operations()) {
      boolean takes =
          operation.kind() instanceof Pointwise
              || operation.kind() == ReturnOp.STABLEHLO
              || (operation.kind() == ConstantOp.INSTANCE
                  && operation.attributes().get("value") instanceof Attribute.Dense);
      if (!takes || !known.containsAll(operation.operands())) {
        return false;
      }
      for (Value result : operation.results()) {
        if (!(result.type() instanceof TensorType type) || type.rank() != 0) {
          return false;
        }
        known.add(result);
      }
    }
    return true;
  }

  /**
   * Runs the region {@code count} times.
   *
   * @param arguments arrays of {@code count} elements
   * @return arrays of rank 1 of {@code count} elements
   */
  List<HostArray> apply(List<HostArray> arguments, int count, Evaluation evaluation) {
    List<HostArray> columns = new ArrayList<>(arguments.size());
    for (HostArray argument : arguments) {
      columns.add(argument.reshaped(TensorType.of(argument.type().element(), count)));
    }
    return elementwise
        ? applyToColumns(columns, count, evaluation)
        : applyToEach(columns, count, evaluation);
  }

  /**
   * Combines updates in their order into the elements of {@code results} at {@code places}; one
   * whose place is negative is left out.
   */
  void scatter(
      List<HostArray> results, int[] places, List<HostArray> updates, Evaluation evaluation) {
    Combiner combiner = combiner();
    if (combiner != null) {
      combiner.scatter(results.get(0), places, updates.get(0));
      return;
    }
    if (results.size() == 1 && forwarded() == 1) {
      ScatterPlaces.set(results.get(0), places, updates.get(0));
      return;
    }
    // As many updates at once as there are places: one that is updated k times has its turn in the
    // first k rounds.
    for (int[] round : ScatterPlaces.rounds(places, (int) results.get(0).type().elementCount())) {
      List<HostArray> arguments = new ArrayList<>();
      int[] at = ScatterPlaces.pick(places, round);
      for (HostArray result : results) {
        arguments.add(ScatterPlaces.take(result, at));
      }
      for (HostArray update : updates) {
        arguments.add(ScatterPlaces.take(update, round));
      }
      List<HostArray> combined = apply(arguments, round.length, evaluation);
      for (int i = 0; i < results.size(); i++) {
        ScatterPlaces.set(results.get(i), at, combined.get(i));
      }
    }
  }

  private List<HostArray> applyToColumns(
      List<HostArray> arguments, int count, Evaluation evaluation) {
    Block block = region.block();
    if (columnLength != count) {
      columns = new ArrayList<>();
      for (Operation operation : block.operations().subList(0, block.operations().size() - 1)) {
        columns.add(widened(operation, count));
      }
      columnLength = count;
    }
    Map<Value, HostArray> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      values.put(block.arguments().get(i), arguments.get(i));
    }
    for (int i = 0; i < columns.size(); i++) {
      Operation operation = block.operations().get(i);
      List<HostArray> operands = new ArrayList<>();
      for (Value operand : operation.operands()) {
        operands.add(find(values, operand));
      }
      Operation column = columns.get(i);
      List<HostArray> results = Op.of(column).evaluate(column, operands, evaluation);
      for (int r = 0; r < results.size(); r++) {
        values.put(operation.result(r), results.get(r));
      }
    }
    List<HostArray> results = new ArrayList<>();
    for (Value result : block.results()) {
      results.add(find(values, result));
    }
    return results;
  }

  private static HostArray find(Map<Value, HostArray> values, Value value) {
    HostArray array = values.get(value);
    if (array == null) {
      throw new IllegalStateException("value " + value + " is not of the region");
    }
    return array;
  }

  /** Returns the operation on columns in place of scalars. */
  private static Operation widened(Operation operation, int count) {
    var builder = new FunctionBuilder("columns");
    Attribute.Dense constant =
        operation.results().isEmpty() ? null : ConstantOp.valueOf(operation.result(0));
    if (constant != null) {
      TensorType column = constant.type().withDims(count);
      Value value =
          ConstantOp.build(builder.body(), Attribute.Dense.of(column, constant.bytes(), true));
      return Objects.requireNonNull(value.definition());
    }
    List<Value> arguments = new ArrayList<>();
    for (Value operand : operation.operands()) {
      arguments.add(builder.argument(operand.tensor().withDims(count), null));
    }
    List<Type> results = new ArrayList<>();
    for (Value result : operation.results()) {
      results.add(result.tensor().withDims(count));
    }
    return builder
        .body()
        .add(
            operation.kind(),
            arguments,
            operation.attributes(),
            operation.regions(),
            results,
            List.of(),
            operation.location());
  }

  private List<HostArray> applyToEach(List<HostArray> arguments, int count, Evaluation evaluation) {
    long[] none = {};
    List<HostArray> results = new ArrayList<>();
    for (Value result : region.block().results()) {
      results.add(HostArray.zeros(result.tensor().withDims(count)));
    }
    for (int i = 0; i < count; i++) {
      List<HostArray> scalars = new ArrayList<>();
      for (HostArray argument : arguments) {
        TensorType scalar = TensorType.of(argument.type().element());
        scalars.add(StridedCopy.read(argument, i, none, scalar));
      }
      List<HostArray> given = evaluation.run(region, scalars);
      for (int r = 0; r < given.size(); r++) {
        StridedCopy.copy(given.get(r), 0, none, results.get(r), i, none, none);
      }
    }
    return results;
  }

  /** Checks that a fold has as many initial values and results as arrays, at least one. */
  static boolean checkArity(Operation operation, OpChecker check, String constraint) {
    int n = operation.operands().size() / 2;
    boolean fits =
        check
            .constraint(constraint)
            .require(
                n > 0
                    && operation.operands().size() == 2 * n
                    && operation.results().size() == n
                    && operation.regions().size() == 1,
                () ->
                    "it has "
                        + operation.operands().size()
                        + " operands, "
                        + operation.results().size()
                        + " results and "
                        + operation.regions().size()
                        + " regions",
                "Give it as many initial values and results as arrays, and a body");
    return fits && check.constraint("").tensors();
  }

  /** Checks that an array that is folded has the shape of the first, and its initial value. */
  static void checkInput(
      Operation operation,
      OpChecker check,
      int index,
      String shapeConstraint,
      String initialConstraint) {
    int n = operation.operands().size() / 2;
    TensorType first = operation.operand(0).tensor();
    TensorType type = operation.operand(index).tensor();
    TensorType initial = operation.operand(n + index).tensor();
    check
        .constraint(shapeConstraint)
        .require(
            type.compatibleShape(first),
            () -> "it folds a " + type + " beside a " + first,
            "All arrays must have one shape");
    check
        .constraint(initialConstraint)
        .require(
            initial.rank() == 0 && initial.element() == type.element(),
            () -> "initial value " + index + " of a " + type + " is a " + initial,
            "An initial value is a scalar of the element type");
  }

  /**
   * Checks that a region makes n scalars of twice as many, as a fold does: of types to which those
   * of the arrays that it folds can be promoted.
   *
   * @param constraint the name of the constraint in the section of the operation
   * @param elements the element types of the arrays
   */
  static boolean checkFold(
      OpChecker check, String constraint, Region region, ElementType... elements) {
    check.constraint(constraint);
    Block block = region.block();
    int n = elements.length;
    if (!check.require(
        block.arguments().size() == 2 * n && block.results().size() == n,
        () ->
            "its body takes "
                + block.arguments().size()
                + " values and gives "
                + block.results().size(),
        "It must take " + 2 * n + " and give " + n)) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      int at = i;
      Type type = block.arguments().get(i).type();
      if (!check.require(
          type instanceof TensorType scalar
              && scalar.rank() == 0
              && type.equals(block.arguments().get(n + i).type())
              && type.equals(block.results().get(i).type()),
          () ->
              "its body makes a "
                  + block.results().get(at).type()
                  + " of a "
                  + type
                  + " and a "
                  + block.arguments().get(n + at).type(),
          "All three must be of one type, such as " + TensorType.of(elements[i]))) {
        return false;
      }
      ElementType accumulated = ((TensorType) type).element();
      if (!check.require(
          isPromotable(elements[i], accumulated),
          () -> "its body folds " + elements[at] + " as " + accumulated,
          "It must fold them in their own type, or in a wider one of the same kind")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether a fold of elements of one type may run in another (StableHLO specification,
   * {@code is_promotable}).
   */
  static boolean isPromotable(ElementType from, ElementType to) {
    boolean sameKind = from.kind() == to.kind() || (isWholeNumber(from) && isWholeNumber(to));
    return from == to || (sameKind && from.bits() <= to.bits());
  }

  /**
   * Returns the type that products of numbers of one type are summed in for a result of another:
   * the result's or f32, whichever is wider, unless it cannot hold the numbers. MLIR takes results
   * that the specification does not allow, such as f16 of i16, and JAX writes them.
   */
  static ElementType accumulator(ElementType from, ElementType to) {
    boolean holds = isPromotable(from, to) || (from.isInteger() && !to.isInteger());
    return (holds ? to : from).atLeastF32();
  }

  private static boolean isWholeNumber(ElementType element) {
    return element.isInteger() && element != ElementType.I1;
  }

  /** Returns the element types of {@code count} values from {@code first} on, all tensors. */
  static ElementType[] elements(List<Value> values, int first, int count) {
    ElementType[] elements = new ElementType[count];
    Arrays.setAll(elements, i -> values.get(first + i).tensor().element());
    return elements;
  }
}
