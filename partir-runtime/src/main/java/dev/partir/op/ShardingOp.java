package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations of Shardy that are the identity on the whole value and say how it is laid out:
 * constraints, and its collectives, which name axes. All have the sharding of their result; a
 * collective has besides it what moves.
 */
public enum ShardingOp implements Op {
  ALL_GATHER("all_gather", "out_sharding", "gathering_axes", "list_of_axis_ref_lists"),
  ALL_REDUCE("all_reduce", "out_sharding", "reduction_axes", "axis_ref_list"),
  ALL_SLICE("all_slice", "out_sharding", "slicing_axes", "list_of_axis_ref_lists"),
  ALL_TO_ALL("all_to_all", "out_sharding", "params", "all_to_all_param_list"),
  COLLECTIVE_PERMUTE("collective_permute", "out_sharding", "", ""),
  /** What a loop or a branch gives, in the form that Shardy propagates; may have no sharding. */
  DATA_FLOW_EDGE("data_flow_edge", "sharding", "", ""),
  REDUCE_SCATTER("reduce_scatter", "out_sharding", "reduce_scatter_axes", "list_of_axis_ref_lists"),
  REPLICATED_TO_UNREDUCED("replicated_to_unreduced", "out_sharding", "axes", "axis_ref_list"),
  RESHARD("reshard", "sharding", "", ""),
  SHARDED_TO_UNREDUCED("sharded_to_unreduced", "out_sharding", "axes", "list_of_axis_ref_lists"),
  SHARDING_CONSTRAINT("sharding_constraint", "sharding", "", "");

  /**
   * An attribute of a constraint that was not written: behind a result that carries a sharding, or
   * behind a value of a sharding group, whose number it then is.
   */
  public static final String IMPLIED = "partir.implied";

  /** An attribute of a constraint that stands for what the operation before it carries. */
  public static final String CARRIED = "partir.carried";

  /** An attribute of a constraint that makes its value one of a sharding group. */
  public static final String GROUP = "partir.group";

  private final String fullName;
  private final String sharding;
  private final String axes;
  private final String axesName;

  ShardingOp(String name, String sharding, String axes, String axesName) {
    fullName = "sdy." + name;
    this.sharding = sharding;
    this.axes = axes;
    this.axesName = axesName;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Returns the name of the attribute that holds the sharding of the result. */
  public String shardingKey() {
    return sharding;
  }

  /** Returns whether an operation of this kind has a sharding. */
  public boolean says(Operation operation) {
    return operation.attributes().has(sharding);
  }

  private boolean isCollective() {
    return sharding.equals("out_sharding");
  }

  /** Returns whether the result has exactly the sharding, whatever is said of open dimensions. */
  public boolean isExact() {
    return this != SHARDING_CONSTRAINT && this != DATA_FLOW_EDGE;
  }

  /** Adds a constraint. */
  public static Value constrain(
      BlockBuilder block,
      Value operand,
      TensorSharding sharding,
      Attributes others,
      @Nullable String name,
      Location location) {
    Attributes attributes =
        Attributes.builder()
            .put(SHARDING_CONSTRAINT.sharding, new Attribute.Raw(sharding.attribute()))
            .putAll(others)
            .build();
    return block
        .add(
            SHARDING_CONSTRAINT,
            List.of(operand),
            attributes,
            List.of(),
            List.of(operand.type()),
            Collections.singletonList(name),
            location)
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0)
        || !check.result(0, operation.operand(0).type())
        || (this == DATA_FLOW_EDGE && !says(operation))) {
      return;
    }
    ShardingAttributes.read(
        check, () -> ShardingAttributes.sharding(operation, sharding).toString());
    if (axes.isEmpty()) {
      return;
    }
    String text = ShardingAttributes.text(operation.attributes(), axes);
    if (check.require(text != null, "it has no attribute " + axes, "Say which axes take part")
        && text != null
        && this != ALL_TO_ALL) {
      ShardingAttributes.read(
          check,
          () ->
              axesName.equals("axis_ref_list")
                  ? AxisRef.parseList(text, operation.location())
                  : AxisRef.parseLists(text, operation.location()));
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    return operation.operand(0).type() instanceof TensorType
        ? FactorRule.pointwise(operation)
        : FactorRule.whole(operation);
  }

  /** A constraint holds for the cotangent too; what only moves data is the identity. */
  @Override
  public void pullback(Pullback at) {
    Value cotangent = at.cotangent();
    if (this == SHARDING_CONSTRAINT) {
      Attributes attributes = at.operation().attributes();
      cotangent =
          at.block().add(this, List.of(cotangent), attributes, List.of(cotangent.type())).result();
    }
    at.give(0, cotangent);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return operands;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    return operands;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    String text = ShardingAttributes.text(operation.attributes(), sharding);
    String moved = ShardingAttributes.text(operation.attributes(), axes);
    if ((text == null && this != DATA_FLOW_EDGE) || (moved == null && !axes.isEmpty())) {
      return false;
    }
    String prefix = "#sdy<" + axesName;
    if (moved != null && !moved.startsWith(prefix)) {
      return false;
    }
    printer.print(fullName).print(" ");
    if (moved != null) {
      printer.print(moved.substring(prefix.length(), moved.length() - 1).strip()).print(" ");
    }
    printer.operand(operation.operand(0));
    if (text != null) {
      printer
          .print(isCollective() ? " out_sharding=" : this == DATA_FLOW_EDGE ? " sharding=" : " ")
          .print(text.substring(text.indexOf('<')));
    }
    printer
        .attributes(operation.attributes(), List.of(sharding, axes))
        .print(" : ")
        .type(operation.result().type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Attributes.Builder attributes = Attributes.builder();
    if (!axes.isEmpty()) {
      attributes.put(axes, new Attribute.Raw("#sdy<" + axesName + moved(parser) + ">"));
    }
    Value operand = parser.operand();
    boolean said = this != DATA_FLOW_EDGE || parser.accept("sharding");
    if (isCollective()) {
      parser.expect("out_sharding");
    }
    if (said && this != RESHARD && this != SHARDING_CONSTRAINT) {
      parser.expect("=");
    }
    if (said) {
      attributes.put(sharding, new Attribute.Raw("#sdy.sharding" + parser.bracketed()));
    }
    attributes.putAll(parser.optionalAttributes());
    parser.expect(":");
    var location = parser.location();
    Type type = parser.type();
    parser.checkTypes(List.of(operand), List.of(type), location);
    return new AsmParser.Parsed(
        new ArrayList<>(List.of(operand)), attributes.build(), List.of(), List.of(type));
  }

  /** Takes the axes; those of an all_to_all as older versions write them too. */
  private String moved(AsmParser parser) {
    String text = parser.bracketed();
    if (this == ALL_TO_ALL && text.startsWith("{")) {
      long from = parser.integer();
      parser.expect("->");
      return "[" + text + ": " + from + "->" + parser.integer() + "]";
    }
    return text;
  }
}
