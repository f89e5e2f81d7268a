package dev.partir.ir;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what a user may have meant by a name that does not exist. */
public final class NearestNames {
  private static final int MOST_LISTED = 8;

  /** Longer names are not typed by hand. */
  private static final int LONGEST = 64;

  private NearestNames() {}

  /**
   * Returns the name nearest to {@code wanted} by the number of inserted, deleted, replaced and
   * swapped characters, case aside; null when none is near. Of equally near names the first in
   * alphabetical order.
   */
  public static @Nullable String nearest(String wanted, Collection<String> names) {
    if (wanted.length() > LONGEST) {
      return null;
    }
    // One slip in three characters is a slip; more is another word.
    int limit = Math.max(1, wanted.length() / 3);
    String best = null;
    int bestDistance = limit + 1;
    for (String name : names) {
      if (Math.abs(name.length() - wanted.length()) >= bestDistance + (best == null ? 0 : 1)) {
        continue;
      }
      int distance = distance(wanted.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance == Math.max(wanted.length(), name.length())) {
        // Nothing in common, however short.
        continue;
      }
      if (distance < bestDistance
          || (distance == bestDistance && best != null && name.compareTo(best) < 0)) {
        best = name;
        bestDistance = distance;
      }
    }
    return best;
  }

  /**
   * Returns what to tell someone who wrote {@code wanted}: the nearest name, or which names there
   * are. A sentence without its full stop.
   *
   * @param kind what is named, in the plural, such as {@code axes}
   */
  public static String remedy(String wanted, Collection<String> names, String kind) {
    String nearest = nearest(wanted, names);
    if (nearest != null) {
      return "The nearest is \"" + nearest + "\"";
    }
    return switch (names.size()) {
      case 0 -> "There are no " + kind;
      case 1 -> "The only one is " + list(names);
      default -> "The " + kind + " are " + list(names);
    };
  }

  /**
   * Returns {@code Did you mean %x}, or nothing when no name is near. A sentence without its full
   * stop.
   *
   * @param mark what stands in front of names where they are written, such as {@code %}
   */
  public static String question(String mark, String wanted, Collection<String> names) {
    String nearest = nearest(wanted, names);
    return nearest == null ? "" : "Did you mean " + mark + nearest;
  }

  /** Returns the names in quotes, the first few of them when they are many. */
  public static String list(Collection<String> names) {
    List<String> distinct = names.stream().distinct().toList();
    String text =
        distinct.stream()
            .limit(MOST_LISTED)
            .map(name -> "\"" + name + "\"")
            .collect(Collectors.joining(", "));
    int more = distinct.size() - MOST_LISTED;
    return more > 0 ? text + " and " + more + " more" : text;
  }

  /** Returns the optimal-string-alignment distance. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
