package demo;

import dev.partir.array.HostArray;
import dev.partir.dsl.DimensionSizes;
import dev.partir.dsl.Tracer;
import dev.partir.dsl.Tree;
import dev.partir.dsl.TreeBuilder;
import dev.partir.dsl.TreeReader;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Budget;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Plan;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.ValueModel;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.processing.Generated;

/**
 * The plans of {@link Decoder} by its schedules {@code train}, {@code serve}.
 */
@Generated("dev.partir.processor.PartirProcessor")
public final class DecoderPlan {
  private DecoderPlan() {
  }

  /**
   * Returns the plans of all schedules, in the order of the source.
   */
  public static List<Plan> plans() {
    return List.of(Train.plan(), Serve.plan());
  }

  /**
   * Returns the leaves of parameter {@code params}, and what makes one of them.
   */
  public static Tree<Decoder.Params> paramsTree(Decoder.Sizes sizes) {
    DimensionSizes dims = dimensions(sizes);
    return treeOfParams(dims);
  }

  /**
   * Returns the leaves of parameter {@code momentum}, and what makes one of them.
   */
  public static Tree<Decoder.Params> momentumTree(Decoder.Sizes sizes) {
    DimensionSizes dims = dimensions(sizes);
    return treeOfParams(dims);
  }

  private static ProgramModel values(Decoder.Sizes sizes) {
    DimensionSizes dims = dimensions(sizes);
    List<ValueModel> values = new ArrayList<>();
    values.addAll(ValueModel.parameters("params", treeOfParams(dims), ValueModel.Use.WEIGHT));
    values.addAll(ValueModel.parameters("momentum", treeOfParams(dims), ValueModel.Use.STATE));
    values.add(ValueModel.parameter("x", dims.shape(ElementType.F32, "batch, embed"),
        ValueModel.Use.UNKNOWN));
    return new ProgramModel("Decoder.step", values);
  }

  private static Module traceModel(Decoder.Sizes sizes) {
    DimensionSizes dims = dimensions(sizes);
    Tree<Decoder.Step> result = treeOfStep(dims);
    return Tracer.trace(
        "Decoder",
        Plan.inputs(values(sizes)),
        in -> {
          TreeReader read = new TreeReader(in);
          return result.flatten(Decoder.step(sizes, read.tree(treeOfParams(dims)),
              read.tree(treeOfParams(dims)), read.tensor()));
        },
        result.paths());
  }

  private static DimensionSizes dimensions(Decoder.Sizes sizes) {
    return DimensionSizes.NONE
        .with("batch", sizes.batch())
        .with("layers", sizes.layers())
        .with("embed", sizes.embed())
        .with("hidden", sizes.hidden())
        .with("vocab", sizes.vocab());
  }

  private static Tree<Decoder.Params> treeOfParams(DimensionSizes dims) {
    Tree<Decoder.Block> block = treeOfBlock(dims);
    return new TreeBuilder<Decoder.Params>(dims)
        .leaf("embedding", Decoder.Params::embedding, ElementType.F32, "vocab, embed")
        .trees("blocks", Decoder.Params::blocks, block, "layers")
        .leaves("gains", Decoder.Params::gains, ElementType.F32, "", "layers")
        .build(in -> new Decoder.Params(in.tensor(), in.trees(block, dims.size("layers")),
            in.tensors(dims.size("layers"))));
  }

  private static Tree<Decoder.Block> treeOfBlock(DimensionSizes dims) {
    Tree<Decoder.Mlp> mlp = treeOfMlp(dims);
    return new TreeBuilder<Decoder.Block>(dims)
        .leaf("scale", Decoder.Block::scale, ElementType.F32, "embed")
        .tree("mlp", Decoder.Block::mlp, mlp)
        .build(in -> new Decoder.Block(in.tensor(), in.tree(mlp)));
  }

  private static Tree<Decoder.Mlp> treeOfMlp(DimensionSizes dims) {
    return new TreeBuilder<Decoder.Mlp>(dims)
        .leaf("up", Decoder.Mlp::up, ElementType.F32, "embed, hidden")
        .leaf("down", Decoder.Mlp::down, ElementType.F32, "hidden, embed")
        .build(in -> new Decoder.Mlp(in.tensor(), in.tensor()));
  }

  private static Tree<Decoder.Step> treeOfStep(DimensionSizes dims) {
    Tree<Decoder.Params> params = treeOfParams(dims);
    return new TreeBuilder<Decoder.Step>(dims)
        .tree("params", Decoder.Step::params, params)
        .tree("momentum", Decoder.Step::momentum, params)
        .leaf("loss", Decoder.Step::loss)
        .build(in -> new Decoder.Step(in.tree(params), in.tree(params), in.tensor()));
  }

