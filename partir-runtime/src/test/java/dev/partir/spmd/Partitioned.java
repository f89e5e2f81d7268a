package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.core.Flattening;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.op.OpChecker;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.Gathers;
import dev.partir.schedule.LoopSums;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Options;
import dev.partir.schedule.Policy;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import dev.partir.text.MlirParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program with a schedule applied to it, for tests: {@code of(text).on("a", 2).tile("x", 0,
 * "a")}.
 */
final class Partitioned {
  private final Module module;
  private final List<MeshAxis> axes = new ArrayList<>();
  private final List<Tactic> tactics = new ArrayList<>();
  private Options options = Options.DEFAULT;

  private Partitioned(Module module) {
    this.module = module;
  }

  static Partitioned of(String text) {
    return new Partitioned(MlirParser.parse("test.mlir", text));
  }

  static Partitioned of(Module module) {
    return new Partitioned(module);
  }

  Partitioned on(String axis, int size) {
    axes.add(new MeshAxis(axis, size));
    return this;
  }

  /** Adds a tactic of one tile. */
  Partitioned tile(String value, int dim, String axis) {
    return tactic(Action.tile(value, Dim.index(dim), axis));
  }

  Partitioned tactic(Action... actions) {
    // Optional, for what an operation must have whole is a matter of these tests too.
    tactics.add(new ManualTactic("t" + tactics.size(), List.of(actions), true));
    return this;
  }

  Partitioned with(Policy chosen) {
    options = options.with(chosen);
    return this;
  }

  Partitioned with(LoopSums chosen) {
    options = options.with(chosen);
    return this;
  }

  Partitioned with(Gathers chosen) {
    options = options.with(chosen);
    return this;
  }

  Partitioning partition() {
    Function flat = Flattening.flatten(module);
    Schedule schedule = new Schedule(Mesh.of(axes), null, tactics);
    return Partitioner.partition(flat, ProgramModel.of(flat), schedule, options);
  }

  /** Partitions, and makes sure that the program is valid and computes the same. */
  Partitioning proved() {
    Partitioning partitioning = partition();
    LocalProgram local = partitioning.local();
    OpChecker checker = new OpChecker(local.main().body().operations().get(0));
    local.main().body().operations().forEach(checker::check);
    assertThat(checker.findings()).isEmpty();
    for (long seed = 0; seed < 3; seed++) {
      List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), seed);
      assertWithMessage("seed %s", seed)
          .that(EquivalenceCheck.verify(partitioning, arguments).mismatches())
          .isEmpty();
    }
    return partitioning;
  }

  /** Returns how often each collective runs in a partitioned program, by name. */
  static Map<String, Long> collectives(Partitioning partitioning) {
    Map<String, Long> counts = new TreeMap<>();
    for (SpmdProgram.CollectiveUse use : partitioning.result().collectives()) {
      counts.merge(use.step().kind().label(), use.times(), Long::sum);
    }
    return counts;
  }
}
