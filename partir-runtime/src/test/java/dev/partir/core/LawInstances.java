package dev.partir.core;

import dev.partir.op.BinaryOp;
import dev.partir.op.Op;
import dev.partir.op.Ops;
import dev.partir.op.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Random instances of every operation that has factors: programs of that one operation, whose
 * operands are the arguments.
 */
final class LawInstances {
  private static final long[] SIZES = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final String[] REAL = {"f32", "f64", "bf16", "i32", "i8", "ui8"};
  private static final String[] FLOATS = {"f32", "f64"};
  private static final String[] ANY = {"f32", "f64", "bf16", "i32", "ui8", "i1", "complex<f32>"};

  private final SplittableRandom random;

  /** The element type to make instances of. */
  private String element;

  LawInstances(long seed) {
    random = new SplittableRandom(seed);
    element = "f32";
  }

  /** Makes the text of a program. */
  @FunctionalInterface
  private interface Maker {
    String make(LawInstances draw);
  }

  /** Makes instances of one operation. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares recipes.
  private record Recipe(String[] elements, Maker maker) {}

  private static final Map<String, Recipe> RECIPES = recipes();

  /** Returns whether there are instances of an operation. */
  static boolean has(Op op) {
    return RECIPES.containsKey(op.opName());
  }

  /**
   * Returns programs of one operation, one per element type: those that the operation does not take
   * are refused by the parser.
   */
  static List<String> of(Op op, long seed) {
    Recipe recipe = Objects.requireNonNull(RECIPES.get(op.opName()));
    List<String> elements = new ArrayList<>(Arrays.asList(recipe.elements()));
    Collections.shuffle(elements, new java.util.Random(seed));
    List<String> programs = new ArrayList<>();
    for (String element : elements) {
      LawInstances draw = new LawInstances(seed * 31 + element.hashCode());
      draw.element = element;
      programs.add(recipe.maker().make(draw));
    }
    return programs;
  }

