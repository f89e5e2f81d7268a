package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.Gathers;
import dev.partir.schedule.LoopSums;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Options;
import dev.partir.schedule.Policy;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Random programs, meshes and schedules. Most programs are over integers, so that the partitioned
 * run must equal the whole one exactly; the others are over floating-point numbers and may differ
 * by the stated bound.
 */
final class RandomPrograms {
  private static final long[] SIZES = {1, 2, 3, 4, 6, 8, 12};
  private static final int[] AXIS_SIZES = {2, 2, 2, 3, 4};

  private final SplittableRandom random;
  private final ElementType element;
  private final RandomOperations operations;
  private final List<TensorType> inputs = new ArrayList<>();

  private RandomPrograms(SplittableRandom random, ElementType element) {
    this.random = random;
    this.element = element;
    operations = new RandomOperations(random);
  }

  /** A program with a schedule that fits it. */
  record Case(Module module, Schedule schedule) {}

  static Case of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return of(random, random.nextInt(4) == 0 ? ElementType.F32 : ElementType.I32);
  }

  /** Returns a program over elements of a type. */
  static Case of(long seed, ElementType element) {
    return of(new SplittableRandom(seed), element);
  }

  private static Case of(SplittableRandom random, ElementType element) {
    RandomPrograms generator = new RandomPrograms(random, element);
    Module module = generator.program();
    return new Case(module, generator.schedule());
  }

  /** Returns options, each of which most seeds leave as they are. */
  static Options options(long seed) {
    return new Options(
        seed % 4 == 3 ? Policy.GREEDY : Policy.STRICT,
        seed % 5 == 4 ? Gathers.PER_USE : Gathers.SHARED,
        seed % 7 == 6 ? LoopSums.PER_TRIP : LoopSums.ONCE);
  }

  /**
   * Returns arguments that are small whole numbers, whose sums are exact in any order, and may be
   * zero.
   */
  static List<HostArray> wholeNumbers(Partitioning partitioning, long seed) {
    List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), seed);
    for (HostArray argument : arguments) {
      for (int i = 0; i < argument.length(); i++) {
        argument.set(i, Math.rint(4 * argument.get(i)));
      }
    }
    return arguments;
  }

  private long size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private Module program() {
    List<Tracer.Input> parameters = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      long[] dims =
          random.longs(random.nextInt(4), 0, SIZES.length).map(n -> SIZES[(int) n]).toArray();
      TensorType type = TensorType.of(element, dims);
      inputs.add(type);
      parameters.add(new Tracer.Input("p" + i, type));
    }
    return Tracer.trace("random", parameters, this::body);
  }

  private List<Tensor> body(List<Tensor> arguments) {
    List<Tensor> pool = new ArrayList<>(arguments);
    int operations = 3 + random.nextInt(18);
    for (int i = 0; i < operations; i++) {
      Tensor made = operation(pool);
      if (made.type().elementCount() <= 4096) {
        pool.add(made);
      }
    }
    List<Tensor> results = new ArrayList<>();
    results.add(pool.get(pool.size() - 1));
    if (random.nextBoolean()) {
      results.add(pick(pool));
    }
    return results;
  }

  private Tensor pick(List<Tensor> pool) {
    // Late values are likelier, so that programs grow deep.
    int n = pool.size();
    int first = random.nextInt(n);
    int second = random.nextInt(n);
    return pool.get(Math.max(first, second));
  }

  private Tensor operation(List<Tensor> pool) {
    Tensor x = pick(pool);
    int rank = x.rank();
    int dim = rank == 0 ? 0 : random.nextInt(rank);
    return switch (random.nextInt(21)) {
      case 0 -> x.unaryMinus().plus(1);
      case 1, 2 -> binary(x, like(x, pool));
      case 3 -> rank == 0 ? x.times(3) : random.nextBoolean() ? x.sum(dim) : x.reduceMax(dim);
      case 4 -> rank == 0 ? x : x.transpose(permutation(rank));
      case 5 -> reshape(x);
      case 6 -> product(x, pick(pool));
      case 7 -> rank == 0 ? x : x.slice(dim, random.nextInt((int) x.dim(dim)), x.dim(dim));
      case 8 -> rank == 0 ? x : x.concat(like(x, pool), dim);
      case 9 -> x.lessThan(like(x, pool)).select(x, like(x, pool));
      case 10 -> rank == 0 || rank > 2 ? x : x.gather(x.iota(0, ElementType.I32, size()));
      case 11 -> rank == 0 ? x : x.plus(x.iota(dim, element, x.type().dims()));
      case 12 -> rank > 2 ? x.sum(0) : grow(x);
      case 13, 14, 15, 16, 17, 18 -> operations.on(x);
      case 19 -> rank == 0 ? x : accumulated(x, pick(pool));
      default -> rank == 0 ? x : x.minus(x.reduceMax(dim).reshape(withOne(x.type(), dim)));
    };
  }

  private static long[] withOne(TensorType type, int dim) {
    long[] dims = type.dims();
    dims[dim] = 1;
    return dims;
  }

  private Tensor grow(Tensor x) {
    long[] dims = new long[x.rank() + 1];
    dims[0] = size();
    System.arraycopy(x.type().dims(), 0, dims, 1, x.rank());
    return x.broadcastTo(dims);
  }

  /**
   * Adds up, in a loop over the rows of x, what is often a partial sum on every device: a row's
   * sum, or its product with another value, transposed now and then.
   */
  private Tensor accumulated(Tensor x, Tensor other) {
    Tensor first = x.slice(0, 0, 1).reshape(Arrays.copyOfRange(x.type().dims(), 1, x.rank()));
    UnaryOperator<Tensor> part = part(first, other);
    Tensor one = part.apply(first);
    if (x.rank() + other.rank() > 5 || one.type().elementCount() > 1024) {
      return x;
    }
    Tensor start = random.nextBoolean() ? one : one.scalar(0).broadcastTo(one.type().dims());
    boolean twice = random.nextInt(3) == 0;
    // Over floating-point numbers it would cancel out.
    boolean turned = random.nextInt(4) == 0 && element.isInteger();
    return Loops.scan(
        start,
        x,
        (sum, row) -> {
          Tensor next = sum.plus(part.apply(row));
          next = twice ? part.apply(row.times(2)).plus(next) : next;
          // What is turned around in every trip is no sum of addends.
          return turned ? next.unaryMinus() : next;
        });
  }

  private UnaryOperator<Tensor> part(Tensor row, Tensor other) {
    int[] none = {};
    for (int i = 0; i < row.rank(); i++) {
      for (int j = 0; j < other.rank(); j++) {
        if (row.dim(i) == other.dim(j) && random.nextBoolean()) {
          int[] left = {i};
          int[] right = {j};
          int[] permutation = permutation(row.rank() + other.rank() - 2);
          return random.nextBoolean()
              ? r -> r.contract(other, none, none, left, right)
              : r -> r.contract(other, none, none, left, right).transpose(permutation);
        }
      }
    }
    int dim = row.rank() == 0 ? 0 : random.nextInt(row.rank());
    return row.rank() == 0 ? r -> r.plus(1) : r -> r.sum(dim);
  }

  private Tensor binary(Tensor x, Tensor y) {
    return switch (random.nextInt(4)) {
      case 0 -> x.times(y);
      case 1 -> x.max(y);
      case 2 -> x.minus(y);
      default -> x.plus(y);
    };
  }

  /** Returns a value of the shape of x: another one if there is one. */
  private Tensor like(Tensor x, List<Tensor> pool) {
    List<Tensor> same = pool.stream().filter(y -> y.type().equals(x.type())).toList();
    return same.isEmpty() ? x : same.get(random.nextInt(same.size()));
  }

  private int[] permutation(int rank) {
    int[] permutation = new int[rank];
    for (int i = 0; i < rank; i++) {
      permutation[i] = i;
    }
    for (int i = rank - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = permutation[i];
      permutation[i] = permutation[j];
      permutation[j] = swap;
    }
    return permutation;
  }

  /** Merges all dimensions, or splits the elements into others. */
  private Tensor reshape(Tensor x) {
    long count = x.type().elementCount();
    List<Long> dims = new ArrayList<>();
    while (count > 1 && dims.size() < 3) {
      long size = size();
      if (size > 1 && count % size == 0) {
        dims.add(random.nextBoolean() ? 0 : dims.size(), size);
        count /= size;
      } else if (random.nextInt(3) == 0) {
        break;
      }
    }
    dims.add(random.nextInt(dims.size() + 1), count);
    return x.reshape(dims.stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * Contracts a pair of dimensions of one size, if there is one, with another such pair as batch
   * now and then.
   */
  private Tensor product(Tensor x, Tensor y) {
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      for (int j = 0; j < y.rank(); j++) {
        if (x.dim(i) == y.dim(j)) {
          pairs.add(new int[] {i, j});
        }
      }
    }
    if (pairs.isEmpty() || x.rank() + y.rank() > 5) {
      return x;
    }
    int[] contracted = pairs.get(random.nextInt(pairs.size()));
    List<int[]> others =
        pairs.stream().filter(p -> p[0] != contracted[0] && p[1] != contracted[1]).toList();
    int[] none = {};
    if (others.isEmpty() || random.nextBoolean()) {
      return x.contract(y, none, none, new int[] {contracted[0]}, new int[] {contracted[1]});
    }
    int[] batch = others.get(random.nextInt(others.size()));
    return x.contract(
        y,
        new int[] {batch[0]},
        new int[] {batch[1]},
        new int[] {contracted[0]},
        new int[] {contracted[1]});
  }

  private Schedule schedule() {
    List<MeshAxis> axes = new ArrayList<>();
    int devices = 1;
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      int size = AXIS_SIZES[random.nextInt(AXIS_SIZES.length)];
      if (devices * size <= 16) {
        axes.add(new MeshAxis("a" + i, size));
        devices *= size;
      }
    }
    Mesh mesh = Mesh.of(axes);
    List<Tactic> tactics = new ArrayList<>();
    boolean[][] used = new boolean[inputs.size()][mesh.axisCount()];
    long[][] rest = inputs.stream().map(TensorType::dims).toArray(long[][]::new);
    int wanted = 1 + random.nextInt(5);
    for (int t = 0; t < wanted; t++) {
      List<Action> actions = new ArrayList<>();
      for (int a = 0; a < 6; a++) {
        action(mesh, used, rest, actions);
      }
      if (!actions.isEmpty()) {
        tactics.add(new ManualTactic("t" + t, actions, true));
      }
    }
    return new Schedule(mesh, null, tactics);
  }

  private void action(Mesh mesh, boolean[][] used, long[][] rest, List<Action> actions) {
    int input = random.nextInt(inputs.size());
    int axis = random.nextInt(mesh.axisCount());
    if (used[input][axis] || rest[input].length == 0) {
      return;
    }
    String name = "p" + input;
    int dim = random.nextInt(rest[input].length);
    int kind = random.nextInt(8);
    if (kind == 0) {
      actions.add(Action.replicate(name, mesh.name(axis)));
    } else if (rest[input][dim] > 1
        && (rest[input][dim] % mesh.size(axis) == 0 || random.nextInt(3) == 0)) {
      rest[input][dim] = Mesh.blockSize(rest[input][dim], mesh.size(axis));
      actions.add(Action.tile(name, Dim.index(dim), mesh.name(axis)));
    } else {
      return;
    }
    used[input][axis] = true;
  }

  @Override
  public String toString() {
    return element + Arrays.toString(inputs.toArray());
  }
}
