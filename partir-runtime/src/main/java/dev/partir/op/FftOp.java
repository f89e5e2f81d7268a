package dev.partir.op;

import dev.partir.array.FourierTransform;
import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.fft}: the discrete Fourier transform over the last dimensions, and its inverse;
 * of real numbers only the half that says all is held. Computed in double precision and rounded
 * once.
 */
public enum FftOp implements Op {
  INSTANCE;

  private static final String TYPE = "fft_type";
  private static final String LENGTH = "fft_length";

  @Override
  public String opName() {
    return "stablehlo.fft";
  }

  private static String type(Operation operation) {
    return operation.attributes().get(TYPE) instanceof Attribute.Enumerated value
        ? value.value()
        : "";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    String type = type(operation);
    TensorType operand = operation.operand(0).tensor();
    long[] length = operation.attributes().integers(LENGTH);
    if (!check.require(
        List.of("FFT", "IFFT", "RFFT", "IRFFT").contains(type),
        () -> "fft_type is \"" + type + "\"",
        "It is one of FFT, IFFT, RFFT, IRFFT")) {
      return;
    }
    check.constraint("C3");
    if (!check.require(
        length.length >= 1 && length.length <= 3,
        () -> "fft_length has " + length.length + " numbers",
        "It has one to three")) {
      return;
    }
    check.constraint("C1");
    if (!check.require(
        length.length <= operand.rank(),
        () -> "fft_length has " + length.length + " numbers for a " + operand,
        "Give at most one per dimension")) {
      return;
    }
    check.constraint("C2");
    boolean real = type.equals("RFFT");
    ElementType element = operand.element();
    if (!check.require(
        real ? element == ElementType.F32 || element == ElementType.F64 : element.isComplex(),
        () -> "it transforms elements of type " + element,
        real ? "RFFT takes f32 or f64" : type + " takes complex numbers")) {
      return;
    }
    int first = operand.rank() - length.length;
    for (int i = 0; i < length.length; i++) {
      int d = first + i;
      boolean half = type.equals("IRFFT") && i == length.length - 1;
      long wanted = half ? half(length[i]) : length[i];
      check.constraint(half ? "C5" : "C4");
      check.require(
          length[i] >= 0 && TensorType.compatible(operand.dim(d), wanted),
          () -> "its operand has size " + operand.dim(d) + " in dimension " + d,
          "With this fft_length it must be " + wanted);
    }
    if (check.ok()) {
      check.constraint("C2, C5").result(0, infer(type, operand, length[length.length - 1]));
    }
  }

  private static long half(long length) {
    return length == 0 ? 0 : length / 2 + 1;
  }

