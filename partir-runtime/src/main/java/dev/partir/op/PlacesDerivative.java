package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The derivatives of gather and scatter, which are each other's: what was read at a place adds its
 * cotangent there, and what was written there has the cotangent from there.
 */
final class PlacesDerivative {
  private static final String[] GATHER = {
    "offset_dims",
    "collapsed_slice_dims",
    "operand_batching_dims",
    "start_indices_batching_dims",
    "start_index_map"
  };
  private static final String[] SCATTER = {
    "update_window_dims",
    "inserted_window_dims",
    "input_batching_dims",
    "scatter_indices_batching_dims",
    "scatter_dims_to_operand_dims"
  };
  private static final String GATHER_NUMBERS = "dimension_numbers";
  private static final String SCATTER_NUMBERS = "scatter_dimension_numbers";
  private static final String INDEX_VECTOR = "index_vector_dim";
  private static final String SORTED = "indices_are_sorted";
  private static final String UNIQUE = "unique_indices";
  private static final String SIZES = "slice_sizes";

  private PlacesDerivative() {}

  private static Attributes fields(Operation operation, String key) {
    return operation.attributes().get(key) instanceof Attribute.Struct struct
        ? struct.fields()
        : Attributes.EMPTY;
  }

  /** Returns the fields of the one operation under the names of the other. */
  private static Attribute renamed(Attributes fields, String[] from, String[] to, String struct) {
    Attributes.Builder renamed = Attributes.builder();
    for (int i = 0; i < from.length; i++) {
      renamed.putList(to[i], fields.integers(from[i]));
    }
    renamed.put(INDEX_VECTOR, fields.integer(INDEX_VECTOR, 0));
    return new Attribute.Struct(struct, renamed.build());
  }

  // Gather.

  static void gather(Pullback at) {
    Operation operation = at.operation();
    TensorType operand = operation.operand(0).tensor();
    Attributes fields = fields(operation, GATHER_NUMBERS);
    long[] sizes = operation.attributes().integers(SIZES);
    int[] map = fields.dims(GATHER[4]);
    long[] last = new long[map.length];
    for (int j = 0; j < map.length; j++) {
      last[j] = operand.dim(map[j]) - Math.max(1, sizes[map[j]]);
    }
    Value indices = within(at, at.operand(1), IntegerAttributes.dim(fields, INDEX_VECTOR), last);
    Attributes attributes =
        Attributes.builder()
            .put(SCATTER_NUMBERS, renamed(fields, GATHER, SCATTER, "stablehlo.scatter"))
            .put(SORTED, new Attribute.Bool(operation.attributes().flag(SORTED)))
            .put(UNIQUE, new Attribute.Bool(false))
            .build();
    at.give(
        0,
        scatter(
            at.block(),
            Monoid.ADD.region(at.block(), operand.element()),
            attributes,
            at.terms().zeros(operand),
            indices,
            at.cotangent()));
  }

  /** Returns indices moved to lie from 0 to the last places, as a gather moves them. */
  private static Value within(Pullback at, Value indices, int vector, long... last) {
    TensorType type = indices.tensor();
    long least = Arrays.stream(last).min().orElse(0);
    if (last.length == 0 || isWithin(indices, least)) {
      return indices;
    }
    BlockBuilder block = at.block();
    TensorType scalar = TensorType.of(type.element());
    Value low = ConstantOp.splat(block, HostArray.zeros(scalar), scalar);
    Value high;
    if (Arrays.stream(last).distinct().count() == 1) {
      high = ConstantOp.splat(block, number(type.element(), least), scalar);
    } else {
      HostArray bounds = HostArray.zeros(type.withDims(last.length));
      for (int j = 0; j < last.length; j++) {
        bounds.setLong(j, number(type.element(), last[j]).getLong(0));
      }
      high = BroadcastInDimOp.build(block, ConstantOp.build(block, bounds.toDense()), type, vector);
      low = ConstantOp.splat(block, HostArray.zeros(scalar), type);
    }
    return ClampOp.INSTANCE.add(block, type, low, indices, high);
  }

  /** Returns a number as an integer of a type, or the largest that the type has. */
  private static HostArray number(ElementType element, long value) {
    int bits = element.bits() - (element.kind() == ElementType.Kind.SIGNED ? 1 : 0);
    HostArray number = HostArray.zeros(TensorType.of(element));
    number.setLong(0, bits >= 63 ? value : Math.min(value, (1L << bits) - 1));
    return number;
  }

  /** Returns whether indices are known to lie from 0 to {@code last}. */
  private static boolean isWithin(Value indices, long last) {
    Operation definition = indices.definition();
    if (definition != null && definition.kind() == IotaOp.INSTANCE) {
      return Arrays.stream(indices.tensor().dims()).allMatch(size -> size - 1 <= last);
    }
    Attribute.Dense dense = ConstantOp.valueOf(indices);
    if (dense == null) {
      return false;
    }
    HostArray numbers = HostArray.of(dense);
    for (int i = 0; i < numbers.length(); i++) {
      if (numbers.getLong(i) < 0 || numbers.getLong(i) > last) {
        return false;
      }
    }
    return true;
  }

