package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.torch_index_select}: the slices of a dimension at given places, an older form of
 * a gather. A place outside is moved to the nearest inside, as a gather does. Tiled as that is.
 */
public enum TorchIndexSelectOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.torch_index_select";
  }

  private static int dim(Operation operation) {
    return (int) operation.attributes().integer("dim", -1);
  }

  private static int batchDims(Operation operation) {
    return (int) operation.attributes().integer("batch_dims", -1);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    TensorType index = operation.operand(1).tensor();
    int dim = dim(operation);
    int batch = batchDims(operation);
    if (!check.require(
            dim >= 0 && dim < type.rank(),
            () -> "dim is " + dim + " for a " + type,
            "It must be a dimension of the operand")
        || !check.require(
            batch >= 0 && batch <= dim && batch <= index.rank(),
            () -> "batch_dims is " + batch + " for dim " + dim + " and a " + index,
            "It must be at most dim and the rank of the index")
        || !check.require(
            index.element().isInteger(),
            () -> "its index is a " + index,
            "An index holds integers")) {
      return;
    }
    for (int d = 0; d < batch; d++) {
      check.require(
          TensorType.compatible(type.dim(d), index.dim(d)),
          () -> "it selects from a " + type + " by a " + index,
          "The batch dimensions of both must be equal");
    }
    check.result(0, infer(type, index, dim, batch));
  }

  private static TensorType infer(TensorType type, TensorType index, int dim, int batch) {
    long[] dims = new long[type.rank() - 1 + index.rank() - batch];
    int n = 0;
    for (int d = 0; d < dim; d++) {
      dims[n++] = type.dim(d);
    }
    for (int d = batch; d < index.rank(); d++) {
      dims[n++] = index.dim(d);
    }
    for (int d = dim + 1; d < type.rank(); d++) {
      dims[n++] = type.dim(d);
    }
    return type.withDims(dims);
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    TensorType index = operation.operand(1).tensor();
    int dim = dim(operation);
    int batch = batchDims(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (d == dim) {
        if (LocalPlaces.isSummable(type.element())) {
          Monoid monoid = LocalPlaces.monoid(type.element());
          rule.operand(0, d, rule.reduction(type.dim(d), monoid));
        }
        continue;
      }
      int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).result(0, d < dim ? d : d - 1 + index.rank() - batch, factor);
      if (d < batch) {
        rule.operand(1, d, factor);
      }
    }
    for (int d = batch; d < index.rank(); d++) {
      int factor = rule.factor(index.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(1, d, factor).result(0, dim - batch + d, factor);
    }
    return rule.build();
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    int dim = dim(operation);
    int[] factors = rule(operation).operandDim(0, dim);
    Value start = factors.length == 0 ? null : context.blockStart(factors[0]);
    if (start == null) {
      return Op.super.localize(operation, operands, results, context);
    }
    BlockBuilder block = context.block();
    Value operand = operands.get(0);
    long size = operation.operand(0).tensor().dim(dim);
    Value index = LocalPlaces.clamp(block, operands.get(1), 0, size - 1);
    index = LocalPlaces.minus(block, index, start);
    Value mask = LocalPlaces.within(block, index, operand.tensor().dim(dim));
    List<Value> selected = Op.super.localize(operation, List.of(operand, index), results, context);
    TensorType type = results.get(0);
    int batch = batchDims(operation);
    long[] dims = new long[index.tensor().rank()];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = d < batch ? d : dim - batch + d;
    }
    Value fill = LocalPlaces.neutral(block, type.element());
    return List.of(
        SelectOp.build(
            block,
            BroadcastInDimOp.build(block, mask, type.withElement(ElementType.I1), dims),
            selected.get(0),
            BroadcastInDimOp.build(block, fill, type)));
  }

  private static int product(TensorType type, int from, int to) {
    int product = 1;
    for (int d = from; d < to; d++) {
      product *= (int) type.dim(d);
    }
    return product;
  }

  @Override
  public void pullback(Pullback at) {
    Operation operation = at.operation();
    int dim = dim(operation);
    int batch = batchDims(operation);
    TensorType type = operation.operand(0).tensor();
    TensorType index = operation.operand(1).tensor();
    long[] sizes = type.dims();
    // What the index stands for in the result are the batch dimensions and those at dim.
    long[] offset = new long[type.rank() - 1 - batch];
    for (int d = batch, n = 0; d < type.rank(); d++) {
      sizes[d] = d == dim ? 1 : sizes[d];
      if (d != dim) {
        offset[n++] = d < dim ? d : d - 1L + index.rank() - batch;
      }
    }
    java.util.Arrays.fill(sizes, 0, batch, 1);
    long[] batching = java.util.stream.LongStream.range(0, batch).toArray();
    Attributes fields =
        Attributes.builder()
            .putList("offset_dims", offset)
            .putList("collapsed_slice_dims", dim)
            .putList("operand_batching_dims", batching)
            .putList("start_indices_batching_dims", batching)
            .putList("start_index_map", dim)
            .put("index_vector_dim", index.rank())
            .build();
    TensorType result = operation.result().tensor();
    at.through(
        (block, operands) ->
            List.of(
                GatherOp.build(block, operands.get(0), operands.get(1), fields, sizes, result)));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray operand = operands.get(0);
    HostArray index = operands.get(1);
    TensorType type = operand.type();
    int dim = dim(operation);
    int batch = batchDims(operation);
    HostArray result = HostArray.zeros(infer(type, index.type(), dim, batch));
    int between = product(type, batch, dim);
    int size = (int) type.dim(dim);
    int inner = product(type, dim + 1, type.rank());
    int places = product(index.type(), batch, index.type().rank());
    int outer = product(type, 0, dim);
    long[] one = {1};
    for (int o = 0; o < outer && size > 0; o++) {
      for (int p = 0; p < places; p++) {
        long wanted = index.getLong(o / between * places + p);
        long at = Math.max(0, Math.min(wanted, size - 1L));
        StridedCopy.copy(
            operand,
            (o * (long) size + at) * inner,
            one,
            result,
            ((long) o * places + p) * inner,
            one,
            new long[] {inner});
      }
    }
    return List.of(result);
  }
}