  private static Map<String, Recipe> recipes() {
    Map<String, Recipe> all = new TreeMap<>();
    for (UnaryOp op : UnaryOp.values()) {
      all.put(op.opName(), new Recipe(ANY, d -> d.pointwise(op.opName(), 1, null)));
    }
    all.put("stablehlo.abs", new Recipe(REAL, d -> d.pointwise("stablehlo.abs", 1, null)));
    for (BinaryOp op : BinaryOp.values()) {
      all.put(op.opName(), new Recipe(ANY, d -> d.pointwise(op.opName(), 2, null)));
    }
    for (Op op : Ops.all()) {
      String name = op.opName();
      if (name.startsWith("chlo.broadcast_")
          && !name.endsWith("compare")
          && !name.endsWith("select")
          && !name.endsWith("_complex")) {
        all.put(name, new Recipe(ANY, d -> d.broadcasting(name)));
      }
    }
    all.put(
        "chlo.broadcast_compare",
        new Recipe(
            REAL,
            d ->
                d.broadcasting(
                    "chlo.broadcast_compare",
                    "i1",
                    "comparison_direction = #chlo<comparison_direction LT>")));
    all.put(
        "chlo.broadcast_complex",
        new Recipe(
            FLOATS,
            d -> d.broadcasting("chlo.broadcast_complex", "complex<" + d.element + ">", "")));
    all.put("chlo.broadcast_select", new Recipe(ANY, LawInstances::broadcastSelect));
    all.put("chlo.constant", new Recipe(new String[] {"i32"}, d -> d.constant("chlo.constant")));
    all.put("chlo.ragged_dot", new Recipe(new String[] {"f32", "i32"}, LawInstances::raggedDot));
    all.put("stablehlo.einsum", new Recipe(new String[] {"f32", "i32"}, d -> d.einsum(true)));
    all.put(
        "stablehlo.unary_einsum", new Recipe(new String[] {"f32", "i32"}, d -> d.einsum(false)));
    all.put("stablehlo.torch_index_select", new Recipe(ANY, LawInstances::torchIndexSelect));
    for (String name :
        List.of("stablehlo.is_finite", "chlo.is_inf", "chlo.is_pos_inf", "chlo.is_neg_inf")) {
      all.put(name, new Recipe(FLOATS, d -> d.pointwise(name, 1, "i1")));
    }
    all.put("chlo.next_after", new Recipe(FLOATS, d -> d.pointwise("chlo.next_after", 2, null)));
    all.put(
        "stablehlo.real",
        new Recipe(new String[] {"complex<f32>"}, d -> d.pointwise("stablehlo.real", 1, "f32")));
    all.put(
        "stablehlo.imag",
        new Recipe(new String[] {"complex<f64>"}, d -> d.pointwise("stablehlo.imag", 1, "f64")));
    all.put(
        "stablehlo.complex",
        new Recipe(new String[] {"f32"}, d -> d.pointwise("stablehlo.complex", 2, "complex<f32>")));
    all.put("stablehlo.convert", new Recipe(ANY, d -> d.pointwise("stablehlo.convert", 1, "i32")));
    all.put(
        "chlo.constant_like",
        new Recipe(
            FLOATS, d -> d.pointwise("chlo.constant_like", 1, null, "value = 2.5 : " + d.element)));
    all.put(
        "stablehlo.reduce_precision",
        new Recipe(
            FLOATS,
            d ->
                d.pointwise(
                    "stablehlo.reduce_precision",
                    1,
                    null,
                    "exponent_bits = 5 : i32, mantissa_bits = 10 : i32")));
    all.put(
        "stablehlo.compare",
        new Recipe(
            REAL,
            d ->
                d.pointwise(
                    "stablehlo.compare",
                    2,
                    "i1",
                    "comparison_direction = #stablehlo<comparison_direction LT>")));
    all.put("stablehlo.map", new Recipe(new String[] {"f32", "i32"}, LawInstances::map));
    all.put("stablehlo.select", new Recipe(ANY, LawInstances::select));
    all.put("stablehlo.clamp", new Recipe(REAL, LawInstances::clamp));
    all.put(
        "stablehlo.constant",
        new Recipe(new String[] {"i32"}, d -> d.constant("stablehlo.constant")));
    all.put("stablehlo.iota", new Recipe(REAL, LawInstances::iota));
    all.put("stablehlo.optimization_barrier", new Recipe(ANY, LawInstances::barrier));
    all.put("stablehlo.custom_call", new Recipe(ANY, LawInstances::customCall));
    all.put(
        "stablehlo.bitcast_convert",
        new Recipe(new String[] {"i32", "i8", "i16", "i64"}, LawInstances::bitcast));
    all.put("stablehlo.reshape", new Recipe(ANY, LawInstances::reshape));
    all.put("stablehlo.transpose", new Recipe(ANY, LawInstances::transpose));
    all.put("stablehlo.reverse", new Recipe(ANY, LawInstances::reverse));
    all.put("stablehlo.broadcast", new Recipe(ANY, LawInstances::broadcast));
    all.put("stablehlo.broadcast_in_dim", new Recipe(ANY, LawInstances::broadcastInDim));
    all.put("stablehlo.concatenate", new Recipe(ANY, LawInstances::concatenate));
    all.put("stablehlo.slice", new Recipe(ANY, LawInstances::slice));
    all.put("stablehlo.pad", new Recipe(ANY, LawInstances::pad));
    all.put("stablehlo.dynamic_slice", new Recipe(ANY, LawInstances::dynamicSlice));
    all.put("stablehlo.dynamic_update_slice", new Recipe(ANY, LawInstances::dynamicUpdateSlice));
    all.put("stablehlo.gather", new Recipe(ANY, LawInstances::gather));
    all.put("stablehlo.scatter", new Recipe(REAL, LawInstances::scatter));
    all.put("stablehlo.reduce", new Recipe(REAL, LawInstances::reduce));
    all.put(
        "stablehlo.reduce_window",
        new Recipe(new String[] {"f32", "i32"}, LawInstances::reduceWindow));
    all.put(
        "stablehlo.select_and_scatter",
        new Recipe(new String[] {"f32", "i32"}, LawInstances::selectAndScatter));
    all.put("stablehlo.sort", new Recipe(new String[] {"f32", "i32"}, LawInstances::sort));
    all.put("chlo.top_k", new Recipe(new String[] {"f32", "i32"}, LawInstances::topK));
    all.put(
        "stablehlo.dot_general",
        new Recipe(new String[] {"f32", "i32", "complex<f32>"}, LawInstances::dotGeneral));
    all.put("stablehlo.dot", new Recipe(new String[] {"f32", "i32"}, LawInstances::dot));
    all.put(
        "stablehlo.convolution",
        new Recipe(new String[] {"f32", "i32"}, LawInstances::convolution));
    all.put("stablehlo.fft", new Recipe(new String[] {"complex<f32>"}, LawInstances::fft));
    all.put("stablehlo.cholesky", new Recipe(FLOATS, LawInstances::cholesky));
    all.put("stablehlo.triangular_solve", new Recipe(FLOATS, LawInstances::triangularSolve));
    for (String kind : List.of("inference", "training", "grad")) {
      all.put("stablehlo.batch_norm_" + kind, new Recipe(FLOATS, d -> d.batchNorm(kind)));
    }
    return all;
  }