  /**
   * The plan of {@link Decoder} by its schedule {@code train} on the mesh {@code batch=4, model=2}.
   *
   * <p>What a device holds as declared, before propagation:
   *
   * <pre>{@code
   * value                           whole                       on a device                        bytes
   * params/embedding                (vocab=1024, embed=16) f32  (vocab/model/batch=128, embed=16)  8 KiB
   * params/blocks/#/scale x 3       (embed=16) f32              (embed/batch=4)                    16 B x 3
   * params/blocks/0/mlp/up          (embed=16, hidden=64) f32   (embed/batch=4, hidden=64)         1 KiB
   * params/blocks/0/mlp/down        (hidden=64, embed=16) f32   (hidden/batch=16, embed=16)        1 KiB
   * params/blocks/#/mlp/up x 2      (embed=16, hidden=64) f32   (embed/batch=4, hidden/model=32)   512 B x 2
   * params/blocks/#/mlp/down x 2    (hidden=64, embed=16) f32   (hidden/model/batch=8, embed=16)   512 B x 2
   * params/gains/# x 3              () f32                      ()                                 4 B x 3
   * momentum/embedding              (vocab=1024, embed=16) f32  (vocab/model/batch=128, embed=16)  8 KiB
   * momentum/blocks/#/scale x 3     (embed=16) f32              (embed/batch=4)                    16 B x 3
   * momentum/blocks/0/mlp/up        (embed=16, hidden=64) f32   (embed/batch=4, hidden=64)         1 KiB
   * momentum/blocks/0/mlp/down      (hidden=64, embed=16) f32   (hidden/batch=16, embed=16)        1 KiB
   * momentum/blocks/#/mlp/up x 2    (embed=16, hidden=64) f32   (embed/batch=4, hidden/model=32)   512 B x 2
   * momentum/blocks/#/mlp/down x 2  (hidden=64, embed=16) f32   (hidden/model/batch=8, embed=16)   512 B x 2
   * momentum/gains/# x 3            () f32                      ()                                 4 B x 3
   * x                               (batch=8, embed=16) f32     (batch/batch=2, embed=16)          128 B
   * }</pre>
   *
   * <p>Parameters take 24.2 KiB on a device, of 176.9 KiB in all; gradients take 11.1 KiB on a device, at least.
   */
  public static final class Train {
    /**
     * The sizes that the compiler has checked.
     */
    public static final Decoder.Sizes SIZES = new Decoder.Sizes(8, 3, 16, 64, 1024);

    /**
     * Axis {@code batch}: 4 devices.
     */
    public static final MeshAxis BATCH = new MeshAxis("batch", 4);

    /**
     * Axis {@code model}: 2 devices.
     */
    public static final MeshAxis MODEL = new MeshAxis("model", 2);

    /**
     * The mesh: 8 devices.
     */
    public static final Mesh MESH = Mesh.of(List.of(BATCH, MODEL));

    private static final Schedule SCHEDULE = new Schedule(
        MESH,
        "tpu-v3",
        List.of(
            new ManualTactic(
                "BP",
                List.of(
                    Action.tileWherePossible("*", Dim.named("batch"), BATCH.name()))),
            new ManualTactic(
                "MP",
                List.of(
                    Action.replicate("params/blocks/0/mlp/*", MODEL.name()),
                    Action.replicate("momentum/blocks/0/mlp/*", MODEL.name()),
                    Action.tileWherePossible("*", Dim.named("hidden"), MODEL.name()),
                    Action.tileWherePossible("*", Dim.named("vocab"), MODEL.name()))),
            new ManualTactic(
                "Z3",
                List.of(
                    Action.tileWherePossible("params/*", Dim.firstDivisible(), BATCH.name()),
                    Action.tileWherePossible("momentum/*", Dim.firstDivisible(), BATCH.name())))));

    private static final Plan PLAN = plan(SIZES);

    private Train() {
    }

    /**
     * Returns the declared tactics, in order.
     */
    public static Schedule schedule() {
      return SCHEDULE;
    }

    /**
     * Returns the program that {@code Decoder.step (train)} computes.
     */
    public static Module trace() {
      return PLAN.trace();
    }

    /**
     * Traces {@code Decoder.step (train)} and applies the declared tactics.
     */
    public static Partitioning partition() {
      return Partitioner.partition(PLAN);
    }

    /**
     * Checks arguments against the declared shapes, before anything runs.
     *
     * @throws dev.partir.ir.PartirException naming every argument that is wrong
     */
    public static void validate(List<HostArray> arguments) {
      PLAN.validateArguments(arguments);
    }

