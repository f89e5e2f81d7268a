package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.dsl.DimensionSizes;
import dev.partir.dsl.NamedShape;
import dev.partir.ir.ElementType;
import dev.partir.schedule.ValueModel.Use;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrategyTest {
  private static final ProgramModel MODEL =
      new ProgramModel(
          "net",
          List.of(
              parameter("x", "batch=8, seq=4, embed=16", Use.UNKNOWN),
              parameter("params/q", "embed=16, heads=4, head=8", Use.WEIGHT),
              parameter("params/up", "embed=16, hidden=32", Use.WEIGHT),
              parameter("cache/k", "batch=8, seq=4, head=8", Use.WEIGHT),
              parameter("cache/scale", "embed=16", Use.WEIGHT),
              parameter("momentum/q", "embed=16, heads=4, head=8", Use.STATE),
              parameter("momentum/up", "embed=16, hidden=32", Use.STATE),
              ValueModel.intermediate("between", shape("batch=8, seq=4, embed=16"))));

  private static NamedShape shape(String text) {
    return DimensionSizes.NONE.shape(ElementType.F32, text);
  }

  private static ValueModel parameter(String name, String shape, Use use) {
    return ValueModel.parameter(name, shape(shape), use);
  }

  private static List<String> actions(Strategy strategy, String... axes) {
    return strategy.tactic(MODEL, List.of(axes)).actions().stream()
        .map(
            action ->
                (action instanceof Action.Tile tile ? tile.dim() : "whole")
                    + " of "
                    + action.target()
                    + " along "
                    + action.axis())
        .toList();
  }

  @Test
  void dimensionsByName() {
    assertThat(actions(Strategy.BP, "batch")).containsExactly("batch of * along batch");
    assertThat(actions(Strategy.MP, "model"))
        .containsExactly("heads of * along model", "hidden of * along model")
        .inOrder();
    assertThat(actions(Strategy.EP, "expert")).isEmpty();
    assertThat(actions(Strategy.ES, "batch")).isEmpty();
    ProgramModel graph =
        new ProgramModel("graph", List.of(parameter("senders", "edges=8", Use.UNKNOWN)));
    assertThat(Strategy.ES.tactic(graph, List.of("data")).actions())
        .containsExactly(Action.tileWherePossible("*", Dim.named("edges"), "data"));
    assertThat(actions(Strategy.SP, "model")).containsExactly("seq of between along model");
  }

  @Test
  void theWidthOfTheEmbeddingAndOfNamedValues() {
    assertThat(actions(Strategy.EMB, "model")).containsExactly("embed of between along model");
    ProgramModel tied =
        new ProgramModel(
            "tied", List.of(parameter("params/table", "vocab=32, embed=16", Use.WEIGHT)));
    assertThat(Strategy.EMB.tactic(tied, List.of("model")).actions())
        .containsExactly(Action.tileWherePossible("params/table", Dim.named("embed"), "model"));
  }

  @Test
  void namesSayWhatMultiQueryAttentionHoldsApart() {
    ProgramModel model =
        new ProgramModel(
            "served",
            List.of(
                parameter("caches/layers/0/keys", "batch=8, length=4, head=8", Use.UNKNOWN),
                parameter("prompts", "batch=8, length=4", Use.UNKNOWN),
                ValueModel.intermediate("query/heads", shape("batch=8, heads=4")),
                ValueModel.intermediate("query/batch", shape("batch=8, heads=4")),
                ValueModel.intermediate("input/whole", shape("batch=8, embed=16"))));
    assertThat(Strategy.MQ.tactic(model, List.of("model")).actions())
        .containsExactly(
            Action.tileWherePossible("caches/layers/0/keys", Dim.named("batch"), "model"),
            Action.tileWherePossible("query/heads", Dim.named("heads"), "model"),
            Action.tileWherePossible("query/batch", Dim.named("batch"), "model"),
            Action.replicate("input/whole", "model"))
        .inOrder();
  }

  @Test
  void stage2KeepsWeightsWhole() {
    assertThat(actions(Strategy.Z2, "batch"))
        .containsExactly(
            "first_divisible of momentum/* along batch",
            "whole of params/* along batch",
            "whole of cache/scale along batch")
        .inOrder();
  }

  @Test
  void stage3SpeaksOfATreeOnlyWhereAllOfItIsMeant() {
    assertThat(actions(Strategy.Z3, "batch"))
        .containsExactly(
            "first_divisible of params/* along batch",
            "first_divisible of cache/scale along batch",
            "first_divisible of momentum/* along batch")
        .inOrder();
  }

  @Test
  void axesHaveTwoNames() {
    assertThat(actions(Strategy.BP, "data", "model")).containsExactly("batch of * along data");
    assertThat(actions(Strategy.BP, "batch", "data")).containsExactly("batch of * along batch");
    assertThat(actions(Strategy.BP, "x")).containsExactly("batch of * along batch");
  }

  @Test
  void names() {
    assertThat(Strategy.find("Z3")).isEqualTo(Strategy.Z3);
    assertThat(Strategy.find("z3")).isNull();
  }
}
