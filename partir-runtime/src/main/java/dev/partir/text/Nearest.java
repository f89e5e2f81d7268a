package dev.partir.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the names that a mistyped name may have meant, by edit distance. */
final class Nearest {
  private static final int SHOWN = 3;
  private static final int COMPARED = 20_000;
  private static final int LONGEST = 64;

  private record Candidate(String name, int distance) {}

  private Nearest() {}

  /** Returns the nearest names, the nearest first; none when none is near. */
  static List<String> to(String name, Collection<String> names) {
    int allowed = Math.max(1, name.length() / 3);
    List<Candidate> near = new ArrayList<>();
    int compared = 0;
    for (String candidate : names) {
      if (name.length() > LONGEST || compared++ > COMPARED) {
        break;
      }
      if (Math.abs(candidate.length() - name.length()) <= allowed) {
        int distance = distance(name, candidate);
        // A name with nothing in common is not near, however short.
        if (distance <= allowed && distance < Math.max(name.length(), candidate.length())) {
          near.add(new Candidate(candidate, distance));
        }
      }
    }
    near.sort(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name));
    return near.stream().limit(SHOWN).map(Candidate::name).toList();
  }

  /** Returns {@code Did you mean a, b or c}, or nothing when nothing is near. */
  static String question(String prefix, String name, Collection<String> names) {
    List<String> near = to(name, names).stream().map(prefix::concat).toList();
    return switch (near.size()) {
      case 0 -> "";
      case 1 -> "Did you mean " + near.get(0);
      default ->
          "Did you mean "
              + String.join(", ", near.subList(0, near.size() - 1))
              + " or "
              + near.get(near.size() - 1);
    };
  }

  /** Returns the number of characters to insert, delete, replace or swap with the next. */
  private static int distance(String a, String b) {
    int[][] costs = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          costs[i][j] = i + j;
          continue;
        }
        int replace = costs[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        costs[i][j] = Math.min(replace, Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          costs[i][j] = Math.min(costs[i][j], costs[i - 2][j - 2] + 1);
        }
      }
    }
    return costs[a.length()][b.length()];
  }
}
