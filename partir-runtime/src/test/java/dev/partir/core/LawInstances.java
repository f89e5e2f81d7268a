package dev.partir.core;

import dev.partir.op.BinaryOp;
import dev.partir.op.Op;
import dev.partir.op.Ops;
import dev.partir.op.UnaryOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Random instances of every operation that has factors: programs of that one operation, whose
 * operands are the arguments.
 */
final class LawInstances {
  private static final List<String> REAL = List.of("f32", "f64", "bf16", "i32", "i8", "ui8");
  private static final List<String> FLOATS = List.of("f32", "f64");
  private static final List<String> NUMBERS = List.of("f32", "i32");
  private static final List<String> ANY =
      List.of("f32", "f64", "bf16", "i32", "ui8", "i1", "complex<f32>");

  private static final Map<String, Recipe> RECIPES = new LawInstances().recipes();

  private final Map<String, Recipe> all = new TreeMap<>();

  private LawInstances() {}

  /** Makes instances of one operation. */
  private record Recipe(List<String> elements, BiFunction<Long, String, String> maker) {}

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
    List<String> elements = new ArrayList<>(recipe.elements());
    Collections.shuffle(elements, new Random(seed));
    List<String> programs = new ArrayList<>();
    for (String element : elements) {
      programs.add(recipe.maker().apply(seed * 31 + element.hashCode(), element));
    }
    return programs;
  }

  /** Returns a program of one operation on elements of a type, which it may not take. */
  static String of(Op op, long seed, String element) {
    return Objects.requireNonNull(RECIPES.get(op.opName())).maker().apply(seed, element);
  }

  private <D extends Draw> void add(
      String name,
      List<String> elements,
      BiFunction<Long, String, D> start,
      Function<D, String> make) {
    all.put(name, new Recipe(elements, (seed, element) -> make.apply(start.apply(seed, element))));
  }

  private void pointwise(
      String name, List<String> elements, Function<ElementwiseInstances, String> make) {
    add(name, elements, ElementwiseInstances::new, make);
  }

  private void shape(String name, List<String> elements, Function<ShapeInstances, String> make) {
    add("stablehlo." + name, elements, ShapeInstances::new, make);
  }

  private void place(String name, Function<PlaceInstances, String> make) {
    add("stablehlo." + name, name.equals("scatter") ? REAL : ANY, PlaceInstances::new, make);
  }

  private void window(String name, Function<WindowInstances, String> make) {
    add("stablehlo." + name, name.equals("reduce") ? REAL : NUMBERS, WindowInstances::new, make);
  }

  private void product(
      String name, List<String> elements, Function<ProductInstances, String> make) {
    add(name, elements, ProductInstances::new, make);
  }

  private Map<String, Recipe> recipes() {
    elementwise();
    shape("bitcast_convert", List.of("i8", "i16", "i32", "i64"), ShapeInstances::bitcast);
    shape("reshape", ANY, ShapeInstances::reshape);
    shape("transpose", ANY, ShapeInstances::transpose);
    shape("reverse", ANY, ShapeInstances::reverse);
    shape("broadcast", ANY, ShapeInstances::broadcast);
    shape("broadcast_in_dim", ANY, ShapeInstances::broadcastInDim);
    shape("concatenate", ANY, ShapeInstances::concatenate);
    shape("slice", ANY, ShapeInstances::slice);
    shape("pad", ANY, ShapeInstances::pad);
    place("dynamic_slice", PlaceInstances::dynamicSlice);
    place("dynamic_update_slice", PlaceInstances::dynamicUpdateSlice);
    place("gather", PlaceInstances::gather);
    place("scatter", PlaceInstances::scatter);
    place("torch_index_select", PlaceInstances::torchIndexSelect);
    window("reduce", WindowInstances::reduce);
    window("reduce_window", WindowInstances::reduceWindow);
    window("select_and_scatter", WindowInstances::selectAndScatter);
    window("convolution", WindowInstances::convolution);
    List<String> summed = List.of("f32", "i32", "complex<f32>");
    product("stablehlo.dot_general", summed, ProductInstances::dotGeneral);
    product("stablehlo.dot", NUMBERS, ProductInstances::dot);
    product("stablehlo.einsum", NUMBERS, d -> d.einsum(true));
    product("stablehlo.unary_einsum", NUMBERS, d -> d.einsum(false));
    product("chlo.ragged_dot", NUMBERS, ProductInstances::raggedDot);
    product("stablehlo.sort", NUMBERS, ProductInstances::sort);
    product("chlo.top_k", NUMBERS, ProductInstances::topK);
    product("stablehlo.fft", List.of("complex<f32>"), ProductInstances::fft);
    product("stablehlo.cholesky", FLOATS, ProductInstances::cholesky);
    product("stablehlo.triangular_solve", FLOATS, ProductInstances::triangularSolve);
    for (String kind : List.of("inference", "training", "grad")) {
      product("stablehlo.batch_norm_" + kind, FLOATS, d -> d.batchNorm(kind));
    }
    return all;
  }

  private void elementwise() {
    for (UnaryOp op : UnaryOp.values()) {
      pointwise(op.opName(), ANY, d -> d.pointwise(op.opName(), 1));
    }
    for (BinaryOp op : BinaryOp.values()) {
      pointwise(op.opName(), ANY, d -> d.pointwise(op.opName(), 2));
    }
    for (Op op : Ops.all()) {
      if (op.opName().startsWith("chlo.broadcast_")) {
        pointwise(op.opName(), ANY, d -> d.broadcasting(op.opName()));
      }
    }
    String less = "comparison_direction = #chlo<comparison_direction LT>";
    String compare = "chlo.broadcast_compare";
    pointwise(compare, REAL, d -> d.broadcasting(compare, "i1", less));
    String complex = "chlo.broadcast_complex";
    pointwise(complex, FLOATS, d -> d.broadcasting(complex, "complex<" + d.element + ">", ""));
    pointwise("chlo.broadcast_select", ANY, ElementwiseInstances::broadcastSelect);
    for (String name :
        List.of("stablehlo.is_finite", "chlo.is_inf", "chlo.is_pos_inf", "chlo.is_neg_inf")) {
      pointwise(name, FLOATS, d -> d.pointwise(name, 1, "i1", ""));
    }
    pointwise("chlo.next_after", FLOATS, d -> d.pointwise("chlo.next_after", 2));
    for (String part : List.of("stablehlo.real", "stablehlo.imag")) {
      pointwise(part, List.of("complex<f32>"), d -> d.pointwise(part, 1, "f32", ""));
    }
    pointwise(
        "stablehlo.complex",
        List.of("f32"),
        d -> d.pointwise("stablehlo.complex", 2, "complex<f32>", ""));
    pointwise("stablehlo.convert", ANY, d -> d.pointwise("stablehlo.convert", 1, "i32", ""));
    pointwise(
        "chlo.constant_like",
        FLOATS,
        d -> d.pointwise("chlo.constant_like", 1, d.element, "value = 2.5 : " + d.element));
    String bits = "exponent_bits = 5 : i32, mantissa_bits = 10 : i32";
    pointwise(
        "stablehlo.reduce_precision",
        FLOATS,
        d -> d.pointwise("stablehlo.reduce_precision", 1, d.element, bits));
    String direction = "comparison_direction = #stablehlo<comparison_direction LT>";
    pointwise("stablehlo.compare", REAL, d -> d.pointwise("stablehlo.compare", 2, "i1", direction));
    pointwise("stablehlo.map", NUMBERS, ElementwiseInstances::map);
    pointwise("stablehlo.select", ANY, ElementwiseInstances::select);
    pointwise("stablehlo.clamp", REAL, ElementwiseInstances::clamp);
    pointwise("stablehlo.constant", List.of("i32"), d -> d.constant("stablehlo.constant"));
    pointwise("chlo.constant", List.of("i32"), d -> d.constant("chlo.constant"));
    pointwise("stablehlo.iota", REAL, ElementwiseInstances::iota);
    pointwise("stablehlo.optimization_barrier", ANY, ElementwiseInstances::barrier);
    pointwise("stablehlo.custom_call", ANY, ElementwiseInstances::customCall);
  }
}
