package dev.partir.interp;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.core.LoopBody;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.Evaluation;
import dev.partir.op.FactorRule;
import dev.partir.op.Leaves;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.Op;
import dev.partir.op.Process;
import dev.partir.op.ProcessGrid;
import dev.partir.op.QuantizedOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs the loops of a Core program one iteration after the other on one device: the temporal
 * reading (PartIR, arXiv 2401.11202, section 4). Loops have no order; what every iteration yields
 * is put together by tiles or combined by the monoid of the loop, and must give what the program
 * gives without loops.
 */
public final class TemporalRun {
  private final CoreProgram program;
  private final CoreGraph graph;
  private final Mesh mesh;
  private final Arithmetic arithmetic;
  private final Map<Integer, Function> bodies = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(0);

  private TemporalRun(CoreProgram program, Arithmetic arithmetic) {
    this.program = program;
    this.arithmetic = arithmetic;
    graph = program.graph();
    mesh = program.mesh();
  }

  /**
   * Runs a program.
   *
   * @param arguments one array per argument of its function
   * @return one array per result
   */
  public static List<HostArray> run(CoreProgram program, List<HostArray> arguments) {
    return run(program, arguments, Arithmetic.EXACT);
  }

  /** Does the same with a given rounding. */
  static List<HostArray> run(
      CoreProgram program, List<HostArray> arguments, Arithmetic arithmetic) {
    Function function = program.graph().function();
    Interpreter.checkArguments(function, arguments);
    return new TemporalRun(program, arithmetic).new Frame(function).run(function.body(), arguments);
  }

  /** The values of the run; regions see the values around them. */
  private final class Frame implements Evaluation {
    private final @Nullable List<HostArray>[] values;

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic types.
    Frame(Function function) {
      values = new List[function.valueCount()];
    }

    private List<HostArray> leaves(List<Value> wanted) {
      List<HostArray> all = new ArrayList<>();
      for (Value value : wanted) {
        List<HostArray> held = values[value.id()];
        if (held == null) {
          throw new IllegalStateException(value + " is used before it is made");
        }
        all.addAll(held);
      }
      return all;
    }

    private void put(List<Value> made, List<HostArray> arrays) {
      int at = 0;
      for (Value value : made) {
        int count = Leaves.count(value.type());
        values[value.id()] = List.copyOf(arrays.subList(at, at + count));
        at += count;
      }
    }

    List<HostArray> run(Block block, List<HostArray> arguments) {
      put(block.arguments(), arguments);
      List<Operation> operations = block.operations();
      for (int i = 0; i < operations.size() - 1; i++) {
        Operation operation = operations.get(i);
        // Operations in the regions of others are no nodes.
        int node = graph.node(operation);
        boolean looped =
            node >= 0
                && graph.role(node) == CoreGraph.Role.OPERATION
                && program.depth(node) > 0
                // Its devices talk to each other, so that its iterations are run side by side.
                && operation.kind() != ManualComputationOp.INSTANCE;
        List<HostArray> operands = leaves(operation.operands());
        put(
            operation.results(),
            looped ? iterate(operation, node, operands) : evaluate(operation, operands));
      }
      return leaves(block.results());
    }

    private List<HostArray> evaluate(Operation operation, List<HostArray> operands) {
      QuantizedOperation quantized = QuantizedOperation.of(operation);
      DynamicOperation dynamic = DynamicOperation.of(operation);
      return dynamic != null
          ? dynamic.evaluate(operands, this)
          : quantized != null
              ? quantized.evaluate(operands, this)
              : Op.of(operation).evaluate(operation, operands, this);
    }

