package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stablehlo.scatter}: arrays with some of their elements combined with updates, at computed
 * places. The updates of one element are combined in row-major order of the array of updates. What
 * falls outside is left out, element by element as the specification says (XLA leaves the whole
 * window out). Can be tiled along batching dimensions and along dimensions whose windows are whole.
 */
public enum ScatterOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.scatter";
  }

  private static int inputs(Operation operation) {
    return operation.operands().size() / 2;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int n = inputs(operation);
    check.constraint("C5");
    if (!check.require(
            n > 0
                && operation.operands().size() == 2 * n + 1
                && operation.results().size() == n
                && operation.regions().size() == 1,
            () ->
                "it has "
                    + operation.operands().size()
                    + " operands, "
                    + operation.results().size()
                    + " results and "
                    + operation.regions().size()
                    + " regions",
            "Give it arrays, indices, as many updates and results as arrays, and a body")
        || !check.constraint("").tensors()
        || !IntegerAttributes.optionalFlag(check, operation.attributes(), "indices_are_sorted")
        || !IntegerAttributes.optionalFlag(check, operation.attributes(), "unique_indices")) {
      return;
    }
    TensorType input = operation.operand(0).tensor();
    TensorType indices = operation.operand(n).tensor();
    TensorType updates = operation.operand(n + 1).tensor();
    for (int i = 0; i < n; i++) {
      TensorType type = operation.operand(i).tensor();
      TensorType update = operation.operand(n + 1 + i).tensor();
      check
          .constraint("C1")
          .require(
              type.compatibleShape(input),
              () -> "it updates a " + type + " beside a " + input,
              "All arrays must have one shape");
      check
          .constraint("C3")
          .require(
              update.compatibleShape(updates),
              () -> "it has updates " + update + " beside " + updates,
              "All updates must have one shape");
      check
          .constraint("C6")
          .require(
              update.element() == type.element(),
              () -> "it updates a " + type + " with a " + update,
              "Updates must have the element type of the array");
    }
    check
        .constraint("I2")
        .require(
            indices.element().isInteger() && indices.element() != ElementType.I1,
            () -> "its indices are a " + indices,
            "Indices are integers");
    if (!check.ok()) {
      return;
    }
    ScatterNumbers numbers = ScatterNumbers.verified(operation, check, input, indices, updates);
    if (numbers == null) {
      return;
    }
    ElementType[] elements = ReductionBody.elements(operation.operands(), 0, n);
    if (ReductionBody.checkFold(check, "C23", operation.regions().get(0), elements)) {
      check.constraint("C24, C25");
      for (int i = 0; i < n; i++) {
        TensorType type = operation.operand(i).tensor();
        check.result(i, type.withElement(ReductionBody.element(operation.regions().get(0), i)));
      }
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    int n = inputs(operation);
    TensorType input = operation.operand(0).tensor();
    TensorType indices = operation.operand(n).tensor();
    TensorType updates = operation.operand(n + 1).tensor();
    ScatterNumbers numbers = ScatterNumbers.of(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    int[] window = numbers.window(input.rank());
    for (int w = 0; w < window.length; w++) {
      int dim = window[w];
      int update = numbers.updateWindow()[w];
      // Where a window starts elsewhere, its elements move from block to block.
      if (updates.dim(update) == input.dim(dim) && !numbers.isIndexed(dim)) {
        int factor = rule.factor(input.dim(dim), FactorRule.Kind.PARALLEL);
        for (int i = 0; i < n; i++) {
          rule.operand(i, dim, factor).operand(n + 1 + i, update, factor).result(i, dim, factor);
        }
      }
    }
    int[] batch = numbers.indexBatch(indices.rank());
    int[] updateBatch = numbers.updateBatch(updates.rank());
    for (int b = 0; b < batch.length; b++) {
      int dim = numbers.batchingDim(batch[b]);
      if (dim >= 0) {
        int factor = rule.factor(input.dim(dim), FactorRule.Kind.PARALLEL);
        rule.operand(n, batch[b], factor);
        for (int i = 0; i < n; i++) {
          rule.operand(i, dim, factor)
              .operand(n + 1 + i, updateBatch[b], factor)
              .result(i, dim, factor);
        }
      }
    }
    return rule.build();
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int n = inputs(operation);
    ReductionBody body = ReductionBody.of(operation.regions().get(0));
    List<HostArray> results = new ArrayList<>();
    List<HostArray> updates = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      HostArray promoted = body.promote(operands.get(i), i);
      results.add(promoted == operands.get(i) ? StridedCopy.copyOf(promoted) : promoted);
      updates.add(body.promote(operands.get(n + 1 + i), n + i));
    }
    int[] places =
        ScatterNumbers.of(operation)
            .layout(operands.get(0).type(), operands.get(n).type(), operands.get(n + 1).type())
            .places(operands.get(n));
    body.scatter(results, places, updates, evaluation);
    return results;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    long updated = 0;
    for (int i = inputs(operation) + 1; i < operands.length; i++) {
      updated += operands[i].elementCount();
    }
    return Cost.of(updated, operands, results);
  }
}
