package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import dev.partir.op.ConstantOp;
import dev.partir.op.Op;
import dev.partir.op.QuantizedOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block made ready to be run many times: which slots of its function's frame every operation
 * reads and writes, and which it reads for the last time, so that their arrays can be let go.
 */
final class BlockCode {
  private final Operation[] operations;
  private final Op[] ops;
  private final int[][] operands;
  private final int[][] results;
  private final int[][] released;
  private final @Nullable DynamicOperation[] dynamic;
  private final @Nullable QuantizedOperation[] quantized;
  private final @Nullable List<HostArray>[] constants;
  private final boolean keepsConstants;
  private final int[] arguments;
  private final int[] given;
  private final int[] releasedAtEnd;

  /**
   * Makes the code of a block.
   *
   * @param slots the first slot of every value of the function, and behind the last value the
   *     number of all slots
   * @param lastUses per operation of the block, the slots that it uses last
   * @param releasedAtEnd the slots of the block's own values that it gives
   * @param keepsConstants whether the block may run many times, so that constants are worth keeping
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic types.
  BlockCode(
      Block block, int[] slots, int[][] lastUses, int[] releasedAtEnd, boolean keepsConstants) {
    int count = block.operations().size() - 1;
    operations = new Operation[count];
    ops = new Op[count];
    operands = new int[count][];
    results = new int[count][];
    dynamic = new DynamicOperation[count];
    quantized = new QuantizedOperation[count];
    constants = new List[count];
    for (int i = 0; i < count; i++) {
      Operation operation = block.operations().get(i);
      operations[i] = operation;
      ops[i] = Op.of(operation);
      operands[i] = slotsOf(operation.operands(), slots);
      results[i] = slotsOf(operation.results(), slots);
      dynamic[i] = DynamicOperation.of(operation);
      quantized[i] = dynamic[i] == null ? QuantizedOperation.of(operation) : null;
    }
    this.keepsConstants = keepsConstants;
    this.released = lastUses;
    this.releasedAtEnd = releasedAtEnd;
    arguments = slotsOf(block.arguments(), slots);
    given = slotsOf(block.results(), slots);
  }

  private static int[] slotsOf(List<Value> values, int[] slots) {
    int count = 0;
    for (Value value : values) {
      count += slots[value.id() + 1] - slots[value.id()];
    }
    int[] all = new int[count];
    int n = 0;
    for (Value value : values) {
      for (int slot = slots[value.id()]; slot < slots[value.id() + 1]; slot++) {
        all[n++] = slot;
      }
    }
    return all;
  }

  int size() {
    return operations.length;
  }

  /** Puts what the block is given into a frame. */
  void enter(@Nullable HostArray[] frame, List<HostArray> given) {
    for (int i = 0; i < arguments.length; i++) {
      frame[arguments[i]] = given.get(i);
    }
  }

  /** Runs the operation at a place in the block. */
  void run(int index, @Nullable HostArray[] frame, dev.partir.op.Evaluation evaluation) {
    List<HostArray> gave = constants[index];
    if (gave == null) {
      List<HostArray> taken = get(operands[index], frame);
      DynamicOperation unknown = dynamic[index];
      QuantizedOperation expressed = quantized[index];
      if (unknown != null) {
        gave = unknown.evaluate(taken, evaluation);
      } else if (expressed != null) {
        gave = expressed.evaluate(taken, evaluation);
      } else {
        gave = ops[index].evaluate(operations[index], taken, evaluation);
      }
      if (keepsConstants && ops[index] == ConstantOp.INSTANCE) {
        constants[index] = gave;
      }
    }
    int[] targets = results[index];
    for (int r = 0; r < targets.length; r++) {
      frame[targets[r]] = gave.get(r);
    }
    for (int slot : released[index]) {
      frame[slot] = null;
    }
  }

  /** Returns the problem with the place of an operation wherever it has none. */
  PartirException placed(int index, PartirException problem) {
    Operation operation = operations[index];
    List<Diagnostic> placed = new ArrayList<>();
    boolean changed = false;
    for (Diagnostic diagnostic : problem.diagnostics()) {
      boolean lacks = !diagnostic.location().hasPosition() && operation.location().hasPosition();
      changed |= lacks;
      placed.add(
          lacks
              ? new Diagnostic(
                  diagnostic.code(),
                  diagnostic.subject().isEmpty() ? operation.name() : diagnostic.subject(),
                  diagnostic.problem(),
                  diagnostic.remedy(),
                  operation.location())
              : diagnostic);
    }
    return changed ? new PartirException(placed) : problem;
  }

  /** Returns what the block gives, and lets go of its last values. */
  List<HostArray> leave(@Nullable HostArray[] frame) {
    List<HostArray> gave = get(given, frame);
    for (int slot : releasedAtEnd) {
      frame[slot] = null;
    }
    return gave;
  }

  private static List<HostArray> get(int[] slots, @Nullable HostArray[] frame) {
    HostArray[] arrays = new HostArray[slots.length];
    for (int i = 0; i < slots.length; i++) {
      HostArray array = frame[slots[i]];
      if (array == null) {
        throw new IllegalStateException("a value is used before it is made");
      }
      arrays[i] = array;
    }
    return Arrays.asList(arrays);
  }
}
