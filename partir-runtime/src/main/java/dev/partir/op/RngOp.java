package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import java.util.SplittableRandom;

/**
 * {@code stablehlo.rng}: random numbers, uniform from a to below b, or normal of mean a and
 * standard deviation b. The specification leaves open which; here they are those of the run's
 * generator, so that every run, and every process of a run, draws the same.
 */
public enum RngOp implements Op {
  INSTANCE;

  private static final String DISTRIBUTION = "rng_distribution";

  @Override
  public String opName() {
    return "stablehlo.rng";
  }

  @Override
  public boolean hasSideEffect() {
    // It moves the generator on.
    return true;
  }

  private static String distribution(Operation operation) {
    return operation.attributes().get(DISTRIBUTION) instanceof Attribute.Enumerated value
        ? value.value()
        : "";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 0) || !check.tensors()) {
      return;
    }
    String distribution = distribution(operation);
    check.require(
        distribution.equals("UNIFORM") || distribution.equals("NORMAL"),
        () -> "rng_distribution is \"" + distribution + "\"",
        "It is UNIFORM or NORMAL");
    TensorType a = operation.operand(0).tensor();
    TensorType b = operation.operand(1).tensor();
    TensorType shape = operation.operand(2).tensor();
    TensorType result = operation.result().tensor();
    check.require(
        a.rank() == 0 && b.rank() == 0,
        () -> "its parameters are a " + a + " and a " + b,
        "They must be scalars");
    check.constraint("C1");
    check.require(
        a.element() == b.element() && a.element() == result.element() && !a.element().isComplex(),
        () -> "it makes a " + result + " of a " + a + " and a " + b,
        "All must have one element type, which is not complex");
    check.constraint("C2");
    check.require(
        !distribution.equals("NORMAL") || a.element().isFloat(),
        () -> "it makes normal numbers of type " + a.element(),
        "They must be floats");
    check.constraint("C3");
    ShapeOps.requireSizes(check, "shape", shape, result.rank());
    long[] known = ShapeOps.knownSizes(operation.operand(2));
    if (known != null && check.ok()) {
      check.result(0, result.withDims(known));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type =
        operation.result().tensor().withDims(ShapeOps.sizes(operation, operands.get(2)));
    ElementType element = type.element();
    HostArray numbers = HostArray.zeros(type);
    SplittableRandom random = evaluation.random();
    HostArray a = operands.get(0);
    HostArray b = operands.get(1);
    boolean normal = distribution(operation).equals("NORMAL");
    for (int i = 0; i < numbers.length(); i++) {
      if (normal) {
        numbers.set(i, a.get(0) + b.get(0) * random.nextGaussian());
      } else if (element.isFloat()) {
        uniform(numbers, i, a.get(0), b.get(0), random);
      } else {
        long range = b.getLong(0) - a.getLong(0);
        // Of no range all numbers are the first.
        long offset = range == 0 ? 0 : Long.remainderUnsigned(random.nextLong(), range);
        numbers.setLong(i, a.getLong(0) + offset);
      }
    }
    return List.of(numbers);
  }

  private static void uniform(
      HostArray numbers, int index, double from, double to, SplittableRandom random) {
    numbers.set(index, from + (to - from) * random.nextDouble());
    if (numbers.get(index) >= to && from < to) {
      // The rounding to the element type reached the end, which is not part of the range.
      numbers.set(index, from);
    }
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.rng ")
        .operands(operation.operands())
        .print(", distribution = " + distribution(operation))
        .attributes(operation.attributes(), List.of(DISTRIBUTION))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    parser.expect(",");
    parser.expect("distribution");
    parser.expect("=");
    Attribute distribution = new Attribute.Enumerated("stablehlo", DISTRIBUTION, parser.word());
    return ShapeOps.finish(parser, operands, Attributes.builder().put(DISTRIBUTION, distribution));
  }
}
