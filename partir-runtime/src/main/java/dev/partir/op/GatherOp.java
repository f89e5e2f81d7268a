package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code stablehlo.gather}: slices of an operand at computed places. Can be tiled along the batch
 * of places, along the dimensions of the operand whose slices are whole, and along batching
 * dimensions. A dimension that the places index is a reduction: every device gives what its block
 * has of the slices, and neutral elements elsewhere.
 */
public enum GatherOp implements Op {
  INSTANCE;

  private static final String NUMBERS = "dimension_numbers";
  private static final String SIZES = "slice_sizes";
  private static final String OFFSET = "offset_dims";
  private static final String COLLAPSED = "collapsed_slice_dims";
  private static final String OPERAND_BATCHING = "operand_batching_dims";
  private static final String INDICES_BATCHING = "start_indices_batching_dims";
  private static final String START_MAP = "start_index_map";
  private static final String INDEX_VECTOR = "index_vector_dim";

  @Override
  public String opName() {
    return "stablehlo.gather";
  }

  /**
   * What the dimensions of the three arrays are to each other (StableHLO specification, "gather").
   */
  private static final class Numbers {
    final int[] offset;
    final int[] collapsed;
    final int[] operandBatching;
    final int[] indicesBatching;
    final int[] startMap;
    final int indexVector;
    final long[] sizes;

    private Numbers(Attributes fields, long[] sizes) {
      offset = fields.dims(OFFSET);
      collapsed = fields.dims(COLLAPSED);
      operandBatching = fields.dims(OPERAND_BATCHING);
      indicesBatching = fields.dims(INDICES_BATCHING);
      startMap = fields.dims(START_MAP);
      indexVector = IntegerAttributes.dim(fields, INDEX_VECTOR);
      this.sizes = sizes;
    }

    static Numbers of(Operation operation) {
      Attributes fields =
          operation.attributes().get(NUMBERS) instanceof Attribute.Struct struct
              ? struct.fields()
              : Attributes.EMPTY;
      return new Numbers(fields, operation.attributes().integers(SIZES));
    }

    /** Returns the dimensions of the indices without the one that holds an index vector. */
    int[] indexBatch(int rank) {
      return java.util.stream.IntStream.range(0, rank).filter(d -> d != indexVector).toArray();
    }

    /**
     * Returns the dimensions of the operand that its slices keep, in the order of the offset
     * dimensions.
     */
    int[] window(int rank) {
      return java.util.stream.IntStream.range(0, rank)
          .filter(d -> !contains(collapsed, d) && !contains(operandBatching, d))
          .toArray();
    }

    /**
     * Returns the dimensions of the result that stand for places, in the order of {@link
     * #indexBatch}.
     */
    int[] resultBatch(int rank) {
      return java.util.stream.IntStream.range(0, rank).filter(d -> !contains(offset, d)).toArray();
    }
  }

  private static boolean contains(int[] dims, int dim) {
    return Arrays.stream(dims).anyMatch(d -> d == dim);
  }

  /**
   * Adds a lookup of rows: {@code table} is [rows, ...], {@code indices} any shape; the result is
   * [indices..., ...].
   */
  public static Value rows(BlockBuilder block, Value table, Value indices) {
    TensorType t = table.tensor();
    TensorType i = indices.tensor();
    long[] offset = new long[t.rank() - 1];
    long[] sizes = t.dims();
    sizes[0] = 1;
    long[] result = Arrays.copyOf(i.dims(), i.rank() + t.rank() - 1);
    for (int d = 1; d < t.rank(); d++) {
      offset[d - 1] = (long) i.rank() + d - 1;
      result[i.rank() + d - 1] = t.dim(d);
    }
    Attributes fields =
        Attributes.builder()
            .putList(OFFSET, offset)
            .putList(COLLAPSED, 0)
            .putList(START_MAP, 0)
            .put(INDEX_VECTOR, i.rank())
            .build();
    return build(block, table, indices, fields, sizes, t.withDims(result));
  }

