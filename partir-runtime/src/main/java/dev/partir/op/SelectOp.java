package dev.partir.op;

import dev.partir.array.Chunks;
import dev.partir.array.HostArray;
import dev.partir.array.Storage;
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
  public boolean dequantizes() {
    return false;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType predicate = operation.operand(0).tensor();
    TensorType left = operation.operand(1).tensor();
    TensorType right = operation.operand(2).tensor();
    check
        .constraint("I1, C1")
        .require(
            predicate.element() == ElementType.I1
                && (predicate.rank() == 0 || predicate.compatibleShape(left)),
            () -> "its predicate is a " + predicate + " for values of type " + left,
            "A predicate is a boolean scalar or has the shape of the values");
    check
        .constraint("C2")
        .require(
            left.compatible(right),
            () -> "it selects between a " + left + " and a " + right,
            "Both must have one type");
    if (check.ok()) {
      check.result(0, left);
    }
  }

  @Override
  public void pullback(Pullback at) {
    Terms t = at.terms();
    Value predicate = at.operand(0);
    Value zeros = t.zeros(at.cotangent().tensor());
    if (at.wants(1)) {
      at.give(1, t.select(predicate, at.cotangent(), zeros));
    }
    if (at.wants(2)) {
      at.give(2, t.select(predicate, zeros, at.cotangent()));
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
    HostArray out = HostArray.zeros(onTrue.type());
    int parts = onTrue.type().element().isComplex() ? 2 : 1;
    switch (Storage.of(onTrue.type().element())) {
      case FLOAT -> {
        if (parts == 1) {
          select(predicate, onTrue.floats(), onFalse.floats(), out.floats());
        } else {
          float[] to = out.floats();
          for (int i = 0; i < to.length; i++) {
            to[i] = predicate[i >> 1] != 0 ? onTrue.floats()[i] : onFalse.floats()[i];
          }
        }
      }
      case DOUBLE -> {
        double[] to = out.doubles();
        double[] a = onTrue.doubles();
        double[] b = onFalse.doubles();
        for (int i = 0; i < to.length; i++) {
          to[i] = predicate[i / parts] != 0 ? a[i] : b[i];
        }
      }
      case INT -> {
        int[] to = out.ints();
        int[] a = onTrue.ints();
        int[] b = onFalse.ints();
        for (int i = 0; i < to.length; i++) {
          to[i] = predicate[i] != 0 ? a[i] : b[i];
        }
      }
      case LONG -> {
        long[] to = out.longs();
        long[] a = onTrue.longs();
        long[] b = onFalse.longs();
        for (int i = 0; i < to.length; i++) {
          to[i] = predicate[i] != 0 ? a[i] : b[i];
        }
      }
    }
    return List.of(out);
  }

  private static void select(int[] predicate, float[] a, float[] b, float[] to) {
    Chunks.each(
        to.length,
        (first, end) -> {
          for (int i = first; i < end; i++) {
            to[i] = predicate[i] != 0 ? a[i] : b[i];
          }
        });
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
