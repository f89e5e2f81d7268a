package dev.partir.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Instances of products and of operations on whole lines. */
final class ProductInstances extends Draw {
  ProductInstances(long seed, String element) {
    super(seed, element);
  }

  String einsum(boolean binary) {
    String letters = "abcde";
    long[] sizes = dims(letters.length());
    List<String> words = new ArrayList<>();
    List<String> types = new ArrayList<>();
    String used = "";
    for (int o = 0; o < (binary ? 3 : 2); o++) {
      boolean result = o == (binary ? 2 : 1);
      StringBuilder word = new StringBuilder();
      for (int at : order(letters.length())) {
        boolean known = used.indexOf(letters.charAt(at)) >= 0;
        if (random.nextInt(5) < 3 && word.length() < 4 && (known || !result)) {
          word.append(letters.charAt(at));
        }
      }
      used += word;
      words.add(word.toString());
      types.add(type(word.chars().mapToLong(letter -> sizes[letters.indexOf(letter)]).toArray()));
    }
    String result = types.remove(types.size() - 1);
    String config = (binary ? words.get(0) + "," + words.get(1) : words.get(0)) + "->";
    config += words.get(words.size() - 1);
    String op = binary ? "stablehlo.einsum" : "stablehlo.unary_einsum";
    return program(op, "einsum_config = \"" + config + "\"", "", types, List.of(result));
  }

  /** Returns a product in which a free, a contracted or a batch dimension is ragged. */
  String raggedDot() {
    // One free dimension, then one or two of the batch, then one or two contracted, in any order.
    int batch = rank(1, 2);
    long[] sizes = dims(1 + batch + rank(1, 2));
    long groups = 1L + random.nextInt(3);
    int ragged = random.nextInt(sizes.length);
    boolean free = ragged == 0;
    boolean contracted = ragged > batch;
    int[] left = order(sizes.length);
    int[] right = order(sizes.length + (free ? 1 : 0));
    long[] leftDims = new long[left.length];
    long[] rightDims = new long[right.length];
    for (int i = 0; i < sizes.length; i++) {
      leftDims[left[i]] = sizes[i];
      rightDims[right[i]] = i == 0 ? size() : sizes[i];
    }
    if (free) {
      rightDims[right[sizes.length]] = groups;
    }
    long[] inBatch = Arrays.copyOfRange(sizes, 1, 1 + batch);
    long[] to =
        LongStream.concat(Arrays.stream(inBatch), LongStream.of(sizes[0], rightDims[right[0]]))
            .toArray();
    long[] perBatch = LongStream.concat(Arrays.stream(inBatch), LongStream.of(groups)).toArray();
    return program(
        "chlo.ragged_dot",
        "ragged_dot_dimension_numbers = #chlo.ragged_dot<lhs_batching_dimensions = "
            + part(left, 1, batch)
            + ", rhs_batching_dimensions = "
            + part(right, 1, batch)
            + ", lhs_contracting_dimensions = "
            + part(left, 1 + batch, sizes.length - 1 - batch)
            + ", rhs_contracting_dimensions = "
            + part(right, 1 + batch, sizes.length - 1 - batch)
            + ", lhs_ragged_dimensions = "
            + part(left, ragged, 1)
            + ", rhs_group_dimensions = "
            + part(right, sizes.length, free ? 1 : 0)
            + ">",
        "",
        List.of(
            type(leftDims),
            type(rightDims),
            (free || contracted) && random.nextBoolean()
                ? type("i32", perBatch)
                : type("i32", groups)),
        List.of(
            contracted
                ? type(LongStream.concat(LongStream.of(groups), Arrays.stream(to)).toArray())
                : type(to)));
  }

  private static String part(int[] numbers, int first, int count) {
    return Arrays.toString(Arrays.copyOfRange(numbers, first, first + count));
  }

