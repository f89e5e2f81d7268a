package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueSelectorTest {
  private static final TensorType MATRIX = TensorType.of(ElementType.F32, 256, 1024);
  private static final TensorType VECTOR = TensorType.of(ElementType.BF16, 1024);

  private static final ProgramModel MODEL =
      new ProgramModel(
          "net",
          List.of(
              ValueModel.parameter("blocks/0/mlp/w1", MATRIX),
              ValueModel.parameter("blocks/1/mlp/w1", MATRIX),
              ValueModel.parameter("blocks/1/mlp/bias", VECTOR),
              ValueModel.intermediate("blocks/0/hidden", VECTOR),
              ValueModel.intermediate("blocks/1/hidden", VECTOR),
              ValueModel.result(MATRIX)));

  private static List<Integer> select(String text) {
    return new ValueIndex(MODEL).select(new ValueSelector(text));
  }

  @Test
  void exactName() {
    assertThat(select("blocks/1/mlp/w1")).containsExactly(1);
    assertThat(select("w1")).isEmpty();
  }

  @Test
  void starCrossesSlashes() {
    assertThat(select("*/w1")).containsExactly(0, 1).inOrder();
    assertThat(select("blocks/1/*")).containsExactly(1, 2).inOrder();
    assertThat(select("*1*b*s")).containsExactly(2);
  }

  @Test
  void questionMarkIsOneCharacter() {
    assertThat(select("blocks/?/mlp/w?")).containsExactly(0, 1).inOrder();
    assertThat(select("block?/0/mlp/w1?")).isEmpty();
  }

  @Test
  void hashIsANumberAsAWhole() {
    assertThat(select("blocks/#/mlp/w1")).containsExactly(0, 1).inOrder();
    assertThat(select("blocks/#/mlp/w#")).containsExactly(0, 1).inOrder();
    assertThat(select("blocks/#/mlp/#")).isEmpty();
    assertThat(select("blocks/#")).isEmpty();
    assertThat(ValueSelector.matches("w#", "w12")).isTrue();
    assertThat(ValueSelector.matches("w#2", "w12")).isFalse();
    assertThat(ValueSelector.matches("*#/x", "a12/3/x")).isTrue();
    assertThat(ValueSelector.matches("#", "")).isFalse();
  }

  @Test
  void whatIsLeftOut() {
    assertThat(select("blocks/#/mlp/* !blocks/0/*")).containsExactly(1, 2).inOrder();
    assertThat(select("* !*/w1 !*/hidden")).containsExactly(2);
    assertThat(select("type:256x1024xf32 !blocks/1/*")).containsExactly(0);
    assertThat(select("blocks/1/mlp/bias !blocks/1/mlp/bias")).isEmpty();
    assertThat(new ValueSelector("a/*").except("a/b").text()).isEqualTo("a/* !a/b");
  }

  @Test
  void patternIsAboutParametersBeforeOtherValues() {
    assertThat(select("*")).containsExactly(0, 1, 2).inOrder();
    assertThat(select("*/hidden")).containsExactly(3, 4).inOrder();
    assertThat(select("res*")).containsExactly(5);
  }

  @Test
  void typeIsAboutParametersOnly() {
    assertThat(select("type:256x1024xf32")).containsExactly(0, 1).inOrder();
    assertThat(select("type:1024xbf16")).containsExactly(2);
    assertThat(select("type:1024xf32")).isEmpty();
  }

  @Test
  void aNameThatStandsForSeveralValuesIsAboutAll() {
    TensorType type = TensorType.of(ElementType.F32, 8);
    var model =
        new ProgramModel(
            "net", List.of(ValueModel.intermediate("h", type), ValueModel.intermediate("h", type)));
    assertThat(new ValueIndex(model).select(new ValueSelector("h"))).containsExactly(0, 1);
  }

  @Test
  void pathologicalPatternIsQuick() {
    String name = "a".repeat(5_000);
    assertThat(ValueSelector.globMatches("*a".repeat(40) + "b", name)).isFalse();
    assertThat(ValueSelector.globMatches("*a".repeat(40), name)).isTrue();
  }
}
