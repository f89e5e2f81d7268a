package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the parameters fit the memory of a device under the declared shardings. What
 * propagation or an automatic tactic would shard further must be declared to count; where a
 * schedule has an automatic tactic, every parameter is taken to be split along all of its axes, so
 * that only what cannot fit is a finding.
 */
public final class MemoryVerifier {
  private static final int MOST_OWNERS = 3;

  private MemoryVerifier() {}

  /**
   * Returns an {@link ErrorCode#OUT_OF_MEMORY} finding at {@link Site.OfProfile}, or null when the
   * parameters fit.
   *
   * @param shardings the declared shardings of {@code schedule}
   * @param memoryBytes what a device of the schedule's profile holds
   */
  public static @Nullable Finding verify(
      DeclaredShardings shardings, Schedule schedule, long memoryBytes) {
    DeclaredShardings assumed = shardings.copy();
    boolean automatic = false;
    for (Tactic tactic : schedule.tactics()) {
      if (tactic instanceof AutomaticTactic search) {
        automatic = true;
        shardAll(assumed, search.axes());
      }
    }
    long needed = assumed.parametersPerDeviceBytes();
    if (needed <= memoryBytes) {
      return null;
    }
    ProgramModel model = shardings.model();
    String problem =
        "its parameters take "
            + ByteText.of(needed)
            + " on a device "
            + (automatic ? "even if split along every axis of the search" : "as declared")
            + ", more than the "
            + ByteText.of(memoryBytes)
            + (schedule.profile() == null ? " it has" : " of \"" + schedule.profile() + "\"")
            + " (mesh "
            + schedule.mesh()
            + ")";
    return new Finding(
        Diagnostic.of(ErrorCode.OUT_OF_MEMORY, model.name(), problem, remedy(assumed, memoryBytes)),
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

  private static String remedy(DeclaredShardings shardings, long memoryBytes) {
    List<Integer> owners = biggest(shardings);
    List<String> sizes = new ArrayList<>();
    for (int owner : owners) {
      ValueModel value = shardings.model().values().get(owner);
      sizes.add("\"" + value.name() + "\" with " + ByteText.of(shardings.perDeviceBytes(owner)));
    }
    String text =
        (sizes.size() == 1 ? "The biggest is " : "The biggest are ") + String.join(", ", sizes);
    List<String> steps = steps(shardings.copy(), owners, memoryBytes);
    return steps.isEmpty()
        ? text + "; use more devices, or a profile with more memory"
        : text + "; it fits if you shard " + String.join(" and ", steps);
  }

  private static List<Integer> biggest(DeclaredShardings shardings) {
    List<Integer> owners = new ArrayList<>();
    for (int i = 0; i < shardings.model().values().size(); i++) {
      if (shardings.model().values().get(i).role() == ValueModel.Role.PARAMETER) {
        owners.add(i);
      }
    }
    owners.sort(Comparator.comparingLong((Integer i) -> -shardings.perDeviceBytes(i)));
    return owners.subList(0, Math.min(MOST_OWNERS, owners.size()));
  }

  /**
   * Returns at most three shardings with which the parameters fit, tried; empty when there are
   * none.
   */
  private static List<String> steps(
      DeclaredShardings trial, List<Integer> owners, long memoryBytes) {
    List<String> steps = new ArrayList<>();
    for (int owner : owners) {
      for (int axis = 0; axis < trial.mesh().axisCount(); axis++) {
        if (trial.mesh().size(axis) == 1 || steps.size() == MOST_OWNERS) {
          continue;
        }
        int dim = trial.tryShard(owner, axis);
        if (dim < 0) {
          continue;
        }
        ValueModel value = trial.model().values().get(owner);
        steps.add(
            "\""
                + value.name()
                + "\" on "
                + value.describeDimension(dim)
                + " along \""
                + trial.mesh().name(axis)
                + "\"");
        if (trial.parametersPerDeviceBytes() <= memoryBytes) {
          return steps;
        }
      }
    }
    return List.of();
  }
}