    /**
     * Returns all of this as one object.
     */
    public static Plan plan() {
      return PLAN;
    }

    /**
     * Returns the plan of the model at other sizes.
     */
    public static Plan plan(Decoder.Sizes sizes) {
      return Plan.of("demo.Decoder:train", values(sizes), SCHEDULE, () -> traceModel(sizes))
          .withBudget(Budget.NONE.memory("1 GiB").collectives(40));
    }
  }

  /**
   * The plan of {@link Decoder} by its schedule {@code serve} on the mesh {@code model=8}.
   *
   * <p>What a device holds as declared, before propagation:
   *
   * <pre>{@code
   * value                           whole                       on a device                  bytes
   * params/embedding                (vocab=1024, embed=16) f32  (vocab/model=128, embed=16)  8 KiB
   * params/blocks/#/scale x 3       (embed=16) f32              (embed=16)                   64 B x 3
   * params/blocks/0/mlp/up          (embed=16, hidden=64) f32   (embed=16, hidden=64)        4 KiB
   * params/blocks/0/mlp/down        (hidden=64, embed=16) f32   (hidden=64, embed=16)        4 KiB
   * params/blocks/#/mlp/up x 2      (embed=16, hidden=64) f32   (embed=16, hidden/model=8)   512 B x 2
   * params/blocks/#/mlp/down x 2    (hidden=64, embed=16) f32   (hidden/model=8, embed=16)   512 B x 2
   * params/gains/# x 3              () f32                      ()                           4 B x 3
   * momentum/embedding              (vocab=1024, embed=16) f32  (vocab/model=128, embed=16)  8 KiB
   * momentum/blocks/#/scale x 3     (embed=16) f32              (embed=16)                   64 B x 3
   * momentum/blocks/0/mlp/up        (embed=16, hidden=64) f32   (embed=16, hidden=64)        4 KiB
   * momentum/blocks/0/mlp/down      (hidden=64, embed=16) f32   (hidden=64, embed=16)        4 KiB
   * momentum/blocks/#/mlp/up x 2    (embed=16, hidden=64) f32   (embed=16, hidden/model=8)   512 B x 2
   * momentum/blocks/#/mlp/down x 2  (hidden=64, embed=16) f32   (hidden/model=8, embed=16)   512 B x 2
   * momentum/gains/# x 3            () f32                      ()                           4 B x 3
   * x                               (batch=1, embed=16) f32     (batch=1, embed=16)          64 B
   * }</pre>
   *
   * <p>Parameters take 36.5 KiB on a device, of 176.5 KiB in all; gradients take 11.2 KiB on a device, at least.
   */
  public static final class Serve {
    /**
     * The sizes that the compiler has checked.
     */
    public static final Decoder.Sizes SIZES = new Decoder.Sizes(1, 3, 16, 64, 1024);

    /**
     * Axis {@code model}: 8 devices.
     */
    public static final MeshAxis MODEL = new MeshAxis("model", 8);

    /**
     * The mesh: 8 devices.
     */
    public static final Mesh MESH = Mesh.of(List.of(MODEL));

    private static final Schedule SCHEDULE = new Schedule(
        MESH,
        null,
        List.of(
            new ManualTactic(
                "MP",
                List.of(
                    Action.replicate("params/blocks/0/mlp/*", MODEL.name()),
                    Action.replicate("momentum/blocks/0/mlp/*", MODEL.name()),
                    Action.tileWherePossible("*", Dim.named("hidden"), MODEL.name()),
                    Action.tileWherePossible("*", Dim.named("vocab"), MODEL.name())))));

    private static final Plan PLAN = plan(SIZES);

    private Serve() {
    }

    /**
     * Returns the declared tactics, in order.
     */
    public static Schedule schedule() {
      return SCHEDULE;
    }

    /**
     * Returns the program that {@code Decoder.step (serve)} computes.
     */
    public static Module trace() {
      return PLAN.trace();
    }

    /**
     * Traces {@code Decoder.step (serve)} and applies the declared tactics.
     */
    public static Partitioning partition() {
      return Partitioner.partition(PLAN);
    }

    /**
     * Checks arguments against the declared shapes, before anything runs.
     *
     * @throws dev.partir.ir.PartirException naming every argument that is wrong
     */
    public static void validate(List<HostArray> arguments) {
      PLAN.validateArguments(arguments);
    }

    /**
     * Returns all of this as one object.
     */
    public static Plan plan() {
      return PLAN;
    }

    /**
     * Returns the plan of the model at other sizes.
     */
    public static Plan plan(Decoder.Sizes sizes) {
      return Plan.of("demo.Decoder:serve", values(sizes), SCHEDULE, () -> traceModel(sizes));
    }
  }
}
