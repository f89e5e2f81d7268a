package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Something that is wrong, and where.
 *
 * @param diagnostic what is wrong, complete without a place
 * @param site the place, for a front end to map to its own
 */
public record Finding(Diagnostic diagnostic, Site site) {

  /**
   * Returns the findings without those that a user would see as repetitions: of findings of one
   * code at one place only the first stays. Useful where several actions share a place, as the one
   * {@code "axis"} of a tactic in a schedule file.
   */
  public static List<Finding> distinct(List<Finding> findings, Function<Site, ?> place) {
    Set<Object> seen = new HashSet<>();
    List<Finding> kept = new ArrayList<>();
    for (Finding finding : findings) {
      if (seen.add(List.of(finding.diagnostic().code(), place.apply(finding.site())))) {
        kept.add(finding);
      }
    }
    return kept;
  }
}
