package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.OpKind;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about an operation. Implementations are immutable and hold no state of any
 * program.
 */
public interface Op extends OpKind {

  /** Returns what is known about {@code operation}. */
  static Op of(Operation operation) {
    return (Op) operation.kind();
  }

  /**
   * Checks the constraints that the StableHLO specification names for the operation; what breaks
   * one is told to {@code check}.
   */
  void verify(Operation operation, OpChecker check);

  /**
   * Returns the ways to loop the operation. The default can be looped in no way: every dimension
   * must be whole.
   *
   * @throws IllegalStateException when an operand is not a tensor
   */
  default FactorRule rule(Operation operation) {
    return FactorRule.whole(operation);
  }

  /**
   * Adds simpler operations that mean the same as one whose sizes are known, in place of which they
   * are partitioned.
   *
   * @param operands what became of its operands
   * @param names the names of the results
   * @return what became of its results; null when the operation is partitioned as it is
   */
  default @Nullable List<Value> expand(
      Operation operation,
      List<Value> operands,
      List<? extends @Nullable String> names,
      BlockBuilder block) {
    return null;
  }

  /** Returns whether {@link #expand} may add simpler operations. */
  default boolean isExpandable() {
    return false;
  }

  /**
   * Returns how values flow through the regions of an operation of control flow, or through one
   * that hands on several values by themselves; null for every other operation, whose regions are
   * matters of its own.
   *
   * <p>Operands of the operation and of the terminators of its regions that are in no edge, such as
   * the condition of a loop, must be whole and the same on every device.
   */
  default @Nullable List<DataFlow> flows(Operation operation) {
    return null;
  }

  /**
   * Returns how often the regions of an operation of control flow run for once that it does, where
   * that can be told from the program; else 1.
   */
  default long trips(Operation operation) {
    return 1;
  }

  /** Returns whether the regions of an operation of control flow may run many times. */
  default boolean repeatsRegions() {
    return false;
  }

  /**
   * Runs the operation on one device.
   *
   * @return one array per result, of the types of the results
   */
  List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation);

  /**
   * Returns the work of the operation on one device.
   *
   * @param operands the types of what the device holds of the operands, which need not be the
   *     operation's own
   * @param results the same for the results
   */
  default Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    long elements = 0;
    for (TensorType result : results) {
      elements += result.elementCount();
    }
    return Cost.of(elements, operands, results);
  }

  /**
   * Returns whether the derivative of the operation is zero wherever it has one, so that its
   * results do not change with its operands.
   */
  default boolean isFlat(Operation operation) {
    return false;
  }

  /**
   * Adds the derivative of the operation: the cotangents of those operands that are asked for,
   * given those of its results, at least one of which is not zero. Integers have no cotangent.
   * Operations of control flow are differentiated with their regions, not here.
   *
   * @throws dev.partir.ir.PartirException with {@link dev.partir.ir.ErrorCode#NO_DERIVATIVE} when
   *     there is none
   */
  default void pullback(Pullback at) {
    throw Pullback.none(
        at.operation(), "it has no derivative", "Stop the gradient before it, or use another one");
  }

  /** Returns how the operation is merged into kernels; by default not at all. */
  default Fusion fusion() {
    return Fusion.NONE;
  }

  /**
   * Adds what one device runs for the operation. The default is the same operation with the same
   * attributes on the local operands; an operation whose attributes hold sizes, or whose value
   * depends on the place of a block, says more.
   *
   * @param operands the device-local operands
   * @param results the types of what the device holds of the results
   * @return the device-local results
   */
  default List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    return context
        .block()
        .add(
            this,
            operands,
            operation.attributes(),
            context.copyRegions(operation.regions()),
            results,
            List.of(),
            operation.location())
        .results();
  }

  /**
   * Prints the pretty form, after the results and {@code =}. Returns false, having printed nothing,
   * when there is none.
   */
  default boolean print(Operation operation, AsmPrinter printer) {
    return false;
  }

  /**
   * Parses what stands behind the name in the pretty form. Returns null, having taken nothing, when
   * there is none.
   */
  default AsmParser.@Nullable Parsed parse(AsmParser parser) {
    return null;
  }

  /**
   * Returns whether the operation computes with the numbers that quantized operands stand for,
   * rather than only moving them: it is then verified and run on those ({@link
   * QuantizedOperation}).
   */
  default boolean dequantizes() {
    return false;
  }

  /** Returns whether the operation does nothing but hand its operands to what it stands in. */
  default boolean isTerminator() {
    return false;
  }

  /** Returns whether the operation must stay even when nobody uses its results. */
  default boolean hasSideEffect() {
    return false;
  }

  /** Returns the types of the operands, which must be tensors. */
  static TensorType[] operandTypes(Operation operation) {
    return types(operation.operands());
  }

  /** Returns the types of the results, which must be tensors. */
  static TensorType[] resultTypes(Operation operation) {
    return types(operation.results());
  }

  private static TensorType[] types(List<Value> values) {
    TensorType[] types = new TensorType[values.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = values.get(i).tensor();
    }
    return types;
  }

  /** Returns the types of values. */
  static List<Type> typesOf(List<Value> values) {
    List<Type> types = new ArrayList<>(values.size());
    for (Value value : values) {
      types.add(value.type());
    }
    return types;
  }
}