    private List<HostArray> iterate(Operation operation, int node, List<HostArray> operands) {
      Function body = bodies.computeIfAbsent(node, n -> LoopBody.of(program, n));
      FactorRule rule = graph.rule(node);
      List<HostArray> taken = new ArrayList<>(operands);
      taken.addAll(leaves(CoreGraph.captured(operation)));
      List<Combination> combinations = new ArrayList<>();
      for (int r = 0; r < operation.results().size(); r++) {
        combinations.add(
            new Combination(operation.result(r).tensor(), program.resultSharding(node, r)));
      }
      for (int device : iterations(node)) {
        List<HostArray> blocks = new ArrayList<>();
        for (int o = 0; o < taken.size(); o++) {
          Sharding sharding = program.operandSharding(node, o);
          blocks.add(Blocks.block(taken.get(o), sharding, mesh, device));
        }
        for (int factor = 0; factor < rule.factorCount(); factor++) {
          int[] axes = program.axesOf(node, factor);
          if (axes.length > 0) {
            long size = rule.size(factor);
            blocks.add(index(mesh.blockStart(device, size, axes)));
            if (!mesh.divides(size, axes)) {
              blocks.add(index(mesh.blockLength(device, size, axes)));
            }
          }
        }
        List<HostArray> yielded = Interpreter.run(body, blocks, arithmetic);
        for (int r = 0; r < yielded.size(); r++) {
          combinations.get(r).add(device, yielded.get(r));
        }
      }
      List<HostArray> results = new ArrayList<>();
      combinations.forEach(combination -> results.add(combination.whole()));
      return results;
    }

    private HostArray index(long number) {
      return HostArray.scalar(ElementType.I32, (double) number);
    }

    @Override
    public List<HostArray> run(Region region, List<HostArray> arguments) {
      return run(region.block(), arguments);
    }

    @Override
    public List<HostArray> call(String function, List<HostArray> arguments) {
      throw new IllegalStateException("a Core program calls no function");
    }

    @Override
    public List<List<HostArray>> runParallel(
        ProcessGrid grid,
        List<String> functions,
        List<HostArray> arguments,
        List<List<HostArray>> infeed) {
      throw new IllegalStateException("a Core program calls no function");
    }

    @Override
    public List<List<HostArray>> runParallel(
        ProcessGrid grid, Region region, List<List<HostArray>> arguments) {
      Function body = Outlining.function(region);
      Module module = Module.of(null, Attributes.EMPTY, List.of(body));
      return VirtualDevices.run(module, body, grid, arguments, arithmetic);
    }

    @Override
    public SplittableRandom random() {
      return random;
    }

    @Override
    public Arithmetic arithmetic() {
      return arithmetic;
    }

    @Override
    public Process process() {
      return Process.Alone.INSTANCE;
    }
  }

  /** Returns a device for every iteration of the loops around a node: one of those that run it. */
  private int[] iterations(int node) {
    int[] devices = {0};
    for (int loop = 0; loop < program.depth(node); loop++) {
      if (program.factor(node, loop) == CoreProgram.ATOMIC) {
        // All iterations yield the same.
        continue;
      }
      int axis = program.axis(node, loop);
      int size = mesh.size(axis);
      int[] more = new int[devices.length * size];
      for (int i = 0; i < devices.length; i++) {
        for (int position = 0; position < size; position++) {
          more[i * size + position] = devices[i] + position * mesh.stride(axis);
        }
      }
      devices = more;
    }
    return devices;
  }

  /** Puts together what the iterations yield for one result. */
  private final class Combination {
    private final HostArray whole;
    private final Sharding sharding;
    private final Map<List<Long>, HostArray> blocks = new LinkedHashMap<>();
    private final Map<List<Long>, Integer> devices = new HashMap<>();

    Combination(TensorType type, Sharding sharding) {
      whole = HostArray.zeros(type);
      this.sharding = sharding;
    }

    void add(int device, HostArray block) {
      Long[] place = new Long[sharding.rank()];
      for (int d = 0; d < place.length; d++) {
        place[d] = (long) mesh.blockIndex(device, sharding.dim(d));
      }
      List<Long> key = Arrays.asList(place);
      HostArray other = blocks.get(key);
      devices.putIfAbsent(key, device);
      blocks.put(
          key,
          other == null || !sharding.isPending()
              ? block
              : sharding.monoid().op().apply(other, block));
    }

    HostArray whole() {
      blocks.forEach(
          (key, block) -> Blocks.put(block, whole, sharding, mesh, devices.getOrDefault(key, 0)));
      return whole;
    }
  }
}
