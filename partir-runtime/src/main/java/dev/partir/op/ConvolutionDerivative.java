package dev.partir.op;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The derivative of a convolution: two convolutions. That of the input goes over the cotangent with
 * the kernel turned around; that of the kernel goes over the input with the cotangent, batch and
 * features having changed places (Dumoulin and Visin, "A guide to convolution arithmetic for deep
 * learning", arXiv 1603.07285, chapter 4). Strides become dilations and dilations strides.
 */
final class ConvolutionDerivative {
  private final Pullback at;
  private final Terms t;
  private final Attributes attributes;
  private final TensorType input;
  private final TensorType kernel;
  private final TensorType output;
  private final int[] in;
  private final int[] ker;
  private final int[] out;
  private final int spatial;
  private final WindowAttributes window;
  private final boolean[] reversed;
  private final long featureGroups;
  private final long batchGroups;

  private ConvolutionDerivative(Pullback at, WindowAttributes window) {
    this.at = at;
    this.window = window;
    t = at.terms();
    Operation operation = at.operation();
    attributes = operation.attributes();
    input = operation.operand(0).tensor();
    kernel = operation.operand(1).tensor();
    output = operation.result().tensor();
    ConvolutionNumbers numbers = Objects.requireNonNull(ConvolutionOp.numbers(attributes));
    in = Objects.requireNonNull(numbers.inputDims());
    ker = Objects.requireNonNull(numbers.kernelDims());
    out = Objects.requireNonNull(numbers.outputDims());
    spatial = in.length - 2;
    boolean[] given = ConvolutionText.reversal(attributes);
    reversed = given == null ? new boolean[spatial] : given;
    featureGroups = attributes.integer(ConvolutionOp.FEATURE_GROUPS, 1);
    batchGroups = attributes.integer(ConvolutionOp.BATCH_GROUPS, 1);
  }

  /**
   * Adds the derivative.
   *
   * @param window the kernel as a window over the spatial dimensions
   */
  static void pullback(Pullback at, WindowAttributes window) {
    var derivative = new ConvolutionDerivative(at, window);
    if (at.wants(0)) {
      at.give(0, derivative.ofInput());
    }
    if (at.wants(1)) {
      at.give(1, derivative.ofKernel());
    }
  }

  private static long dilated(long size, long dilation) {
    return size == 0 ? 0 : (size - 1) * dilation + 1;
  }

  private long span(int d) {
    return dilated(window.size(d), window.dilation(d));
  }

  private long inputSpan(int d) {
    return dilated(input.dim(in[2 + d]), window.baseDilation(d));
  }

  private long outputSpan(int d) {
    return dilated(output.dim(out[2 + d]), window.stride(d));
  }

  private Value ofInput() {
    long groups = Math.max(featureGroups, batchGroups);
    Value flipped = at.operand(1);
    int[] places = ker;
    if (groups > 1) {
      // Groups are major in the output features; here they are those of the input features.
      flipped = moveMajor(flipped, ker[1], ker[0], groups);
    }
    long[] padding = new long[2 * spatial];
    long[] strides = new long[spatial];
    long[] baseDilations = new long[spatial];
    long[] dilations = new long[spatial];
    boolean[] turned = new boolean[spatial];
    for (int d = 0; d < spatial; d++) {
      padding[2 * d] = span(d) - 1 - window.low(d);
      padding[2 * d + 1] = inputSpan(d) + span(d) - 1 - outputSpan(d) - padding[2 * d];
      strides[d] = window.baseDilation(d);
      baseDilations[d] = window.stride(d);
      dilations[d] = window.dilation(d);
      turned[d] = !reversed[d];
    }
    long[] dims = input.dims();
    dims[in[0]] /= batchGroups;
    dims[in[1]] *= batchGroups;
    Value result =
        convolve(
            at.cotangent(),
            flipped,
            new String[][] {words(out, "b", "f"), words(places, "o", "i"), words(in, "b", "f")},
            new WindowAttributes(new long[spatial], strides, baseDilations, dilations, padding),
            turned,
            groups,
            1,
            dims);
    return batchGroups > 1
        ? t.convert(moveMajor(result, in[1], in[0], batchGroups), input.element())
        : t.convert(result, input.element());
  }

  private Value ofKernel() {
    long[] padding = new long[2 * spatial];
    long[] strides = new long[spatial];
    long[] baseDilations = new long[spatial];
    long[] dilations = new long[spatial];
    List<Long> turned = new ArrayList<>();
    for (int d = 0; d < spatial; d++) {
      padding[2 * d] = window.low(d);
      padding[2 * d + 1] = outputSpan(d) - inputSpan(d) + span(d) - window.low(d) - 1;
      strides[d] = window.dilation(d);
      baseDilations[d] = window.baseDilation(d);
      dilations[d] = window.stride(d);
      if (reversed[d]) {
        turned.add((long) ker[2 + d]);
      }
    }
    Value result =
        convolve(
            at.operand(0),
            at.cotangent(),
            new String[][] {words(in, "f", "b"), words(out, "i", "o"), words(ker, "b", "f")},
            new WindowAttributes(new long[spatial], strides, baseDilations, dilations, padding),
            new boolean[spatial],
            batchGroups,
            featureGroups,
            kernel.dims());
    if (!turned.isEmpty()) {
      result = ReverseOp.build(at.block(), result, turned.stream().mapToLong(d -> d).toArray());
    }
    return t.convert(result, kernel.element());
  }

  /** Returns what each dimension means, where the first two of {@code dims} mean that. */
  private String[] words(int[] dims, String first, String second) {
    String[] words = new String[dims.length];
    for (int meaning = 0; meaning < dims.length; meaning++) {
      words[dims[meaning]] =
          meaning == 0 ? first : meaning == 1 ? second : Integer.toString(meaning - 2);
    }
    return words;
  }

  /** Returns an array whose dimension {@code from} has given its major part to {@code to}. */
  private Value moveMajor(Value array, int from, int to, long groups) {
    TensorType type = array.tensor();
    int rank = type.rank();
    // The part stands before what is left of the dimension that it comes from.
    long[] split = new long[rank + 1];
    for (int d = 0, i = 0; d < rank; d++) {
      if (d == from) {
        split[i++] = groups;
      }
      split[i++] = d == from ? type.dim(d) / groups : type.dim(d);
    }
    long[] permutation = new long[rank + 1];
    long[] dims = type.dims();
    dims[from] /= groups;
    dims[to] *= groups;
    for (int d = 0, i = 0; d < rank; d++) {
      if (d == to) {
        permutation[i++] = from;
      }
      permutation[i++] = d >= from ? d + 1 : d;
    }
    return t.reshape(t.transpose(t.reshape(array, split), permutation), dims);
  }

  private Value convolve(
      Value left,
      Value right,
      String[][] words,
      WindowAttributes numbers,
      boolean[] turned,
      long features,
      long batches,
      long[] dims) {
    ElementType element = at.cotangent().tensor().element();
    List<Long> turns = new ArrayList<>();
    long[] strides = new long[spatial];
    long[] baseDilations = new long[spatial];
    long[] dilations = new long[spatial];
    long[] padding = new long[2 * spatial];
    for (int d = 0; d < spatial; d++) {
      strides[d] = numbers.stride(d);
      baseDilations[d] = numbers.baseDilation(d);
      dilations[d] = numbers.dilation(d);
      padding[2 * d] = numbers.low(d);
      padding[2 * d + 1] = numbers.high(d);
      turns.add(turned[d] ? 1L : 0L);
    }
    Attributes.Builder all =
        Attributes.builder()
            .putAll(attributes)
            .put(
                ConvolutionOp.NUMBERS,
                ConvolutionText.numbers(new ConvolutionNumbers(words[0], words[1], words[2])))
            .putArray(ConvolutionOp.STRIDES, strides)
            .put(WindowAttributes.PADDING, ConvolutionText.padding(padding))
            .putArray(ConvolutionOp.INPUT_DILATION, baseDilations)
            .putArray(ConvolutionOp.KERNEL_DILATION, dilations)
            .put(ConvolutionOp.REVERSAL, new Attribute.IntArray(ElementType.I1, turns))
            .put(ConvolutionOp.FEATURE_GROUPS, features)
            .put(ConvolutionOp.BATCH_GROUPS, batches);
    // Both operands must be of one type, which the sums of a wider one are not.
    return at.block()
        .add(
            ConvolutionOp.INSTANCE,
            List.of(t.convert(left, element), t.convert(right, element)),
            all.build(),
            List.of(left.tensor().withDims(dims).withElement(element)))
        .result();
  }
}
