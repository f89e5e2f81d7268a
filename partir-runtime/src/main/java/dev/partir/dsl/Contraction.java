package dev.partir.dsl;

import static dev.partir.dsl.Checks.fail;

import dev.partir.ir.BlockBuilder;
import dev.partir.op.DotGeneralOp;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What {@link Tensor} records of products that sum over dimensions. */
final class Contraction {
  private Contraction() {}

  static Tensor matmul(Tensor x, Tensor y) {
    x.same(y, "matmul");
    int left = x.rank();
    int right = y.rank();
    if (left == 0 || right == 0) {
      throw fail("matmul", x.type() + " times " + y.type(), "A scalar has no rows: use times");
    }
    int contracted = Math.max(0, right - 2);
    if (x.dim(left - 1) != y.dim(contracted)) {
      throw fail(
          "matmul",
          x.type()
              + " times "
              + y.type()
              + " contracts sizes "
              + x.dim(left - 1)
              + " and "
              + y.dim(contracted),
          "The last size of the left must be the last but one of the right");
    }
    int[] rows = {left - 1};
    int[] columns = {contracted};
    if (right <= 2) {
      return general(x, y, new int[0], new int[0], rows, columns);
    }
    int[] batch = IntStream.range(0, right - 2).toArray();
    if (left != right) {
      throw fail(
          "matmul",
          x.type() + " times " + y.type(),
          "Batch dimensions must be as many: broadcast one side first");
    }
    for (int d : batch) {
      if (x.dim(d) != y.dim(d)) {
        throw fail(
            "matmul",
            x.type() + " times " + y.type() + " has batch sizes " + x.dim(d) + " and " + y.dim(d),
            "Batch sizes must be equal");
      }
    }
    return general(x, y, batch, batch, rows, columns);
  }

  static Tensor general(
      Tensor x,
      Tensor y,
      int[] leftBatch,
      int[] rightBatch,
      int[] leftContracted,
      int[] rightContracted) {
    x.same(y, "contract");
    int[] lb = x.axes(leftBatch);
    int[] rb = y.axes(rightBatch);
    int[] lc = x.axes(leftContracted);
    int[] rc = y.axes(rightContracted);
    if (lb.length != rb.length
        || lc.length != rc.length
        || !areDistinct(lb, lc)
        || !areDistinct(rb, rc)) {
      throw fail(
          "contract",
          "batch dimensions %s and %s, contracted dimensions %s and %s"
              .formatted(
                  Arrays.toString(lb),
                  Arrays.toString(rb),
                  Arrays.toString(lc),
                  Arrays.toString(rc)),
          "Name as many of the left as of the right, each once");
    }
    BlockBuilder at = Checks.innermost("contract", x.block(), y.block());
    DotGeneralOp.Dimensions dimensions = new DotGeneralOp.Dimensions(lb, rb, lc, rc);
    return Tensor.recorded(at, DotGeneralOp.build(at, x.value(), y.value(), dimensions));
  }

  private static boolean areDistinct(int[] some, int[] more) {
    return IntStream.concat(Arrays.stream(some), Arrays.stream(more)).distinct().count()
        == some.length + more.length;
  }
}