  // Scatter.

  private static Value scatter(
      BlockBuilder block,
      Region body,
      Attributes attributes,
      Value array,
      Value indices,
      Value updates) {
    TensorType scalar = body.block().results().get(0).tensor();
    return block
        .add(
            ScatterOp.INSTANCE,
            List.of(array, indices, updates),
            attributes,
            List.of(body),
            List.of(array.tensor().withElement(scalar.element())),
            List.of(),
            Location.UNKNOWN)
        .result();
  }

  static void scatter(Pullback at) {
    Operation operation = at.operation();
    int n = operation.operands().size() / 2;
    Block body = operation.regions().get(0).block();
    TensorType array = operation.operand(0).tensor();
    if (n > 1 || operation.result(0).tensor().element() != array.element()) {
      at.through((block, operands) -> single(operation, n, block, operands));
    } else if (body.results().get(0) == body.arguments().get(1)) {
      replace(at);
    } else {
      Monoid monoid = Monoid.of(operation.regions().get(0));
      if (monoid == Monoid.ADD) {
        at.give(0, at.cotangent());
        if (at.wants(2)) {
          at.give(2, read(at, at.cotangent()));
        }
      } else if (monoid == Monoid.MULTIPLY) {
        multiply(at);
      } else if ((monoid == Monoid.MAXIMUM || monoid == Monoid.MINIMUM)
          && !array.element().isComplex()) {
        extreme(at);
      } else {
        throw none(operation, "its body is not one of those that have");
      }
    }
  }

  private static dev.partir.ir.PartirException none(Operation operation, String problem) {
    return Pullback.none(
        operation,
        problem,
        "Scatter by add, multiply, maximum or minimum, or to replace; or stop the gradient");
  }

