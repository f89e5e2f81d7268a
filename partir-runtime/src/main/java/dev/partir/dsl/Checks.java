package dev.partir.dsl;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;

/** What all operations of the DSL need: broadcasting, dimension numbers, blocks, messages. */
final class Checks {
  private Checks() {}

  /** Returns the shape that two shapes broadcast to, with the element type of the first. */
  static TensorType common(TensorType a, TensorType b, String what) {
    int rank = Math.max(a.rank(), b.rank());
    long[] sizes = new long[rank];
    for (int d = 0; d < rank; d++) {
      long left = d < rank - a.rank() ? 1 : a.dim(d - rank + a.rank());
      long right = d < rank - b.rank() ? 1 : b.dim(d - rank + b.rank());
      if (left != right && left != 1 && right != 1) {
        throw fail(
            what,
            a
                + " and "
                + b
                + " have sizes "
                + left
                + " and "
                + right
                + " in dimension "
                + d
                + " of the result",
            "Sizes must be equal or 1");
      }
      sizes[d] = left == 1 ? right : left;
    }
    return a.withDims(sizes);
  }

  /** Returns the block in which what two tensors make is computed: the inner one of theirs. */
  static BlockBuilder innermost(String what, BlockBuilder a, BlockBuilder b) {
    if (a.isWithin(b)) {
      return a;
    }
    if (b.isWithin(a)) {
      return b;
    }
    throw new PartirException(
        Diagnostic.of(
            ErrorCode.UNTRACEABLE,
            what,
            "it combines tensors of two traces",
            "Use tensors of one call of the model only"));
  }

  static int axis(int dim, TensorType type) {
    int at = dim < 0 ? dim + type.rank() : dim;
    if (at < 0 || at >= type.rank()) {
      throw fail(
          "dimension " + dim,
          "a " + type + " has " + type.rank() + " dimensions",
          "Count from 0, or from -1 backwards");
    }
    return at;
  }

  static PartirException fail(String subject, String problem, String remedy) {
    return new PartirException(Diagnostic.of(ErrorCode.INVALID_OP, subject, problem, remedy));
  }
}
