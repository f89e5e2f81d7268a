package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.PartirException;
import java.util.List;

/**
 * What {@link ShardingVerifier} says of a schedule.
 *
 * @param findings what is wrong, in the order of the schedule; empty when nothing is
 * @param tactics the schedule's tactics, resolved as far as they are right
 */
public record Verification(List<Finding> findings, List<ResolvedTactic> tactics) {
  public Verification {
    findings = List.copyOf(findings);
    tactics = List.copyOf(tactics);
  }

  /** Returns whether nothing is wrong. */
  public boolean isClean() {
    return findings.isEmpty();
  }

  /** Returns the findings without their sites. */
  public List<Diagnostic> diagnostics() {
    return findings.stream().map(Finding::diagnostic).distinct().toList();
  }

  /**
   * Returns the resolved tactics.
   *
   * @throws PartirException with all findings when something is wrong
   */
  public List<ResolvedTactic> orThrow() {
    if (!isClean()) {
      throw new PartirException(diagnostics());
    }
    return tactics;
  }
}
