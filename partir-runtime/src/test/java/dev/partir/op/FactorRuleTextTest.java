package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.text.Corpus;
import dev.partir.text.MlirParser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules as text. */
final class FactorRuleTextTest {
  private static Operation call(String attributes) {
    Module module =
        Snippets.parse(
            """
            func.func @main(%a: tensor<8x4xf32>, %b: tensor<4x16xf32>) -> tensor<8x16xf32> {
              %0 = stablehlo.custom_call @mine(%a, %b) {ATTRIBUTES} : (tensor<8x4xf32>, tensor<4x16xf32>) -> tensor<8x16xf32>
              return %0 : tensor<8x16xf32>
            }
            """
                .replace("ATTRIBUTES", attributes));
    return module.main().body().operations().get(0);
  }

  private static Operation product() {
    return call("");
  }

  /** Returns what is wrong with a rule of a matrix product. */
  private static String problem(String rule) {
    PartirException refusal =
        assertThrows(PartirException.class, () -> FactorRule.parse(rule, product()));
    return refusal.diagnostics().get(0).problem();
  }

  @Test
  void aRuleIsReadAsItIsPrinted() {
    String text = "([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} reduction={k}";
    FactorRule rule = FactorRule.parse(text, product());
    assertThat(rule.toString()).isEqualTo(text);
    assertThat(rule.kind(0)).isEqualTo(FactorRule.Kind.PARALLEL);
    assertThat(rule.kind(2)).isEqualTo(FactorRule.Kind.REDUCTION);
    assertThat(rule.monoid(2)).isEqualTo(Monoid.ADD);
  }

  @Test
  void otherReductionsAreNamed() {
    String text = "([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} reduction={k:maximum}";
    FactorRule rule = FactorRule.parse(text, product());
    assertThat(rule.monoid(2)).isEqualTo(Monoid.MAXIMUM);
    assertThat(rule.toString()).isEqualTo(text);
  }

  @Test
  void namesMayBeOthersAndSizesInAnyOrder() {
    FactorRule rule =
        FactorRule.parse(
            "([ab,c], [c, z_1]) -> ([ab, z_1]) {z_1=16, a=2, b=4, c=4} need_replication={c}",
            product());
    assertThat(rule.toString())
        .isEqualTo("([jk, l], [l, i])->([jk, i]) {i=16, j=2, k=4, l=4} need_replication={l}");
  }

  @Test
  void aRuleOfShardyIsRead() {
    FactorRule rule =
        FactorRule.parse(
            "#sdy.op_sharding_rule<([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} reduction={k}"
                + " blocked_propagation={j}, custom>",
            product());
    assertThat(rule.toString())
        .isEqualTo(
            "([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} reduction={k} need_replication={j}");
  }

  @Test
  void aPermutationWithoutWindowsIsWhole() {
    FactorRule rule =
        FactorRule.parse(
            "([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} permutation={i} reduction={k}", product());
    assertThat(rule.kind(0)).isEqualTo(FactorRule.Kind.WHOLE);
  }

  @Test
  void whatIsNoRuleIsTold() {
    assertThat(problem("([i, k], [k, j])"))
        .isEqualTo("sharding rule: \"->\" is missing at its end");
    assertThat(problem("([i, k])->([i, j]) {i=8, j=16, k=4}"))
        .isEqualTo("sharding rule: it has 1 operands for 2");
    assertThat(problem("([i], [k, j])->([i, j]) {i=8, j=16, k=4}"))
        .isEqualTo("sharding rule: operand 0 has 1 dimensions for a tensor<8x4xf32>");
    assertThat(problem("([i, k], [k, j])->([i, j]) {i=8, j=16}"))
        .isEqualTo("sharding rule: factor k has no size");
    assertThat(problem("([i, k], [k, j])->([i, j]) {i=8, j=8, k=4} reduction={k}"))
        .isEqualTo("sharding rule: dimension 1 of operand 1 has size 16, and its factors make 8");
    assertThat(problem("([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} reduction={i}"))
        .isEqualTo("sharding rule: factor i is a reduction and in dimension 0 of result 0");
    assertThat(problem("([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} reduction={k:mean}"))
        .isEqualTo("sharding rule: factor k is reduced by \"mean\"");
    assertThat(problem("([i, k], [k, j])->([i, j]) {i=8, j=16, k=4, l=3}"))
        .isEqualTo("sharding rule: factor l is in no dimension");
    assertThat(problem("([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} and more"))
        .isEqualTo("sharding rule: the rule goes on behind its end at \"and more\"");
    assertThat(
            problem(
                "([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} permutation={k}"
                    + " windows={2.0=sliding(1, 0, 1)}"))
        .isEqualTo("sharding rule: it has a window of dimension 0 of operand 2");
  }

  @Test
  void aCustomCallHasTheRuleThatItGives() {
    String rule = "([i, k], [k, j])->([i, j]) {i=8, j=16, k=4} reduction={k}";
    Operation ours = call("partir.sharding_rule = \"" + rule + "\"");
    Operation shardys = call("sdy.sharding_rule = #sdy.op_sharding_rule<" + rule + ">");
    assertThat(FactorRule.of(ours).toString()).isEqualTo(rule);
    assertThat(FactorRule.of(shardys).toString()).isEqualTo(rule);
  }

  @Test
  void aMalformedRuleOfACustomCallIsFoundWhenTheProgramIsRead() {
    PartirException refusal =
        assertThrows(
            PartirException.class, () -> call("partir.sharding_rule = \"([i])->([i]) {i=8}\""));
    assertThat(refusal.diagnostics().get(0).problem())
        .contains("sharding rule: it has 1 operands for 2");
  }

  private static int check(List<Operation> operations) {
    int count = 0;
    for (Operation operation : operations) {
      for (Region region : operation.regions()) {
        count += check(region.block().operations());
      }
      Op op = Op.of(operation);
      if (op.flows(operation) == null && !op.isTerminator()) {
        FactorRule rule;
        try {
          rule = FactorRule.of(operation);
        } catch (IllegalStateException noTensors) {
          continue;
        }
        if (rule.operandCount() == operation.operands().size()
            && operation.operands().stream()
                .allMatch(v -> v.type() instanceof dev.partir.ir.TensorType)
            && operation.results().stream()
                .allMatch(v -> v.type() instanceof dev.partir.ir.TensorType)) {
          assertWithMessage("%s", operation.location())
              .that(FactorRule.parse(rule.toString(), operation))
              .isEqualTo(rule);
          count++;
        }
      }
    }
    return count;
  }

  @Test
  void everyRuleOfTheCorpusIsReadAsItIsPrinted() {
    int count = 0;
    for (Path file : Corpus.files()) {
      Module module;
      try {
        module = MlirParser.parse(file.toString(), Corpus.read(file));
      } catch (PartirException dynamic) {
        continue;
      }
      for (Function function : module.functions()) {
        count += check(function.body().operations());
      }
    }
    assertThat(count).isGreaterThan(9_000);
  }
}
