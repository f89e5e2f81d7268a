package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stablehlo.scatter}: arrays with some of their elements combined with updates, at computed
 * places. The updates of one element are combined in row-major order of the array of updates. What
 * falls outside is left out, element by element as the specification says (XLA leaves the whole
 * window out). Can be tiled along batching dimensions, along dimensions whose windows are whole,
 * and along those that the places index: every device takes the updates that fall into its block.
 * The updates themselves are a reduction where the body is a {@link Monoid}; the array must then
 * count on one device only.
 */
public enum ScatterOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.scatter";
  }

  /**
   * Adds the sum of rows into a table: {@code table} is [rows, ...], {@code indices} any shape, and
   * {@code updates} [indices..., ...]. The reverse of {@link GatherOp#rows}.
   */
  public static Value addRows(BlockBuilder block, Value table, Value indices, Value updates) {
    TensorType t = table.tensor();
    int batch = indices.tensor().rank();
    long[] window = new long[t.rank() - 1];
    for (int d = 0; d < window.length; d++) {
      window[d] = (long) batch + d;
    }
    Attributes fields =
        Attributes.builder()
            .putList("update_window_dims", window)
            .putList("inserted_window_dims", 0)
            .putList("scatter_dims_to_operand_dims", 0)
            .put("index_vector_dim", batch)
            .build();
    Attributes attributes =
        Attributes.builder()
            .put("scatter_dimension_numbers", new Attribute.Struct("stablehlo.scatter", fields))
            .put("indices_are_sorted", new Attribute.Bool(false))
            .put("unique_indices", new Attribute.Bool(false))
            .build();
    return block
        .add(
            INSTANCE,
            List.of(table, indices, updates),
            attributes,
            List.of(Monoid.ADD.region(block, t.element())),
            List.of(t),
            List.of(),
            Location.UNKNOWN)
        .result();
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
    for (int dim : numbers.indexed()) {
      int factor = rule.factor(input.dim(dim), FactorRule.Kind.PARALLEL);
      for (int i = 0; i < n; i++) {
        rule.operand(i, dim, factor).result(i, dim, factor);
      }
    }
    Monoid monoid = n == 1 ? Monoid.of(operation.regions().get(0)) : null;
    int[] batch = numbers.indexBatch(indices.rank());
    int[] updateBatch = numbers.updateBatch(updates.rank());
    for (int b = 0; b < batch.length; b++) {
      int dim = numbers.batchingDim(batch[b]);
      if (dim < 0 && monoid == null) {
        continue;
      }
      int factor =
          dim < 0 && monoid != null
              ? rule.reduction(indices.dim(batch[b]), monoid)
              : rule.factor(input.dim(dim), FactorRule.Kind.PARALLEL);
      rule.operand(n, batch[b], factor);
      for (int i = 0; i < n; i++) {
        rule.operand(n + 1 + i, updateBatch[b], factor);
        if (dim >= 0) {
          rule.operand(i, dim, factor).result(i, dim, factor);
        }
      }
    }
    return rule.build();
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    int n = inputs(operation);
    TensorType input = operation.operand(0).tensor();
    ScatterNumbers numbers = ScatterNumbers.of(operation);
    FactorRule rule = rule(operation);
    BlockBuilder block = context.block();
    List<Value> local = new ArrayList<>(operands);
    Monoid monoid = n == 1 ? Monoid.of(operation.regions().get(0)) : null;
    boolean reordered = false;
    if (monoid != null) {
      Value once = ReduceOp.onFirst(rule, operands.get(0), monoid, context);
      reordered = once != operands.get(0);
      local.set(0, once);
    }
    // The size that blocks are surrounded by, where windows may lie across them.
    long[] windows = new long[input.rank()];
    int[] window = numbers.window(input.rank());
    TensorType updates = operation.operand(n + 1).tensor();
    int vector = numbers.indexVector();
    List<Value> components = new ArrayList<>();
    int[] indexed = numbers.indexed();
    boolean moved = false;
    for (int j = 0; j < indexed.length; j++) {
      int dim = indexed[j];
      long size = 1;
      for (int w = 0; w < window.length; w++) {
        size = window[w] == dim ? updates.dim(numbers.updateWindow()[w]) : size;
      }
      Value index = LocalPlaces.component(block, operands.get(n), vector, j);
      // What lies beyond the ends does so still.
      index = LocalPlaces.clamp(block, index, -Math.max(1, size), input.dim(dim));
      int[] factors = rule.operandDim(0, dim);
      Value start = factors.length == 0 ? null : context.blockStart(factors[0]);
      if (start != null) {
        moved = true;
        index = LocalPlaces.minus(block, index, start);
        if (size > 1) {
          windows[dim] = size;
          index = LocalPlaces.plus(block, index, size);
        }
      }
      components.add(index);
    }
    if (moved) {
      reordered = true;
      boolean implicit = vector == operation.operand(n).tensor().rank();
      local.set(n, LocalPlaces.vectors(block, components, vector, implicit));
    }
    List<TensorType> types = new ArrayList<>(results);
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < windows.length; d++) {
        if (windows[d] > 0) {
          Value fill = LocalPlaces.neutral(block, local.get(i).tensor().element());
          local.set(i, LocalPlaces.surround(block, local.get(i), d, windows[d], fill));
          types.set(i, ShapeOps.withDim(types.get(i), d, types.get(i).dim(d) + 2 * windows[d]));
        }
      }
    }
    Attributes attributes = operation.attributes();
    if (reordered) {
      attributes = attributes.without("indices_are_sorted").without("unique_indices");
    }
    List<Value> scattered =
        new ArrayList<>(
            block
                .add(
                    this,
                    local,
                    attributes,
                    context.copyRegions(operation.regions()),
                    types,
                    List.of(),
                    operation.location())
                .results());
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < windows.length; d++) {
        if (windows[d] > 0) {
          scattered.set(i, LocalPlaces.inner(block, scattered.get(i), d, windows[d]));
        }
      }
    }
    return scattered;
  }

  @Override
  public void pullback(Pullback at) {
    PlacesDerivative.scatter(at);
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
    return body.rounded(results);
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
