package dev.partir.build;

import dev.partir.schedule.Gathers;
import dev.partir.schedule.Options;
import dev.partir.schedule.Plan;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Reshard;
import dev.partir.spmd.SpmdProgram;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A table of how many collectives models with schedules have, as somebody reported them: what our
 * own models are held against. Tables come with models, and are found as services.
 */
public interface CollectiveTable {

  /** Returns where the reported numbers are from. */
  String source();

  /** Returns the rows in order. */
  List<Row> rows();

  /**
   * The collectives of a step, those in loops once per trip. Permutations are not among what is
   * reported.
   */
  record Counts(long allGather, long allReduce, long reduceScatter, long allToAll) {

    /** Returns the counts of a program. */
    public static Counts of(SpmdProgram program) {
      Map<Reshard, Long> counts = new EnumMap<>(Reshard.class);
      for (SpmdProgram.CollectiveUse use : program.collectives()) {
        counts.merge(use.step().kind(), use.times(), Long::sum);
      }
      return new Counts(
          counts.getOrDefault(Reshard.ALL_GATHER, 0L),
          counts.getOrDefault(Reshard.ALL_REDUCE, 0L),
          counts.getOrDefault(Reshard.REDUCE_SCATTER, 0L),
          counts.getOrDefault(Reshard.ALL_TO_ALL, 0L));
    }
  }

  /**
   * A model with a schedule.
   *
   * @param model how the table calls the model
   * @param schedule how the table calls the schedule
   * @param plan our model, with its schedule
   * @param reported what the source says
   * @param reason where ours differ, why: the operations that it comes from; else empty
   */
  record Row(String model, String schedule, Plan plan, Counts reported, String reason) {

    /** Returns what our model has; every use that needs a value gathered gathers it by itself. */
    public Counts count() {
      return Counts.of(Partitioner.partition(plan, Options.DEFAULT.with(Gathers.PER_USE)).result());
    }
  }
}
