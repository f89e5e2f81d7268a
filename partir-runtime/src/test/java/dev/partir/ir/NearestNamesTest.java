package dev.partir.ir;

import static com.google.common.truth.Truth.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {

  @Test
  void findsSlips() {
    List<String> axes = List.of("batch", "model", "stage");
    assertThat(NearestNames.nearest("modle", axes)).isEqualTo("model");
    assertThat(NearestNames.nearest("Batch", axes)).isEqualTo("batch");
    assertThat(NearestNames.nearest("bach", axes)).isEqualTo("batch");
    assertThat(NearestNames.nearest("sequence", axes)).isNull();
    assertThat(NearestNames.nearest("", axes)).isNull();
  }

  @Test
  void aNameWithNothingInCommonIsNotNear() {
    assertThat(NearestNames.nearest("n", List.of("a", "0"))).isNull();
    assertThat(NearestNames.nearest("X", List.of("y", "x"))).isEqualTo("x");
  }

  @Test
  void asksOnlyIfSomethingIsNear() {
    assertThat(NearestNames.question("%", "agr0", List.of("arg0"))).isEqualTo("Did you mean %arg0");
    assertThat(NearestNames.question("@", "main", List.of("init"))).isEmpty();
  }

  @Test
  void firstInTheAlphabetOfTwoEquallyNear() {
    assertThat(NearestNames.nearest("w", List.of("w2", "w1", "w10"))).isEqualTo("w1");
  }

  @Test
  void remedyNamesTheNearestOrAll() {
    assertThat(NearestNames.remedy("modle", List.of("batch", "model"), "axes"))
        .isEqualTo("The nearest is \"model\"");
    assertThat(NearestNames.remedy("zz", List.of("batch", "model"), "axes"))
        .isEqualTo("The axes are \"batch\", \"model\"");
    assertThat(NearestNames.remedy("zz", List.of("aaaa"), "axes"))
        .isEqualTo("The only one is \"aaaa\"");
    assertThat(NearestNames.remedy("zz", List.of(), "axes")).isEqualTo("There are no axes");
  }

  @Test
  void longListsAreCut() {
    assertThat(NearestNames.list(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")))
        .isEqualTo("\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\" and 2 more");
  }

  @Test
  void distanceCountsASwapAsOne() {
    assertThat(NearestNames.distance("ab", "ba")).isEqualTo(1);
    assertThat(NearestNames.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestNames.distance("", "abc")).isEqualTo(3);
  }
}
