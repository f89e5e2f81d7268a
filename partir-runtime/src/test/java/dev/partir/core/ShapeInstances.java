package dev.partir.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Instances of operations that move elements. */
final class ShapeInstances extends Draw {
  ShapeInstances(long seed, String element) {
    super(seed, element);
  }

  String bitcast() {
    long[] dims = dims(rank(1, 3));
    int bits = Integer.parseInt(element.substring(1));
    int other = List.of(8, 16, 32, 64).get(random.nextInt(4));
    long[] from = dims;
    long[] to = dims;
    if (bits > other) {
      to = Arrays.copyOf(dims, dims.length + 1);
      to[dims.length] = bits / other;
    } else if (bits < other) {
      from = Arrays.copyOf(dims, dims.length + 1);
      from[dims.length] = other / bits;
    }
    return program(
        "stablehlo.bitcast_convert", "", "", List.of(type(from)), List.of(type("i" + other, to)));
  }

  String reshape() {
    long[] parts = LongStream.generate(() -> 1 + random.nextInt(4)).limit(4).toArray();
    return program(
        "stablehlo.reshape", "", "", List.of(type(merge(parts))), List.of(type(merge(parts))));
  }

  /** Returns sizes with some neighbours multiplied and some 1 put in between. */
  long[] merge(long... parts) {
    List<Long> dims = new ArrayList<>();
    for (long part : parts) {
      if (!dims.isEmpty() && random.nextInt(2) == 0) {
        dims.set(dims.size() - 1, dims.get(dims.size() - 1) * part);
      } else {
        dims.add(part);
      }
      if (random.nextInt(6) == 0) {
        dims.add(1L);
      }
    }
    return dims.stream().mapToLong(Long::longValue).toArray();
  }

  String transpose() {
    long[] dims = dims(rank(1, 4));
    int[] order = order(dims.length);
    long[] to = Arrays.stream(order).mapToLong(d -> dims[d]).toArray();
    long[] permutation = Arrays.stream(order).asLongStream().toArray();
    return program(
        "stablehlo.transpose",
        "permutation = " + list(permutation),
        "",
        List.of(type(dims)),
        List.of(type(to)));
  }

  String reverse() {
    long[] dims = dims(rank(1, 3));
    return program(
        "stablehlo.reverse",
        "dimensions = " + list(someDims(dims.length)),
        "",
        List.of(type(dims)),
        List.of(type(dims)));
  }

  String broadcast() {
    long[] sizes = dims(rank(1, 2));
    long[] from = dims(rank(0, 2));
    long[] to = Arrays.copyOf(sizes, sizes.length + from.length);
    System.arraycopy(from, 0, to, sizes.length, from.length);
    return program(
        "stablehlo.broadcast",
        "broadcast_sizes = " + list(sizes),
        "",
        List.of(type(from)),
        List.of(type(to)));
  }

  String broadcastInDim() {
    long[] to = dims(rank(1, 4));
    int[] order = order(to.length);
    int rank = random.nextInt(to.length + 1);
    long[] places = new long[rank];
    long[] from = new long[rank];
    for (int d = 0; d < rank; d++) {
      places[d] = order[d];
      from[d] = random.nextInt(3) == 0 ? 1 : to[order[d]];
    }
    return program(
        "stablehlo.broadcast_in_dim",
        "broadcast_dimensions = " + list(places),
        "",
        List.of(type(from)),
        List.of(type(to)));
  }

  String concatenate() {
    long[] dims = dims(rank(1, 3));
    int dim = random.nextInt(dims.length);
    List<String> in = new ArrayList<>();
    long total = 0;
    for (int i = rank(1, 3); i > 0; i--) {
      dims[dim] = size();
      total += dims[dim];
      in.add(type(dims));
    }
    dims[dim] = total;
    return program(
        "stablehlo.concatenate", "dimension = " + dim + " : i64", "", in, List.of(type(dims)));
  }

  String slice() {
    long[] dims = dims(rank(1, 3));
    long[] start = new long[dims.length];
    long[] limit = dims.clone();
    long[] strides = new long[dims.length];
    long[] to = new long[dims.length];
    for (int d = 0; d < dims.length; d++) {
      dims[d] += 4;
      limit[d] = dims[d];
      strides[d] = 1;
      if (random.nextInt(3) > 0) {
        start[d] = random.nextInt(3);
        limit[d] -= random.nextInt(3);
        strides[d] = 1L + random.nextInt(3);
      }
      to[d] = (limit[d] - start[d] + strides[d] - 1) / strides[d];
    }
    return program(
        "stablehlo.slice",
        "start_indices = "
            + list(start)
            + ", limit_indices = "
            + list(limit)
            + ", strides = "
            + list(strides),
        "",
        List.of(type(dims)),
        List.of(type(to)));
  }

  String pad() {
    long[] dims = dims(rank(1, 3));
    long[] low = new long[dims.length];
    long[] high = new long[dims.length];
    long[] interior = new long[dims.length];
    long[] to = new long[dims.length];
    for (int d = 0; d < dims.length; d++) {
      dims[d] += 2;
      if (random.nextInt(3) > 0) {
        low[d] = random.nextInt(5) - 1L;
        high[d] = random.nextInt(5) - 1L;
        interior[d] = random.nextInt(3) == 0 ? 1L + random.nextInt(2) : 0;
      }
      to[d] = dims[d] + low[d] + high[d] + (dims[d] - 1) * interior[d];
    }
    return program(
        "stablehlo.pad",
        "edge_padding_low = "
            + list(low)
            + ", edge_padding_high = "
            + list(high)
            + ", interior_padding = "
            + list(interior),
        "",
        List.of(type(dims), type()),
        List.of(type(to)));
  }
}
