package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.reshape}: the same elements in row-major order under other dimensions. Its rule
 * splits the dimensions on both sides into common factors, so that a split or merged dimension
 * keeps the tiling of its major part.
 */
public enum ReshapeOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.reshape";
  }

  /** Adds a reshape to {@code dims}. */
  public static Value build(BlockBuilder block, Value operand, long... dims) {
    return block
        .add(INSTANCE, List.of(operand), Attributes.EMPTY, List.of(operand.tensor().withDims(dims)))
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    check
        .constraint("C1")
        .require(
            from.element() == to.element(),
            () -> "it makes a " + to + " of a " + from,
            "Convert the elements first");
    check
        .constraint("C2")
        .require(
            !from.isStatic() || !to.isStatic() || from.elementCount() == to.elementCount(),
            () -> "it makes a " + to + " of a " + from,
            "Both must have the same number of elements");
  }

  @Override
  public Fusion fusion() {
    return Fusion.REPLICABLE;
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    if (from.elementCount() == 0) {
      return rule.build();
    }
    int f = 0;
    int t = 0;
    long fromRest = 1;
    long toRest = 1;
    while (true) {
      // The rest of a dimension is what its major factors have left of it. A dimension of size 1
      // has no factor.
      while (fromRest == 1 && f < from.rank()) {
        fromRest = from.dim(f++);
      }
      while (toRest == 1 && t < to.rank()) {
        toRest = to.dim(t++);
      }
      if (fromRest == 1 && toRest == 1) {
        return rule.build();
      }
      long common = gcd(fromRest, toRest);
      if (common == fromRest || common == toRest) {
        int factor = rule.factor(common, FactorRule.Kind.PARALLEL);
        rule.operand(0, f - 1, factor).result(0, t - 1, factor);
        fromRest /= common;
        toRest /= common;
        continue;
      }
      // Neither divides the other: their common part is a major factor of both; from there to where
      // the two sides meet again no
      // block of the one is a block of the other.
      if (common > 1) {
        int factor = rule.factor(common, FactorRule.Kind.PARALLEL);
        rule.operand(0, f - 1, factor).result(0, t - 1, factor);
        fromRest /= common;
        toRest /= common;
      }
      rule.operand(0, f - 1, rule.factor(fromRest, FactorRule.Kind.WHOLE));
      rule.result(0, t - 1, rule.factor(toRest, FactorRule.Kind.WHOLE));
      long fromProduct = fromRest;
      long toProduct = toRest;
      while (fromProduct != toProduct) {
        if (fromProduct < toProduct) {
          fromProduct *= from.dim(f);
          if (from.dim(f) > 1) {
            rule.operand(0, f, rule.factor(from.dim(f), FactorRule.Kind.WHOLE));
          }
          f++;
        } else {
          toProduct *= to.dim(t);
          if (to.dim(t) > 1) {
            rule.result(0, t, rule.factor(to.dim(t), FactorRule.Kind.WHOLE));
          }
          t++;
        }
      }
      fromRest = 1;
      toRest = 1;
    }
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  @Override
  public void pullback(Pullback at) {
    long[] dims = at.operation().operand(0).tensor().dims();
    at.give(0, at.terms().reshape(at.cotangent(), dims));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(operands.get(0).reshaped(operation.result().tensor()));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser);
  }
}