  /** Adds a scatter per array, in the types of the body. */
  private static List<Value> single(
      Operation operation, int n, BlockBuilder block, List<Value> operands) {
    Block body = operation.regions().get(0).block();
    Terms t = new Terms(block);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Value left = body.arguments().get(i);
      Value right = body.arguments().get(n + i);
      Value combined = body.results().get(i);
      ElementType element = left.tensor().element();
      Region region =
          combined == right ? replacing(block, element) : region(block, combined, left, right);
      if (region == null) {
        throw none(operation, "its body combines elements of several arrays");
      }
      results.add(
          scatter(
              block,
              region,
              operation.attributes(),
              t.convert(operands.get(i), element),
              operands.get(n),
              t.convert(operands.get(n + 1 + i), element)));
    }
    return results;
  }

  private static Region replacing(BlockBuilder parent, ElementType element) {
    BlockBuilder block = parent.nested();
    block.argument(TensorType.of(element), null);
    Value update = block.argument(TensorType.of(element), null);
    ReturnOp.STABLEHLO.build(block, List.of(update));
    return new Region(block.build());
  }

  private static @Nullable Region region(
      BlockBuilder parent, Value combined, Value left, Value right) {
    Operation definition = combined.definition();
    Monoid monoid = definition == null ? null : Monoid.named(definition.name());
    boolean plain =
        definition != null
            && (definition.operands().equals(List.of(left, right))
                || definition.operands().equals(List.of(right, left)));
    return monoid == null || !plain ? null : monoid.region(parent, left.tensor().element());
  }

  /** Where several updates replace one element, the last one that a scatter writes counts. */
  private static void replace(Pullback at) {
    Operation operation = at.operation();
    TensorType updates = operation.operand(2).tensor();
    Terms t = at.terms();
    if (at.wants(0)) {
      Region body = replacing(at.block(), updates.element());
      at.give(
          0,
          scatter(
              at.block(),
              body,
              operation.attributes(),
              at.cotangent(),
              at.operand(1),
              t.zeros(updates)));
    }
    if (!at.wants(2)) {
      return;
    }
    Value cotangent = read(at, at.cotangent());
    if (!operation.attributes().flag(UNIQUE)) {
      // Number the updates from 1 and see whose number stands.
      TensorType ids = updates.withElement(ElementType.I32);
      Value counted = IotaOp.build(at.block(), 0, ids.withDims(ids.elementCount()));
      Value numbers = t.plus(t.reshape(counted, ids.dims()), 1);
      Value written =
          scatter(
              at.block(),
              replacing(at.block(), ElementType.I32),
              operation.attributes(),
              t.zeros(operation.operand(0).tensor().withElement(ElementType.I32)),
              at.operand(1),
              numbers);
      Value stands = t.compare(CompareOp.Direction.EQ, read(at, written), numbers);
      cotangent = t.where(stands, cotangent);
    }
    at.give(2, cotangent);
  }

  private static void multiply(Pullback at) {
    Operation operation = at.operation();
    if (at.wants(0)) {
      ElementType element = operation.operand(0).tensor().element();
      at.give(
          0,
          scatter(
              at.block(),
              Monoid.MULTIPLY.region(at.block(), element),
              operation.attributes(),
              at.cotangent(),
              at.operand(1),
              at.operand(2)));
    }
    if (at.wants(2)) {
      if (!operation.attributes().flag(UNIQUE)) {
        throw Pullback.none(
            operation,
            "several updates may be multiplied into one element",
            "Say that indices are unique, or stop the gradient of the updates");
      }
      at.give(2, read(at, at.terms().times(at.cotangent(), at.operand(0))));
    }
  }

  /** All that share the extreme share its cotangent. */
  private static void extreme(Pullback at) {
    Operation operation = at.operation();
    Terms t = at.terms();
    CompareOp.Direction equal = CompareOp.Direction.EQ;
    ElementType element = operation.operand(0).tensor().element();
    Value kept = t.compare(equal, at.operand(0), at.result(0));
    Value reached = t.compare(equal, at.operand(2), read(at, at.result(0)));
    Value count =
        scatter(
            at.block(),
            Monoid.ADD.region(at.block(), element),
            operation.attributes(),
            t.convert(kept, element),
            at.operand(1),
            t.convert(reached, element));
    Value share = t.over(at.cotangent(), count);
    if (at.wants(0)) {
      at.give(0, t.where(kept, share));
    }
    if (at.wants(2)) {
      at.give(2, t.where(reached, read(at, share)));
    }
  }

  /**
   * Puts elements back along a dimension, each to its place; zeros elsewhere.
   *
   * @param places where each element goes, no two of a line to one place
   * @param size the size of the dimension in the result
   */
  static Value putBack(Pullback at, Value places, Value elements, int dim, long size) {
    TensorType type = elements.tensor();
    long[] others =
        java.util.stream.LongStream.range(0, type.rank()).filter(d -> d != dim).toArray();
    Attributes fields =
        Attributes.builder()
            .putList(SCATTER[1], dim)
            .putList(SCATTER[2], others)
            .putList(SCATTER[3], others)
            .putList(SCATTER[4], dim)
            .put(INDEX_VECTOR, type.rank())
            .build();
    Attributes attributes =
        Attributes.builder()
            .put(SCATTER_NUMBERS, new Attribute.Struct("stablehlo.scatter", fields))
            .put(SORTED, new Attribute.Bool(false))
            .put(UNIQUE, new Attribute.Bool(true))
            .build();
    return scatter(
        at.block(),
        Monoid.ADD.region(at.block(), type.element()),
        attributes,
        at.terms().zeros(ShapeOps.withDim(type, dim, size)),
        places,
        elements);
  }

  /** Returns what an array has where the updates go, zeros for those that are left out. */
  private static Value read(Pullback at, Value array) {
    Operation operation = at.operation();
    TensorType input = operation.operand(0).tensor();
    TensorType updates = operation.operand(2).tensor();
    ScatterNumbers numbers = ScatterNumbers.of(operation);
    BlockBuilder block = at.block();
    long[] sizes = new long[input.rank()];
    Arrays.fill(sizes, 1);
    int[] window = numbers.window(input.rank());
    for (int w = 0; w < window.length; w++) {
      sizes[window[w]] = updates.dim(numbers.updateWindow()[w]);
    }
    int[] indexed = numbers.indexed();
    Value indices = at.operand(1);
    Value padded = array;
    int vector = numbers.indexVector();
    long least = Long.MAX_VALUE;
    for (int dim : indexed) {
      least = Math.min(least, input.dim(dim) - sizes[dim]);
    }
    if (indexed.length > 0 && !isWithin(indices, least)) {
      List<Value> components = new ArrayList<>();
      TensorType scalar = TensorType.of(array.tensor().element());
      Value zero = ConstantOp.splat(block, HostArray.zeros(scalar), scalar);
      for (int j = 0; j < indexed.length; j++) {
        int dim = indexed[j];
        long size = Math.max(1, sizes[dim]);
        Value index = LocalPlaces.component(block, indices, vector, j);
        index = LocalPlaces.clamp(block, index, -size, input.dim(dim));
        components.add(LocalPlaces.plus(block, index, size));
        padded = LocalPlaces.surround(block, padded, dim, size, zero);
      }
      boolean implicit = vector == indices.tensor().rank();
      indices = LocalPlaces.vectors(block, components, vector, implicit);
    }
    Attributes fields = fields(operation, SCATTER_NUMBERS);
    Attributes attributes =
        Attributes.builder()
            .put(GATHER_NUMBERS, renamed(fields, SCATTER, GATHER, "stablehlo.gather"))
            .putArray(SIZES, sizes)
            .put(SORTED, new Attribute.Bool(false))
            .build();
    return block
        .add(
            GatherOp.INSTANCE,
            List.of(padded, indices),
            attributes,
            List.of(updates.withElement(array.tensor().element())))
        .result();
  }
}
