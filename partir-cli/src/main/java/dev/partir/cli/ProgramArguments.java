package dev.partir.cli;

import dev.partir.build.PlanStep;
import dev.partir.core.Binding;
import dev.partir.core.Flattening;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.schedule.Annotations;
import dev.partir.schedule.Gathers;
import dev.partir.schedule.LoopSums;
import dev.partir.schedule.MeshVerifier;
import dev.partir.schedule.Options;
import dev.partir.schedule.Plan;
import dev.partir.schedule.Policy;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.ShardingVerifier;
import dev.partir.schedule.Tactic;
import dev.partir.schedule.Uneven;
import dev.partir.schedule.Verification;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import dev.partir.text.MlirParser;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What the commands that partition a program are given: the program, a mesh, a schedule, a profile.
 */
final class ProgramArguments {
  /** What the option does that gives elided constants elements. */
  static final String FILL_ELIDED =
      "Give constants whose elements the text leaves out elements made from the seed.";

  @Parameters(
      index = "0",
      paramLabel = "MODEL|FILE.mlir",
      description =
          "An annotated model on the class path (see 'partir models'), or a StableHLO program.")
  private String program = "";

  @Option(
      names = "--mesh",
      paramLabel = "AXIS=SIZE,...",
      description =
          "The devices, for example batch=4,model=2. By default as the model, the schedule file or the shardings in the program say.")
  private @Nullable String mesh;

