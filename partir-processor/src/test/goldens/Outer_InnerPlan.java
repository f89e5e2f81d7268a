package demo;

import dev.partir.array.HostArray;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.AutomaticTactic;
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
 * The plan of {@link Outer.Inner} on the mesh {@code data-parallel=2, mesh=2}.
 *
 * <p>What a device holds as declared, before propagation:
 *
 * <pre>{@code
 * value   whole             on a device                bytes
 * result  (rows=8, 4) f32   (rows/data-parallel=4, 4)  64 B
 * weight  (4, 16) f32       (4, 16)                    256 B
 * scale   () bf16           ()                         2 B
 * result  () f32            ()                         4 B
 * hidden  (rows=8, 16) f32  (rows=8, 1/mesh=8)         256 B
 * ids     (rows=8) i32      (rows=8)                   32 B
 * }</pre>
 *
 * <p>Parameters take 322 B on a device, of 386 B in all.
 */
@Generated("dev.partir.processor.PartirProcessor")
public final class Outer_InnerPlan {
  /**
   * Axis {@code data-parallel}: 2 devices.
   */
  public static final MeshAxis DATA_PARALLEL = new MeshAxis("data-parallel", 2);

  /**
   * Axis {@code mesh}: 2 devices.
   */
  public static final MeshAxis MESH_AXIS = new MeshAxis("mesh", 2);

  /**
   * The mesh: 4 devices.
   */
  public static final Mesh MESH = Mesh.of(List.of(DATA_PARALLEL, MESH_AXIS));

  private static final ProgramModel VALUES = new ProgramModel(
      "Outer.Inner.loss",
      List.of(
          ValueModel.parameter("result", TensorType.of(ElementType.F32, 8, 4), "rows", ""),
          ValueModel.parameter("weight", TensorType.of(ElementType.F32, 4, 16), "", ""),
          ValueModel.parameter("scale", TensorType.of(ElementType.BF16)),
          ValueModel.result(TensorType.of(ElementType.F32)),
          ValueModel.intermediate("hidden", TensorType.of(ElementType.F32, 8, 16), "rows", ""),
          ValueModel.intermediate("ids", TensorType.of(ElementType.I32, 8), "rows")));

  private static final Schedule SCHEDULE = new Schedule(
      MESH,
      null,
      List.of(
          new ManualTactic(
              "first",
              List.of(
                  Action.tile("result", Dim.firstDivisible(), DATA_PARALLEL.name()))),
          AutomaticTactic.parse("auto(mesh; seed=7)"),
          new ManualTactic(
              "last",
              List.of(
                  Action.replicate("result0", MESH_AXIS.name()),
                  Action.tile("hidden", Dim.index(1), MESH_AXIS.name()),
                  Action.replicate("hidden", DATA_PARALLEL.name())))));

  private static final Plan PLAN = Plan.of("demo.Outer.Inner", VALUES, SCHEDULE,
      Outer_InnerPlan::traceModel);

  private Outer_InnerPlan() {
  }

  /**
   * Returns the declared tactics, in order.
   */
  public static Schedule schedule() {
    return SCHEDULE;
  }

  /**
   * Returns the program that {@code Outer.Inner.loss} computes.
   */
  public static Module trace() {
    return PLAN.trace();
  }

  /**
   * Traces {@code Outer.Inner.loss} and applies the declared tactics.
   */
  public static Partitioning partition() {
    return Partitioner.partition(PLAN);
  }

  /**
   * Checks arguments against the declared shapes, before anything runs.
   *
   * @throws dev.partir.ir.PartirException naming every argument that is wrong
   */
  public static void validate(HostArray result, HostArray weight, HostArray scale) {
    PLAN.validate(List.of(result.type(), weight.type(), scale.type()));
  }

  /**
   * Returns all of this as one object.
   */
  public static Plan plan() {
    return PLAN;
  }

  private static Module traceModel() {
    return Tracer.trace("Inner", Plan.inputs(VALUES), in -> List.of(Outer.Inner.loss(in.get(0),
        in.get(1), in.get(2))));
  }
}
