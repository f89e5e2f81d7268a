package dev.partir.dsl;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Value;
import java.util.List;
import java.util.function.BiFunction;

/** Records operations that tensors have no method for, for tests. */
public final class Recorded {
  private Recorded() {}

  /** Returns what an operation on values of one trace gives. */
  public static Tensor on(
      List<Tensor> tensors, BiFunction<BlockBuilder, List<Value>, Value> operation) {
    BlockBuilder block = tensors.get(0).block();
    return new Tensor(block, operation.apply(block, tensors.stream().map(Tensor::value).toList()));
  }
}
