package dev.partir.sim.cost;

import dev.partir.ir.Block;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.op.Cost;
import dev.partir.op.Fusion;
import dev.partir.op.Op;
import dev.partir.sim.profile.Arithmetic;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.spmd.Reshard;
import dev.partir.spmd.SpmdProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates what a step of a program costs on one device (PartIR, arXiv 2401.11202, section 7.2):
 * walks what the device runs, operation by operation.
 *
 * <p>A kernel takes the longer of its arithmetic at the sustained rate and its traffic at the
 * sustained rate of the memory (roofline: Williams et al., CACM 2009), and at least the latency of
 * a kernel. Elementwise operations are merged with their only user, and cheap ones with all of
 * theirs, as {@link Fusion} says: what is not written to memory costs no traffic and no memory.
 * Collectives take the time of {@link CollectiveCost}; nothing overlaps. Memory is that of live
 * values: arguments all the time, others from where they are made to their last use; kernels need
 * no memory of their own.
 */
public final class Simulator {
  private static final int MOST_OWNERS = 12;

  private final HardwareProfile profile;
  private final Mesh mesh;
  private final CollectiveCost collectiveCost;

  /**
   * Makes a simulator of a mesh of devices.
   *
   * @throws dev.partir.ir.PartirException when the devices cannot be connected: see {@link
   *     CollectiveCost#of}
   */
  public Simulator(HardwareProfile profile, Mesh mesh) {
    this.profile = profile;
    this.mesh = mesh;
    collectiveCost = CollectiveCost.of(profile, mesh);
  }

  /** Returns the estimate for a program on this mesh. */
  public Estimate estimate(SpmdProgram program) {
    return new Walk(program).run();
  }

  /** One pass over a program. */
  private final class Walk {
    private final SpmdProgram program;

    /** The operations in the order in which they run, those of loops and branches once. */
    private final List<Operation> operations = new ArrayList<>();

    /** How often each runs. */
    private final List<Long> trips = new ArrayList<>();

    /** The place of the outermost loop or branch around each; its own where there is none. */
    private int[] ends = {};

    /** The place of the first operation in that. */
    private int[] begins = {};

    private final @Nullable TensorType[] types;
    private final long[] bytes;
    private final boolean[] merged;
    private Limit kernelLimit = Limit.LATENCY;
    private int[] lastUses = {};
    private final CollectiveCost costs;

    Walk(SpmdProgram program) {
      this.program = program;
      costs =
          program.mesh().equals(mesh) ? collectiveCost : CollectiveCost.of(profile, program.mesh());
      int values = program.function().valueCount();
      types = new TensorType[values];
      bytes = new long[values];
      merged = new boolean[values];
      list(program.function().body(), 1);
      findEnds();
      for (Value argument : program.function().arguments()) {
        measure(argument);
      }
      for (Operation operation : operations) {
        for (Value result : operation.results()) {
          measure(result);
        }
      }
      findMerged(values);
    }

    private void list(Block block, long times) {
      for (Operation operation : block.operations()) {
        if (Op.of(operation).flows(operation) != null) {
          long inner = times * Op.of(operation).trips(operation);
          for (Region region : operation.regions()) {
            // They are the buffers that were handed in, and count there.
            region.block().arguments().forEach(this::measure);
            list(region.block(), inner);
          }
        }
        operations.add(operation);
        trips.add(times);
      }
    }

    private void findEnds() {
      ends = new int[operations.size()];
      begins = new int[operations.size()];
      List<Operation> outermost = program.function().body().operations();
      int begin = 0;
      int next = 0;
      for (int i = 0; i < ends.length; i++) {
        if (operations.get(i) == outermost.get(next)) {
          next++;
          Arrays.fill(ends, begin, i + 1, i);
          Arrays.fill(begins, begin, i + 1, begin);
          begin = i + 1;
        }
      }
    }

    /** Notes what a device holds of a value; nothing of what is no tensor. */
    private void measure(Value value) {
      if (value.type() instanceof TensorType) {
        TensorType type = program.localType(value);
        types[value.id()] = type;
        bytes[value.id()] = type.byteCount();
      }
    }

