package dev.partir.processor;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.processor.DeclaredModel.DeclaredTactic;
import dev.partir.schedule.DeclaredShardings;
import dev.partir.schedule.Finding;
import dev.partir.schedule.MemoryVerifier;
import dev.partir.schedule.MeshVerification;
import dev.partir.schedule.MeshVerifier;
import dev.partir.schedule.MeshVerifier.RawAxis;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.ScheduleWarnings;
import dev.partir.schedule.ShardingVerifier;
import dev.partir.schedule.Site;
import dev.partir.schedule.Verification;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Asks the runtime's verifiers about a model, and maps what they find to places in the source. */
final class ModelVerifier {
  private final Reporter reporter;
  private final PartirOptions options;

  ModelVerifier(Reporter reporter, PartirOptions options) {
    this.reporter = reporter;
    this.options = options;
  }

  /** Returns the verified schedule, or null when it has an error; all errors are reported. */
  @Nullable VerifiedModel verify(DeclaredModel declared) {
    int before = reporter.errors();
    MeshVerification meshes = MeshVerifier.verify(declared.program().name(), declared.axes());
    report(declared, meshes.findings());
    Long memoryBytes = memoryBytes(declared);
    boolean sound = meshes.mesh() != null;
    Mesh mesh = sound ? meshes.mesh() : substitute(declared.axes());
    if (mesh == null) {
      return null;
    }
    var schedule =
        new Schedule(
            mesh,
            declared.profile(),
            declared.tactics().stream().map(DeclaredTactic::tactic).toList());
    Verification verification = ShardingVerifier.verify(declared.program(), schedule);
    // Whether sizes divide is open while the axes are in doubt.
    report(
        declared,
        verification.findings().stream()
            .filter(f -> sound || f.diagnostic().code() != ErrorCode.INDIVISIBLE)
            .toList());
    if (reporter.errors() > before) {
      return null;
    }
    // What could not be read may be what a warning misses.
    if (reporter.errors() == 0) {
      for (Finding finding :
          ScheduleWarnings.of(declared.program(), mesh, verification.tactics())) {
        reporter.warning(place(declared, finding.site()), finding.diagnostic());
      }
    }
    DeclaredShardings shardings =
        DeclaredShardings.of(declared.program(), mesh, verification.tactics());
    boolean fits = memoryBytes == null || fits(declared, shardings, schedule, memoryBytes);
    if (!isWithinBudget(declared, shardings, schedule) || !fits) {
      return null;
    }
    List<Map<ActionRows.Row, Integer>> actions = new ArrayList<>();
    for (ResolvedTactic tactic : verification.tactics()) {
      actions.add(ActionRows.of(declared.program(), tactic));
    }
    return new VerifiedModel(
        declared,
        declared.program(),
        schedule,
        verification.tactics(),
        shardings,
        ValueRows.of(declared.program(), shardings),
        actions,
        VerifiedModel.Sums.of(shardings),
        memoryBytes);
  }

  private @Nullable Long memoryBytes(DeclaredModel declared) {
    String profile = declared.profile();
    if (profile == null) {
      return null;
    }
    Place place = declared.source().place("profile");
    try {
      HardwareProfile found = HardwareProfiles.find(profile);
      if (found != null) {
        return found.memoryBytes();
      }
      reporter.error(place, about(declared, HardwareProfiles.unknown(profile)));
    } catch (PartirException e) {
      e.diagnostics().forEach(diagnostic -> reporter.error(place, about(declared, diagnostic)));
    }
    return null;
  }

  /** Returns a diagnostic with the model as its subject. */
  private static Diagnostic about(DeclaredModel declared, Diagnostic diagnostic) {
    String subject =
        diagnostic.subject().isEmpty()
            ? declared.program().name()
            : declared.program().name() + ", " + diagnostic.subject();
    return Diagnostic.of(diagnostic.code(), subject, diagnostic.problem(), diagnostic.remedy());
  }

  /** Returns whether the parameters fit, or may be too large by option. */
  private boolean fits(
      DeclaredModel declared, DeclaredShardings shardings, Schedule schedule, long memoryBytes) {
    Finding finding = MemoryVerifier.verify(shardings, schedule, memoryBytes);
    if (finding == null || options.memory() == PartirOptions.Severity.NONE) {
      return true;
    }
    Place place = place(declared, finding.site());
    if (options.memory() == PartirOptions.Severity.WARNING) {
      reporter.warning(place, finding.diagnostic());
      return true;
    }
    reporter.error(place, finding.diagnostic());
    return false;
  }

  /** Returns whether what is known of a step's memory is within the model's budget. */
  private boolean isWithinBudget(
      DeclaredModel declared, DeclaredShardings shardings, Schedule schedule) {
    OptionalLong limit = declared.budget().budget().memoryBytes();
    AnnotationView budget = declared.budget().source();
    if (budget == null || limit.isEmpty()) {
      return true;
    }
    Finding finding = MemoryVerifier.verifyBudget(shardings, schedule, limit.getAsLong());
    if (finding != null) {
      reporter.error(budget.place("memory"), finding.diagnostic());
    }
    return finding == null;
  }

  /**
   * Returns a mesh to check shardings against where the declared one is wrong: of the axes that
   * have a name. Null when none has.
   */
  private static @Nullable Mesh substitute(List<RawAxis> axes) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (RawAxis axis : axes) {
      if (!axis.name().isEmpty()) {
        sizes.putIfAbsent(axis.name(), (int) Math.max(1, axis.size()));
      }
    }
    double devices = 1;
    for (int size : sizes.values()) {
      devices *= size;
    }
    List<MeshAxis> checked = new ArrayList<>();
    for (Map.Entry<String, Integer> axis : sizes.entrySet()) {
      checked.add(new MeshAxis(axis.getKey(), devices > Mesh.MAX_DEVICES ? 1 : axis.getValue()));
    }
    return checked.isEmpty() ? null : Mesh.of(checked);
  }

  private void report(DeclaredModel declared, List<Finding> findings) {
    for (Finding finding : findings) {
      boolean consequence =
          finding.diagnostic().code() == ErrorCode.EMPTY_TACTIC
              && finding.site() instanceof Site.OfTactic site
              && declared.tactics().get(site.tactic()).broken();
      if (!consequence) {
        reporter.error(place(declared, finding.site()), finding.diagnostic());
      }
    }
  }

  private static Place place(DeclaredModel declared, Site site) {
    if (site instanceof Site.OfAxis axis) {
      AnnotationView view = declared.axisViews().get(axis.axis());
      return switch (axis.part()) {
        case SIZE -> view.place("size");
        case AXIS -> view.place("name");
        default -> view.place();
      };
    } else if (site instanceof Site.OfTactic tactic) {
      return declared.tactics().get(tactic.tactic()).place();
    } else if (site instanceof Site.OfAction action) {
      DeclaredTactic tactic = declared.tactics().get(action.tactic());
      return Objects.requireNonNull(tactic.actions().get(action.action()).get(action.part()));
    } else if (site instanceof Site.OfProfile) {
      return declared.source().place("profile");
    } else if (site instanceof Site.OfMesh) {
      return declared.source().annotation("mesh").place("value");
    }
    return declared.source().place();
  }
}
