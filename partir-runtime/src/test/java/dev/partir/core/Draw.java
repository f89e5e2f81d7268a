package dev.partir.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Random sizes and types, and the text of programs of one operation. */
class Draw {
  private static final long[] SIZES = {1, 2, 3, 4, 5, 6, 7, 8};

  final SplittableRandom random;

  /** The element type to make instances of. */
  final String element;

  Draw(long seed, String element) {
    random = new SplittableRandom(seed);
    this.element = element;
  }

  long size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  int rank(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  long[] dims(int rank) {
    return LongStream.generate(this::size).limit(rank).toArray();
  }

  /** Returns a random order of 0 to n - 1. */
  int[] order(int n) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      order.add(random.nextInt(order.size() + 1), i);
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  String type(long... dims) {
    return type(element, dims);
  }

  static String type(String element, long... dims) {
    return "tensor<"
        + Arrays.stream(dims).mapToObj(d -> d + "x").collect(Collectors.joining())
        + element
        + ">";
  }

  static String list(long... numbers) {
    return "array<i64"
        + (numbers.length == 0 ? "" : ": ")
        + Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(", "))
        + ">";
  }

  static String plain(List<Integer> numbers) {
    return numbers.toString();
  }

  static String numbers(String prefix, int n) {
    return LongStream.range(0, n).mapToObj(i -> prefix + i).collect(Collectors.joining(", "));
  }

  static String program(
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

  String fold(String op) {
    return fold(op, type());
  }

  static String fold(String op, String scalar) {
    return "{ ^bb0(%x: SCALAR, %y: SCALAR):\n %z = stablehlo.OP %x, %y : SCALAR\n stablehlo.return %z : SCALAR }"
        .replace("SCALAR", scalar)
        .replace("OP", op);
  }

  String monoid() {
    return List.of("add", "multiply", "maximum", "minimum").get(random.nextInt(4));
  }

  String index() {
    return List.of("i32", "i64", "i8", "ui8", "ui32").get(random.nextInt(5));
  }

  long[] someDims(int rank) {
    return LongStream.range(0, rank).filter(d -> random.nextBoolean()).toArray();
  }

  String twoFolds() {
    return ("{ ^bb0(%x: SCALAR, %i: SCALAR, %y: SCALAR, %j: SCALAR):\n"
            + " %p = stablehlo.compare GE, %x, %y : (SCALAR, SCALAR) -> tensor<i1>\n"
            + " %z = stablehlo.select %p, %x, %y : tensor<i1>, SCALAR\n"
            + " %k = stablehlo.select %p, %i, %j : tensor<i1>, SCALAR\n"
            + " stablehlo.return %z, %k : SCALAR, SCALAR }")
        .replace("SCALAR", type());
  }
}
