package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.while}: runs its second region, which gives the values of the next iteration, as
 * long as its first gives true of them.
 */
public enum WhileOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.while";
  }

  /**
   * Adds a loop that counts its trips.
   *
   * @param operands what is carried: first the counter, a constant 0
   * @param body adds 1 to the counter
   */
  public static Operation counted(
      BlockBuilder block, List<Value> operands, long trips, Region body) {
    BlockBuilder condition = block.nested();
    for (Value operand : operands) {
      condition.argument(operand.type(), null);
    }
    Value counter = condition.arguments().get(0);
    Value limit = ConstantOp.integer(condition, trips, counter.tensor());
    Value less = CompareOp.build(condition, CompareOp.Direction.LT, counter, limit);
    ReturnOp.STABLEHLO.build(condition, List.of(less));
    return block.add(
        INSTANCE,
        operands,
        Attributes.EMPTY,
        List.of(new Region(condition.build()), body),
        Op.typesOf(operands),
        List.of(),
        Location.UNKNOWN);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int count = operation.operands().size();
    if (!check.arity(count, count, 2)) {
      return;
    }
    List<Type> types = Op.typesOf(operation.operands());
    check.constraint("C1");
    if (Regions.takes(check, "cond", operation.regions().get(0), types)) {
      Regions.gives(check, "cond", operation.regions().get(0), List.of(Regions.BOOLEAN));
    }
    check.constraint("C2");
    if (Regions.takes(check, "body", operation.regions().get(1), types)) {
      Regions.gives(check, "body", operation.regions().get(1), types);
    }
    check.constraint("C3");
    for (int i = 0; i < count; i++) {
      // Sizes that the declared type leaves open may change from one iteration to the next.
      Type declared = operation.result(i).type();
      check.result(i, OpChecker.compatible(declared, types.get(i)) ? declared : types.get(i));
    }
  }

  @Override
  public boolean hasSideEffect() {
    // It may not end.
    return true;
  }

  /** What a loop carries is one thing at its entry, in its regions, at their end and behind it. */
  @Override
  public List<DataFlow> flows(Operation operation) {
    Block condition = operation.regions().get(0).block();
    Block body = operation.regions().get(1).block();
    List<DataFlow> flows = new ArrayList<>();
    for (int i = 0; i < operation.operands().size(); i++) {
      flows.add(
          new DataFlow(
              List.of(new DataFlow.Source(operation, i), new DataFlow.Source(body.terminator(), i)),
              List.of(operation.result(i), condition.arguments().get(i), body.arguments().get(i))));
    }
    return flows;
  }

  @Override
  public boolean repeatsRegions() {
    return true;
  }

  @Override
  public long trips(Operation operation) {
    Counter counter = counter(operation);
    return counter == null ? 1 : counter.trips();
  }

  /**
   * What counts the trips of a loop.
   *
   * @param index which of the carried values it is
   * @param first its value in the first trip
   * @param step what every trip adds to it, above 0
   * @param trips how often the body runs
   */
  public record Counter(int index, long first, long step, long trips) {}

  /**
   * Returns the counter of a loop whose condition compares a carried value with a constant, and
   * that adds a constant to that value: what a counted loop of JAX is. Null for any other.
   */
  public static @Nullable Counter counter(Operation operation) {
    Block condition = operation.regions().get(0).block();
    Operation compare = condition.results().get(0).definition();
    if (compare == null || compare.kind() != CompareOp.INSTANCE) {
      return null;
    }
    int index = condition.arguments().indexOf(compare.operand(0));
    Long limit = ConstantOp.integer(compare.operand(1));
    if (index < 0 || limit == null) {
      return null;
    }
    Block body = operation.regions().get(1).block();
    Operation add = body.results().get(index).definition();
    Long first = ConstantOp.integer(operation.operand(index));
    if (first == null || add == null || add.kind() != BinaryOp.ADD) {
      return null;
    }
    Value argument = body.arguments().get(index);
    Long step = ConstantOp.integer(add.operand(add.operand(0) == argument ? 1 : 0));
    if (step == null || step <= 0 || !add.operands().contains(argument)) {
      return null;
    }
    long trips =
        switch (CompareOp.direction(compare)) {
          case "LT" -> Math.max(0, Math.floorDiv(limit - first + step - 1, step));
          case "LE" -> Math.max(0, Math.floorDiv(limit - first + step, step));
          case "NE" -> limit >= first && (limit - first) % step == 0 ? (limit - first) / step : -1;
          default -> -1;
        };
    return trips < 0 ? null : new Counter(index, first, step, trips);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    Region condition = operation.regions().get(0);
    Region body = operation.regions().get(1);
    List<HostArray> values = operands;
    while (evaluation.run(condition, values).get(0).ints()[0] != 0) {
      values = evaluation.run(body, values);
    }
    return values;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    List<Value> arguments = operation.regions().get(0).block().arguments();
    printer.print("stablehlo.while(");
    for (int i = 0; i < arguments.size(); i++) {
      printer
          .print(i == 0 ? "" : ", ")
          .operand(arguments.get(i))
          .print(" = ")
          .operand(operation.operand(i));
    }
    printer.print(")");
    if (!arguments.isEmpty()) {
      printer.print(" : ").types(operation.operands());
    }
    if (!operation.attributes().isEmpty()) {
      printer.print(" attributes").attributes(operation.attributes(), List.of());
    }
    printer.print(" cond ").regionBody(operation.regions().get(0));
    printer.print(" do ").regionBody(operation.regions().get(1));
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<String> names = new ArrayList<>();
    List<Value> operands = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    parser.expect("(");
    if (!parser.accept(")")) {
      do {
        names.add(parser.newName());
        parser.expect("=");
        operands.add(parser.operand());
      } while (parser.accept(","));
      parser.expect(")");
      parser.expect(":");
      var location = parser.location();
      do {
        types.add(parser.type());
      } while (parser.accept(","));
      parser.checkTypes(operands, types, location);
      if (types.size() != names.size()) {
        throw parser.error(
            location,
            names.size() + " values have " + types.size() + " types",
            "Give each its type");
      }
    }
    Attributes attributes =
        parser.accept("attributes") ? parser.optionalAttributes() : Attributes.EMPTY;
    parser.expect("cond");
    Region condition = parser.region(names, types);
    parser.expect("do");
    Region body = parser.region(names, types);
    return new AsmParser.Parsed(operands, attributes, List.of(condition, body), types);
  }
}
