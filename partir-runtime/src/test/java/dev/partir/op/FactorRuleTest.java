package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The rules of single operations, in their text form. */
final class FactorRuleTest {
  private static final int[] NONE = {};

  private static String rule(Function<Tensor, Tensor> body, long... dims) {
    var module =
        Tracer.trace(
            "one",
            List.of(new Tracer.Input("x", TensorType.of(ElementType.F32, dims))),
            in -> List.of(body.apply(in.get(0))));
    List<Operation> operations = module.main().body().operations();
    Operation last = operations.get(operations.size() - 2);
    return Op.of(last).rule(last).toString();
  }

  @Test
  void matrixProduct() {
    assertThat(rule(x -> x.contract(x, NONE, NONE, new int[] {1}, new int[] {1}), 8, 4))
        .isEqualTo("([i, k], [j, k])->([i, j]) {i=8, j=8, k=4} reduction={k}");
  }

  @Test
  void batchedProduct() {
    assertThat(
            rule(
                x -> x.contract(x, new int[] {0}, new int[] {0}, new int[] {2}, new int[] {2}),
                3,
                8,
                4))
        .isEqualTo("([i, j, l], [i, k, l])->([i, j, k]) {i=3, j=8, k=8, l=4} reduction={l}");
  }

  @Test
  void splittingReshape() {
    assertThat(rule(x -> x.reshape(33, 8, 32), 33, 256))
        .isEqualTo("([i, jk])->([i, j, k]) {i=33, j=8, k=32}");
  }

  @Test
  void mergingReshape() {
    assertThat(rule(x -> x.reshape(32), 2, 4, 4)).isEqualTo("([i, j, k])->([ijk]) {i=2, j=4, k=4}");
  }

  @Test
  void reshapeAcrossDimensions() {
    assertThat(rule(x -> x.reshape(32, 8), 8, 32))
        .isEqualTo("([i, jk])->([ij, k]) {i=8, j=4, k=8}");
  }

  @Test
  void reshapeWhoseSizesHaveOnlyAPartInCommon() {
    assertThat(rule(x -> x.reshape(4, 6), 6, 4))
        .isEqualTo("([ij, m])->([ik, l]) {i=2, j=3, k=2, l=6, m=4} need_replication={j, k, l, m}");
  }

  @Test
  void dimensionsOfSizeOneHaveNoFactorInAReshape() {
    assertThat(rule(x -> x.reshape(1, 6, 1), 6)).isEqualTo("([i])->([1, i, 1]) {i=6}");
  }

  @Test
  void sum() {
    assertThat(rule(x -> x.sum(1), 8, 4)).isEqualTo("([i, j], [])->([i]) {i=8, j=4} reduction={j}");
  }

  @Test
  void broadcast() {
    assertThat(rule(x -> x.broadcastTo(5, 8, 4), 1, 4))
        .isEqualTo("([1, k])->([i, j, k]) {i=5, j=8, k=4}");
  }

  @Test
  void slice() {
    assertThat(rule(x -> x.slice(1, 1, 3), 8, 4))
        .isEqualTo("([i, j])->([i, j]) {i=8, j=2} permutation={j} windows={0.1=sliding(1, 1, 1)}");
  }

  @Test
  void concatenation() {
    assertThat(rule(x -> x.concat(x, 0), 8, 4))
        .isEqualTo(
            "([i, j], [i, j])->([i, j]) {i=16, j=4} permutation={i} windows={0.0=sliding(1, 0, 1), 1.0=sliding(1, -8, 1)}");
  }

  @Test
  void gatherOfRows() {
    assertThat(rule(x -> x.gather(x.iota(0, ElementType.I32, 3)), 8, 4))
        .isEqualTo("([k, j], [i])->([i, j]) {i=3, j=4, k=8} reduction={k}");
  }
}
