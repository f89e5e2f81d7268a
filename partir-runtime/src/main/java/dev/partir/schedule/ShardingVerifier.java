package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/**
 * Says whether a schedule makes sense for a program, before anything is propagated. The annotation
 * processor and the command line both ask here, so that they say the same words. Checks, for every
 * tactic in order:
 *
 * <ul>
 *   <li>its name is there and is no other tactic's ({@code invalid-tactic});
 *   <li>the mesh has the axes that it names ({@code unknown-axis});
 *   <li>every selector matches a value ({@code unknown-value});
 *   <li>the values have the dimensions that it names ({@code unknown-dimension});
 *   <li>no value is both tiled and kept whole along one axis ({@code shard-and-replicate}), nor
 *       tiled twice along one axis ({@code axis-reused}), over all tactics so far;
 *   <li>the axes that tile a dimension divide its size, unless it may be padded ({@code
 *       indivisible});
 *   <li>it does something ({@code empty-tactic}).
 * </ul>
 *
 * <p>All findings come in one pass, and none is a consequence of another. A suggestion is made only
 * where a trial shows that the schedule has fewer findings with it.
 *
 * <pre>{@code
 * Verification verification = ShardingVerifier.verify(ProgramModel.of(function), schedule);
 * List<ResolvedTactic> tactics = verification.orThrow();
 * }</pre>
 */
public final class ShardingVerifier {

  private ShardingVerifier() {}

  /**
   * Returns the findings and the resolved tactics of {@code schedule} for {@code model}; sizes must
   * divide.
   */
  public static Verification verify(ProgramModel model, Schedule schedule) {
    return verify(model, schedule, Uneven.REFUSE);
  }

  /** Returns the findings and the resolved tactics of {@code schedule} for {@code model}. */
  public static Verification verify(ProgramModel model, Schedule schedule, Uneven uneven) {
    var index = new ValueIndex(model);
    var checker = new ScheduleChecker(model, index, schedule, uneven);
    checker.check();
    List<Finding> findings = new ArrayList<>();
    var remedies = new Remedies(model, index, schedule, uneven, checker.drafts().size());
    for (Draft draft : checker.drafts()) {
      String remedy = draft.remedy().apply(remedies);
      findings.add(
          new Finding(
              Diagnostic.of(draft.code(), draft.subject(), draft.problem(), remedy), draft.site()));
    }
    return new Verification(findings, checker.resolved());
  }
}