  // Numbers and types.

  private long size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private int rank(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private long[] dims(int rank) {
    return LongStream.generate(this::size).limit(rank).toArray();
  }

  /** Returns a random order of 0 to n - 1. */
  private int[] order(int n) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      order.add(random.nextInt(order.size() + 1), i);
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private String type(long... dims) {
    return type(element, dims);
  }

  private static String type(String element, long... dims) {
    return "tensor<"
        + Arrays.stream(dims).mapToObj(d -> d + "x").collect(Collectors.joining())
        + element
        + ">";
  }

  private static String list(long... numbers) {
    return "array<i64"
        + (numbers.length == 0 ? "" : ": ")
        + Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(", "))
        + ">";
  }

  private static String plain(List<Integer> numbers) {
    return numbers.toString();
  }

  private static String numbers(String prefix, int n) {
    return LongStream.range(0, n).mapToObj(i -> prefix + i).collect(Collectors.joining(", "));
  }

  // Programs.

  private static String program(
      String op, String attributes, String regions, List<String> in, List<String> out) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      arguments.add("%a" + i + ": " + in.get(i));
    }
    List<String> results = new ArrayList<>();
    for (int r = 0; r < out.size(); r++) {
      results.add(out.size() == 1 ? "%r" : "%r#" + r);
    }
    String outs = String.join(", ", out);
    return "func.func @main("
        + String.join(", ", arguments)
        + ") -> ("
        + outs
        + ") {\n  "
        + (out.size() == 1 ? "%r" : "%r:" + out.size())
        + " = \""
        + op
        + "\"("
        + numbers("%a", in.size())
        + ") "
        + (regions.isEmpty() ? "" : "(" + regions + ") ")
        + "{"
        + attributes
        + "} : ("
        + String.join(", ", in)
        + ") -> ("
        + outs
        + ")\n  return "
        + String.join(", ", results)
        + " : "
        + outs
        + "\n}";
  }

  private String fold(String op) {
    return fold(op, type());
  }

  private static String fold(String op, String scalar) {
    return "{ ^bb0(%x: SCALAR, %y: SCALAR):\n %z = stablehlo.OP %x, %y : SCALAR\n stablehlo.return %z : SCALAR }"
        .replace("SCALAR", scalar)
        .replace("OP", op);
  }

  private String monoid() {
    return List.of("add", "multiply", "maximum", "minimum").get(random.nextInt(4));
  }

  private String pointwise(String op, int arity, @Nullable String result) {
    return pointwise(op, arity, result, "");
  }

  private String pointwise(String op, int arity, @Nullable String result, String attributes) {
    long[] dims = dims(rank(2, 3));
    return program(
        op,
        attributes,
        "",
        Collections.nCopies(arity, type(dims)),
        List.of(type(result == null ? element : result, dims)));
  }

  private String broadcasting(String op) {
    return broadcasting(op, element, "");
  }

  private String broadcasting(String op, String result, String attributes) {
    long[] left = dims(rank(1, 3));
    int missing = random.nextInt(left.length + 1);
    long[] right = Arrays.copyOfRange(left, missing, left.length);
    for (int d = 0; d < right.length; d++) {
      right[d] = random.nextInt(3) == 0 ? 1 : right[d];
    }
    return program(
        op, attributes, "", List.of(type(left), type(right)), List.of(type(result, left)));
  }

  private String broadcastSelect() {
    long[] dims = dims(rank(1, 3));
    long[] predicate = random.nextBoolean() ? dims : new long[0];
    long[] onFalse = random.nextBoolean() ? dims : Arrays.copyOfRange(dims, 1, dims.length);
    return program(
        "chlo.broadcast_select",
        "",
        "",
        List.of(type("i1", predicate), type(dims), type(onFalse)),
        List.of(type(dims)));
  }

  private String einsum(boolean binary) {
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

  private String torchIndexSelect() {
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

  /** Returns a product in which a free, a contracted or a batch dimension is ragged. */
  private String raggedDot() {
    long b = size();
    long m = size();
    long k = size();
    long n = size();
    long g = 1L + random.nextInt(3);
    int ragged = random.nextInt(3);
    long[] sizes = ragged == 0 || random.nextBoolean() ? new long[] {g} : new long[] {b, g};
    long[] right = ragged == 1 ? new long[] {b, k, n, g} : new long[] {b, k, n};
    long[] to = ragged == 2 ? new long[] {g, b, m, n} : new long[] {b, m, n};
    return program(
        "chlo.ragged_dot",
        "ragged_dot_dimension_numbers = #chlo.ragged_dot<lhs_batching_dimensions = [0],"
            + " rhs_batching_dimensions = [0], lhs_contracting_dimensions = [2],"
            + " rhs_contracting_dimensions = [1], lhs_ragged_dimensions = ["
            + ragged
            + "], rhs_group_dimensions = ["
            + (ragged == 1 ? "3" : "")
            + "]>",
        "",
        List.of(type(b, m, k), type(right), type("i32", sizes)),
        List.of(type(to)));
  }

  private String map() {
    long[] dims = dims(rank(1, 3));
    long[] all = LongStream.range(0, dims.length).toArray();
    return program(
        "stablehlo.map",
        "dimensions = " + list(all),
        fold("subtract"),
        List.of(type(dims), type(dims)),
        List.of(type(dims)));
  }

  private String select() {
    long[] dims = dims(rank(1, 3));
    long[] predicate = random.nextBoolean() ? dims : new long[0];
    return program(
        "stablehlo.select",
        "",
        "",
        List.of(type("i1", predicate), type(dims), type(dims)),
        List.of(type(dims)));
  }

  private String clamp() {
    long[] dims = dims(rank(1, 3));
    String low = random.nextBoolean() ? type() : type(dims);
    String high = random.nextBoolean() ? type() : type(dims);
    return program("stablehlo.clamp", "", "", List.of(low, type(dims), high), List.of(type(dims)));
  }

  private String constant(String op) {
    long[] dims = dims(2);
    String rows =
        LongStream.range(0, dims[0])
            .mapToObj(
                i ->
                    LongStream.range(0, dims[1])
                        .mapToObj(j -> Long.toString(i * 10 + j))
                        .collect(Collectors.joining(", ", "[", "]")))
            .collect(Collectors.joining(", ", "[", "]"));
    String value = random.nextBoolean() ? rows : "7";
    return program(
        op, "value = dense<" + value + "> : " + type(dims), "", List.of(), List.of(type(dims)));
  }

  private String iota() {
    long[] dims = dims(rank(1, 3));
    return program(
        "stablehlo.iota",
        "iota_dimension = " + random.nextInt(dims.length) + " : i64",
        "",
        List.of(),
        List.of(type(dims)));
  }

  private String barrier() {
    List<String> types = List.of(type(dims(2)), type("f32", dims(1)));
    return program("stablehlo.optimization_barrier", "", "", types, types);
  }

  private String customCall() {
    String type = type(dims(rank(1, 3)));
    return program(
        "stablehlo.custom_call",
        "call_target_name = \"Sharding\"",
        "",
        List.of(type),
        List.of(type));
  }

  private String bitcast() {
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

  private String reshape() {
    long[] parts = LongStream.generate(() -> 1 + random.nextInt(4)).limit(4).toArray();
    return program(
        "stablehlo.reshape", "", "", List.of(type(merge(parts))), List.of(type(merge(parts))));
  }

  /** Returns sizes with some neighbours multiplied and some 1 put in between. */
  private long[] merge(long... parts) {
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

  private String transpose() {
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

  private long[] someDims(int rank) {
    return LongStream.range(0, rank).filter(d -> random.nextBoolean()).toArray();
  }

  private String reverse() {
    long[] dims = dims(rank(1, 3));
    return program(
        "stablehlo.reverse",
        "dimensions = " + list(someDims(dims.length)),
        "",
        List.of(type(dims)),
        List.of(type(dims)));
  }

  private String broadcast() {
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

  private String broadcastInDim() {
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

  private String concatenate() {
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

  private String slice() {
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

  private String pad() {
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
        interior[d] = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
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

  private String index() {
    return List.of("i32", "i64", "i8", "ui8", "ui32").get(random.nextInt(5));
  }

  private String dynamicSlice() {
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

  private String dynamicUpdateSlice() {
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
  private final class Places {
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

  private String gather() {
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

  private String scatter() {
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

  private String twoFolds() {
    return ("{ ^bb0(%x: SCALAR, %i: SCALAR, %y: SCALAR, %j: SCALAR):\n"
            + " %p = stablehlo.compare GE, %x, %y : (SCALAR, SCALAR) -> tensor<i1>\n"
            + " %z = stablehlo.select %p, %x, %y : tensor<i1>, SCALAR\n"
            + " %k = stablehlo.select %p, %i, %j : tensor<i1>, SCALAR\n"
            + " stablehlo.return %z, %k : SCALAR, SCALAR }")
        .replace("SCALAR", type());
  }

  private String reduce() {
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
  private final class Sliding {
    final long[] dims;
    final long[] sizes;
    final long[] strides;
    final long[] base;
    final long[] dilations;
    final long[] padding;
    final long[] places;

    Sliding(int rank, boolean dilated) {
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
        padding[2 * d] = trivial ? 0 : random.nextInt(3);
        padding[2 * d + 1] = trivial ? 0 : random.nextInt(3);
        dims[d] += 4;
        long padded = padding[2 * d] + padding[2 * d + 1] + (dims[d] - 1) * base[d] + 1;
        long window = (sizes[d] - 1) * dilations[d] + 1;
        places[d] = (padded - window) / strides[d] + 1;
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

  private String reduceWindow() {
    Sliding window = new Sliding(rank(1, 3), true);
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

  private String selectAndScatter() {
    Sliding window = new Sliding(rank(1, 3), false);
    String select =
        ("{ ^bb0(%x: SCALAR, %y: SCALAR):\n"
                + " %p = stablehlo.compare GE, %x, %y : (SCALAR, SCALAR) -> tensor<i1>\n"
                + " stablehlo.return %p : tensor<i1> }")
            .replace("SCALAR", type());
    return program(
        "stablehlo.select_and_scatter",
        window.text(),
        select + ", " + fold("add"),
        List.of(type(window.dims), type(window.places), type()),
        List.of(type(window.dims)));
  }

  private String sort() {
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

  private String topK() {
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

  private String dotGeneral() {
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

  private String dot() {
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

  private String convolution() {
    int spatial = rank(1, 2);
    Sliding window = new Sliding(spatial, true);
    long groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
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

  private String fft() {
    long[] dims = dims(rank(2, 3));
    return program(
        "stablehlo.fft",
        "fft_type = #stablehlo<fft_type FFT>, fft_length = " + list(dims[dims.length - 1]),
        "",
        List.of(type(dims)),
        List.of(type(dims)));
  }

  private String cholesky() {
    long[] dims = dims(rank(2, 4));
    dims[dims.length - 1] = dims[dims.length - 2] = 1L + random.nextInt(3);
    return program(
        "stablehlo.cholesky",
        "lower = " + random.nextBoolean(),
        "",
        List.of(type(dims)),
        List.of(type(dims)));
  }

  private String triangularSolve() {
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

  private String batchNorm(String kind) {
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
