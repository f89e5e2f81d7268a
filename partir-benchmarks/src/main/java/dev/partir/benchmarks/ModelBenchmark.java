package dev.partir.benchmarks;

import dev.partir.examples.models.GeminiPlan;
import dev.partir.examples.models.T32Plan;
import dev.partir.schedule.Plan;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.report.PlanReport;
import dev.partir.sim.report.PlanReports;
import dev.partir.sim.report.ReportFormat;
import dev.partir.spmd.Partitioner;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long the models of the published tables take, each with the whole schedule of its own, in a
 * Java machine that has planned them before: traced with gradients, partitioned tactic by tactic,
 * and priced.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = "-Xmx4g")
@Warmup(iterations = 6, time = 3)
@Measurement(iterations = 5, time = 3)
public class ModelBenchmark {
  /** What is planned. */
  @SuppressWarnings("ImmutableEnumChecker") // The plans are made by functions without state.
  public enum Model {
    /** A training step of 5 billion parameters: BP, MP, Z3 and EMB on 16 x 2 devices. */
    T32(T32Plan.Real::plan),
    /** The same of 32 billion on 32 x 4 devices. */
    T48(T32Plan.Deep::plan),
    /** That one with layers that run again for their gradients, which fits its devices. */
    T48_LEAN(T32Plan.Lean::plan),
    /** A training step of a multimodal decoder, a loop over 96 layers, on 4 x 256 x 16 devices. */
    ULTRA(GeminiPlan.Ultra::plan);

    private final Supplier<Plan> plan;

    Model(Supplier<Plan> plan) {
      this.plan = plan;
    }
  }

  @Param public Model model = Model.T32;

  /** What {@code partir plan} prints. */
  @Benchmark
  public PlanReport plan() {
    Plan plan = model.plan.get();
    String profile = Objects.requireNonNull(plan.schedule().profile());
    return PlanReports.report(
        plan.name(), Partitioner.partition(plan), HardwareProfiles.resolve(profile));
  }

  /** And the report in HTML. */
  @Benchmark
  public String report() {
    return ReportFormat.HTML.render(plan());
  }
}