  private static TensorType infer(String type, TensorType operand, long last) {
    return switch (type) {
      case "RFFT" ->
          ShapeOps.withDim(operand, operand.rank() - 1, half(last))
              .withElement(
                  operand.element() == ElementType.F64
                      ? ElementType.COMPLEX_F64
                      : ElementType.COMPLEX_F32);
      case "IRFFT" ->
          ShapeOps.withDim(operand, operand.rank() - 1, last)
              .withElement(
                  operand.element() == ElementType.COMPLEX_F64 ? ElementType.F64 : ElementType.F32);
      default -> operand;
    };
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    int batch = type.rank() - operation.attributes().integers(LENGTH).length;
    for (int d = 0; d < batch; d++) {
      int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).result(0, d, factor);
    }
    return rule.build();
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    long elements = Math.max(operands[0].elementCount(), results[0].elementCount());
    long steps = 0;
    for (long length : operation.attributes().integers(LENGTH)) {
      steps += 64L - Long.numberOfLeadingZeros(Math.max(1, length - 1));
    }
    return Cost.of(5 * elements * steps, operands, results);
  }

  /** A Fourier transform is symmetric; those of real numbers are parts of it. */
  @Override
  public void pullback(Pullback at) {
    Attributes attributes = at.operation().attributes();
    String type = type(at.operation());
    long[] length = attributes.integers(LENGTH);
    TensorType from = at.operation().operand(0).tensor();
    int last = from.rank() - 1;
    BlockBuilder block = at.block();
    Terms t = at.terms();
    Value cotangent = at.cotangent();
    switch (type) {
      case "RFFT" -> {
        long[] none = new long[from.rank()];
        long[] high = none.clone();
        high[last] = from.dim(last) - cotangent.tensor().dim(last);
        Value whole = t.pad(cotangent, none, high, none);
        Value transformed = build(block, whole, "FFT", attributes);
        at.give(0, ComplexPartOp.REAL.build(block, transformed));
      }
      case "IRFFT" -> {
        // All but the ends of a half stand for their mirror images too.
        long size = length[length.length - 1];
        double count = 1;
        for (long l : length) {
          count *= l;
        }
        HostArray weights = HostArray.zeros(TensorType.of(from.element().part(), from.dim(last)));
        for (int i = 0; i < weights.length(); i++) {
          boolean end = i == 0 || 2L * i == size;
          weights.set(i, (end ? 1 : 2) / count);
        }
        Value transformed = t.unary(UnaryOp.CONJ, build(block, cotangent, "RFFT", attributes));
        Value scale =
            t.broadcast(
                ConstantOp.build(block, weights.toDense()),
                from.withElement(from.element().part()),
                last);
        at.give(0, t.times(transformed, ComplexOp.build(block, scale, t.zeros(scale.tensor()))));
      }
      default -> at.give(0, build(block, cotangent, type, attributes));
    }
  }

  private static Value build(
      BlockBuilder block, Value operand, String type, Attributes attributes) {
    long[] length = attributes.integers(LENGTH);
    return block
        .add(
            INSTANCE,
            List.of(operand),
            attributes.with(TYPE, new Attribute.Enumerated("stablehlo", TYPE, type)),
            List.of(infer(type, operand.tensor(), length[length.length - 1])))
        .result();
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    String type = type(operation);
    HostArray operand = operands.get(0);
    long[] length = operation.attributes().integers(LENGTH);
    HostArray result = HostArray.zeros(infer(type, operand.type(), length[length.length - 1]));
    // The longer of both sides, as complex numbers.
    TensorType whole = type.equals("IRFFT") ? result.type() : operand.type();
    int count = (int) whole.elementCount();
    if (count == 0) {
      return List.of(result);
    }
    double[] re = new double[count];
    double[] im = new double[count];
    boolean inverse = type.startsWith("I");
    int last = whole.rank() - 1;
    int line = (int) whole.dim(last);
    if (type.equals("IRFFT")) {
      readHalf(operand, re, im, line);
    } else {
      boolean complex = operand.type().element().isComplex();
      for (int i = 0; i < count; i++) {
        re[i] = operand.get(complex ? 2 * i : i);
        im[i] = complex ? operand.get(2 * i + 1) : 0;
      }
    }
    for (int d = whole.rank() - length.length; d < last; d++) {
      transform(re, im, whole, d, inverse);
    }
    if (type.equals("IRFFT")) {
      mirror(re, im, whole);
    }
    transform(re, im, whole, last, inverse);
    write(re, im, line, result);
    return List.of(result);
  }

  /** Reads lines of half the numbers into the beginnings of lines. */
  private static void readHalf(HostArray operand, double[] re, double[] im, int line) {
    int held = (int) operand.type().dim(operand.type().rank() - 1);
    for (int i = 0; i < operand.length() / 2; i++) {
      int to = i / held * line + i % held;
      re[to] = operand.get(2 * i);
      im[to] = operand.get(2 * i + 1);
    }
  }

  /**
   * Completes the lines of the last dimension, whose transform is real, with the conjugates of
   * their first halves. What cannot be of a real line is dropped: the imaginary parts of the first
   * number and, where the length is even, of the middle one.
   */
  private static void mirror(double[] re, double[] im, TensorType type) {
    int line = (int) type.dim(type.rank() - 1);
    for (int start = 0; start < re.length; start += line) {
      im[start] = 0;
      if (line % 2 == 0) {
        im[start + line / 2] = 0;
      }
      for (int k = 1; k < (line + 1) / 2; k++) {
        re[start + line - k] = re[start + k];
        im[start + line - k] = -im[start + k];
      }
    }
  }

  private static void transform(
      double[] re, double[] im, TensorType type, int dimension, boolean inverse) {
    int size = (int) type.dim(dimension);
    int stride = 1;
    for (int d = dimension + 1; d < type.rank(); d++) {
      stride *= (int) type.dim(d);
    }
    FourierTransform transform = new FourierTransform(size);
    double[] lineRe = new double[size];
    double[] lineIm = new double[size];
    for (int outer = 0; outer < re.length; outer += size * stride) {
      for (int start = outer; start < outer + stride; start++) {
        for (int k = 0; k < size; k++) {
          lineRe[k] = re[start + k * stride];
          lineIm[k] = im[start + k * stride];
        }
        if (inverse) {
          transform.inverse(lineRe, lineIm);
        } else {
          transform.transform(lineRe, lineIm);
        }
        for (int k = 0; k < size; k++) {
          re[start + k * stride] = lineRe[k];
          im[start + k * stride] = lineIm[k];
        }
      }
    }
  }

  private static void write(double[] re, double[] im, int line, HostArray result) {
    boolean complex = result.type().element().isComplex();
    int held = (int) result.type().dim(result.type().rank() - 1);
    int count = (int) result.type().elementCount();
    for (int i = 0; i < count; i++) {
      int from = i / held * line + i % held;
      result.set(complex ? 2 * i : i, re[from]);
      if (complex) {
        result.set(2 * i + 1, im[from]);
      }
    }
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.fft ")
        .operands(operation.operands())
        .print(", type = " + type(operation) + ", length = ")
        .list(operation.attributes().integers(LENGTH))
        .attributes(operation.attributes(), List.of(TYPE, LENGTH))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = List.of(parser.operand());
    parser.expect(",");
    parser.expect("type");
    parser.expect("=");
    Attribute type = new Attribute.Enumerated("stablehlo", TYPE, parser.word());
    parser.expect(",");
    parser.expect("length");
    parser.expect("=");
    return ShapeOps.finish(
        parser, operands, Attributes.builder().put(TYPE, type).putArray(LENGTH, parser.list()));
  }
}
