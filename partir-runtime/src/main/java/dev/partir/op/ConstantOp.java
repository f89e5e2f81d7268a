package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.constant}. A tiled constant is cut by the device that holds it; a splat is made
 * in the local size.
 */
public enum ConstantOp implements Op {
  INSTANCE("stablehlo.constant"),
  /** {@code chlo.constant}, which says the same. */
  CHLO("chlo.constant"),
  SHARDY("sdy.constant");

  private final String fullName;

  ConstantOp(String fullName) {
    this.fullName = fullName;
  }

  private static final String VALUE = "value";

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds a constant. */
  public static Value build(BlockBuilder block, Attribute.Dense value) {
    return block
        .add(INSTANCE, List.of(), Attributes.of(VALUE, value), List.of(value.type()))
        .result();
  }

  /** Adds a constant whose elements are all {@code value}, a scalar. */
  public static Value splat(BlockBuilder block, HostArray value, TensorType type) {
    return build(block, Attribute.Dense.of(type, value.toDense().bytes(), true));
  }

  /** Adds a whole number of a scalar type. */
  public static Value integer(BlockBuilder block, long number, TensorType type) {
    HostArray scalar = HostArray.zeros(type);
    scalar.setLong(0, number);
    return splat(block, scalar, type);
  }

  /** Returns the elements of a value, if it is a constant that the program holds. */
  public static Attribute.@Nullable Dense valueOf(Value value) {
    Operation definition = value.definition();
    return definition != null
            && definition.kind() instanceof ConstantOp
            && definition.attributes().get(VALUE) instanceof Attribute.Dense dense
        ? dense
        : null;
  }

  /** Returns the number that a value is, if it is a constant integer scalar; else null. */
  public static @Nullable Long integer(Value value) {
    Attribute.Dense constant = valueOf(value);
    return constant == null || constant.type().rank() > 0 || !constant.type().element().isInteger()
        ? null
        : (Long) HostArray.of(constant).getLong(0);
  }

  /** Returns the constant that XLA knows, for one of Shardy. */
  @Override
  public @Nullable List<Value> expand(
      Operation operation,
      List<Value> operands,
      List<? extends @Nullable String> names,
      BlockBuilder block) {
    return this != SHARDY
        ? null
        : block
            .add(
                INSTANCE,
                operands,
                operation.attributes(),
                List.of(),
                Op.typesOf(operation.results()),
                names,
                operation.location())
            .results();
  }

  @Override
  public boolean isExpandable() {
    return this == SHARDY;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(0, 1, 0)) {
      return;
    }
    Attribute value = operation.attributes().get(VALUE);
    if (value instanceof Attribute.Dense dense) {
      // The value of a quantized constant may be written as its integers.
      boolean integers =
          operation.result().type() instanceof TensorType type
              && type.quantization() != null
              && type.storage().equals(dense.type());
      check.result(0, integers ? operation.result().type() : dense.type());
    } else if (value instanceof Attribute.Resource resource) {
      check.result(0, resource.type());
    } else {
      check.require(false, "it has no value", "Give it a value such as dense<0.0> : tensor<f32>");
    }
  }

  @Override
  public Fusion fusion() {
    return Fusion.REPLICABLE;
  }

  @Override
  public FactorRule rule(Operation operation) {
    return FactorRule.pointwise(operation);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    if (operation.attributes().get(VALUE) instanceof Attribute.Dense dense) {
      HostArray array = HostArray.of(dense);
      TensorType type = operation.result().tensor();
      return List.of(type.quantization() == null ? array : array.reshaped(type));
    }
    throw new PartirException(
        Diagnostic.at(
            operation.location(),
            ErrorCode.UNSUPPORTED,
            "the elements of the constant of type "
                + operation.result().type()
                + " are elided in the program's text",
            "Export the program with its constants, let them be filled from a seed, or only plan it"));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    TensorType local = results.get(0);
    TensorType global = operation.result().tensor();
    Attribute value = operation.attributes().get(VALUE);
    if (value instanceof Attribute.Dense dense && dense.splat() && !local.equals(global)) {
      return List.of(build(context.block(), Attribute.Dense.of(local, dense.bytes(), true)));
    }
    Value whole =
        context
            .block()
            .add(
                this,
                operands,
                operation.attributes(),
                List.of(),
                List.of(global),
                List.of(),
                operation.location())
            .result();
    if (local.equals(global)) {
      return List.of(whole);
    }
    // The rule has one factor per dimension.
    return List.of(DynamicSliceOp.block(context, whole, local));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    Attribute value = operation.attributes().get(VALUE);
    if (value == null
        || operation.results().size() != 1
        || (value instanceof Attribute.Dense dense
            && !dense.type().equals(operation.result().type()))) {
      return false;
    }
    printer
        .print(opName())
        .attributes(operation.attributes(), List.of(VALUE))
        .print(" ")
        .attribute(value);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Attributes attributes = parser.optionalAttributes();
    var location = parser.location();
    Attribute value = parser.attribute();
    TensorType type;
    if (value instanceof Attribute.Dense dense) {
      type = dense.type();
    } else if (value instanceof Attribute.Resource resource) {
      type = resource.type();
    } else {
      throw parser.error(location, "this is no constant", "Write dense<...> : tensor<...>");
    }
    return new AsmParser.Parsed(List.of(), attributes.with(VALUE, value), List.of(), List.of(type));
  }
}
