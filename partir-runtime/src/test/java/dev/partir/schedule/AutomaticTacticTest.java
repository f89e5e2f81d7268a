package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.PartirException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutomaticTacticTest {

  @Test
  void parsesAxesAndOptions() {
    assertThat(AutomaticTactic.parse(" auto( batch ,model; seed=-7, budget = 50 )"))
        .isEqualTo(
            new AutomaticTactic(
                "auto(batch, model; budget=50, seed=-7)", List.of("batch", "model"), 50, -7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auto(model)",
        "auto(batch, model)",
        "auto(model; budget=1)",
        "auto(model; seed=7)",
        "auto(batch, model; budget=300, seed=7)"
      })
  void textIsParsedBack(String text) {
    assertThat(AutomaticTactic.parse(text).text()).isEqualTo(text);
    assertThat(AutomaticTactic.isAutomatic(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto|it is not of the form auto(...)",
        "auto(model|it is not of the form auto(...)",
        "auto()|it names no axis",
        "auto(; seed=1)|it names no axis",
        "auto(model, budget=9)|\"budget=9\" is no axis; options follow a semicolon",
        "auto(model,)|an axis name is missing",
        "auto(model, model)|it names axis \"model\" twice",
        "auto(model; tries=9)|it has no option \"tries\"",
        "auto(model; seed=1, seed=2)|it says seed twice",
        "auto(model; budget=0)|budget is \"0\", not a whole number from 1 to 2147483647",
        "auto(model; seed=x)|seed is \"x\", not a whole number",
      })
  void malformedTextIsRefused(String text, String problem) {
    var thrown = assertThrows(PartirException.class, () -> AutomaticTactic.parse(text));
    assertThat(thrown)
        .hasMessageThat()
        .isEqualTo(
            "[partir:invalid-tactic] tactic \""
                + text
                + "\": "
                + problem
                + ". Write auto(AXIS, ...; budget=EVALUATIONS, seed=NUMBER), for example"
                + " auto(model) or auto(batch, model; budget=200, seed=7)."
                + " See docs/errors/invalid-tactic.md");
  }

  @Test
  void namesOfManualTacticsAreNotAutomatic() {
    assertThat(AutomaticTactic.isAutomatic("BP")).isFalse();
    assertThat(AutomaticTactic.isAutomatic("automatic")).isFalse();
  }
}
