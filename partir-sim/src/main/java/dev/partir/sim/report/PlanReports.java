package dev.partir.sim.report;

import dev.partir.core.Conflict;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.sim.cost.CollectiveCost;
import dev.partir.sim.cost.Estimate;
import dev.partir.sim.cost.Simulator;
import dev.partir.sim.profile.Arithmetic;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.spmd.PaddedDimensions;
import dev.partir.spmd.Partitioning;
import dev.partir.spmd.Reshard;
import dev.partir.spmd.SpmdProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes reports of partitioned programs. */
public final class PlanReports {
  private static final int MOST_POINTS = 400;

  private final Partitioning partitioning;
  private final HardwareProfile profile;
  private final Mesh mesh;
  private final Simulator simulator;
  private final Estimate initial;

  private PlanReports(Partitioning partitioning, HardwareProfile profile) {
    this.partitioning = partitioning;
    this.profile = profile;
    mesh = partitioning.result().mesh();
    simulator = new Simulator(profile, mesh);
    initial = simulator.estimate(partitioning.initial());
  }

  /**
   * Returns the report of a partitioned program.
   *
   * @param program the name of the program
   * @throws dev.partir.ir.PartirException when the mesh is larger than the profile's machines can
   *     be
   */
  public static PlanReport report(
      String program, Partitioning partitioning, HardwareProfile profile) {
    return new PlanReports(partitioning, profile).report(program);
  }

  private PlanReport report(String program) {
    SpmdProgram result = partitioning.result();
    Estimate last = simulator.estimate(result);
    List<PlanReport.TacticRow> rows = new ArrayList<>();
    List<Conflict> conflicts = new ArrayList<>();
    double millis = 0;
    List<Partitioning.Stage> stages = partitioning.stages();
    for (int i = 0; i < stages.size(); i++) {
      Partitioning.Stage stage = stages.get(i);
      long start = System.nanoTime();
      SpmdProgram stageProgram = partitioning.after(i);
      long lowering =
          stageProgram == result ? partitioning.loweringNanos() : System.nanoTime() - start;
      double taken = (stage.nanos() + lowering) / 1e6;
      Estimate estimate = stageProgram == result ? last : simulator.estimate(stageProgram);
      conflicts.addAll(stage.conflicts());
      millis += taken;
      rows.add(
          new PlanReport.TacticRow(
              stage.tactic().name(),
              actions(stage.tactic()),
              figures(estimate, stage.conflicts(), taken)));
    }
    return new PlanReport(
        program,
        ShardingSvg.slowestFirst(mesh),
        new PlanReport.Hardware(profile.name(), profile.title(), profile.memoryBytes()),
        figures(initial, List.of(), 0),
        rows,
        figures(last, conflicts, millis),
        inputs(result),
        outputs(result),
        padding(result),
        collectives(result),
        times(last),
        memory(last));
  }

  private PlanReport.Figures figures(Estimate estimate, List<Conflict> conflicts, double millis) {
    Map<Reshard, PlanReport.CollectiveTotal> totals = new EnumMap<>(Reshard.class);
    estimate
        .collectives()
        .forEach(
            (kind, all) ->
                totals.put(kind, new PlanReport.CollectiveTotal(all.count(), all.bytes())));
    double available =
        estimate.seconds() * profile.peakFlopsPerSecond(Arithmetic.BF16) * mesh.deviceCount();
    return new PlanReport.Figures(
        totals,
        estimate.seconds(),
        estimate.collectiveSeconds(),
        available == 0 ? 0 : initial.flops() / available,
        estimate.peakMemoryBytes(),
        estimate.flops(),
        conflicts.stream().map(Conflict::text).toList(),
        millis);
  }

  private static List<String> actions(ManualTactic tactic) {
    List<String> texts = new ArrayList<>();
    for (Action action : tactic.actions()) {
      String target = "\"" + action.target().text() + "\"";
      if (action instanceof Action.Tile tile) {
        texts.add("tile " + target + " on " + text(tile.dim()) + " along " + action.axis());
      } else {
        texts.add("replicate " + target + " along " + action.axis());
      }
    }
    return texts;
  }

  private static String text(Dim dim) {
    if (dim instanceof Dim.Index index) {
      return "dimension " + index.index();
    }
    if (dim instanceof Dim.Named named) {
      return "dimension \"" + named.name() + "\"";
    }
    return dim instanceof Dim.FirstDivisible
        ? "the first divisible dimension"
        : "no dimension of its own";
  }

  private List<PlanReport.ValueRow> inputs(SpmdProgram program) {
    List<PlanReport.ValueRow> rows = new ArrayList<>();
    List<Value> arguments = program.function().arguments();
    for (int i = 0; i < arguments.size(); i++) {
      add(rows, program, program.function().argumentName(i), arguments.get(i));
    }
    return rows;
  }

