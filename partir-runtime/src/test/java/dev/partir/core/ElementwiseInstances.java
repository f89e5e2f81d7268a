package dev.partir.core;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Instances of operations that work element by element. */
final class ElementwiseInstances extends Draw {
  ElementwiseInstances(long seed, String element) {
    super(seed, element);
  }

  String pointwise(String op, int arity) {
    return pointwise(op, arity, element, "");
  }

  String pointwise(String op, int arity, String result, String attributes) {
    long[] dims = dims(rank(2, 3));
    return program(
        op, attributes, "", Collections.nCopies(arity, type(dims)), List.of(type(result, dims)));
  }

  String broadcasting(String op) {
    return broadcasting(op, element, "");
  }

  String broadcasting(String op, String result, String attributes) {
    long[] left = dims(rank(1, 3));
    int missing = random.nextInt(left.length + 1);
    long[] right = Arrays.copyOfRange(left, missing, left.length);
    for (int d = 0; d < right.length; d++) {
      right[d] = random.nextInt(3) == 0 ? 1 : right[d];
    }
    return program(
        op, attributes, "", List.of(type(left), type(right)), List.of(type(result, left)));
  }

  String broadcastSelect() {
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

  String map() {
    long[] dims = dims(rank(1, 3));
    long[] all = LongStream.range(0, dims.length).toArray();
    return program(
        "stablehlo.map",
        "dimensions = " + list(all),
        fold("subtract"),
        List.of(type(dims), type(dims)),
        List.of(type(dims)));
  }

  String select() {
    long[] dims = dims(rank(1, 3));
    long[] predicate = random.nextBoolean() ? dims : new long[0];
    return program(
        "stablehlo.select",
        "",
        "",
        List.of(type("i1", predicate), type(dims), type(dims)),
        List.of(type(dims)));
  }

  String clamp() {
    long[] dims = dims(rank(1, 3));
    String low = random.nextBoolean() ? type() : type(dims);
    String high = random.nextBoolean() ? type() : type(dims);
    return program("stablehlo.clamp", "", "", List.of(low, type(dims), high), List.of(type(dims)));
  }

  String constant(String op) {
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

  String iota() {
    long[] dims = dims(rank(1, 3));
    return program(
        "stablehlo.iota",
        "iota_dimension = " + random.nextInt(dims.length) + " : i64",
        "",
        List.of(),
        List.of(type(dims)));
  }

  String barrier() {
    List<String> types = List.of(type(dims(rank(1, 3))));
    return program("stablehlo.optimization_barrier", "", "", types, types);
  }

  String customCall() {
    String type = type(dims(rank(1, 3)));
    return program(
        "stablehlo.custom_call",
        "call_target_name = \"Sharding\"",
        "",
        List.of(type),
        List.of(type));
  }
}
