package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code chlo.scan}: walks along a dimension of its inputs. Of each slice and of what is carried
 * its region makes a slice of the outputs and what is carried on; the results are the outputs and
 * what is carried last.
 */
public enum ScanOp implements Op {
  INSTANCE;

  private static final String DIMENSION = "dimension";
  private static final String REVERSE = "is_reverse";
  private static final String OPERAND_SEGMENTS = "operandSegmentSizes";
  private static final String RESULT_SEGMENTS = "resultSegmentSizes";

  @Override
  public String opName() {
    return "chlo.scan";
  }

  private static int inputs(Operation operation) {
    return (int) operation.attributes().integers(OPERAND_SEGMENTS)[0];
  }

  private static int outputs(Operation operation) {
    return (int) operation.attributes().integers(RESULT_SEGMENTS)[0];
  }

  static int dimension(Operation operation) {
    return (int) operation.attributes().integer(DIMENSION, -1);
  }

  static boolean isReverse(Operation operation) {
    return operation.attributes().flag(REVERSE);
  }

  /** Returns the type of a slice. */
  static TensorType without(TensorType type, int dimension) {
    return type.withDims(dropped(type.dims(), dimension));
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int operands = operation.operands().size();
    int results = operation.results().size();
    if (!check.arity(operands, results, 1)
        || !check.tensors()
        || !segments(operation, OPERAND_SEGMENTS, operands, check)
        || !segments(operation, RESULT_SEGMENTS, results, check)) {
      return;
    }
    int inputs = inputs(operation);
    int outputs = outputs(operation);
    if (!check.require(
            operands - inputs == results - outputs,
            () ->
                "it begins with "
                    + (operands - inputs)
                    + " carried values and ends with "
                    + (results - outputs),
            "Give as many as it takes")
        || !check.require(
            inputs + outputs > 0, "it has no inputs and no outputs", "Give it an input")) {
      return;
    }
    List<TensorType> taken = new ArrayList<>();
    List<TensorType> given = new ArrayList<>();
    long size = TensorType.DYNAMIC;
    for (int i = 0; i < inputs + outputs; i++) {
      TensorType type = (i < inputs ? operation.operand(i) : operation.result(i - inputs)).tensor();
      int dimension = dimension(operation);
      if (!check.require(
          dimension >= 0 && dimension < type.rank(),
          () -> "dimension is " + dimension + " for a " + type,
          "It must be a dimension of all inputs and outputs")) {
        return;
      }
      (i < inputs ? taken : given).add(without(type, dimension));
      long other = type.dim(dimension);
      long first = size;
      check.require(
          TensorType.compatible(size, other),
          () -> "it walks " + other + " steps beside " + first,
          "All inputs and outputs must have the same size along the dimension");
      size = size == TensorType.DYNAMIC ? other : size;
    }
    for (int i = 0; i < outputs; i++) {
      check.result(i, ShapeOps.withDim(operation.result(i).tensor(), dimension(operation), size));
    }
    for (int i = inputs; i < operands; i++) {
      TensorType carried = operation.operand(i).tensor();
      taken.add(carried);
      given.add(carried);
      check.result(outputs + i - inputs, carried);
    }
    Region body = operation.regions().get(0);
    if (Regions.takes(check, "body", body, taken)) {
      Regions.gives(check, "body", body, given);
    }
  }

  private static boolean segments(Operation operation, String key, int count, OpChecker check) {
    long[] sizes = operation.attributes().integers(key);
    return check.require(
        sizes.length == 2 && sizes[0] >= 0 && sizes[1] >= 0 && sizes[0] + sizes[1] == count,
        () -> key + " are " + Arrays.toString(sizes) + " for " + count + " values",
        "Give two numbers whose sum is that of the values");
  }

