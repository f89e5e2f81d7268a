package demo;

import dev.partir.array.HostArray;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Plan;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.ValueModel;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.util.List;
import javax.annotation.processing.Generated;

/**
 * The plan of {@link Mlp} on the mesh {@code batch=4, model=2}.
 *
 * <p>What a device holds as declared, before propagation:
 *
 * <pre>{@code
 * value  whole                         on a device                           bytes
 * x      (rows=1024, embed=512) f32    (rows/batch=256, embed=512)           512 KiB
 * up     (embed=512, hidden=2048) f32  (embed/batch=128, hidden/model=1024)  512 KiB
 * down   (hidden=2048, embed=512) f32  (hidden=2048, embed/batch=128)        1 MiB
 * }</pre>
 *
 * <p>Parameters take 2 MiB on a device, of 10 MiB in all.
 */
@Generated("dev.partir.processor.PartirProcessor")
final class MlpPlan {
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

  private static final ProgramModel VALUES = new ProgramModel(
      "Mlp.forward",
      List.of(
          ValueModel.parameter("x", TensorType.of(ElementType.F32, 1024, 512), "rows", "embed"),
          ValueModel.parameter("up", TensorType.of(ElementType.F32, 512, 2048), "embed", "hidden"),
          ValueModel.parameter("down", TensorType.of(ElementType.F32, 2048, 512), "hidden",
              "embed")));

  private static final Schedule SCHEDULE = new Schedule(
      MESH,
      "tpu-v3",
      List.of(
          new ManualTactic(
              "BP",
              List.of(
                  Action.tile("x", Dim.named("rows"), BATCH.name()))),
          new ManualTactic(
              "MP",
              List.of(
                  Action.tile("up", Dim.named("hidden"), MODEL.name()))),
          new ManualTactic(
              "Z3",
              List.of(
                  Action.tile("up", Dim.named("embed"), BATCH.name()),
                  Action.tile("down", Dim.named("embed"), BATCH.name())))));

  private static final Plan PLAN = Plan.of("demo.Mlp", VALUES, SCHEDULE, MlpPlan::traceModel);

  private MlpPlan() {
  }

  /**
   * Returns the declared tactics, in order.
   */
  public static Schedule schedule() {
    return SCHEDULE;
  }

  /**
   * Returns the program that {@code Mlp.forward} computes.
   */
  public static Module trace() {
    return PLAN.trace();
  }

  /**
   * Traces {@code Mlp.forward} and applies the declared tactics.
   */
  public static Partitioning partition() {
    return Partitioner.partition(PLAN);
  }

  /**
   * Checks arguments against the declared shapes, before anything runs.
   *
   * @throws dev.partir.ir.PartirException naming every argument that is wrong
   */
  public static void validate(HostArray x, HostArray up, HostArray down) {
    PLAN.validate(List.of(x.type(), up.type(), down.type()));
  }

  /**
   * Returns all of this as one object.
   */
  public static Plan plan() {
    return PLAN;
  }

  private static Module traceModel() {
    return Tracer.trace("Mlp", Plan.inputs(VALUES), in -> List.of(Mlp.forward(in.get(0), in.get(1),
        in.get(2))));
  }
}
