package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.ValueModel.Role;
import dev.partir.schedule.ValueModel.Use;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says whether what a step holds fits the memory of a device under the declared shardings: the
 * parameters, and where the model says what its optimizer keeps, the gradients of the weights, laid
 * out as the smallest of these. What propagation or an automatic tactic would shard further must be
 * declared to count; where a schedule has an automatic tactic, every parameter is taken to be split
 * along all of its axes, so that only what cannot fit is a finding.
 */
public final class MemoryVerifier {
  private static final int MOST_OWNERS = 3;

  private final DeclaredShardings shardings;
  private final Map<String, List<Integer>> owners = new LinkedHashMap<>();

  private MemoryVerifier(DeclaredShardings shardings) {
    this.shardings = shardings;
    List<ValueModel> values = shardings.model().values();
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).role() == Role.PARAMETER) {
        owners.computeIfAbsent(group(values.get(i).name()), g -> new ArrayList<>()).add(i);
      }
    }
  }

  /** Returns the name of all repetitions of a leaf: {@code blocks/#/up} for {@code blocks/3/up}. */
  public static String group(String name) {
    StringBuilder text = null;
    int from = 0;
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      int end = slash + 1;
      while (end < name.length() && name.charAt(end) >= '0' && name.charAt(end) <= '9') {
        end++;
      }
      if (end > slash + 1 && (end == name.length() || name.charAt(end) == '/')) {
        text = text == null ? new StringBuilder() : text;
        text.append(name, from, slash + 1).append('#');
        from = end;
      }
    }
    return text == null ? name : text.append(name, from, name.length()).toString();
  }

  /**
   * Returns an {@link ErrorCode#OUT_OF_MEMORY} finding at {@link Site.OfProfile}, or null when it
   * all fits.
   *
   * @param shardings the declared shardings of {@code schedule}
   * @param memoryBytes what a device of the schedule's profile holds
   */
  public static @Nullable Finding verify(
      DeclaredShardings shardings, Schedule schedule, long memoryBytes) {
    String limit =
        ByteText.of(memoryBytes)
            + (schedule.profile() == null ? " it has" : " of \"" + schedule.profile() + "\"");
    List<String> searched = new ArrayList<>();
    for (Tactic tactic : schedule.tactics()) {
      if (tactic instanceof AutomaticTactic search) {
        searched.addAll(search.axes());
      }
    }
    return verify(shardings, schedule, memoryBytes, ErrorCode.OUT_OF_MEMORY, limit, searched);
  }

  /**
   * Returns an {@link ErrorCode#OVER_BUDGET} finding, or null when it may all be within a budget.
   * Propagation may shard every parameter further, so what counts is what is left of it then.
   */
  public static @Nullable Finding verifyBudget(
      DeclaredShardings shardings, Schedule schedule, long budgetBytes) {
    List<String> all = schedule.mesh().axes().stream().map(MeshAxis::name).toList();
    String limit = ByteText.of(budgetBytes) + " of its budget";
    return verify(shardings, schedule, budgetBytes, ErrorCode.OVER_BUDGET, limit, all);
  }

  private static @Nullable Finding verify(
      DeclaredShardings shardings,
      Schedule schedule,
      long mostBytes,
      ErrorCode code,
      String limit,
      List<String> further) {
    DeclaredShardings assumed = shardings.copy();
    shardAll(assumed, further);
    var verifier = new MemoryVerifier(assumed);
    if (assumed.stepPerDeviceBytes() <= mostBytes) {
      return null;
    }
    String problem =
        verifier.needs()
            + " on a device "
            + (further.isEmpty()
                ? "as declared"
                : code == ErrorCode.OVER_BUDGET
                    ? "even if split along every axis"
                    : "even if split along every axis of the search")
            + ", more than the "
            + limit
            + " (mesh "
            + schedule.mesh()
            + ")";
    return new Finding(
        Diagnostic.of(code, shardings.model().name(), problem, verifier.remedy(mostBytes, code)),
        new Site.OfProfile());
  }

  private static void shardAll(DeclaredShardings shardings, List<String> axes) {
    for (String axis : axes) {
      int position = shardings.mesh().indexOf(axis);
      for (int value = 0; position >= 0 && value < shardings.model().values().size(); value++) {
        shardings.tryShard(value, position);
      }
    }
  }

  /** Says what it takes, part by part where the model has an optimizer. */
  private String needs() {
    long state = shardings.perDeviceBytes(Use.STATE);
    long all = shardings.stepPerDeviceBytes();
    long gradients = shardings.gradientsPerDeviceBytes();
    if (state == 0) {
      return "its parameters take " + ByteText.of(all);
    }
    return "its parameters ("
        + ByteText.of(shardings.parametersPerDeviceBytes() - state)
        + "), their gradients ("
        + ByteText.of(gradients)
        + ") and what the optimizer keeps ("
        + ByteText.of(state)
        + ") take "
        + ByteText.of(all);
  }

  private String remedy(long mostBytes, ErrorCode code) {
    List<String> biggest = new ArrayList<>(owners.keySet());
    biggest.sort(Comparator.comparingLong((String owner) -> -bytes(owner)));
    biggest = biggest.subList(0, Math.min(MOST_OWNERS, biggest.size()));
    List<String> sizes =
        biggest.stream().map(o -> quoted(o) + " with " + ByteText.of(bytes(o))).toList();
    String text =
        (sizes.size() == 1 ? "The biggest is " : "The biggest are ") + String.join(", ", sizes);
    List<String> steps = steps(biggest, mostBytes);
    return steps.isEmpty()
        ? text
            + "; use more devices, or "
            + (code == ErrorCode.OVER_BUDGET ? "allow more" : "a profile with more memory")
        : text + "; it fits if you shard " + String.join(" and ", steps);
  }

  private long bytes(String owner) {
    return members(owner).stream().mapToLong(shardings::perDeviceBytes).sum();
  }

  private List<Integer> members(String owner) {
    return owners.getOrDefault(owner, List.of());
  }

  private String quoted(String owner) {
    int count = members(owner).size();
    return "\"" + owner + "\"" + (count > 1 ? " (" + count + " of them)" : "");
  }

  /** Returns at most three shardings with which it all fits, tried; empty when there are none. */
  private List<String> steps(List<String> biggest, long mostBytes) {
    DeclaredShardings trial = shardings.copy();
    List<String> steps = new ArrayList<>();
    for (String owner : biggest) {
      for (int axis = 0; axis < trial.mesh().axisCount(); axis++) {
        if (trial.mesh().size(axis) == 1 || steps.size() == MOST_OWNERS) {
          continue;
        }
        String step = step(trial, owner, axis);
        if (step != null) {
          steps.add(step);
        }
        if (trial.stepPerDeviceBytes() <= mostBytes) {
          return steps;
        }
      }
    }
    return List.of();
  }

  /** Shards all repetitions of a leaf along an axis; says how, or returns null if it cannot be. */
  private @Nullable String step(DeclaredShardings trial, String owner, int axis) {
    List<Integer> dims =
        members(owner).stream().map(v -> trial.tryShard(v, axis)).distinct().toList();
    if (dims.contains(-1)) {
      return null;
    }
    ValueModel value = trial.model().values().get(members(owner).get(0));
    return quoted(owner)
        + " on "
        + dims.stream().map(value::describeDimension).collect(Collectors.joining(" and "))
        + " along \""
        + trial.mesh().name(axis)
        + "\"";
  }
}
