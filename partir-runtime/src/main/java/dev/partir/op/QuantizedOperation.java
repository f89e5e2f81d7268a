package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.ir.ElementType;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Quantization;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation on quantized numbers, made anew on the numbers that they stand for: its operands are
 * dequantized, it is run, and its results are quantized (StableHLO specification, functions {@code
 * dequantize_op_quantize} and {@code hybrid_dequantize_then_op}). So no operation need know of
 * quantization; those that only move elements are not changed.
 */
public final class QuantizedOperation {
  private final Operation expressed;
  private final Operation declared;

  private QuantizedOperation(Operation declared) {
    this.declared = declared;
    FunctionBuilder builder = new FunctionBuilder("expressed");
    List<Value> operands = new ArrayList<>();
    for (Value operand : declared.operands()) {
      operands.add(builder.argument(expressed(operand.type()), operand.name()));
    }
    List<Type> results = new ArrayList<>();
    for (Value result : declared.results()) {
      results.add(expressed(result.type()));
    }
    expressed =
        builder
            .body()
            .add(
                declared.kind(),
                operands,
                declared.attributes(),
                declared.regions(),
                results,
                List.of(),
                declared.location());
  }

  private static Type expressed(Type type) {
    return type instanceof TensorType tensor ? tensor.expressed() : type;
  }

  /** Returns the operation if it computes with quantized numbers, else null. */
  public static @Nullable QuantizedOperation of(Operation operation) {
    return Op.of(operation).dequantizes() && isQuantized(operation)
        ? new QuantizedOperation(operation)
        : null;
  }

  /** Returns whether an operand or a result is quantized. */
  static boolean isQuantized(Operation operation) {
    return isQuantized(operation.operands()) || isQuantized(operation.results());
  }

  private static boolean isQuantized(List<Value> values) {
    for (Value value : values) {
      if (value.type() instanceof TensorType tensor && tensor.quantization() != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks how the quantized types of an operation belong together. Elementwise operations take and
   * give quantized numbers of one storage type; others may take an unquantized first operand. An
   * operation that only moves elements must not change what they mean.
   */
  static void verify(Operation operation, OpChecker check) {
    Op op = Op.of(operation);
    if (op instanceof UniformQuantizeOp
        || op instanceof ConstantOp
        || op instanceof CallOp
        || op instanceof CustomCallOp
        || op instanceof BitcastConvertOp
        || operation.results().size() != 1
        || !operation.regions().isEmpty()
        || !(operation.result().type() instanceof TensorType result)) {
      return;
    }
    for (Value operand : operation.operands()) {
      if (!(operand.type() instanceof TensorType type)) {
        continue;
      }
      Quantization of = type.quantization();
      Quantization to = result.quantization();
      if (op instanceof CompareOp) {
        check.require(
            of != null,
            () -> "it compares quantized numbers with a " + type,
            "Quantize or dequantize one of them");
      } else if (op instanceof Pointwise && op.dequantizes()) {
        check.require(
            of != null && to != null && type.element() == result.element(),
            () -> "it makes a " + result + " of a " + type,
            "Operands and result are quantized and of one storage type");
      } else if (!op.dequantizes() && type.element() == result.element()) {
        boolean same =
            (of == null || to == null)
                ? (of == null && to == null)
                : (!of.isPerTensor() || of.sameButForGrid(to));
        boolean predicate = type.element() == ElementType.I1;
        check.require(
            same || predicate,
            () -> "it makes a " + result + " of a " + type,
            "It moves elements and cannot change their meaning: use uniform_quantize");
      }
    }
    boolean product = op instanceof DotGeneralOp;
    if ((product || op instanceof ConvolutionOp) && operation.operands().size() == 2) {
      check
          .constraint(product ? "C14-C20" : "C28-C34")
          .require(
              operation.operand(1).type() instanceof TensorType right
                  && right.quantization() != null
                  && (!isQuantized(operation.results())
                      || isQuantized(operation.operands().subList(0, 1))),
              "it mixes quantized and other operands",
              "Quantize both operands and the result, or the second operand alone");
    }
  }

  /** Returns the operation on the numbers that the quantized ones stand for. */
  Operation expressed() {
    return expressed;
  }

  /** Runs the operation; what comes must be of the declared types. */
  public List<HostArray> evaluate(List<HostArray> operands, Evaluation evaluation) {
    List<HostArray> numbers = new ArrayList<>();
    for (HostArray operand : operands) {
      numbers.add(dequantize(operand));
    }
    List<HostArray> results = new ArrayList<>();
    List<HostArray> given = Op.of(expressed).evaluate(expressed, numbers, evaluation);
    for (int i = 0; i < given.size(); i++) {
      boolean quantized =
          declared.result(i).type() instanceof TensorType type && type.quantization() != null;
      results.add(quantized ? quantize(given.get(i), declared.result(i).tensor()) : given.get(i));
    }
    return results;
  }

  /** Returns the numbers that an array stands for; the array itself where it is not quantized. */
  static HostArray dequantize(HostArray array) {
    Quantization meaning = array.type().quantization();
    if (meaning == null) {
      return array;
    }
    ElementType element = meaning.expressed();
    HostArray out = HostArray.zeros(array.type().expressed());
    int[] places = meaning.places(array.type().dims());
    double[] scales = scales(meaning);
    for (int i = 0; i < out.length(); i++) {
      int at = places == null ? 0 : places[i];
      long offset = array.getLong(i) - meaning.zeroPoints().get(at);
      if (element == ElementType.F64) {
        out.doubles()[i] = offset * scales[at];
      } else {
        float number = NumberFormat.round(element, (double) offset);
        out.floats()[i] = NumberFormat.round(element, number * (float) scales[at]);
      }
    }
    return out;
  }

  /** Returns the nearest quantized numbers of a type; every step is rounded in its own type. */
  static HostArray quantize(HostArray array, TensorType type) {
    Quantization meaning = Pointwise.present(type.quantization());
    ElementType element = meaning.expressed();
    HostArray out = HostArray.zeros(type.withDims(array.type().dims()));
    int[] places = meaning.places(array.type().dims());
    double[] scales = scales(meaning);
    double min = (double) meaning.min();
    double max = (double) meaning.max();
    for (int i = 0; i < out.length(); i++) {
      int at = places == null ? 0 : places[i];
      double number;
      if (element == ElementType.F64) {
        number = array.doubles()[i] / scales[at] + meaning.zeroPoints().get(at);
      } else {
        float scaled = NumberFormat.round(element, array.floats()[i] / (float) scales[at]);
        number = NumberFormat.round(element, scaled + (float) meaning.zeroPoints().get(at));
      }
      double rounded = Math.rint(Math.max(min, Math.min(number, max)));
      out.setLong(i, (long) rounded);
    }
    return out;
  }

  private static double[] scales(Quantization meaning) {
    double[] scales = new double[meaning.scales().size()];
    for (int i = 0; i < scales.length; i++) {
      double scale = meaning.scales().get(i);
      scales[i] =
          meaning.expressed() == ElementType.F64
              ? scale
              : NumberFormat.round(meaning.expressed(), scale);
    }
    return scales;
  }
}
