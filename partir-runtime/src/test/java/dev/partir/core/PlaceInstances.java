package dev.partir.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Instances of operations that read and write at computed places. */
final class PlaceInstances extends Draw {
  PlaceInstances(long seed, String element) {
    super(seed, element);
  }

  String torchIndexSelect() {
    long[] dims = dims(rank(1, 3));
    int dim = random.nextInt(dims.length);
    int batch = random.nextInt(dim + 1);
    long[] index = dims(batch + rank(0, 2));
    System.arraycopy(dims, 0, index, 0, batch);
    List<Long> to = new ArrayList<>();
    Arrays.stream(dims, 0, dim).forEach(to::add);
    Arrays.stream(index, batch, index.length).forEach(to::add);
    Arrays.stream(dims, dim + 1, dims.length).forEach(to::add);
    return program(
        "stablehlo.torch_index_select",
        "dim = " + dim + " : i64, batch_dims = " + batch + " : i64",
        "",
        List.of(type(dims), type(index(), index)),
        List.of(type(to.stream().mapToLong(Long::longValue).toArray())));
  }

  String dynamicSlice() {
    long[] dims = dims(rank(1, 3));
    long[] sizes = dims.clone();
    for (int d = 0; d < dims.length; d++) {
      sizes[d] = random.nextInt(3) == 0 ? dims[d] : 1 + random.nextInt((int) dims[d]);
    }
    List<String> in = new ArrayList<>(List.of(type(dims)));
    in.addAll(Collections.nCopies(dims.length, type(index(), new long[0])));
    in.replaceAll(t -> t.equals(in.get(0)) ? t : in.get(1));
    return program(
        "stablehlo.dynamic_slice", "slice_sizes = " + list(sizes), "", in, List.of(type(sizes)));
  }

  String dynamicUpdateSlice() {
    long[] dims = dims(rank(1, 3));
    long[] sizes = dims.clone();
    for (int d = 0; d < dims.length; d++) {
      sizes[d] = random.nextInt(3) == 0 ? dims[d] : 1 + random.nextInt((int) dims[d]);
    }
    String start = type(index(), new long[0]);
    List<String> in = new ArrayList<>(List.of(type(dims), type(sizes)));
    in.addAll(Collections.nCopies(dims.length, start));
    return program("stablehlo.dynamic_update_slice", "", "", in, List.of(type(dims)));
  }

  /** How the dimensions of an array are met by places in it, for gather and scatter. */
  final class Places {
    final long[] dims = dims(rank(1, 3));
    final List<Integer> single = new ArrayList<>();
    final List<Integer> batching = new ArrayList<>();
    final List<Integer> indexed = new ArrayList<>();
    final List<Integer> indicesBatching = new ArrayList<>();
    final List<Integer> windowDims = new ArrayList<>();
    final long[] sizes = dims.clone();
    final int vector;
    final long[] indices;
    final long[] places;

    Places() {
      for (int d = 0; d < dims.length; d++) {
        switch (random.nextInt(5)) {
          case 0 -> batching.add(d);
          case 1 -> single.add(d);
          case 2 -> {
            single.add(d);
            indexed.add(random.nextInt(indexed.size() + 1), d);
          }
          case 3 -> indexed.add(d);
          default -> {}
        }
        if (batching.contains(d) || single.contains(d)) {
          sizes[d] = 1;
        } else {
          sizes[d] = random.nextBoolean() ? dims[d] : 1 + random.nextInt((int) dims[d]);
        }
      }
      if (indexed.isEmpty()) {
        for (int d = 0; d < dims.length; d++) {
          if (!batching.contains(d)) {
            indexed.add(d);
            break;
          }
        }
      }
      long[] batch = dims(Math.max(batching.size(), rank(0, 2)));
      int[] order = order(batch.length);
      int[] at = new int[batching.size()];
      for (int b = 0; b < batching.size(); b++) {
        batch[order[b]] = dims[batching.get(b)];
        at[b] = order[b];
      }
      boolean hidden = indexed.size() == 1 && random.nextBoolean();
      vector = hidden ? batch.length : random.nextInt(batch.length + 1);
      places = batch;
      indices = new long[batch.length + (hidden ? 0 : 1)];
      for (int i = 0, b = 0; i < indices.length; i++) {
        indices[i] = i == vector ? indexed.size() : batch[b++];
      }
      for (int b : at) {
        indicesBatching.add(b >= vector && !hidden ? b + 1 : b);
      }
      int window = dims.length - single.size() - batching.size();
      int[] spots = Arrays.copyOf(order(batch.length + window), window);
      Arrays.sort(spots);
      for (int spot : spots) {
        windowDims.add(spot);
      }
    }

    /** Returns the sizes of slices at all places. */
    long[] slices() {
      long[] all = new long[places.length + windowDims.size()];
      int batch = 0;
      int dim = 0;
      for (int i = 0; i < all.length; i++) {
        if (windowDims.contains(i)) {
          while (single.contains(dim) || batching.contains(dim)) {
            dim++;
          }
          all[i] = sizes[dim++];
        } else {
          all[i] = places[batch++];
        }
      }
      return all;
    }
  }

  String gather() {
    Places places = new Places();
    return program(
        "stablehlo.gather",
        "dimension_numbers = #stablehlo.gather<offset_dims = "
            + plain(places.windowDims)
            + ", collapsed_slice_dims = "
            + plain(places.single)
            + ", operand_batching_dims = "
            + plain(places.batching)
            + ", start_indices_batching_dims = "
            + plain(places.indicesBatching)
            + ", start_index_map = "
            + plain(places.indexed)
            + ", index_vector_dim = "
            + places.vector
            + ">, slice_sizes = "
            + list(places.sizes)
            + ", indices_are_sorted = false",
        "",
        List.of(type(places.dims), type(index(), places.indices)),
        List.of(type(places.slices())));
  }

  String scatter() {
    Places places = new Places();
    String numbers =
        "scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = "
            + plain(places.windowDims)
            + ", inserted_window_dims = "
            + plain(places.single)
            + ", input_batching_dims = "
            + plain(places.batching)
            + ", scatter_indices_batching_dims = "
            + plain(places.indicesBatching)
            + ", scatter_dims_to_operand_dims = "
            + plain(places.indexed)
            + ", index_vector_dim = "
            + places.vector
            + ">, indices_are_sorted = false, unique_indices = false";
    String array = type(places.dims);
    String indices = type(index(), places.indices);
    String updates = type(places.slices());
    return switch (random.nextInt(6)) {
      case 0 ->
          program(
              "stablehlo.scatter",
              numbers,
              "{ ^bb0(%x: SCALAR, %y: SCALAR):\n stablehlo.return %y : SCALAR }"
                  .replace("SCALAR", type()),
              List.of(array, indices, updates),
              List.of(array));
      case 1 ->
          program(
              "stablehlo.scatter",
              numbers,
              ("{ ^bb0(%x: SCALAR, %u: SCALAR, %y: SCALAR, %v: SCALAR):\n"
                      + " %z = stablehlo.add %x, %y : SCALAR\n"
                      + " %w = stablehlo.maximum %u, %v : SCALAR\n"
                      + " stablehlo.return %z, %w : SCALAR, SCALAR }")
                  .replace("SCALAR", type()),
              List.of(array, array, indices, updates, updates),
              List.of(array, array));
      default ->
          program(
              "stablehlo.scatter",
              numbers,
              fold(monoid()),
              List.of(array, indices, updates),
              List.of(array));
    };
  }
}
