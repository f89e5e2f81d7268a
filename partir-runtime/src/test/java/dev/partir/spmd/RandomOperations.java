package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.dsl.Recorded;
import dev.partir.dsl.Tensor;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.BinaryOp;
import dev.partir.op.CompareOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ConvolutionOp;
import dev.partir.op.DynamicSliceOp;
import dev.partir.op.DynamicUpdateSliceOp;
import dev.partir.op.Monoid;
import dev.partir.op.Op;
import dev.partir.op.PadOp;
import dev.partir.op.ReduceWindowOp;
import dev.partir.op.ReturnOp;
import dev.partir.op.ReverseOp;
import dev.partir.op.ScatterOp;
import dev.partir.op.SortOp;
import dev.partir.op.WhileOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Random operations of random programs that are more than arithmetic on whole arrays. */
final class RandomOperations {
  private static final TensorType INDEX = TensorType.of(ElementType.I32);

  private final SplittableRandom random;

  RandomOperations(SplittableRandom random) {
    this.random = random;
  }

  /** Returns some operation on x, or x where none was found. */
  Tensor on(Tensor x) {
    if (x.rank() == 0 || Arrays.stream(x.type().dims()).anyMatch(n -> n == 0)) {
      return x;
    }
    int dim = random.nextInt(x.rank());
    return switch (random.nextInt(9)) {
      case 0 -> pad(x);
      case 1 -> reverse(x);
      case 2 -> sort(x, dim);
      case 3 -> dynamicSlice(x);
      case 4 -> dynamicUpdateSlice(x);
      case 5 -> scatter(x);
      case 6 -> reduceWindow(x, dim);
      case 7 -> x.rank() == 3 ? convolution(x) : reduceWindow(x, dim);
      default -> loop(x);
    };
  }

  private static Operation add(
      BlockBuilder block,
      Op op,
      List<Value> operands,
      Attributes attributes,
      List<Region> regions,
      Type... results) {
    return block.add(
        op, operands, attributes, regions, List.of(results), List.of(), Location.UNKNOWN);
  }

  private Tensor pad(Tensor x) {
    int rank = x.rank();
    long[] low = random.longs(rank, 0, 3).toArray();
    long[] high = random.longs(rank, 0, 3).toArray();
    return Recorded.on(
        List.of(x, x.scalar(7)),
        (block, values) ->
            PadOp.build(block, values.get(0), values.get(1), low, high, new long[rank]));
  }

  private Tensor reverse(Tensor x) {
    long[] dims =
        IntStream.range(0, x.rank()).filter(d -> random.nextBoolean()).asLongStream().toArray();
    Attributes attributes = Attributes.builder().putArray("dimensions", dims).build();
    return Recorded.on(
        List.of(x),
        (block, values) ->
            add(block, ReverseOp.INSTANCE, values, attributes, List.of(), x.type()).result());
  }

  private static Tensor sort(Tensor x, int dim) {
    Attributes attributes =
        Attributes.builder()
            .put("dimension", dim)
            .put("is_stable", new Attribute.Bool(true))
            .build();
    return Recorded.on(
        List.of(x),
        (block, values) -> {
          BlockBuilder body = block.nested();
          TensorType scalar = TensorType.of(x.type().element());
          Value left = body.argument(scalar, null);
          Value right = body.argument(scalar, null);
          Value less = CompareOp.build(body, CompareOp.Direction.LT, left, right);
          ReturnOp.STABLEHLO.build(body, List.of(less));
          List<Region> regions = List.of(new Region(body.build()));
          return add(block, SortOp.INSTANCE, values, attributes, regions, x.type()).result();
        });
  }

  /** Returns a number that depends on the data, or not; it may lie outside of what it indexes. */
  private Tensor place(Tensor x) {
    int[] all = IntStream.range(0, x.rank()).toArray();
    return x.type().element() == ElementType.I32 && random.nextBoolean()
        ? x.reduceMax(all)
        : x.constant(HostArray.scalar(ElementType.I32, random.nextInt(14) - 3));
  }

