package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.interp.EquivalenceCheck;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.op.CallOp;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.text.Corpus;
import dev.partir.text.MlirParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The law of the compiler on programs of others, which carry their own expected values: every
 * dimension of every input and result, tiled along axes of 2, 3 and 4 devices whether it divides or
 * not, gives them.
 */
final class CorpusPartitioningTest {
  private static final int[] SIZES = {2, 3, 4};
  private static final Pattern WHOLE =
      Pattern.compile("partir:whole-dimension.* cannot be tiled: (\\S+) .* must have it whole");

  private static List<Path> programs() {
    List<Path> programs = new ArrayList<>();
    for (Path file : Corpus.files()) {
      if (file.startsWith(Corpus.folder().resolve("stablehlo"))) {
        programs.add(file);
      }
    }
    return programs;
  }

  /** Returns the names of the values to tile: what the inputs are, and what the program returns. */
  private static Map<String, TensorType> targets(Module module) {
    Map<String, TensorType> targets = new LinkedHashMap<>();
    Function main = module.main();
    for (Operation operation : main.body().operations()) {
      if (operation.kind() == CallOp.INSTANCE && CallOp.callee(operation).equals("inputs")) {
        for (Value result : operation.results()) {
          targets.put("%" + result.name(), result.tensor());
        }
      }
    }
    for (Value result : main.results()) {
      targets.put("%" + result.name(), result.tensor());
    }
    return targets;
  }

  private record Case(String value, int dim, int devices) {}

  private static List<Case> cases(Module module) {
    List<Case> cases = new ArrayList<>();
    targets(module)
        .forEach(
            (name, type) -> {
              for (int dim = 0; dim < type.rank(); dim++) {
                for (int devices : SIZES) {
                  if (type.dim(dim) > 0) {
                    cases.add(new Case(name, dim, devices));
                  }
                }
              }
            });
    return cases;
  }

  /**
   * The operations that refuse to have a dimension tiled which they must have whole, and how many
   * cases they refuse: the dimension that is sorted, a reshape of dimensions whose sizes have no
   * factor in common, the inside of slices that a gather takes, and the places of a convolution
   * whose strides do not go through the input evenly.
   */
  private static final Map<String, Integer> REFUSED =
      Map.of(
          "chlo.top_k", 24,
          "stablehlo.convolution", 6,
          "stablehlo.gather", 12,
          "stablehlo.reshape", 30,
          "stablehlo.sort", 18);

  private final Map<String, Integer> refused = new TreeMap<>();

  /** Runs a case; returns what is wrong, or null. */
  private @Nullable String run(Module module, Case chosen) {
    String problem = run(module, chosen, false);
    Matcher whole = WHOLE.matcher(problem == null ? "" : problem);
    if (!whole.find()) {
      return problem;
    }
    refused.merge(whole.group(1), 1, Integer::sum);
    return run(module, chosen, true);
  }

  private static @Nullable String run(Module module, Case chosen, boolean optional) {
    Mesh mesh = Mesh.of(List.of(new MeshAxis("a", chosen.devices())));
    var action = Action.tile(chosen.value(), Dim.index(chosen.dim()), "a");
    var tactic = new ManualTactic("t", List.of(action), optional);
    try {
      Partitioning partitioning =
          Partitioner.partition(module, new Schedule(mesh, null, List.of(tactic)));
      // The checks stand in the program, and every device runs them.
      EquivalenceCheck.runLocal(partitioning.local(), List.of());
      return partitioning.core().conflicts().isEmpty()
          ? null
          : "conflict: " + partitioning.core().conflicts().get(0).text();
    } catch (PartirException refused) {
      return refused.diagnostics().toString();
    } catch (RuntimeException defect) {
      return defect + " at " + defect.getStackTrace()[0];
    }
  }

  @Test
  void everyTilingGivesTheExpectedValues() {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (Path file : programs()) {
      Module module = MlirParser.parse(file.toString(), Corpus.read(file));
      for (Case chosen : cases(module)) {
        count++;
        String problem = run(module, chosen);
        if (problem != null) {
          wrong.add(file.getFileName() + " " + chosen + ": " + problem);
        }
      }
    }
    List<String> shown = wrong.subList(0, Math.min(20, wrong.size()));
    assertWithMessage("%s of %s cases:\n%s", wrong.size(), count, String.join("\n", shown))
        .that(wrong.size())
        .isEqualTo(0);
    assertThat(count).isGreaterThan(9_000);
    assertThat(refused).isEqualTo(REFUSED);
  }
}