    /** Finds the values that are never written to memory: all their users can compute them. */
    private void findMerged(int values) {
      int[] uses = new int[values];
      boolean[] read = new boolean[values];
      for (Operation operation : operations) {
        boolean computes = Op.of(operation).fusion().takesMergedOperands();
        for (Value operand : operation.operands()) {
          uses[operand.id()]++;
          read[operand.id()] |= !computes;
        }
      }
      for (Operation operation : operations) {
        Fusion fusion = Op.of(operation).fusion();
        for (Value result : operation.results()) {
          int id = result.id();
          merged[id] =
              !read[id]
                  && (fusion == Fusion.REPLICABLE
                      || (fusion == Fusion.ELEMENTWISE && uses[id] == 1));
        }
      }
    }

    Estimate run() {
      Map<Reshard, Estimate.Collectives> collectives = new EnumMap<>(Reshard.class);
      for (Reshard kind : Reshard.values()) {
        if (kind.isCollective()) {
          collectives.put(kind, Estimate.Collectives.NONE);
        }
      }
      List<Estimate.OperationTime> times = new ArrayList<>(operations.size());
      double compute = 0;
      double exchange = 0;
      long flops = 0;
      double allFlops = 0;
      for (int i = 0; i < operations.size(); i++) {
        Operation operation = operations.get(i);
        Reshard.Step step = program.step(operation);
        long runs = trips.get(i);
        double seconds;
        Limit limit = Limit.COMMUNICATION;
        if (step != null && step.kind().isCollective()) {
          long size = step.bytes(bytes[operation.operand(0).id()], bytes[operation.result().id()]);
          runs *= step.count();
          seconds = runs * costs.time(step.kind(), step.axisArray(), size).seconds();
          collectives.merge(
              step.kind(),
              new Estimate.Collectives(runs, runs * size, seconds),
              Estimate.Collectives::plus);
          exchange += seconds;
        } else {
          Cost cost = cost(operation);
          flops += runs * cost.flops();
          allFlops += (double) runs * cost.flops();
          seconds = runs * kernelSeconds(operation, cost);
          limit = kernelLimit;
          compute += seconds;
          for (SpmdProgram.CollectiveUse use : program.collectivesWithin(operation)) {
            long uses = runs * use.times();
            double taken =
                uses * costs.time(use.step().kind(), use.step().axisArray(), use.bytes()).seconds();
            collectives.merge(
                use.step().kind(),
                new Estimate.Collectives(uses, uses * use.bytes(), taken),
                Estimate.Collectives::plus);
            exchange += taken;
            seconds += taken;
          }
        }
        times.add(new Estimate.OperationTime(operation.name(), seconds, limit));
      }
      long[] live = live();
      long parameters = 0;
      for (Value argument : program.function().arguments()) {
        parameters += bytes[argument.id()];
      }
      long peak = Arrays.stream(live).max().orElse(parameters);
      return new Estimate(
          compute + exchange,
          compute,
          exchange,
          // More than a long holds are as many as it holds.
          allFlops < 0x1p63 ? flops : Long.MAX_VALUE,
          peak,
          parameters,
          collectives,
          Arrays.stream(live).boxed().toList(),
          owners(live),
          times);
    }

    private Cost cost(Operation operation) {
      Op op = Op.of(operation);
      if (op.isTerminator() || op.flows(operation) != null) {
        return Cost.NONE;
      }
      return op.cost(operation, localTypes(operation.operands()), localTypes(operation.results()));
    }

    private TensorType[] localTypes(List<Value> values) {
      TensorType[] local = new TensorType[values.size()];
      for (int i = 0; i < local.length; i++) {
        local[i] = localType(values.get(i));
      }
      return local;
    }

    private TensorType localType(Value value) {
      TensorType type = types[value.id()];
      return type == null ? program.localType(value) : type;
    }

    /**
     * Returns the rate of the arithmetic of an operation, in operations per second. What an
     * operation reads says which units it runs on: a product of bf16 matrices may give f32.
     */
    private double flopsPerSecond(Operation operation) {
      List<Value> values =
          operation.operands().isEmpty() ? operation.results() : operation.operands();
      Arithmetic arithmetic =
          values.isEmpty() || !(values.get(0).type() instanceof TensorType type)
              ? Arithmetic.F32
              : Arithmetic.of(type.element());
      return profile.peakFlopsPerSecond(arithmetic) * profile.sustainedFlopsFraction();
    }