  private List<Tensor> places(Tensor x) {
    List<Tensor> places = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      places.add(place(x));
    }
    return places;
  }

  private long[] smaller(Tensor x) {
    long[] sizes = x.type().dims();
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = random.nextBoolean() ? sizes[d] : 1L + random.nextInt((int) sizes[d]);
    }
    return sizes;
  }

  private Tensor dynamicSlice(Tensor x) {
    long[] sizes = smaller(x);
    List<Tensor> all = new ArrayList<>(List.of(x));
    all.addAll(places(x));
    return Recorded.on(
        all,
        (block, values) ->
            DynamicSliceOp.build(block, values.get(0), values.subList(1, values.size()), sizes));
  }

  private Tensor dynamicUpdateSlice(Tensor x) {
    List<Tensor> all = new ArrayList<>(List.of(x, dynamicSlice(x).times(3)));
    all.addAll(places(x));
    return Recorded.on(
        all,
        (block, values) ->
            add(block, DynamicUpdateSliceOp.INSTANCE, values, Attributes.EMPTY, List.of(), x.type())
                .result());
  }

  /** Adds rows of x to others of it. */
  private Tensor scatter(Tensor x) {
    long count = 1L + random.nextInt(8);
    Tensor at =
        x.iota(0, ElementType.I32, count).times(random.nextInt(4) - 1).plus(random.nextInt(3));
    Tensor rows = x.gather(x.iota(0, ElementType.I32, count).times(random.nextInt(3)));
    long[] window = IntStream.range(1, x.rank()).asLongStream().toArray();
    Attributes fields =
        Attributes.builder()
            .putList("update_window_dims", window)
            .putList("inserted_window_dims", 0)
            .putList("scatter_dims_to_operand_dims", 0)
            .put("index_vector_dim", 1)
            .build();
    Attributes attributes =
        Attributes.builder()
            .put("scatter_dimension_numbers", new Attribute.Struct("stablehlo.scatter", fields))
            .build();
    return Recorded.on(
        List.of(x, at, rows),
        (block, values) -> {
          Region body = monoid().region(block, x.type().element());
          return add(block, ScatterOp.INSTANCE, values, attributes, List.of(body), x.type())
              .result();
        });
  }

  private Monoid monoid() {
    return random.nextBoolean() ? Monoid.ADD : Monoid.MAXIMUM;
  }

  private static Attribute padding(long... numbers) {
    HostArray array = HostArray.zeros(TensorType.of(ElementType.I64, numbers.length / 2, 2));
    for (int i = 0; i < numbers.length; i++) {
      array.setLong(i, numbers[i]);
    }
    return array.toDense();
  }

  private Tensor reduceWindow(Tensor x, int dim) {
    long[] sizes = new long[x.rank()];
    long[] strides = new long[x.rank()];
    long[] padding = new long[2 * x.rank()];
    Arrays.fill(sizes, 1);
    Arrays.fill(strides, 1);
    sizes[dim] = 1L + random.nextInt(3);
    strides[dim] = 1L + random.nextInt(2);
    padding[2 * dim] = random.nextInt(3);
    padding[2 * dim + 1] = sizes[dim];
    long[] dims = x.type().dims();
    long padded = dims[dim] + padding[2 * dim] + padding[2 * dim + 1];
    dims[dim] = (padded - sizes[dim]) / strides[dim] + 1;
    Attributes attributes =
        Attributes.builder()
            .putArray("window_dimensions", sizes)
            .putArray("window_strides", strides)
            .put("padding", padding(padding))
            .build();
    return Recorded.on(
        List.of(x, x.scalar(2)),
        (block, values) -> {
          Region body = monoid().region(block, x.type().element());
          return add(
                  block,
                  ReduceWindowOp.INSTANCE,
                  values,
                  attributes,
                  List.of(body),
                  x.type().withDims(dims))
              .result();
        });
  }

  private Tensor convolution(Tensor x) {
    long groups = x.dim(2) % 2 == 0 && random.nextBoolean() ? 2 : 1;
    long stride = 1L + random.nextInt(2);
    Tensor kernel = x.iota(0, x.type().element(), 3, x.dim(2) / groups, 4).minus(1);
    long places = (x.dim(1) + 2 - 3) / stride + 1;
    Attributes attributes =
        Attributes.builder()
            .put(
                "dimension_numbers",
                new Attribute.Raw("#stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>"))
            .putArray("window_strides", stride)
            .put("padding", padding(1, 1))
            .put("feature_group_count", groups)
            .put("batch_group_count", 1)
            .build();
    return Recorded.on(
        List.of(x, kernel),
        (block, values) ->
            add(
                    block,
                    ConvolutionOp.INSTANCE,
                    values,
                    attributes,
                    List.of(),
                    x.type().withDims(x.dim(0), places, 4))
                .result());
  }

  /** Adds x, or x turned over, to what is carried, three times. */
  private Tensor loop(Tensor x) {
    Tensor other = random.nextBoolean() ? x : reverse(x);
    return Recorded.on(
        List.of(x, other, x.constant(HostArray.scalar(ElementType.I32, 0))),
        (block, values) -> {
          BlockBuilder condition = block.nested();
          Value number = condition.argument(INDEX, null);
          condition.argument(x.type(), null);
          Value end = ConstantOp.splat(condition, HostArray.scalar(ElementType.I32, 3), INDEX);
          Value more = CompareOp.build(condition, CompareOp.Direction.LT, number, end);
          ReturnOp.STABLEHLO.build(condition, List.of(more));
          BlockBuilder body = block.nested();
          Value step = body.argument(INDEX, null);
          Value carried = body.argument(x.type(), null);
          Value one = ConstantOp.splat(body, HostArray.scalar(ElementType.I32, 1), INDEX);
          Value next = BinaryOp.ADD.build(body, carried, values.get(1));
          ReturnOp.STABLEHLO.build(body, List.of(BinaryOp.ADD.build(body, step, one), next));
          List<Region> regions = List.of(new Region(condition.build()), new Region(body.build()));
          return add(
                  block,
                  WhileOp.INSTANCE,
                  List.of(values.get(2), values.get(0)),
                  Attributes.EMPTY,
                  regions,
                  INDEX,
                  x.type())
              .result(1);
        });
  }
}
