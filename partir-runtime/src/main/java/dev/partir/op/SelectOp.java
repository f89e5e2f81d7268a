package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.select}: takes each element from one of two arrays, by a boolean of the same
 * shape or a scalar one.
 */
public enum SelectOp implements Pointwise {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.select";
  }

  /** Adds a selection. */
  public static Value build(BlockBuilder block, Value predicate, Value onTrue, Value onFalse) {
    return INSTANCE.add(block, onTrue.type(), predicate, onTrue, onFalse);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType predicate = operation.operand(0).tensor();
    TensorType left = operation.operand(1).tensor();
    TensorType right = operation.operand(2).tensor();
    check.require(
        predicate.element() == ElementType.I1
            && (predicate.rank() == 0 || predicate.sameShape(left)),
        "its predicate is a " + predicate + " for values of type " + left,
        "A predicate is a boolean scalar or has the shape of the values");
    check.require(
        left.equals(right),
        "it selects between a " + left + " and a " + right,
        "Both must have one type");
    if (check.ok()) {
      check.result(0, left);
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int[] predicate = operands.get(0).ints();
    HostArray onTrue = operands.get(1);
    HostArray onFalse = operands.get(2);
    if (operands.get(0).type().rank() == 0) {
      return List.of(predicate[0] != 0 ? onTrue : onFalse);
    }
    TensorType type = onTrue.type();
    long[] strides = StridedCopy.strides(type.dims());
    HostArray out = StridedCopy.read(onFalse, 0, strides, type);
    if (type.element().isComplex()) {
      for (int i = 0; i < predicate.length; i++) {
        if (predicate[i] != 0) {
          out.set(2 * i, onTrue.get(2 * i));
          out.set(2 * i + 1, onTrue.get(2 * i + 1));
        }
      }
      return List.of(out);
    }
    switch (dev.partir.array.Storage.of(type.element())) {
      case FLOAT -> {
        for (int i = 0; i < predicate.length; i++) {
          out.floats()[i] = predicate[i] != 0 ? onTrue.floats()[i] : out.floats()[i];
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < predicate.length; i++) {
          out.doubles()[i] = predicate[i] != 0 ? onTrue.doubles()[i] : out.doubles()[i];
        }
      }
      case INT -> {
        for (int i = 0; i < predicate.length; i++) {
          out.ints()[i] = predicate[i] != 0 ? onTrue.ints()[i] : out.ints()[i];
        }
      }
      case LONG -> {
        for (int i = 0; i < predicate.length; i++) {
          out.longs()[i] = predicate[i] != 0 ? onTrue.longs()[i] : out.longs()[i];
        }
      }
    }
    return List.of(out);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.select ")
        .operands(operation.operands())
        .attributes(operation.attributes(), List.of())
        .print(" : ")
        .type(operation.operand(0).type())
        .print(", ")
        .type(operation.result().type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    var attributes = parser.optionalAttributes();
    parser.expect(":");
    var location = parser.location();
    Type first = parser.type();
    if (first instanceof Type.FunctionType function) {
      parser.checkTypes(operands, function.inputs(), location);
      return new AsmParser.Parsed(operands, attributes, List.of(), function.results());
    }
    parser.expect(",");
    Type result = parser.type();
    parser.checkTypes(operands, List.of(first, result, result), location);
    return new AsmParser.Parsed(operands, attributes, List.of(), List.of(result));
  }
}
