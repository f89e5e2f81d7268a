package dev.partir.spmd;

import dev.partir.core.Conflict;
import dev.partir.core.CoreProgram;
import dev.partir.core.Flattening;
import dev.partir.core.NodeAction;
import dev.partir.core.Preparation;
import dev.partir.core.TacticApplication;
import dev.partir.core.WholeDimensions;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import dev.partir.schedule.Annotations;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Options;
import dev.partir.schedule.Plan;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ResolvedAction;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.ShardingVerifier;
import dev.partir.schedule.Tactic;
import dev.partir.schedule.Uneven;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Applies schedules to programs. */
public final class Partitioner {
  private Partitioner() {}

  /**
   * Traces an annotated model and applies its schedule.
   *
   * @throws PartirException when the model cannot be traced, or with every finding when the
   *     schedule does not fit the program
   */
  public static Partitioning partition(Plan plan) {
    return partition(plan, Options.DEFAULT);
  }

  /** As above, with options. */
  public static Partitioning partition(Plan plan, Options options) {
    Function flat = Flattening.flatten(plan.trace());
    ProgramModel model = ProgramModel.of(flat).withDimensionNames(plan.model());
    return partition(flat, model, plan.schedule(), options);
  }

  /**
   * Applies a schedule to the main function of a program.
   *
   * @throws PartirException with every finding when the schedule does not fit the program
   */
  public static Partitioning partition(Module module, Schedule schedule) {
    return partition(module, schedule, Options.DEFAULT);
  }

  /** As above, with options. */
  public static Partitioning partition(Module module, Schedule schedule, Options options) {
    Function flat = Flattening.flatten(module);
    return partition(flat, ProgramModel.of(flat), schedule, options);
  }

  /**
   * Applies a schedule to a function without calls.
   *
   * @param model what the schedule may speak of: the values of {@link ProgramModel#valuesOf}, in
   *     that order
   * @throws PartirException with every finding when the schedule does not fit the program
   */
  public static Partitioning partition(Function flat, ProgramModel model, Schedule schedule) {
    return partition(flat, model, schedule, Options.DEFAULT);
  }

  /** As above, with options. */
  public static Partitioning partition(
      Function flat, ProgramModel model, Schedule schedule, Options options) {
    List<ResolvedTactic> tactics = ShardingVerifier.verify(model, schedule, Uneven.PAD).orThrow();
    List<Value> values = ProgramModel.valuesOf(flat);
    List<Value> acted = new ArrayList<>();
    for (ResolvedTactic tactic : tactics) {
      for (ResolvedAction action : tactic.actions()) {
        acted.add(values.get(action.value()));
      }
    }
    Preparation preparation = Preparation.of(flat, schedule.mesh(), acted);
    CoreProgram program = preparation.program();
    List<Diagnostic> whole = WholeDimensions.findings(preparation, model, values, tactics);
    if (!whole.isEmpty()) {
      throw new PartirException(whole);
    }
    program.setOptions(options);
    List<Partitioning.Stage> stages = new ArrayList<>();
    for (ResolvedTactic resolved : tactics) {
      if (resolved.tactic() instanceof AutomaticTactic automatic) {
        List<Tactic> found = List.copyOf(search().search(program, automatic, schedule.profile()));
        for (ResolvedTactic chosen :
            ShardingVerifier.verify(model, schedule.withTactics(found), Uneven.PAD).orThrow()) {
          stages.add(apply(program, chosen, nodeActions(preparation, values, chosen)));
        }
      } else {
        stages.add(apply(program, resolved, nodeActions(preparation, values, resolved)));
      }
    }
    return Partitioning.of(flat, schedule, program, stages);
  }

  /**
   * Partitions each function that a program's annotations are about by what they say, under its own
   * name.
   *
   * @param profile the hardware that reports estimate for, or null
   * @param options how propagation and lowering decide
   * @throws PartirException when a sharding does not fit
   */
  public static List<Partitioning> partition(
      Annotations annotations, @Nullable String profile, Options options) {
    List<Partitioning> partitionings = new ArrayList<>();
    for (Function function : annotations.entries()) {
      partitionings.add(AnnotatedPartitioning.of(annotations, function, profile, options));
    }
    return partitionings;
  }

  private static Partitioning.Stage apply(
      CoreProgram program, ResolvedTactic tactic, List<NodeAction> actions) {
    int before = program.conflicts().size();
    long start = System.nanoTime();
    TacticApplication.apply(program, tactic.tactic().name(), actions);
    long nanos = System.nanoTime() - start;
    List<Conflict> conflicts = program.conflicts().subList(before, program.conflicts().size());
    return new Partitioning.Stage(
        (ManualTactic) tactic.tactic(), program.tacticCount(), conflicts, nanos);
  }

  private static List<NodeAction> nodeActions(
      Preparation preparation, List<Value> values, ResolvedTactic tactic) {
    List<NodeAction> actions = new ArrayList<>();
    for (ResolvedAction action : tactic.actions()) {
      actions.add(
          new NodeAction(
              preparation.node(values.get(action.value())),
              action.kind(),
              action.dim(),
              action.axis()));
    }
    return actions;
  }

  private static TacticSearch search() {
    return ServiceLoader.load(TacticSearch.class, Partitioner.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new PartirException(
                    Diagnostic.of(
                        ErrorCode.UNSUPPORTED,
                        "automatic tactic",
                        "no search is on the class path",
                        "Add partir-sim to the class path")));
  }
}
