package dev.partir.sim.search;

import dev.partir.core.CoreProgram;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.ManualTactic;
import dev.partir.sim.cost.Estimate;
import dev.partir.sim.cost.Simulator;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.spmd.TacticSearch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the actions of automatic tactics by a tree search that the simulator rewards. */
public final class SimulatedSearch implements TacticSearch {
  /** Made by {@link java.util.ServiceLoader}. */
  public SimulatedSearch() {}

  @Override
  public List<ManualTactic> search(
      CoreProgram program, AutomaticTactic tactic, @Nullable String profile) {
    if (profile == null) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.UNKNOWN_PROFILE,
              "tactic \"" + tactic.name() + "\"",
              "a search needs a hardware profile to price plans for, and none is chosen",
              "Choose one, such as tpu-v3"));
    }
    HardwareProfile hardware = HardwareProfiles.resolve(profile);
    Mesh mesh = program.mesh();
    Simulator simulator = new Simulator(hardware, mesh);
    int[] axes = tactic.axes().stream().mapToInt(mesh::indexOf).toArray();
    CostModel costs =
        lowered -> {
          Estimate estimate = simulator.estimate(lowered);
          return new CostModel.Price(estimate.seconds(), estimate.peakMemoryBytes());
        };
    return new TreeSearch(
            costs, new Candidates(program, axes), hardware.memoryBytes(), tactic.seed())
        .search(program, tactic.name(), tactic.budget());
  }
}
