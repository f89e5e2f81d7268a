package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Plan PLAN =
      Plan.of(
          "demo.Mlp",
          new ProgramModel(
              "Mlp.forward",
              List.of(
                  ValueModel.parameter("x", f32(1024, 512), "rows", "embed"),
                  ValueModel.parameter("scale", f32()),
                  ValueModel.result(f32(1024, 512), "rows", "embed"))),
          new Schedule(MeshVerifier.parse("test", "batch=4").orThrow(), null, List.of()),
          PlanTest::scaled);

  /** Computes x * scale, and calls something hidden. */
  private static Module scaled() {
    return Tracer.trace(
        "Mlp",
        List.of(new Tracer.Input("x", f32(1024, 512)), new Tracer.Input("scale", f32())),
        in -> {
          Tensor hidden = in.get(0).exp().named("hidden");
          return List.of(hidden.times(in.get(1).broadcastTo(1024, 512)));
        });
  }

  private static TensorType f32(long... dims) {
    return TensorType.of(ElementType.F32, dims);
  }

  @Test
  void acceptsWhatIsDeclared() {
    PLAN.validate(List.of(f32(1024, 512), f32()));
  }

  @Test
  void checksArgumentsAsTheirTypes() {
    List<TensorType> types = List.of(f32(1024, 512), f32());
    PLAN.validateArguments(types.stream().map(HostArray::zeros).toList());
    List<HostArray> wrong = List.of(HostArray.zeros(f32(1024, 511)), HostArray.zeros(f32(1)));
    assertThat(assertThrows(PartirException.class, () -> PLAN.validateArguments(wrong)))
        .hasMessageThat()
        .isEqualTo(
            assertThrows(
                    PartirException.class, () -> PLAN.validate(List.of(f32(1024, 511), f32(1))))
                .getMessage());
  }

  @Test
  void tracesWhatIsDeclared() {
    assertThat(PLAN.trace().name()).isEqualTo("Mlp");
  }

  @Test
  void refusesATraceOfOtherShapesThanDeclared() {
    var declared =
        new ProgramModel(
            "Mlp.forward",
            List.of(
                ValueModel.parameter("x", f32(1024, 512), "rows", "embed"),
                ValueModel.parameter("scale", f32()),
                ValueModel.result(f32(512, 1024), "embed", "rows"),
                ValueModel.intermediate("hidden", f32(8)),
                ValueModel.intermediate("hiden", f32(1024, 512))));
    Plan plan = Plan.of("demo.Mlp", declared, PLAN.schedule(), PlanTest::scaled);
    assertThat(assertThrows(PartirException.class, plan::trace))
        .hasMessageThat()
        .isEqualTo(
            "[partir:invalid-dims] Mlp.forward, result: it is declared as 512x1024xf32, but the"
                + " model computes 1024x512xf32. Declare what the model computes."
                + " See docs/errors/invalid-dims.md\n"
                + "[partir:invalid-dims] Mlp.forward, value \"hidden\": it is declared as 8xf32,"
                + " but the model computes 1024x512xf32. Declare what the model computes."
                + " See docs/errors/invalid-dims.md\n"
                + "[partir:unknown-value] Mlp.forward, value \"hiden\": it is declared, but the"
                + " model gives no value that name. Name the value with named(\"hiden\")."
                + " See docs/errors/unknown-value.md");
  }

  private static String refusal(TensorType... types) {
    return assertThrows(PartirException.class, () -> PLAN.validate(List.of(types)))
        .toString()
        .substring(PartirException.class.getName().length() + 2);
  }

  @Test
  void namesEveryParameterThatIsWrong() {
    assertThat(refusal(TensorType.of(ElementType.F16, 1000, 512), f32(1)))
        .isEqualTo(
            "[partir:invalid-argument] Mlp.forward, parameter \"x\": dimension \"rows\" has size"
                + " 1000, not 1024; the element type is f16, not f32. Pass (rows=1024, embed=512)"
                + " of f32. See docs/errors/invalid-argument.md\n"
                + "[partir:invalid-argument] Mlp.forward, parameter \"scale\": the argument has 1"
                + " dimension (1xf32), not no dimensions. Pass a scalar of f32."
                + " See docs/errors/invalid-argument.md");
  }

  @Test
  void rank() {
    assertThat(refusal(f32(2, 3, 4), f32()))
        .isEqualTo(
            "[partir:invalid-argument] Mlp.forward, parameter \"x\": the argument has 3 dimensions"
                + " (2x3x4xf32), not 2 dimensions (1024x512xf32). Pass (rows=1024, embed=512) of"
                + " f32. See docs/errors/invalid-argument.md");
  }

  @Test
  void number() {
    assertThat(refusal(f32()))
        .isEqualTo(
            "[partir:invalid-argument] Mlp.forward: it takes 2 arguments, not 1. Pass one for each"
                + " of \"x\", \"scale\". See docs/errors/invalid-argument.md");
  }
}
