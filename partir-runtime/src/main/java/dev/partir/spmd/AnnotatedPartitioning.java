package dev.partir.spmd;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.core.Flattening;
import dev.partir.core.LayoutApplication;
import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.Op;
import dev.partir.op.ShardingOp;
import dev.partir.schedule.Action;
import dev.partir.schedule.Annotations;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Options;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.Layout;
import dev.partir.sdy.SdyMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Partitions a function by the annotations that it carries. */
final class AnnotatedPartitioning {
  private final Annotations annotations;
  private final Function flat;
  private final CoreProgram program;
  private final LayoutApplication application;

  private AnnotatedPartitioning(Annotations annotations, Function function, Options options) {
    this.annotations = annotations;
    flat = Flattening.flatten(annotations.module(), function);
    program = CoreProgram.of(CoreGraph.of(flat), annotations.mesh());
    program.setOptions(options);
    application = new LayoutApplication(program);
  }

  static Partitioning of(
      Annotations annotations, Function function, @Nullable String profile, Options options) {
    return new AnnotatedPartitioning(annotations, function, options).partition(profile);
  }

  private Partitioning partition(@Nullable String profile) {
    for (int i = 0; i < flat.arguments().size(); i++) {
      Layout layout = annotations.argument(flat, i);
      if (layout != null) {
        application.layout(i, layout);
      }
    }
    collect(flat.body());
    application.prepare();
    List<Partitioning.Stage> stages = new ArrayList<>();
    List<Tactic> tactics = new ArrayList<>();
    for (int turn : application.turns()) {
      int before = program.conflicts().size();
      long start = System.nanoTime();
      ManualTactic tactic = tactic(turn);
      application.apply(turn, tactic.name());
      long nanos = System.nanoTime() - start;
      tactics.add(tactic);
      stages.add(
          new Partitioning.Stage(
              tactic,
              program.tacticCount(),
              program.conflicts().subList(before, program.conflicts().size()),
              nanos));
    }
    Schedule schedule = new Schedule(annotations.mesh(), profile, tactics);
    return Partitioning.of(flat, schedule, program, stages);
  }

  private void collect(Block block) {
    for (Operation operation : block.operations()) {
      int node = program.graph().node(operation);
      Layout layout = annotations.constraint(operation);
      if (layout != null) {
        application.layout(node, layout);
        if (operation.attributes().has(ShardingOp.CARRIED)) {
          application.pin(operation.operand(0), layout);
        }
        if (operation.attributes().has(ShardingOp.GROUP)) {
          application.group(node, operation.attributes().integer(ShardingOp.GROUP, 0));
        }
      } else if (operation.kind() == ManualComputationOp.INSTANCE) {
        SdyMesh mesh = ManualComputationOp.mesh(operation, Map.of());
        ManualComputationOp.factors(operation, mesh)
            .forEach(
                (axis, factor) -> application.loop(node, factor, mesh.spans(AxisRef.of(axis))));
      } else if (Op.of(operation).flows(operation) != null) {
        for (Region region : operation.regions()) {
          collect(region.block());
        }
      }
    }
  }

  /** Returns what a turn does to arguments, as reports show it. */
  private ManualTactic tactic(int turn) {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < flat.arguments().size(); i++) {
      Layout layout = annotations.argument(flat, i);
      for (int d = 0; layout != null && d < layout.dims().size(); d++) {
        Layout.Dim dim = layout.dims().get(d);
        if (dim.turn() == turn) {
          for (AxisRef axis : annotations.axes(dim.spans())) {
            String name = axis.toString().replace("\"", "");
            actions.add(Action.tile(flat.argumentName(i), Dim.index(d), name));
          }
        }
      }
    }
    return new ManualTactic("p" + turn, actions, true);
  }
}