  private List<PlanReport.ValueRow> outputs(SpmdProgram program) {
    List<PlanReport.ValueRow> rows = new ArrayList<>();
    List<Value> results = program.function().results();
    for (int i = 0; i < results.size(); i++) {
      add(rows, program, results.size() == 1 ? "result" : "result" + i, results.get(i));
    }
    return rows;
  }

  private void add(List<PlanReport.ValueRow> rows, SpmdProgram program, String name, Value value) {
    if (!(value.type() instanceof TensorType type)) {
      return;
    }
    Sharding sharding = program.sharding(value);
    TensorType local = program.localType(value);
    List<Long> dims = new ArrayList<>();
    List<Long> localDims = new ArrayList<>();
    List<List<String>> axes = new ArrayList<>();
    for (int d = 0; d < type.rank(); d++) {
      dims.add(type.dim(d));
      localDims.add(local.dim(d));
      // Each axis by itself, as the pictures number devices.
      axes.add(Arrays.stream(sharding.dim(d)).mapToObj(mesh::name).toList());
    }
    rows.add(
        new PlanReport.ValueRow(
            name,
            type.element().text(),
            dims,
            localDims,
            axes,
            type.byteCount(),
            local.byteCount()));
  }

  private List<String> names(int... axes) {
    return mesh.names(axes);
  }

  private List<PlanReport.PaddingRow> padding(SpmdProgram program) {
    List<PlanReport.PaddingRow> rows = new ArrayList<>();
    for (PaddedDimensions.Use use : PaddedDimensions.of(program)) {
      int[] axes = use.axes().stream().mapToInt(Integer::intValue).toArray();
      rows.add(
          new PlanReport.PaddingRow(
              use.size(),
              names(axes),
              use.block(),
              use.blocks(),
              use.values(),
              use.masks(),
              use.example()));
    }
    return rows;
  }

  private List<PlanReport.CollectiveRow> collectives(SpmdProgram program) {
    CollectiveCost costs = CollectiveCost.of(profile, mesh);
    Map<PlanReport.CollectiveRow, Long> counts = new LinkedHashMap<>();
    for (SpmdProgram.CollectiveUse use : program.collectives()) {
      int[] axes = use.step().axisArray();
      double seconds = costs.time(use.step().kind(), axes, use.bytes()).seconds();
      var one =
          new PlanReport.CollectiveRow(
              use.step().kind(), names(axes), 1, use.bytes(), seconds, use.reason());
      counts.merge(one, use.times(), Long::sum);
    }
    List<PlanReport.CollectiveRow> rows = new ArrayList<>();
    counts.forEach(
        (row, count) ->
            rows.add(
                new PlanReport.CollectiveRow(
                    row.kind(), row.axes(), count, row.bytes(), row.seconds(), row.reason())));
    rows.sort(Comparator.comparingDouble(row -> -row.totalSeconds()));
    return rows;
  }

  private static List<PlanReport.TimeRow> times(Estimate estimate) {
    Map<String, PlanReport.TimeRow> rows = new LinkedHashMap<>();
    for (Estimate.OperationTime time : estimate.operations()) {
      if (time.seconds() > 0) {
        String key = time.name() + " " + time.limit();
        PlanReport.TimeRow sum = rows.get(key);
        rows.put(
            key,
            new PlanReport.TimeRow(
                time.name(),
                time.limit(),
                sum == null ? 1 : sum.count() + 1,
                time.seconds() + (sum == null ? 0 : sum.seconds())));
      }
    }
    List<PlanReport.TimeRow> sorted = new ArrayList<>(rows.values());
    sorted.sort(Comparator.comparingDouble(row -> -row.seconds()));
    return sorted;
  }

  private static PlanReport.MemoryUse memory(Estimate estimate) {
    List<Long> live = estimate.liveBytes();
    int step = Math.max(1, (live.size() + MOST_POINTS - 1) / MOST_POINTS);
    List<PlanReport.MemoryPoint> points = new ArrayList<>();
    for (int first = 0; first < live.size(); first += step) {
      int largest = first;
      for (int i = first; i < Math.min(live.size(), first + step); i++) {
        largest = live.get(i) > live.get(largest) ? i : largest;
      }
      points.add(new PlanReport.MemoryPoint(largest, live.get(largest)));
    }
    List<PlanReport.MemoryOwner> owners = new ArrayList<>();
    for (Estimate.Owner owner : estimate.owners()) {
      owners.add(new PlanReport.MemoryOwner(owner.name(), owner.bytes()));
    }
    return new PlanReport.MemoryUse(
        estimate.parameterBytes(), live.size(), estimate.peakOperation(), points, owners);
  }
}