  String dotGeneral() {
    int[] kinds = {random.nextInt(3), random.nextInt(3), random.nextInt(3)};
    int[] counts = {kinds[0] / 2, (kinds[1] + 1) / 2, (kinds[2] + 1) / 2, rank(0, 1)};
    long[] batch = dims(counts[0]);
    long[] contracted = dims(counts[1]);
    long[] left = dims(counts[2]);
    long[] right = dims(counts[3]);
    int leftRank = batch.length + contracted.length + left.length;
    int rightRank = batch.length + contracted.length + right.length;
    int[] leftOrder = order(leftRank);
    int[] rightOrder = order(rightRank);
    long[] leftDims = new long[leftRank];
    long[] rightDims = new long[rightRank];
    List<Integer> leftBatch = new ArrayList<>();
    List<Integer> rightBatch = new ArrayList<>();
    List<Integer> leftContracted = new ArrayList<>();
    List<Integer> rightContracted = new ArrayList<>();
    int at = 0;
    for (long size : batch) {
      leftDims[leftOrder[at]] = size;
      rightDims[rightOrder[at]] = size;
      leftBatch.add(leftOrder[at]);
      rightBatch.add(rightOrder[at++]);
    }
    for (long size : contracted) {
      leftDims[leftOrder[at]] = size;
      rightDims[rightOrder[at]] = size;
      leftContracted.add(leftOrder[at]);
      rightContracted.add(rightOrder[at++]);
    }
    for (int i = 0; i < left.length; i++) {
      leftDims[leftOrder[at + i]] = left[i];
    }
    for (int i = 0; i < right.length; i++) {
      rightDims[rightOrder[at + i]] = right[i];
    }
    List<Long> to = new ArrayList<>();
    Arrays.stream(batch).forEach(to::add);
    for (int d = 0; d < leftRank; d++) {
      if (!leftBatch.contains(d) && !leftContracted.contains(d)) {
        to.add(leftDims[d]);
      }
    }
    for (int d = 0; d < rightRank; d++) {
      if (!rightBatch.contains(d) && !rightContracted.contains(d)) {
        to.add(rightDims[d]);
      }
    }
    return program(
        "stablehlo.dot_general",
        "dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = "
            + plain(leftBatch)
            + ", rhs_batching_dimensions = "
            + plain(rightBatch)
            + ", lhs_contracting_dimensions = "
            + plain(leftContracted)
            + ", rhs_contracting_dimensions = "
            + plain(rightContracted)
            + ">",
        "",
        List.of(type(leftDims), type(rightDims)),
        List.of(type(to.stream().mapToLong(Long::longValue).toArray())));
  }

  String dot() {
    long k = size();
    long[] left = random.nextBoolean() ? new long[] {size(), k} : new long[] {k};
    long[] right = random.nextBoolean() ? new long[] {k, size()} : new long[] {k};
    long[] to = new long[left.length + right.length - 2];
    if (left.length == 2) {
      to[0] = left[0];
    }
    if (right.length == 2) {
      to[to.length - 1] = right[1];
    }
    return program("stablehlo.dot", "", "", List.of(type(left), type(right)), List.of(type(to)));
  }

  String sort() {
    long[] dims = dims(rank(1, 3));
    String body =
        ("{ ^bb0(%x: SCALAR, %y: SCALAR, %i: tensor<f32>, %j: tensor<f32>):\n"
                + " %p = stablehlo.compare LT, %x, %y : (SCALAR, SCALAR) -> tensor<i1>\n"
                + " stablehlo.return %p : tensor<i1> }")
            .replace("SCALAR", type());
    List<String> types = List.of(type(dims), type("f32", dims));
    int dim = random.nextInt(dims.length) - (random.nextBoolean() ? dims.length : 0);
    return program(
        "stablehlo.sort", "dimension = " + dim + " : i64, is_stable = true", body, types, types);
  }

  String topK() {
    long[] dims = dims(rank(1, 3));
    long k = 1L + random.nextInt((int) dims[dims.length - 1]);
    long[] to = dims.clone();
    to[dims.length - 1] = k;
    return program(
        "chlo.top_k",
        "k = " + k + " : i64",
        "",
        List.of(type(dims)),
        List.of(type(to), type("i32", to)));
  }

  String fft() {
    long[] dims = dims(rank(2, 3));
    return program(
        "stablehlo.fft",
        "fft_type = #stablehlo<fft_type FFT>, fft_length = " + list(dims[dims.length - 1]),
        "",
        List.of(type(dims)),
        List.of(type(dims)));
  }

  String cholesky() {
    long[] dims = dims(rank(2, 4));
    dims[dims.length - 1] = dims[dims.length - 2] = 1L + random.nextInt(3);
    return program(
        "stablehlo.cholesky",
        "lower = " + random.nextBoolean(),
        "",
        List.of(type(dims)),
        List.of(type(dims)));
  }

  String triangularSolve() {
    long[] a = dims(rank(2, 3));
    a[a.length - 1] = a[a.length - 2] = 1L + random.nextInt(3);
    boolean left = random.nextBoolean();
    long[] b = a.clone();
    b[left ? b.length - 1 : b.length - 2] = size();
    return program(
        "stablehlo.triangular_solve",
        "left_side = "
            + left
            + ", lower = "
            + random.nextBoolean()
            + ", unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>",
        "",
        List.of(type(a), type(b)),
        List.of(type(b)));
  }

  String batchNorm(String kind) {
    long[] dims = dims(rank(2, 3));
    int feature = random.nextInt(dims.length);
    String array = type(dims);
    String per = type(dims[feature]);
    List<String> in =
        switch (kind) {
          case "inference" -> List.of(array, per, per, per, per);
          case "training" -> List.of(array, per, per);
          default -> List.of(array, per, per, per, array);
        };
    List<String> out = kind.equals("inference") ? List.of(array) : List.of(array, per, per);
    return program(
        "stablehlo.batch_norm_" + kind,
        "epsilon = 0.5 : f32, feature_index = " + feature + " : i64",
        "",
        in,
        out);
  }
}
