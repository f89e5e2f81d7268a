package dev.partir.examples.models;

import dev.partir.build.CollectiveTable;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Plan;
import dev.partir.schedule.Strategy;
import dev.partir.schedule.Tactic;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The collectives of PartIR's own models and schedules (arXiv 2401.11202). */
public final class PublishedTables implements CollectiveTable {
  /** Which parameters ZeRO shards. */
  enum Zero {
    /** All. */
    ALL,
    /**
     * What is more than a vector. The rows of the transformers say so: their 129 reduce_scatters
     * are the matrices of 32 layers and the embedding.
     */
    MATRICES
  }

  private final List<Row> rows = new ArrayList<>();

  /** Made by the command line, which finds it as a service. */
  public PublishedTables() {
    Plan t32 = T32Plan.Real.plan();
    add("T32", "BP", Zero.MATRICES, t32, 0, 290, 0, 0);
    add("T32", "BP+MP", Zero.MATRICES, t32, 0, 418, 0, 0);
    add("T32", "BP+MP+Z2", Zero.MATRICES, t32, 129, 289, 129, 0);
    add("T32", "BP+MP+Z3", Zero.MATRICES, t32, 259, 289, 129, 0);
    add("T32", "BP+MP+Z3+EMB", Zero.MATRICES, t32, 515, 354, 257, 0);
    add("T32", "MP", Zero.MATRICES, t32, 0, 128, 0, 0);
    add("T32", "MP+EMB", Zero.MATRICES, t32, 256, 193, 128, 0);
    Plan multiHead = It32Plan.MultiHead.plan();
    Plan multiQuery = It32Plan.MultiQuery.plan();
    add("IT32", "BP", Zero.ALL, multiHead, 0, 0, 0, 0);
    add("IT32", "MP", Zero.ALL, multiHead, 0, 98304, 0, 0);
    add("IT32", "BP+MP", Zero.ALL, multiHead, 0, 98304, 0, 0);
    add("IT32", "BP+MP+MQ", Zero.ALL, multiQuery, 64, 98304, 0, 98240);
    Plan unet = UnetPlan.Real.plan();
    add("UNet", "BP", Zero.ALL, unet, 0, 503, 0, 0);
    addDifferent(
        "UNet",
        "BP+Z2",
        unet,
        new Counts(517, 2, 501, 0),
        "our optimizer gathers each of the 501 sharded parameters once, at the subtract that updates"
            + " it, and nothing else is gathered");
    addDifferent(
        "UNet",
        "BP+Z3",
        unet,
        new Counts(799, 2, 501, 0),
        "each of 501 parameters is gathered for the forward pass, and the 162 kernels and matrices"
            + " whose convolution or dot_general has an input gradient once more for it; vectors are"
            + " not, for one broadcast_in_dim of each serves both passes");
    Plan graph = GnsPlan.Real.plan();
    add("GNS", "ES", Zero.ALL, graph, 0, 423, 0, 0);
  }

  @Override
  public String source() {
    return "PartIR (arXiv 2401.11202); in brackets what it reports, where ours differ";
  }

  @Override
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  private void add(
      String model,
      String schedule,
      Zero zero,
      Plan plan,
      long allGather,
      long allReduce,
      long reduceScatter,
      long allToAll) {
    rows.add(
        new Row(
            model,
            schedule,
            scheduled(plan, schedule, zero),
            new Counts(allGather, allReduce, reduceScatter, allToAll),
            ""));
  }

  private void addDifferent(
      String model, String schedule, Plan plan, Counts reported, String reason) {
    rows.add(new Row(model, schedule, scheduled(plan, schedule, Zero.ALL), reported, reason));
  }

  /**
   * Returns the plan with the strategies of a schedule, whose names have {@code +} between them.
   */
  static Plan scheduled(Plan plan, String schedule, Zero zero) {
    List<String> names = new ArrayList<>(Arrays.asList(schedule.split("\\+", -1)));
    if (names.remove("MQ")) {
      // It says where heads end, which MP must know.
      names.add(names.indexOf("MP"), "MQ");
    }
    List<Tactic> tactics = new ArrayList<>();
    for (String name : names) {
      tactics.add(tactic(plan, name, zero));
    }
    return plan.withSchedule(plan.schedule().withTactics(tactics));
  }

  private static Tactic tactic(Plan plan, String name, Zero zero) {
    if (zero == Zero.MATRICES && (name.equals("Z2") || name.equals("Z3"))) {
      return new ManualTactic(name, matrices(plan, name.equals("Z3")));
    }
    List<String> axes = plan.schedule().mesh().axes().stream().map(a -> a.name()).toList();
    return Strategy.valueOf(name).tactic(plan.model(), axes);
  }

  /** Shards matrices, and keeps vectors whole. */
  private static List<Action> matrices(Plan plan, boolean shardsWeights) {
    List<Action> actions = new ArrayList<>();
    for (ValueModel value : plan.model().parameters()) {
      boolean isWeight = value.use() == ValueModel.Use.WEIGHT;
      boolean isState = value.use() == ValueModel.Use.STATE;
      if (value.type().rank() > 1 && (isState || (isWeight && shardsWeights))) {
        actions.add(Action.tile(value.name(), Dim.firstDivisible(), "batch"));
      } else if (isWeight) {
        actions.add(Action.replicate(value.name(), "batch"));
      }
    }
    return actions;
  }
}