    private double kernelSeconds(Operation operation, Cost cost) {
      if (cost.equals(Cost.NONE)) {
        return 0;
      }
      long traffic = cost.bytes();
      for (Value operand : operation.operands()) {
        traffic -= merged[operand.id()] ? bytes[operand.id()] : 0;
      }
      boolean written = false;
      for (Value result : operation.results()) {
        traffic -= merged[result.id()] ? bytes[result.id()] : 0;
        written |= !merged[result.id()];
      }
      double arithmetic = cost.flops() / flopsPerSecond(operation);
      double memory =
          Math.max(0, traffic)
              / (profile.memoryBytesPerSecond() * profile.sustainedMemoryFraction());
      double latency = written ? profile.opLatencySeconds() : 0;
      if (latency > Math.max(arithmetic, memory)) {
        kernelLimit = Limit.LATENCY;
      } else {
        kernelLimit = arithmetic > memory ? Limit.COMPUTE : Limit.MEMORY;
      }
      return Math.max(arithmetic, memory) + latency;
    }

    /** Returns what is held when the most is held. */
    private List<Estimate.Owner> owners(long[] live) {
      int peak = 0;
      for (int i = 1; i < live.length; i++) {
        peak = live[i] > live[peak] ? i : peak;
      }
      List<Estimate.Owner> owners = new ArrayList<>();
      List<Value> arguments = program.function().arguments();
      for (int i = 0; i < arguments.size(); i++) {
        owners.add(
            new Estimate.Owner(program.function().argumentName(i), bytes[arguments.get(i).id()]));
      }
      for (int i = 0; i <= peak && i < operations.size(); i++) {
        for (Value result : operations.get(i).results()) {
          if (!merged[result.id()] && lastUses[result.id()] >= peak) {
            owners.add(new Estimate.Owner(describe(operations.get(i), result), bytes[result.id()]));
          }
        }
      }
      owners.sort(Comparator.comparingLong(owner -> -owner.bytes()));
      return owners.subList(0, Math.min(owners.size(), MOST_OWNERS));
    }

    private String describe(Operation operation, Value result) {
      String name = result.name();
      return operation.name()
          + (name == null ? "" : " %" + name)
          + " "
          + program.localType(result).shapeText();
    }

    /** Returns the bytes that are live while each operation runs. */
    private long[] live() {
      int count = operations.size();
      int[] last = new int[bytes.length];
      Arrays.fill(last, -1);
      int[] made = new int[bytes.length];
      for (int i = 0; i < count; i++) {
        for (Value result : operations.get(i).results()) {
          made[result.id()] = i;
        }
      }
      // Backwards, so that a value that is only a step on the way to a kernel keeps its operands
      // alive until that kernel.
      for (int i = count - 1; i >= 0; i--) {
        Operation operation = operations.get(i);
        int needed = i;
        for (Value result : operation.results()) {
          last[result.id()] = Math.max(last[result.id()], i);
          if (merged[result.id()]) {
            needed = Math.max(needed, last[result.id()]);
          }
        }
        for (Value operand : operation.operands()) {
          // What a loop takes from outside is needed again in its next trip.
          int until = made[operand.id()] < begins[i] ? Math.max(needed, ends[i]) : needed;
          last[operand.id()] = Math.max(last[operand.id()], until);
        }
      }
      lastUses = last;
      long[] change = new long[count + 1];
      for (Value argument : program.function().arguments()) {
        change[0] += bytes[argument.id()];
      }
      for (int i = 0; i < count; i++) {
        for (Value result : operations.get(i).results()) {
          if (!merged[result.id()]) {
            change[i] += bytes[result.id()];
            change[last[result.id()] + 1] -= bytes[result.id()];
          }
        }
      }
      long[] live = new long[count];
      long sum = 0;
      for (int i = 0; i < count; i++) {
        sum += change[i];
        live[i] = sum;
      }
      return live;
    }
  }
}
