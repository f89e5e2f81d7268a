package dev.partir.core;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Instances of folds and of operations over windows. */
final class WindowInstances extends Draw {
  WindowInstances(long seed, String element) {
    super(seed, element);
  }

  String reduce() {
    long[] dims = dims(rank(1, 4));
    long[] reduced = someDims(dims.length);
    long[] kept =
        LongStream.range(0, dims.length)
            .filter(d -> Arrays.stream(reduced).noneMatch(r -> r == d))
            .map(d -> dims[(int) d])
            .toArray();
    String attributes = "dimensions = " + list(reduced);
    if (random.nextInt(4) == 0) {
      return program(
          "stablehlo.reduce",
          attributes,
          twoFolds(),
          List.of(type(dims), type(dims), type(), type()),
          List.of(type(kept), type(kept)));
    }
    return program(
        "stablehlo.reduce",
        attributes,
        fold(monoid()),
        List.of(type(dims), type()),
        List.of(type(kept)));
  }

  /** Windows over an array. */
  final class Sliding {
    final long[] dims;
    final long[] sizes;
    final long[] strides;
    final long[] base;
    final long[] dilations;
    final long[] padding;
    final long[] places;

    /** Draws windows; those of {@code large} ones have few places. */
    Sliding(int rank, boolean dilated, boolean large) {
      dims = dims(rank);
      sizes = new long[rank];
      strides = new long[rank];
      base = new long[rank];
      dilations = new long[rank];
      padding = new long[2 * rank];
      places = new long[rank];
      for (int d = 0; d < rank; d++) {
        boolean trivial = random.nextInt(3) == 0;
        sizes[d] = trivial ? 1 : 1 + random.nextInt(3);
        strides[d] = trivial ? 1 : 1 + random.nextInt(3);
        base[d] = trivial || !dilated || random.nextInt(4) > 0 ? 1 : 2;
        dilations[d] = trivial || !dilated || random.nextInt(3) > 0 ? 1 : 2;
        boolean padded = !trivial && random.nextInt(3) > 0;
        padding[2 * d] = padded ? random.nextInt(3) : 0;
        padding[2 * d + 1] = padded ? random.nextInt(3) : 0;
        dims[d] += 4;
        long length = padding[2 * d] + padding[2 * d + 1] + (dims[d] - 1) * base[d] + 1;
        if (large && !trivial) {
          sizes[d] = Math.max(1, (length - 1) / dilations[d] + 1 - random.nextInt(4));
        }
        long window = (sizes[d] - 1) * dilations[d] + 1;
        places[d] = (length - window) / strides[d] + 1;
      }
    }

    String paddingText() {
      String pairs =
          LongStream.range(0, dims.length)
              .mapToObj(d -> "[" + padding[2 * (int) d] + ", " + padding[2 * (int) d + 1] + "]")
              .collect(Collectors.joining(", "));
      return "dense<[" + pairs + "]> : tensor<" + dims.length + "x2xi64>";
    }

    String text() {
      return "window_dimensions = "
          + list(sizes)
          + ", window_strides = "
          + list(strides)
          + ", padding = "
          + paddingText();
    }
  }

  String reduceWindow() {
    Sliding window = new Sliding(rank(1, 3), true, false);
    String attributes =
        window.text()
            + ", base_dilations = "
            + list(window.base)
            + ", window_dilations = "
            + list(window.dilations);
    if (random.nextInt(4) == 0) {
      return program(
          "stablehlo.reduce_window",
          attributes,
          twoFolds(),
          List.of(type(window.dims), type(window.dims), type(), type()),
          List.of(type(window.places), type(window.places)));
    }
    return program(
        "stablehlo.reduce_window",
        attributes,
        fold(monoid()),
        List.of(type(window.dims), type()),
        List.of(type(window.places)));
  }

  String selectAndScatter() {
    Sliding window = new Sliding(rank(1, 3), false, false);
    String select =
        ("{ ^bb0(%x: SCALAR, %y: SCALAR):\n"
                + " %p = stablehlo.compare GE, %x, %y : (SCALAR, SCALAR) -> tensor<i1>\n"
                + " stablehlo.return %p : tensor<i1> }")
            .replace("SCALAR", type());
    return program(
        "stablehlo.select_and_scatter",
        window.text(),
        select + ", " + fold(monoid()),
        List.of(type(window.dims), type(window.places), type()),
        List.of(type(window.dims)));
  }

  String convolution() {
    int spatial = rank(1, 2);
    Sliding window = new Sliding(spatial, true, random.nextInt(3) == 0);
    long groups = List.of(1, 1, 2, 4).get(random.nextInt(4));
    boolean byFeature = random.nextBoolean();
    long featureGroups = byFeature ? groups : 1;
    long batchGroups = byFeature ? 1 : groups;
    long batch = size() * batchGroups;
    long features = size();
    long outputs = (1 + random.nextInt(4)) * groups;
    int[] inputOrder = order(spatial + 2);
    int[] kernelOrder = order(spatial + 2);
    int[] outputOrder = order(spatial + 2);
    long[] input = new long[spatial + 2];
    long[] kernel = new long[spatial + 2];
    long[] output = new long[spatial + 2];
    String[] inputNames = new String[spatial + 2];
    String[] kernelNames = new String[spatial + 2];
    String[] outputNames = new String[spatial + 2];
    for (int i = 0; i < spatial + 2; i++) {
      int s = i - 2;
      input[inputOrder[i]] = i == 0 ? batch : i == 1 ? features * featureGroups : window.dims[s];
      kernel[kernelOrder[i]] = i == 0 ? features : i == 1 ? outputs : window.sizes[s];
      output[outputOrder[i]] = i == 0 ? batch / batchGroups : i == 1 ? outputs : window.places[s];
      inputNames[inputOrder[i]] = i == 0 ? "b" : i == 1 ? "f" : "" + s;
      kernelNames[kernelOrder[i]] = i == 0 ? "i" : i == 1 ? "o" : "" + s;
      outputNames[outputOrder[i]] = i == 0 ? "b" : i == 1 ? "f" : "" + s;
    }
    String reversal =
        LongStream.range(0, spatial)
            .mapToObj(d -> Boolean.toString(random.nextInt(4) == 0))
            .collect(Collectors.joining(", "));
    return program(
        "stablehlo.convolution",
        "dimension_numbers = #stablehlo.conv<["
            + String.join(", ", inputNames)
            + "]x["
            + String.join(", ", kernelNames)
            + "]->["
            + String.join(", ", outputNames)
            + "]>, window_strides = "
            + list(window.strides)
            + ", padding = "
            + window.paddingText()
            + ", lhs_dilation = "
            + list(window.base)
            + ", rhs_dilation = "
            + list(window.dilations)
            + ", window_reversal = array<i1: "
            + reversal
            + ">, feature_group_count = "
            + featureGroups
            + " : i64, batch_group_count = "
            + batchGroups
            + " : i64",
        "",
        List.of(type(input), type(kernel)),
        List.of(type(output)));
  }
}
