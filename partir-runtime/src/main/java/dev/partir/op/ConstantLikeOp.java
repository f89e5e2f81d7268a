package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code chlo.constant_like}: one number in the shape of the operand. */
public enum ConstantLikeOp implements Pointwise {
  INSTANCE;

  private static final String VALUE = "value";

  @Override
  public String opName() {
    return "chlo.constant_like";
  }

  /** Returns the number as a scalar, null when the attribute is none. */
  private static @Nullable HostArray value(Operation operation) {
    Attribute value = operation.attributes().get(VALUE);
    if (value instanceof Attribute.Int number) {
      HostArray scalar = HostArray.zeros(TensorType.of(number.type()));
      scalar.setLong(0, number.value());
      return scalar;
    }
    if (value instanceof Attribute.Float number) {
      return HostArray.scalar(number.type(), number.value());
    }
    if (value instanceof Attribute.Bool bool) {
      return HostArray.scalar(ElementType.I1, bool.value() ? 1 : 0);
    }
    return null;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    HostArray value = value(operation);
    if (check.require(
            value != null, "it has no number as its value", "Give it one such as 1.0 : f32")
        && value != null) {
      check.result(0, operation.operand(0).tensor().withElement(value.type().element()));
    }
  }

  @Override
  public boolean isFlat(Operation operation) {
    return true;
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray value = Pointwise.present(value(operation));
    TensorType type = operands.get(0).type().withElement(value.type().element());
    return List.of(StridedCopy.read(value, 0, new long[type.rank()], type));
  }

  /** Only the generic form is known. */
  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    return false;
  }

  @Override
  public AsmParser.@Nullable Parsed parse(AsmParser parser) {
    return null;
  }
}
