package dev.partir.array;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Convolutions by products of matrices: the windows of the padded input become the rows of a matrix
 * (Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
 * processing", 2006), a bounded number of rows at a time. Every sum runs over the window in
 * row-major order, the input features of each of its elements innermost, from zero; every product
 * and sum is rounded in the element type.
 *
 * <p>Arrays come and go as views: a stride per dimension of [batch, feature, spatial dimensions].
 */
public final class Convolution {
  /** Numbers in a matrix of windows. */
  private static final int MATRIX = 1 << 22;

  private static final int BATCH = 0;
  private static final int FEATURE = 1;

  private final Window window;
  private final int spatial;
  private final int groups;
  private final long[] kernelSizes;
  private final long[] dilations;
  private final long[] strides;
  private final boolean[] reversed;

  /** The padded input as [batch, padded spatial..., feature]. */
  private final HostArray padded;

  private final long[] paddedStrides;
  private final int groupFeatures;

  /**
   * How a window moves over the input.
   *
   * @param strides how far it moves
   * @param low how many zeros stand before the input, negative where elements are cut off
   * @param high how many after it
   * @param inputDilations how far the elements of the input lie apart
   * @param kernelDilations how far the elements of the kernel lie apart
   * @param reversed whether the kernel is turned around
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, and neither compared nor changed.
  public record Window(
      long[] strides,
      long[] low,
      long[] high,
      long[] inputDilations,
      long[] kernelDilations,
      boolean[] reversed) {}

  /**
   * An array with a meaning for each of its dimensions.
   *
   * @param order the dimensions that are [batch, feature, spatial dimensions]; of a kernel, [input
   *     feature, output feature, spatial dimensions]
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, and neither compared nor changed.
  public record View(HostArray array, int[] order) {
    long size(int meaning) {
      return array.type().dim(order[meaning]);
    }

    long stride(int meaning) {
      return StridedCopy.strides(array.type().dims())[order[meaning]];
    }
  }

  private Convolution(View input, View kernel, Window window, int groups, int groupFeatures) {
    this.window = window;
    this.groups = groups;
    this.groupFeatures = groupFeatures;
    spatial = window.strides.length;
    kernelSizes = new long[spatial];
    for (int d = 0; d < spatial; d++) {
      kernelSizes[d] = kernel.size(2 + d);
    }
    strides = window.strides;
    dilations = window.kernelDilations;
    reversed = window.reversed;
    padded = padded(input);
    paddedStrides = StridedCopy.strides(padded.type().dims());
  }

  /**
   * Convolves.
   *
   * @param featureGroups into how many groups the features of input and output are divided
   * @param batchGroups the same for the batch of the input and the features of the output
   * @param output zeros, which are overwritten
   */
  public static void convolve(
      View input,
      View kernel,
      Window window,
      int featureGroups,
      int batchGroups,
      View output,
      Arithmetic arithmetic) {
    if (output.array.length() == 0) {
      return;
    }
    int groups = featureGroups * batchGroups;
    var convolution = new Convolution(input, kernel, window, groups, (int) kernel.size(BATCH));
    long batchStep = batchGroups > 1 ? input.size(BATCH) / batchGroups : 0;
    long featureStep = featureGroups > 1 ? kernel.size(BATCH) : 0;
    convolution.run(kernel, batchStep, featureStep, output, arithmetic);
  }

  /** Returns the input as [batch, padded and dilated spatial dimensions, feature]. */
  private HostArray padded(View input) {
    ElementType element = input.array.type().element();
    int rank = spatial + 2;
    long[] dims = new long[rank];
    long[] from = new long[rank];
    long[] sizes = new long[rank];
    long[] first = new long[rank];
    long[] step = new long[rank];
    Arrays.fill(step, 1);
    dims[0] = input.size(BATCH);
    dims[rank - 1] = input.size(FEATURE);
    from[0] = input.stride(BATCH);
    from[rank - 1] = input.stride(FEATURE);
    long source = 0;
    for (int d = 0; d < spatial; d++) {
      long size = input.size(2 + d);
      long dilation = window.inputDilations[d];
      long low = window.low[d];
      dims[1 + d] = Math.max(0, low + window.high[d] + (size == 0 ? 0 : (size - 1) * dilation + 1));
      from[1 + d] = input.stride(2 + d);
      long begin = low >= 0 ? 0 : (-low + dilation - 1) / dilation;
      long end = Math.min(size - 1, Math.floorDiv(dims[1 + d] - 1 - low, dilation));
      sizes[1 + d] = Math.max(0, end - begin + 1);
      first[1 + d] = begin * dilation + low;
      step[1 + d] = dilation;
      source += begin * from[1 + d];
    }
    sizes[0] = dims[0];
    sizes[rank - 1] = dims[rank - 1];
    HostArray array = HostArray.zeros(TensorType.of(element, dims));
    long[] to = StridedCopy.strides(dims);
    long target = 0;
    for (int d = 0; d < rank; d++) {
      target += first[d] * to[d];
      to[d] *= step[d];
    }
    StridedCopy.copy(input.array, source, from, array, target, to, sizes);
    return array;
  }

  private void run(
      View kernel, long batchStep, long featureStep, View output, Arithmetic arithmetic) {
    int n = (int) (kernel.size(FEATURE) / groups);
    int k = groupFeatures;
    for (long size : kernelSizes) {
      k *= (int) size;
    }
    // The places of the window, in the order of the rows of the matrix of windows.
    long[] places = new long[1 + spatial];
    long count = 1;
    for (int d = 0; d < places.length; d++) {
      places[d] = output.size(d == 0 ? BATCH : 1 + d);
      count *= places[d];
    }
    ElementType element = output.array.type().element();
    HostArray right = arrangedKernel(kernel, n, k);
    // Whole slices of the first dimensions of the places at a time.
    int cut = 0;
    long slice = count;
    while (cut < places.length && slice * k * groups > MATRIX) {
      slice /= places[cut++];
    }
    long slices = count / slice;
    int[] tasks = IntStream.range(0, (int) slices).toArray();
    int cutDims = cut;
    int depth = k;
    int rows = (int) slice;
    // A product uses several threads by itself; small ones are worth less than that costs.
    Arrays.stream(tasks)
        .forEach(
            task -> {
              long[] first = new long[places.length];
              long[] sizes = places.clone();
              long rest = task;
              for (int d = cutDims - 1; d >= 0; d--) {
                first[d] = rest % places[d];
                rest /= places[d];
                sizes[d] = 1;
              }
              if (isDepthwise(n, element)) {
                depthwise(right, first, sizes, rows, depth, output);
              } else {
                HostArray left = windows(first, sizes, rows, depth, batchStep, featureStep);
                TensorType type = TensorType.of(element, groups, rows, n);
                store(
                    MatrixProduct.multiply(left, right, groups, rows, n, depth, type, arithmetic),
                    first,
                    sizes,
                    n,
                    output);
              }
            });
  }

  /** One output per channel: the channels are what loops can be vectorized over. */
  private boolean isDepthwise(int n, ElementType element) {
    return n == 1
        && groups > 1
        && groupFeatures == 1
        && element == ElementType.F32
        && padded.type().dim(spatial + 1) == groups;
  }

  /** Returns the kernel as [group, window, input feature, output feature of the group]. */
  private HostArray arrangedKernel(View kernel, int n, int k) {
    long[] from = new long[spatial + 3];
    long[] sizes = new long[spatial + 3];
    from[0] = kernel.stride(FEATURE) * n;
    sizes[0] = groups;
    for (int d = 0; d < spatial; d++) {
      from[1 + d] = kernel.stride(2 + d);
      sizes[1 + d] = kernelSizes[d];
    }
    from[spatial + 1] = kernel.stride(BATCH);
    sizes[spatial + 1] = groupFeatures;
    from[spatial + 2] = kernel.stride(FEATURE);
    sizes[spatial + 2] = n;
    ElementType element = kernel.array.type().element();
    return StridedCopy.read(kernel.array, 0, from, TensorType.of(element, sizes))
        .reshaped(TensorType.of(element, groups, k, n));
  }

  /** Returns the first element under the window at a place. */
  private long start(long[] first) {
    long start = first[0] * paddedStrides[0];
    for (int d = 0; d < spatial; d++) {
      long at = first[1 + d] * strides[d];
      if (reversed[d]) {
        at += (kernelSizes[d] - 1) * dilations[d];
      }
      start += at * paddedStrides[1 + d];
    }
    return start;
  }

  /** Returns the windows at a box of places as [group, place, window and input feature]. */
  private HostArray windows(
      long[] first, long[] sizes, int rows, int k, long batchStep, long featureStep) {
    int rank = 1 + (1 + spatial) + spatial + 1;
    long[] from = new long[rank];
    long[] dims = new long[rank];
    int at = 0;
    from[at] = batchStep * paddedStrides[0] + featureStep * paddedStrides[spatial + 1];
    dims[at++] = groups;
    from[at] = paddedStrides[0];
    dims[at++] = sizes[0];
    for (int d = 0; d < spatial; d++) {
      from[at] = paddedStrides[1 + d] * strides[d];
      dims[at++] = sizes[1 + d];
    }
    for (int d = 0; d < spatial; d++) {
      from[at] = paddedStrides[1 + d] * dilations[d] * (reversed[d] ? -1 : 1);
      dims[at++] = kernelSizes[d];
    }
    from[at] = paddedStrides[spatial + 1];
    dims[at] = groupFeatures;
    ElementType element = padded.type().element();
    return StridedCopy.read(padded, start(first), from, TensorType.of(element, dims))
        .reshaped(TensorType.of(element, groups, rows, k));
  }

  /** Stores [group, place, feature] at a box of places. */
  private void store(HostArray product, long[] first, long[] sizes, int n, View output) {
    long[] to = new long[spatial + 3];
    long[] dims = new long[spatial + 3];
    long target = 0;
    to[0] = output.stride(FEATURE) * n;
    dims[0] = groups;
    for (int d = 0; d <= spatial; d++) {
      int meaning = d == 0 ? BATCH : 1 + d;
      to[1 + d] = output.stride(meaning);
      dims[1 + d] = sizes[d];
      target += first[d] * to[1 + d];
    }
    to[spatial + 2] = output.stride(FEATURE);
    dims[spatial + 2] = n;
    StridedCopy.copy(product, 0, StridedCopy.strides(dims), output.array, target, to, dims);
  }

  private void depthwise(
      HostArray kernel, long[] first, long[] sizes, int rows, int k, View output) {
    float[] input = padded.floats();
    float[] weights =
        StridedCopy.read(kernel, 0, new long[] {1, k}, TensorType.of(ElementType.F32, k, groups))
            .floats();
    float[] sums = new float[rows * groups];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              long[] place = first.clone();
              long rest = row;
              for (int d = sizes.length - 1; d >= 0; d--) {
                place[d] += rest % sizes[d];
                rest /= sizes[d];
              }
              int begin = (int) start(place);
              long[] position = new long[spatial];
              for (int p = 0; p < k; p++) {
                int source = begin;
                for (int d = 0; d < spatial; d++) {
                  long step = position[d] * dilations[d] * paddedStrides[1 + d];
                  source += (int) (reversed[d] ? -step : step);
                }
                multiplyAdd(sums, row * groups, input, source, weights, p * groups, groups);
                for (int d = spatial - 1; d >= 0 && ++position[d] == kernelSizes[d]; d--) {
                  position[d] = 0;
                }
              }
            });
    TensorType type = TensorType.of(ElementType.F32, rows, groups);
    HostArray product = HostArray.of(type, sums);
    HostArray grouped =
        StridedCopy.read(
            product, 0, new long[] {1, groups}, TensorType.of(ElementType.F32, groups, rows));
    store(grouped, first, sizes, 1, output);
  }

  private static void multiplyAdd(
      float[] sums, int s, float[] left, int l, float[] right, int r, int count) {
    for (int i = 0; i < count; i++) {
      sums[s + i] += left[l + i] * right[r + i];
    }
  }
}
