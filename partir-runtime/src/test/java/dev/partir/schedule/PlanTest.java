package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Attributes;
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
          () -> Module.of("empty", Attributes.EMPTY, List.of()));

  private static TensorType f32(long... dims) {
    return TensorType.of(ElementType.F32, dims);
  }

  @Test
  void acceptsWhatIsDeclared() {
    PLAN.validate(List.of(f32(1024, 512), f32()));
    assertThat(PLAN.trace().name()).isEqualTo("empty");
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