  @Option(
      names = "--bind",
      paramLabel = "ARGUMENT.DIMENSION=SIZE",
      split = ",",
      description =
          "Sizes of dimensions that the program leaves open, for example tokens.0=128 or arg0.0=128.")
  private Map<String, Long> sizes = new LinkedHashMap<>();

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description =
          "The hardware to estimate for (see 'partir profiles'). By default as the model or the schedule file says, else "
              + PlanStep.DEFAULT_PROFILE
              + ".")
  private @Nullable String profile;

  /**
   * A program as it was asked for, with everything that can be known before a schedule is applied.
   */
  record Loaded(String name, Function function, ProgramModel model, Schedule declared) {}

  /**
   * Reads the program and says on what mesh it is to run.
   *
   * @param file the schedule file, or null; its mesh and profile count where the command line says
   *     none
   */
  Loaded load(@Nullable ScheduleFile file) {
    Path path = Path.of(program);
    Plan plan = isFile() ? null : Models.onClassPath().plan(program);
    return load(
        file, plan, plan == null ? MlirParser.parse(program, TextFiles.read(path)) : plan.trace());
  }

  private boolean isFile() {
    return program.endsWith(".mlir") || java.nio.file.Files.exists(Path.of(program));
  }

  private Loaded load(@Nullable ScheduleFile file, @Nullable Plan plan, Module module) {
    Path path = Path.of(program);
    Function function = Flattening.flatten(module);
    if (!sizes.isEmpty() || Binding.isOpen(function)) {
      function = Binding.bind(function, sizes);
    }
    ProgramModel model = ProgramModel.of(function);
    if (plan != null) {
      model = model.withDimensionNames(plan.model());
    }
    Mesh chosen = mesh == null ? null : MeshVerifier.parse("--mesh", mesh).orThrow();
    if (chosen == null && file != null) {
      chosen = file.mesh();
    }
    if (chosen == null && plan != null) {
      chosen = plan.schedule().mesh();
    }
    if (chosen == null) {
      throw Failure.usage(
          program,
          "there is no mesh to partition it over",
          "Say one, for example --mesh batch=4,model=2");
    }
    String hardware = hardware(file, plan);
    List<Tactic> tactics = plan == null ? List.of() : plan.schedule().tactics();
    Path fileName = path.getFileName();
    String name = plan != null ? plan.name() : fileName == null ? program : fileName.toString();
    return new Loaded(name, function, model, new Schedule(chosen, hardware, tactics));
  }

  private String hardware(@Nullable ScheduleFile file, @Nullable Plan plan) {
    String hardware = profile;
    if (hardware == null && file != null) {
      hardware = file.profile();
    }
    if (hardware == null && plan != null) {
      hardware = plan.schedule().profile();
    }
    if (hardware == null) {
      hardware = PlanStep.DEFAULT_PROFILE;
    }
    HardwareProfiles.resolve(hardware);
    return hardware;
  }

  /** The option that names a schedule file, and the application of the schedule. */
  static final class WithSchedule {
    @picocli.CommandLine.Mixin private ProgramArguments program = new ProgramArguments();

    @Option(
        names = "--schedule",
        paramLabel = "FILE.json",
        description =
            "The tactics. By default those that the model, or the program by its shardings, is annotated with.")
    private @Nullable Path schedule;

    @Option(
        names = "--policy",
        paramLabel = "POLICY",
        defaultValue = "strict",
        description = {
          "What propagation does where two tilings meet: strict (stop and report, the order of tactics",
          "decides) or greedy (take each value as far as it can go). By default ${DEFAULT-VALUE}."
        })
    private Policy policy = Policy.STRICT;

    @Option(
        names = "--gathers",
        paramLabel = "GATHERS",
        defaultValue = "shared",
        description = {
          "What uses do that need a value gathered: shared (one gather, kept until the last use) or per_use",
          "(each gathers by itself and drops it, as ZeRO-3 does). By default ${DEFAULT-VALUE}."
        })
    private Gathers gathers = Gathers.SHARED;

    @Option(
        names = "--loop-sums",
        paramLabel = "SUMS",
        defaultValue = "once",
        description = {
          "When the partial sums that a loop adds up are combined: once (behind the loop) or per_trip (less",
          "memory, a collective in every trip). By default ${DEFAULT-VALUE}."
        })
    private LoopSums loopSums = LoopSums.ONCE;

    /**
     * A program with its schedule applied.
     *
     * @param partitionings one per function that was partitioned
     */
    record Planned(String name, List<Partitioning> partitionings, String profile) {
      Planned {
        partitionings = List.copyOf(partitionings);
      }

      /** Returns how reports call one of them. */
      String name(Partitioning partitioning) {
        return partitionings.size() == 1 ? name : name + " @" + partitioning.function().name();
      }
    }

    /**
     * Applies the schedule, or what the shardings in the program say where there is none.
     *
     * @throws PartirException when anything that was given is not right
     */
    Planned plan() {
      if (schedule == null && program.isFile()) {
        return annotated();
      }
      ScheduleFile file =
          schedule == null
              ? null
              : ScheduleFile.parse(schedule.toString(), TextFiles.read(schedule));
      Loaded loaded = program.load(file);
      Schedule applied =
          file == null ? loaded.declared() : loaded.declared().withTactics(file.tactics());
      if (applied.tactics().isEmpty()) {
        throw Failure.usage(
            loaded.name(),
            "there are no tactics to apply",
            "Give --schedule FILE.json, or let 'partir search' find some");
      }
      Verification verification = ShardingVerifier.verify(loaded.model(), applied, Uneven.PAD);
      if (!verification.isClean()) {
        List<Diagnostic> findings =
            file == null ? verification.diagnostics() : file.locate(verification.findings());
        throw new PartirException(findings);
      }
      String profile = applied.profile() == null ? PlanStep.DEFAULT_PROFILE : applied.profile();
      return new Planned(
          loaded.name(),
          List.of(Partitioner.partition(loaded.function(), loaded.model(), applied, options())),
          profile);
    }

    private Options options() {
      return new Options(policy, gathers, loopSums);
    }

    private Planned annotated() {
      Path path = Path.of(program.program);
      Module module = MlirParser.parse(program.program, TextFiles.read(path));
      if (!Annotations.present(module)) {
        throw Failure.usage(
            program.program,
            "there are no tactics to apply: no schedule is given, and no value in the program"
                + " carries a sharding",
            "Give --schedule FILE.json, annotate the program with sdy.sharding, or let 'partir search'"
                + " find tactics");
      }
      String given = program.mesh;
      Mesh mesh = given == null ? null : MeshVerifier.parse("--mesh", given).orThrow();
      String hardware = program.hardware(null, null);
      Path name = path.getFileName();
      return new Planned(
          name == null ? program.program : name.toString(),
          Partitioner.partition(Annotations.of(module, mesh), hardware, options()),
          hardware);
    }
  }
}
