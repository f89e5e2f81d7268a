package dev.partir.benchmarks;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.core.Flattening;
import dev.partir.core.NodeAction;
import dev.partir.core.TacticApplication;
import dev.partir.ir.Function;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.ResolvedAction;
import dev.partir.spmd.Lowering;
import dev.partir.spmd.SpmdProgram;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long one tactic takes, propagation and lowering, on training steps of transformers: batch
 * parallelism, which reaches every operation. The counter says millions of operations a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgs = "-Xmx8g")
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
public class PartitionBenchmark {
  /** About how many operations the program has. */
  @Param({"1000", "10000", "100000", "1000000"})
  public int operations;

  /** How many devices there are along the axis. */
  @Param("8")
  public int devices;

  private CoreProgram program = CoreProgram.of(graph(1), mesh(8));
  private CoreProgram applied = program;

  /** Counts millions of operations. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class MillionOps {
    public double millionOps;
  }

  private static CoreGraph graph(int layers) {
    Function function = Flattening.flatten(TransformerPrograms.trainingStep(layers));
    return CoreGraph.of(function);
  }

  private static Mesh mesh(int devices) {
    return Mesh.of(List.of(new MeshAxis("batch", devices)));
  }

  @Setup
  public void prepare() {
    int perLayer = graph(2).nodeCount() - graph(1).nodeCount();
    program = CoreProgram.of(graph(Math.max(1, operations / perLayer)), mesh(devices));
    applied = propagated();
  }

  private CoreProgram propagated() {
    CoreProgram state = program.copy();
    TacticApplication.apply(
        state,
        "BP",
        List.of(
            new NodeAction(0, ResolvedAction.Kind.TILE, 0, 0),
            new NodeAction(1, ResolvedAction.Kind.TILE, 0, 0)));
    return state;
  }

  @Benchmark
  public CoreProgram propagate(MillionOps counter) {
    counter.millionOps += program.graph().nodeCount() / 1e6;
    return propagated();
  }

  @Benchmark
  public SpmdProgram lower(MillionOps counter) {
    counter.millionOps += program.graph().nodeCount() / 1e6;
    return Lowering.lower(applied);
  }

  @Benchmark
  public SpmdProgram propagateAndLower(MillionOps counter) {
    counter.millionOps += program.graph().nodeCount() / 1e6;
    return Lowering.lower(propagated());
  }
}
