package dev.partir.benchmarks;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.core.Flattening;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import dev.partir.spmd.LocalProgram;
import dev.partir.spmd.Lowering;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import dev.partir.spmd.SpmdProgram;
import java.util.List;
import java.util.Locale;

/**
 * How much memory partitioning holds beside the program, in bytes per operation, on the training
 * step of a transformer: batch parallelism, Megatron's model parallelism and ZeRO-3 on a mesh of
 * two axes. What is held is what is left in use after garbage collections.
 *
 * <p>{@code java ... dev.partir.benchmarks.PartitionMemory [LAYERS]}
 */
public final class PartitionMemory {
  private static final int COLLECTIONS = 4;

  private long before;

  private PartitionMemory() {}

  /** Prints what each part holds. */
  public static void main(String[] arguments) {
    int layers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
    new PartitionMemory().measure(layers);
  }

  private void measure(int layers) {
    // Classes and what they keep for all programs are not counted.
    Partitioner.partition(TransformerPrograms.trainingStep(1), schedule()).local();
    before = used();
    Module module = TransformerPrograms.trainingStep(layers);
    Function flat = Flattening.flatten(module);
    int operations = flat.operationCount();
    System.out.printf(Locale.ROOT, "%d operations%n", operations);
    print("the program", operations);
    CoreGraph graph = CoreGraph.of(flat);
    print("its graph", operations);
    CoreProgram core = CoreProgram.of(graph, schedule().mesh());
    print("its loops on two axes", operations);
    SpmdProgram lowered = Lowering.lower(core);
    print("the program lowered, before any tactic", operations);
    keep(lowered, core);
    lowered = null;
    core = null;
    graph = null;
    before = used();
    Partitioning partitioning = Partitioner.partition(module, schedule());
    print("a partitioning by three tactics", operations);
    SpmdProgram result = partitioning.result();
    print("its lowered program", operations);
    LocalProgram local = LocalProgram.of(result);
    print("its device-local program", operations);
    keep(module, flat, partitioning, result, local);
  }

  /** Takes objects that must have been held until here, and lets them go. */
  private static void keep(Object... held) {
    for (Object object : held) {
      last = System.identityHashCode(object);
    }
  }

  @SuppressWarnings("unused") // Written so that nothing before is dropped early.
  private static volatile int last;

  private static Schedule schedule() {
    List<Tactic> tactics =
        List.of(
            tactic("BP", tile("x", 0, "batch"), tile("y", 0, "batch")),
            tactic(
                "MP",
                tile("*/q", 1, "model"),
                tile("*/k", 1, "model"),
                tile("*/v", 1, "model"),
                tile("*/up", 1, "model")),
            tactic("Z3", tile("*/o", 1, "batch"), tile("*/down", 1, "batch")));
    return new Schedule(
        Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2))), null, tactics);
  }

  private static ManualTactic tactic(String name, Action... actions) {
    return new ManualTactic(name, List.of(actions), false);
  }

  private static Action tile(String target, int dim, String axis) {
    return Action.tile(target, Dim.index(dim), axis);
  }

  /** Prints what was added since the last call. */
  private void print(String what, int operations) {
    long now = used();
    System.out.printf(
        Locale.ROOT, "%8.1f bytes per operation: %s%n", (now - before) / (double) operations, what);
    before = now;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
