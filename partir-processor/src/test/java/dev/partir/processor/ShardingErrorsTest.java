package dev.partir.processor;

import static dev.partir.processor.WrongModels.UP;
import static dev.partir.processor.WrongModels.annotated;
import static dev.partir.processor.WrongModels.assertErrors;
import static dev.partir.processor.WrongModels.method;
import static dev.partir.processor.WrongModels.model;

import org.junit.jupiter.api.Test;

/** What is said of shardings and tactics that make no sense, and where. */
class ShardingErrorsTest {

  @Test
  void unknownAxis() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dim = "hidden", axis = §"modle")
            Tensor up\
            """),
        "?");
  }

  @Test
  void unknownAxisOfARepeatedAnnotation() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048")
            @Shard(tactic = "MP", dim = "hidden", axis = "model")
            @Shard(tactic = "BP", dim = "embed",
                axis = §"data")
            @Replicate(axis = §"x", tactic = "MP") @Replicate(tactic = "BP", axis = §"y")
            Tensor up\
            """),
        "?",
        "?",
        "?");
  }

  @Test
  void axisTwiceOnOneValue() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048")
            @Shard(tactic = "MP", dim = "hidden", axis = "batch")
            @Shard(tactic = "MP", dim = "embed", axis = §"batch")
            Tensor up\
            """),
        "?");
  }

  @Test
  void unknownDimension() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dim = §"hiden", axis = "model")
            Tensor up\
            """),
        "?");
  }

  @Test
  void dimensionOutOfRange() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dimIndex = §2, axis = "model")
            Tensor up\
            """),
        "?");
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dimIndex = §-1, axis = "model")
            Tensor up\
            """),
        "?");
  }

  @Test
  void noDimensionOrSeveral() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") §@Shard(tactic = "MP", axis = "model")
            Tensor up\
            """),
        "?");
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048")
            @Shard(tactic = "MP", dim = "hidden", axis = "model")
            §@Shard(tactic = "BP", axis = "batch", dim = "embed", firstDivisible = true)
            Tensor up\
            """),
        "?");
  }

  @Test
  void indivisible() {
    assertErrors(
        method(
            """
            @Dims("embed=18, hidden=1024") @Shard(tactic = "MP", dim = §"embed", axis = "batch")
            Tensor up\
            """),
        "?");
  }

  @Test
  void nothingIsDivisible() {
    assertErrors(
        method(
            """
            @Dims("embed=7") @Shard(tactic = "MP", firstDivisible = §true, axis = "batch")
            Tensor up\
            """),
        "?");
  }

  @Test
  void shardAgainstReplicate() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048")
            @Shard(tactic = "MP", dim = "hidden", axis = "model")
            @Replicate(tactic = "MP", axis = §"model")
            Tensor up\
            """),
        "?");
  }

  @Test
  void resultAndIntermediates() {
    assertErrors(
        annotated(
            """
              @Dims("rows=1024, embed=512")
              @Shard(tactic = "BP", dim = §"row", axis = "batch")
              @Intermediate(name = "hidden", dims = @Dims("rows=1024, hidden=2048"), shard = {
                @Shard(tactic = "BP", dim = "rows", axis = "batch"),
                @Shard(tactic = "MP", dim = "hidden", axis = §"batch")})
              @Intermediate(name = "other", dims = @Dims(§"rows"),
                replicate = @Replicate(tactic = "MP", axis = §"modle"))
            """),
        "?",
        "?",
        "?",
        "?");
  }

  @Test
  void aTacticThatShardsNothing() {
    assertErrors(
        model(
                """
                  static Tensor forward(
                      @Dims("rows=1024") @Shard(tactic = "BP", dim = "rows", axis = "batch")
                      Tensor x) {
                    return x;
                  }
                """)
            .replace("\"BP\", \"MP\"", "\"BP\", §\"MP\""),
        "?");
  }

  @Test
  void unknownTactic() {
    // That "MP" shards nothing is a consequence.
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = §"PM", dim = "hidden", axis = "model")
            Tensor up\
            """),
        "?");
  }

  @Test
  void duplicateTactic() {
    assertErrors(method(UP).replace("\"BP\", \"MP\"", "\"BP\", \"MP\", §\"BP\""), "?");
  }

  @Test
  void emptyTacticName() {
    assertErrors(method(UP).replace("\"BP\", \"MP\"", "\"BP\", \"MP\", §\"\""), "?");
  }

  @Test
  void wrongAutomaticTactics() {
    assertErrors(
        method(UP)
            .replace(
                "\"BP\", \"MP\"", "\"BP\", \"MP\", §\"auto(batch; tries=9)\", §\"auto(stage)\""),
        "?",
        "?");
  }

  @Test
  void shardingOfAnAutomaticTactic() {
    assertErrors(
        method(UP)
            .replace("\"BP\", \"MP\"", "\"BP\", \"auto(model)\"")
            .replace("tactic = \"MP\"", "tactic = §\"auto(model)\""),
        "?");
  }
}
