package dev.partir.junit;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.schedule.Annotations;
import dev.partir.schedule.Options;
import dev.partir.schedule.Plan;
import dev.partir.schedule.Schedule;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * Verifies that a partitioned model computes what the model does: for every schedule and seed the
 * model runs on one device and on virtual devices, on the same seeded inputs, and so do its loops
 * one iteration after the other. Integers must be equal, floating-point numbers within the bound of
 * {@link dev.partir.interp.EquivalenceCheck}. A failure names the result, the device and the first
 * operation that differs.
 *
 * <p>The tests of a factory:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> devicesComputeWhatTheModelDoes() {
 *   return ModelVerification.of(MlpPlan.plan()).seeds(1, 2, 3).tests();
 * }
 * }</pre>
 *
 * <p>Or, to say more of what comes out, an extension that calls a test template for each case:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ModelVerification MLP = ModelVerification.of(MlpPlan.plan());
 *
 * @TestTemplate
 * void gathersItsWeightsOnce(VerificationCase verification) {
 *   verification.verify();
 *   assertThat(verification.partitioning().result().collectives()).hasSize(3);
 * }
 * }</pre>
 *
 * <p>Immutable; what its methods return is another one with one thing more.
 */
public final class ModelVerification implements TestTemplateInvocationContextProvider {
  private static final List<Long> ONE_SEED = List.of(0L);

  private final String name;
  private final Supplier<Module> program;
  private final BiFunction<Schedule, Options, Partitioning> partitioner;
  private final List<Way> ways;
  private final List<Long> seeds;

  /** How the program is partitioned. */
  private record Way(String name, Supplier<Partitioning> partitioning) {}

  private ModelVerification(
      String name,
      Supplier<Module> program,
      BiFunction<Schedule, Options, Partitioning> partitioner,
      List<Way> ways,
      List<Long> seeds) {
    this.name = name;
    this.program = program;
    this.partitioner = partitioner;
    this.ways = List.copyOf(ways);
    this.seeds = List.copyOf(seeds);
  }

  /** Verifies a model by the schedule that its annotations declare, on inputs of seed 0. */
  public static ModelVerification of(Plan plan) {
    return new ModelVerification(
            plan.name(),
            plan::trace,
            // The plan knows the names of dimensions that schedules speak of.
            (schedule, options) -> Partitioner.partition(plan.withSchedule(schedule), options),
            List.of(),
            ONE_SEED)
        .under("the declared schedule", plan.schedule());
  }

  /**
   * Verifies a program, on inputs of seed 0. It is partitioned by the schedules that are added;
   * where none is, by the shardings that it carries.
   */
  public static ModelVerification of(String name, Module program) {
    return new ModelVerification(
        name,
        () -> program,
        (schedule, options) -> Partitioner.partition(program, schedule, options),
        List.of(),
        ONE_SEED);
  }

  /**
   * Adds a schedule to those that the program is partitioned by.
   *
   * @param scheduleName what tests call it
   */
  public ModelVerification under(String scheduleName, Schedule schedule) {
    return under(scheduleName, schedule, Options.DEFAULT);
  }

  /**
   * Adds a schedule to those that the program is partitioned by.
   *
   * @param scheduleName what tests call it
   * @param options how propagation and lowering decide
   */
  public ModelVerification under(String scheduleName, Schedule schedule, Options options) {
    List<Way> more = new ArrayList<>(ways);
    more.add(new Way(scheduleName, () -> partitioner.apply(schedule, options)));
    return new ModelVerification(name, program, partitioner, more, seeds);
  }

  /** Runs every schedule on inputs of each of these seeds, and no others. */
  public ModelVerification seeds(long first, long... others) {
    List<Long> all = new ArrayList<>(List.of(first));
    for (long seed : others) {
      all.add(seed);
    }
    return new ModelVerification(name, program, partitioner, ways, all);
  }

  /**
   * Returns the cases: every schedule with every seed. A program is partitioned once per schedule,
   * when the first of its cases asks for it, so that what a schedule does wrong fails its cases.
   *
   * @throws PartirException when there is no schedule and the program carries no shardings, or
   *     these are wrong
   */
  public List<VerificationCase> cases() {
    List<VerificationCase> cases = new ArrayList<>();
    for (Way way : ways.isEmpty() ? annotated() : ways) {
      Supplier<Partitioning> partitioning = once(way.partitioning);
      for (long seed : seeds) {
        cases.add(new VerificationCase(name, way.name + ", seed " + seed, seed, partitioning));
      }
    }
    return cases;
  }

  /** Returns how each function of the program that carries shardings is partitioned. */
  private List<Way> annotated() {
    Module module = program.get();
    if (!Annotations.present(module)) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_SCHEDULE,
              name,
              "there is no schedule, and the program carries no shardings",
              "Add a schedule with under(name, schedule)"));
    }
    List<Way> found = new ArrayList<>();
    for (Partitioning one :
        Partitioner.partition(Annotations.of(module, null), null, Options.DEFAULT)) {
      found.add(new Way("its shardings of @" + one.function().name(), () -> one));
    }
    return found;
  }

  private static <T> Supplier<T> once(Supplier<T> supplier) {
    return new Supplier<>() {
      private final List<T> made = new ArrayList<>(1);

      @Override
      public synchronized T get() {
        if (made.isEmpty()) {
          made.add(supplier.get());
        }
        return made.get(0);
      }
    };
  }

  /** Returns a test per case, for a {@code @TestFactory}. */
  public Stream<DynamicTest> tests() {
    return cases().stream().map(one -> DynamicTest.dynamicTest(one.toString(), one::verify));
  }

  /**
   * Verifies all cases, outside of JUnit's life cycle.
   *
   * @throws AssertionError saying what differs in the first case in which something does
   */
  public void verify() {
    cases().forEach(VerificationCase::verify);
  }

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return List.of(context.getRequiredTestMethod().getParameterTypes())
        .contains(VerificationCase.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    return cases().stream().map(CaseContext::new);
  }
}
