package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.partir.text.Programs.errors;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What would exhaust the stack, the memory or the reader's patience has a message. */
final class LimitsTest {

  @Test
  void deepNestingIsRefused() {
    int deep = 100_000;
    Map<String, String> texts =
        Map.of(
            "lists", "module attributes {a.x = " + "[".repeat(deep),
            "dictionaries", "module attributes " + "{a.x = ".repeat(deep),
            "types", "func.func @f(%x: " + "tuple<".repeat(deep),
            "functions", "module attributes {a.x = " + "(".repeat(deep),
            "locations", "module {} loc(" + "callsite(".repeat(deep),
            "regions", "func.func @f() {" + "\"stablehlo.while\"() ({ ".repeat(deep),
            "structures", "module attributes {a.x = " + "#stablehlo.a<b = ".repeat(deep),
            "aliases", aliases(deep));
    texts.forEach(
        (name, text) ->
            assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                  List<String> errors = errors(text);
                  assertWithMessage(name).that(errors.size()).isAtMost(100);
                  assertWithMessage(name)
                      .that(String.join("\n", errors))
                      .contains("[partir:limit] the text nests more than 200 levels deep");
                }));
  }

  private static String aliases(int count) {
    var text = new StringBuilder("module attributes {a.x = #a0} {}\n");
    for (int i = 0; i < count; i++) {
      text.append("#a").append(i).append(" = [#a").append(i + 1).append("]\n");
    }
    return text.toString();
  }

  @Test
  void aliasesThatDoubleStayBounded() {
    var text = new StringBuilder("module attributes {a.x = #a0} {}\n");
    for (int i = 0; i < 30; i++) {
      text.append("#a").append(i);
      text.append(" = [#a").append(i + 1).append(", #a").append(i + 1).append("]\n");
    }
    text.append("#a30 = 1\n");
    assertThat(errors(text.toString()).get(0))
        .contains("[partir:limit] the aliases stand for more than 67108864 characters");
  }

  @Test
  void hugeSizesAreRefused() {
    assertThat(errors("func.func @f(%x: tensor<99999999999x99999999999xf32>) { return }"))
        .containsExactly(
            "t.mlir:1:18: [partir:limit] a tensor of more than 2^56 bytes. Such a program could be run"
                + " nowhere: check the sizes. See docs/errors/limit.md");
    assertThat(errors("func.func @f(%x: tensor<0x999999999999999999999999xf32>) { return }"))
        .hasSize(1);
    assertThat(errors("func.func @f(%x: tensor<" + "1x".repeat(200) + "f32>) { return }"))
        .containsExactly(
            "t.mlir:1:281: [partir:limit] a tensor of more than 128 dimensions. Use fewer dimensions."
                + " See docs/errors/limit.md");
    assertThat(errors("module attributes {a.x = 99999999999999999999} {}").get(0))
        .contains("the integer 99999999999999999999 has more than 64 bits");
    assertThat(Programs.error("%0:99999999 = stablehlo.constant dense<1> : tensor<i32>"))
        .contains("[partir:limit] an operation of 99999999 results");
  }

  @Test
  void aSplatMayBeAsLargeAsItsType() {
    Programs.constant("dense<1.0> : tensor<1000000x1000000xf32>");
  }

  @Test
  void theFirstHundredErrorsAreEnough() {
    assertThat(errors("func.func @f() {\n" + "stablehlo.nothing\n".repeat(10_000) + "return\n}"))
        .hasSize(100);
  }

  @Test
  void longLinesOfBracketsTakeNoLongTime() {
    for (String bracket :
        List.of("(", ")", "{", "}", "[", "<", "\n(", "\n{", "\n(}", "\"a\"(", "%0,"))
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> assertThat(errors("func.func @f() {\n" + bracket.repeat(200_000))).isNotEmpty());
  }

  @Test
  void manyModulesTakeTimeInTheirNumberOnly() {
    String text = "func.func @f() { return }\n// -----\n".repeat(20_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> assertThat(MlirParser.parseAll("t.mlir", text)).hasSize(20_000));
  }

  @Test
  void anEmptyTextIsAnEmptyModule() {
    assertThat(Programs.parse("").functions()).isEmpty();
    assertThat(Programs.parse("\uFEFF// nothing\n").functions()).isEmpty();
  }
}
