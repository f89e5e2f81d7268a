package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ApproxTopK}, as JAX writes {@code approx_max_k} and {@code approx_min_k}: those elements
 * along a dimension that come first by a comparator, with what lies beside them in other arrays. It
 * may miss some of them; here it misses none. Operands are N arrays and N scalars, which XLA pads
 * with and which are not needed.
 */
final class ApproxTopK extends CustomTarget {
  private static Attributes given(Operation operation) {
    return operation.attributes().get("mhlo.backend_config") instanceof Attribute.Dictionary given
        ? given.entries()
        : Attributes.EMPTY;
  }

  private static int dimension(Operation operation) {
    return (int) given(operation).integer("reduction_dim", -1);
  }

  @Override
  void verify(Operation operation, OpChecker check) {
    int count = operation.results().size();
    if (!check.arity(2 * Math.max(1, count), Math.max(1, count), 0) || !check.tensors()) {
      return;
    }
    check.require(
        !CustomTarget.function(operation).isEmpty(),
        "it names no comparator",
        "Give it one, as in called_computations = [@f]");
    TensorType first = operation.operand(0).tensor();
    int d = dimension(operation);
    if (!check.require(
        d >= 0 && d < first.rank(),
        () -> "it chooses along dimension " + d + " of a " + first,
        "Give it a reduction_dim in mhlo.backend_config")) {
      return;
    }
    long size = operation.result(0).tensor().rank() > d ? operation.result(0).tensor().dim(d) : 0;
    check.require(
        size <= first.dim(d) || first.dim(d) == TensorType.DYNAMIC,
        () -> "it chooses " + size + " of " + first.dim(d) + " elements",
        "Choose at most all of them");
    for (int i = 0; i < count; i++) {
      TensorType type = operation.operand(i).tensor();
      check.require(
          type.compatibleShape(first),
          () -> "it takes a " + type + " beside a " + first,
          "All arrays must have one shape");
      if (check.ok()) {
        check.result(i, ShapeOps.withDim(type, d, size));
      }
    }
  }

  @Override
  List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
    List<HostArray> arrays = operands.subList(0, operation.results().size());
    List<TensorType> scalars = new ArrayList<>();
    for (HostArray array : arrays) {
      TensorType scalar = TensorType.of(array.type().element());
      scalars.add(scalar);
      scalars.add(scalar);
    }
    String comparator = CustomTarget.function(operation);
    return Decomposition.evaluate(
        arrays,
        evaluation,
        (block, values) ->
            expand(
                operation,
                values,
                Decomposition.calling(block, comparator, scalars, List.of(Regions.BOOLEAN)),
                List.of(),
                block));
  }

  /** Adds a sort by the comparator, of which the first elements are taken. */
  @Override
  List<Value> expand(
      Operation operation,
      List<Value> operands,
      Region body,
      List<? extends @Nullable String> names,
      BlockBuilder block) {
    int d = dimension(operation);
    List<Value> arrays = operands.subList(0, operation.results().size());
    Operation sort =
        block.add(
            SortOp.INSTANCE,
            arrays,
            Attributes.builder().put("dimension", d).build(),
            List.of(body),
            Op.typesOf(arrays),
            List.of(),
            operation.location());
    List<Value> firsts = new ArrayList<>();
    for (int i = 0; i < arrays.size(); i++) {
      TensorType type = operation.result(i).tensor();
      long[] ones = new long[type.rank()];
      Arrays.fill(ones, 1);
      Attributes slice = SliceOp.attributes(new long[type.rank()], type.dims(), ones);
      firsts.add(
          block
              .add(
                  SliceOp.INSTANCE,
                  List.of(sort.result(i)),
                  slice,
                  List.of(),
                  List.of(type),
                  names.isEmpty() ? List.of() : names.subList(i, i + 1),
                  operation.location())
              .result());
    }
    return firsts;
  }
}