  @Override
  public void pullback(Pullback at) {
    Operation scan = at.operation();
    List<TensorType> outputs = new ArrayList<>();
    for (Value output : scan.results().subList(0, outputs(scan))) {
      outputs.add(output.tensor());
    }
    at.through(
        (block, operands) ->
            ScanLoop.build(
                block,
                scan,
                operands.subList(0, inputs(scan)),
                operands.subList(inputs(scan), operands.size()),
                outputs));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int inputs = inputs(operation);
    int outputs = outputs(operation);
    int dimension = dimension(operation);
    boolean reverse = isReverse(operation);
    int size =
        (int) (inputs > 0 ? operands.get(0).type() : operation.result(0).tensor()).dim(dimension);
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      TensorType type = operation.result(i).tensor();
      results.add(HostArray.zeros(ShapeOps.withDim(type, dimension, size)));
    }
    List<HostArray> carried = operands.subList(inputs, operands.size());
    for (int step = 0; step < size; step++) {
      int at = reverse ? size - 1 - step : step;
      List<HostArray> taken = new ArrayList<>();
      for (HostArray input : operands.subList(0, inputs)) {
        taken.add(slice(input, dimension, at));
      }
      taken.addAll(carried);
      List<HostArray> given = evaluation.run(operation.regions().get(0), taken);
      for (int i = 0; i < outputs; i++) {
        put(given.get(i), results.get(i), dimension, at);
      }
      carried = given.subList(outputs, given.size());
    }
    results.addAll(carried);
    return results;
  }

  private static HostArray slice(HostArray array, int dimension, int at) {
    long[] strides = StridedCopy.strides(array.type().dims());
    return StridedCopy.read(
        array,
        at * strides[dimension],
        dropped(strides, dimension),
        without(array.type(), dimension));
  }

  private static void put(HostArray slice, HostArray array, int dimension, int at) {
    long[] strides = StridedCopy.strides(array.type().dims());
    long[] dims = slice.type().dims();
    StridedCopy.copy(
        slice,
        0,
        StridedCopy.strides(dims),
        array,
        at * strides[dimension],
        dropped(strides, dimension),
        dims);
  }

  private static long[] dropped(long[] numbers, int at) {
    long[] rest = Arrays.copyOf(numbers, numbers.length - 1);
    System.arraycopy(numbers, at + 1, rest, at, rest.length - at);
    return rest;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    int inputs = inputs(operation);
    Attributes attributes = operation.attributes();
    printer
        .print("chlo.scan(")
        .operands(operation.operands().subList(0, inputs))
        .print(") inits (")
        .operands(operation.operands().subList(inputs, operation.operands().size()))
        .print(") dimension=" + dimension(operation) + " ");
    List<String> said = List.of(DIMENSION, OPERAND_SEGMENTS, RESULT_SEGMENTS);
    if (!said.containsAll(attributes.keys())) {
      printer.print("attributes").attributes(attributes, said).print(" ");
    }
    printer
        .region(operation.regions().get(0))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    parser.expect("(");
    List<Value> operands = new ArrayList<>(parser.operands());
    parser.expect(")");
    parser.expect("inits");
    parser.expect("(");
    List<Value> inits = parser.operands();
    parser.expect(")");
    parser.expect("dimension");
    parser.expect("=");
    var attributes = Attributes.builder().put(DIMENSION, parser.integer());
    if (parser.accept("attributes")) {
      attributes.putAll(parser.optionalAttributes());
    }
    Region body = parser.region(List.of(), List.of());
    parser.expect(":");
    var location = parser.location();
    var type = parser.functionType();
    attributes.put(OPERAND_SEGMENTS, pair(operands.size(), inits.size()));
    attributes.put(RESULT_SEGMENTS, pair(type.results().size() - inits.size(), inits.size()));
    operands.addAll(inits);
    parser.checkTypes(operands, type.inputs(), location);
    return new AsmParser.Parsed(operands, attributes.build(), List.of(body), type.results());
  }

  private static Attribute pair(long first, long second) {
    return new Attribute.IntArray(ElementType.I32, List.of(first, second));
  }
}