  /**
   * Adds a gather.
   *
   * @param fields what the dimensions are to each other
   * @param sizes the sizes of slices
   */
  static Value build(
      BlockBuilder block,
      Value operand,
      Value indices,
      Attributes fields,
      long[] sizes,
      TensorType result) {
    Attributes attributes =
        Attributes.builder()
            .put(NUMBERS, new Attribute.Struct("stablehlo.gather", fields))
            .putArray(SIZES, sizes)
            .put("indices_are_sorted", new Attribute.Bool(false))
            .build();
    return block.add(INSTANCE, List.of(operand, indices), attributes, List.of(result)).result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0)
        || !check.tensors()
        || IntegerAttributes.struct(
                check.constraint("I3-I8"),
                operation.attributes(),
                NUMBERS,
                "stablehlo.gather",
                INDEX_VECTOR)
            == null
        || !IntegerAttributes.required(check.constraint("I9"), operation.attributes(), SIZES)
        || !IntegerAttributes.optionalFlag(
            check.constraint("I10"), operation.attributes(), "indices_are_sorted")) {
      return;
    }
    TensorType operand = operation.operand(0).tensor();
    TensorType indices = operation.operand(1).tensor();
    Numbers numbers = Numbers.of(operation);
    check
        .constraint("I2")
        .require(
            indices.element().isInteger() && indices.element() != ElementType.I1,
            () -> "its indices are a " + indices,
            "Indices are integers");
    if (!check.ok()
        || !checkDimensions(check, numbers, operand, indices)
        || !checkSizes(check, numbers, operand, indices)) {
      return;
    }
    int[] batch = numbers.indexBatch(indices.rank());
    int[] window = numbers.window(operand.rank());
    long[] dims = new long[batch.length + window.length];
    int[] resultBatch = numbers.resultBatch(dims.length);
    for (int i = 0; i < batch.length; i++) {
      dims[resultBatch[i]] = indices.dim(batch[i]);
    }
    for (int i = 0; i < window.length; i++) {
      dims[numbers.offset[i]] = numbers.sizes[window[i]];
    }
    check.constraint("C22, C23");
    check.result(0, operand.withDims(dims));
  }

  private static boolean checkDimensions(
      OpChecker check, Numbers numbers, TensorType operand, TensorType indices) {
    return check
            .constraint("C2")
            .require(
                numbers.indexVector >= 0 && numbers.indexVector <= indices.rank(),
                () ->
                    INDEX_VECTOR
                        + " is "
                        + numbers.indexVector
                        + " for indices of rank "
                        + indices.rank(),
                "It must be from 0 to " + indices.rank())
        && ShapeOps.dimensions(
            check.constraint("C6, C8"), COLLAPSED, numbers.collapsed, operand.rank())
        && IntegerAttributes.sorted(check.constraint("C7"), COLLAPSED, numbers.collapsed)
        && ShapeOps.dimensions(
            check.constraint("C6, C11"), OPERAND_BATCHING, numbers.operandBatching, operand.rank())
        && IntegerAttributes.sorted(
            check.constraint("C10"), OPERAND_BATCHING, numbers.operandBatching)
        && ShapeOps.apart(
            check.constraint("C6"),
            COLLAPSED,
            numbers.collapsed,
            OPERAND_BATCHING,
            numbers.operandBatching)
        && ShapeOps.dimensions(
            check.constraint("C13, C14"), INDICES_BATCHING, numbers.indicesBatching, indices.rank())
        && ShapeOps.apart(
            check.constraint("C15"),
            INDEX_VECTOR,
            new int[] {numbers.indexVector},
            INDICES_BATCHING,
            numbers.indicesBatching)
        && ShapeOps.paired(
            check,
            "C16",
            "C17",
            new ShapeOps.Dims(OPERAND_BATCHING, numbers.operandBatching, operand),
            new ShapeOps.Dims(INDICES_BATCHING, numbers.indicesBatching, indices))
        && ShapeOps.dimensions(
            check.constraint("C18, C19"), START_MAP, numbers.startMap, operand.rank())
        && ShapeOps.apart(
            check.constraint("C18"),
            START_MAP,
            numbers.startMap,
            OPERAND_BATCHING,
            numbers.operandBatching);
  }

  private static boolean checkSizes(
      OpChecker check, Numbers numbers, TensorType operand, TensorType indices) {
    long vector = numbers.indexVector < indices.rank() ? indices.dim(numbers.indexVector) : 1;
    if (!check
            .constraint("C3")
            .require(
                TensorType.compatible(vector, numbers.startMap.length),
                () ->
                    "an index vector has "
                        + vector
                        + " numbers for a start_index_map of "
                        + numbers.startMap.length,
                "They must be as many")
        || !check
            .constraint("C20")
            .require(
                numbers.sizes.length == operand.rank(),
                () ->
                    "slice_sizes has "
                        + numbers.sizes.length
                        + " numbers for an operand of rank "
                        + operand.rank(),
                "Give one per dimension")) {
      return false;
    }
    for (int d = 0; d < operand.rank(); d++) {
      int dim = d;
      long size = numbers.sizes[d];
      boolean single = contains(numbers.collapsed, d) || contains(numbers.operandBatching, d);
      if (!check
              .constraint("C21")
              .require(
                  size >= 0 && (size <= operand.dim(d) || operand.dim(d) == TensorType.DYNAMIC),
                  () ->
                      "slice size "
                          + size
                          + " in dimension "
                          + dim
                          + " of size "
                          + operand.dim(dim),
                  "A slice must fit into the operand")
          || !check
              .constraint("C9, C12")
              .require(
                  !single || size <= 1,
                  () -> "slice size " + size + " in dimension " + dim + ", which is left out",
                  "A collapsed or batching dimension has slices of size 1")) {
        return false;
      }
    }
    int[] window = numbers.window(operand.rank());
    int rank = window.length + numbers.indexBatch(indices.rank()).length;
    return check
            .constraint("C1")
            .require(
                numbers.offset.length == window.length,
                () ->
                    "offset_dims has "
                        + numbers.offset.length
                        + " numbers for slices of rank "
                        + window.length,
                "Give one per dimension of the operand that is neither collapsed nor batching")
        && ShapeOps.dimensions(check.constraint("C4, C5"), OFFSET, numbers.offset, rank)
        && IntegerAttributes.sorted(check.constraint("C4"), OFFSET, numbers.offset);
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType operand = operation.operand(0).tensor();
    TensorType indices = operation.operand(1).tensor();
    TensorType result = operation.result().tensor();
    Numbers numbers = Numbers.of(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    int[] batch = numbers.indexBatch(indices.rank());
    int[] resultBatch = numbers.resultBatch(result.rank());
    for (int i = 0; i < batch.length; i++) {
      int factor = rule.factor(indices.dim(batch[i]), FactorRule.Kind.PARALLEL);
      rule.operand(1, batch[i], factor).result(0, resultBatch[i], factor);
      for (int b = 0; b < numbers.indicesBatching.length; b++) {
        if (numbers.indicesBatching[b] == batch[i]) {
          rule.operand(0, numbers.operandBatching[b], factor);
        }
      }
    }
    int[] window = numbers.window(operand.rank());
    for (int i = 0; i < window.length; i++) {
      if (numbers.sizes[window[i]] == operand.dim(window[i])) {
        int factor = rule.factor(operand.dim(window[i]), FactorRule.Kind.PARALLEL);
        rule.operand(0, window[i], factor).result(0, numbers.offset[i], factor);
      }
    }
    for (int dim : numbers.startMap) {
      if (isMasked(numbers, operand, dim)) {
        Monoid monoid = LocalPlaces.monoid(operand.element());
        rule.operand(0, dim, rule.reduction(operand.dim(dim), monoid));
      }
    }
    return rule.build();
  }

  /** Returns whether a device with a block of an indexed dimension gives a part of the slices. */
  private static boolean isMasked(Numbers numbers, TensorType operand, int dim) {
    boolean whole = !contains(numbers.collapsed, dim) && numbers.sizes[dim] == operand.dim(dim);
    return !whole && numbers.sizes[dim] > 0 && LocalPlaces.isSummable(operand.element());
  }

  @Override
  public void pullback(Pullback at) {
    PlacesDerivative.gather(at);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray operand = operands.get(0);
    HostArray indices = operands.get(1);
    TensorType type = operand.type();
    HostArray out = HostArray.zeros(operation.result().tensor());
    if (operand.length() == 0) {
      return List.of(out);
    }
    Numbers numbers = Numbers.of(operation);
    long[] from = StridedCopy.strides(type.dims());
    long[] to = StridedCopy.strides(out.type().dims());
    int[] window = numbers.window(type.rank());
    long[] windowFrom = new long[window.length];
    long[] windowTo = new long[window.length];
    long[] windowSizes = new long[window.length];
    for (int i = 0; i < window.length; i++) {
      windowFrom[i] = from[window[i]];
      windowTo[i] = to[numbers.offset[i]];
      windowSizes[i] = numbers.sizes[window[i]];
    }
    int[] batch = numbers.indexBatch(indices.type().rank());
    int[] resultBatch = numbers.resultBatch(out.type().rank());
    long[] indexStrides = StridedCopy.strides(indices.type().dims());
    long vectorStride =
        numbers.indexVector < indexStrides.length ? indexStrides[numbers.indexVector] : 0;
    long[] batchSizes = new long[batch.length];
    long places = 1;
    for (int i = 0; i < batch.length; i++) {
      batchSizes[i] = indices.type().dim(batch[i]);
      places *= batchSizes[i];
    }
    var slice = new StridedCopy.Box(type.element(), windowFrom, windowTo, windowSizes);
    for (long place = 0; place < places; place++) {
      long indexAt = 0;
      long source = 0;
      long target = 0;
      long rest = place;
      for (int i = batch.length - 1; i >= 0; i--) {
        long at = rest % batchSizes[i];
        rest /= batchSizes[i];
        indexAt += at * indexStrides[batch[i]];
        target += at * to[resultBatch[i]];
        for (int b = 0; b < numbers.indicesBatching.length; b++) {
          if (numbers.indicesBatching[b] == batch[i]) {
            source += at * from[numbers.operandBatching[b]];
          }
        }
      }
      for (int j = 0; j < numbers.startMap.length; j++) {
        int dim = numbers.startMap[j];
        long start = ShapeOps.place(indices, (int) (indexAt + j * vectorStride));
        // A dimension that is left out has one element even where its slice size is 0.
        source +=
            Math.max(0, Math.min(start, type.dim(dim) - Math.max(1, numbers.sizes[dim])))
                * from[dim];
      }
      slice.copy(operand, source, out, target);
    }
    return List.of(out);
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    // Only the slices of the operand are read.
    return Cost.of(0, new TensorType[] {operands[1], results[0]}, results);
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    TensorType global = operation.operand(0).tensor();
    Numbers numbers = Numbers.of(operation);
    FactorRule rule = rule(operation);
    BlockBuilder block = context.block();
    Value operand = operands.get(0);
    Value indices = operands.get(1);
    long[] sizes = operation.attributes().integers(SIZES);
    List<Value> components = new ArrayList<>();
    List<Value> masks = new ArrayList<>();
    boolean moved = false;
    for (int j = 0; j < numbers.startMap.length; j++) {
      int dim = numbers.startMap[j];
      Value index = LocalPlaces.component(block, indices, numbers.indexVector, j);
      index = LocalPlaces.clamp(block, index, 0, global.dim(dim) - Math.max(1, sizes[dim]));
      Value start =
          isMasked(numbers, global, dim) ? context.blockStart(rule.operandDim(0, dim)[0]) : null;
      if (start != null) {
        moved = true;
        index = LocalPlaces.minus(block, index, start);
        if (sizes[dim] == 1) {
          masks.add(LocalPlaces.within(block, index, operand.tensor().dim(dim)));
        } else {
          Value fill = LocalPlaces.neutral(block, global.element());
          operand = LocalPlaces.surround(block, operand, dim, sizes[dim], fill);
          index = LocalPlaces.plus(block, index, sizes[dim]);
        }
      }
      components.add(index);
    }
    for (int d = 0; d < sizes.length; d++) {
      // Tiled are else dimensions whose slices are whole, and batching dimensions, whose slices are
      // single.
      if (sizes[d] == global.dim(d)) {
        sizes[d] = operand.tensor().dim(d);
      }
    }
    Attributes attributes =
        Attributes.builder().putAll(operation.attributes()).putArray(SIZES, sizes).build();
    if (moved) {
      boolean implicit = numbers.indexVector == operation.operand(1).tensor().rank();
      indices = LocalPlaces.vectors(block, components, numbers.indexVector, implicit);
    }
    Value gathered =
        block
            .add(
                this,
                List.of(operand, indices),
                attributes,
                List.of(),
                results,
                List.of(),
                operation.location())
            .result();
    return List.of(masked(gathered, masks, numbers, block));
  }

  /** Puts the neutral element where a place lies in the block of another device. */
  private static Value masked(
      Value gathered, List<Value> masks, Numbers numbers, BlockBuilder block) {
    if (masks.isEmpty()) {
      return gathered;
    }
    Value mask = masks.get(0);
    for (Value other : masks.subList(1, masks.size())) {
      mask = BinaryOp.AND.build(block, mask, other);
    }
    TensorType type = gathered.tensor();
    long[] batch = Arrays.stream(numbers.resultBatch(type.rank())).asLongStream().toArray();
    Value fill = LocalPlaces.neutral(block, type.element());
    return SelectOp.build(
        block,
        BroadcastInDimOp.build(block, mask, type.withElement(ElementType.I1), batch),
        gathered,
        BroadcastInDimOp.build(block, fill, type));
  }
}
