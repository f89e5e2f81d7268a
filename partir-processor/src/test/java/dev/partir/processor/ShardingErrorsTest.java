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
        "[partir:unknown-axis] M.forward, parameter \"up\", tactic \"MP\": the mesh has no axis"
            + " \"modle\" (mesh batch=4, model=2). The nearest is \"model\". See"
            + " docs/errors/unknown-axis.md");
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
        "[partir:unknown-axis] M.forward, parameter \"up\", tactic \"BP\": the mesh has no axis"
            + " \"data\" (mesh batch=4, model=2). The axes are \"batch\", \"model\". See"
            + " docs/errors/unknown-axis.md",
        "[partir:unknown-axis] M.forward, parameter \"up\", tactic \"MP\": the mesh has no axis"
            + " \"x\" (mesh batch=4, model=2). The axes are \"batch\", \"model\". See"
            + " docs/errors/unknown-axis.md",
        "[partir:unknown-axis] M.forward, parameter \"up\", tactic \"BP\": the mesh has no axis"
            + " \"y\" (mesh batch=4, model=2). The axes are \"batch\", \"model\". See"
            + " docs/errors/unknown-axis.md");
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
        "[partir:axis-reused] M.forward, parameter \"up\", tactic \"MP\": axis \"batch\" already"
            + " shards dimension \"hidden\". Remove one of the two, or use axis \"model\" of size"
            + " 2. See docs/errors/axis-reused.md");
  }

  @Test
  void unknownDimension() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dim = §"hiden", axis = "model")
            Tensor up\
            """),
        "[partir:unknown-dimension] M.forward, parameter \"up\", tactic \"MP\": it has no dimension"
            + " \"hiden\"; its dimensions are embed=512, hidden=2048. The nearest is \"hidden\"."
            + " See docs/errors/unknown-dimension.md");
  }

  @Test
  void dimensionOutOfRange() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dimIndex = §2, axis = "model")
            Tensor up\
            """),
        "[partir:unknown-dimension] M.forward, parameter \"up\", tactic \"MP\": it has no dimension"
            + " 2; its dimensions are embed=512, hidden=2048. Indexes go from 0 to 1. See"
            + " docs/errors/unknown-dimension.md");
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dimIndex = §-1, axis = "model")
            Tensor up\
            """),
        "[partir:unknown-dimension] M.forward, parameter \"up\", tactic \"MP\": it has no dimension"
            + " -1; its dimensions are embed=512, hidden=2048. Indexes go from 0 to 1. See"
            + " docs/errors/unknown-dimension.md");
  }

  @Test
  void noDimensionOrSeveral() {
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048") §@Shard(tactic = "MP", axis = "model")
            Tensor up\
            """),
        "[partir:unknown-dimension] M.forward, parameter \"up\", tactic \"MP\": @Shard says no"
            + " dimension. Say exactly one of dim = \"NAME\", dimIndex = INDEX and firstDivisible ="
            + " true. See docs/errors/unknown-dimension.md");
    assertErrors(
        method(
            """
            @Dims("embed=512, hidden=2048")
            @Shard(tactic = "MP", dim = "hidden", axis = "model")
            §@Shard(tactic = "BP", axis = "batch", dim = "embed", firstDivisible = true)
            Tensor up\
            """),
        "[partir:unknown-dimension] M.forward, parameter \"up\", tactic \"BP\": @Shard says 2"
            + " dimensions. Say exactly one of dim = \"NAME\", dimIndex = INDEX and firstDivisible"
            + " = true. See docs/errors/unknown-dimension.md");
  }

  @Test
  void indivisible() {
    assertErrors(
        method(
            """
            @Dims("inner=18, hidden=1024") @Shard(tactic = "MP", dim = §"inner", axis = "batch")
            Tensor up\
            """),
        "[partir:indivisible] M.forward, parameter \"up\", tactic \"MP\": dimension \"inner\" has"
            + " size 18, not divisible by mesh axis \"batch\" of size 4 (mesh batch=4, model=2)."
            + " Give axis \"batch\" a size that divides it, such as 2; or shard dimension"
            + " \"hidden\" (size 1024) instead; or use axis \"model\" of size 2. See"
            + " docs/errors/indivisible.md");
  }

  @Test
  void nothingIsDivisible() {
    assertErrors(
        method(
            """
            @Dims("inner=7") @Shard(tactic = "MP", firstDivisible = §true, axis = "batch")
            Tensor up\
            """),
        "[partir:indivisible] M.forward, parameter \"up\", tactic \"MP\": none of its dimensions"
            + " (inner=7) is divisible by mesh axis \"batch\" of size 4 (mesh batch=4, model=2)."
            + " Leave it to propagation, or replicate it. See docs/errors/indivisible.md");
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
        "[partir:shard-and-replicate] M.forward, parameter \"up\", tactic \"MP\": it is both"
            + " sharded and replicated along axis \"model\". Keep one of the two, or give them"
            + " different axes. See docs/errors/shard-and-replicate.md");
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
        "[partir:unknown-dimension] M.forward, result, tactic \"BP\": it has no dimension \"row\";"
            + " its dimensions are rows=1024, embed=512. The nearest is \"rows\". See"
            + " docs/errors/unknown-dimension.md",
        "[partir:axis-reused] M.forward, value \"hidden\", tactic \"MP\": axis \"batch\" already"
            + " shards dimension \"rows\" (tactic \"BP\"). Remove one of the two, or use axis"
            + " \"model\" of size 2. See docs/errors/axis-reused.md",
        "[partir:invalid-dims] M.forward, value \"other\": shape \"rows\": \"rows\" has no size. Write"
            + " its size, such as \"rows=512\", or name a record of sizes with @Partitioned(sizes ="
            + " ...). See docs/errors/invalid-dims.md",
        "[partir:unknown-axis] M.forward, value \"other\", tactic \"MP\": the mesh has no axis"
            + " \"modle\" (mesh batch=4, model=2). The nearest is \"model\". See"
            + " docs/errors/unknown-axis.md");
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
        "[partir:empty-tactic] M.forward, tactic \"MP\": it shards nothing. Let it shard or"
            + " replicate a value, or leave it out of the schedule. See"
            + " docs/errors/empty-tactic.md");
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
        "[partir:unknown-tactic] M.forward, parameter \"up\": @Partitioned has no tactic \"PM\"."
            + " The nearest is \"MP\". See docs/errors/unknown-tactic.md");
  }

  @Test
  void duplicateTactic() {
    assertErrors(
        method(UP).replace("\"BP\", \"MP\"", "\"BP\", \"MP\", §\"BP\""),
        "[partir:invalid-tactic] M.forward: tactics 0 and 2 are both named \"BP\". Give every"
            + " tactic its own name. See docs/errors/invalid-tactic.md");
  }

  @Test
  void emptyTacticName() {
    assertErrors(
        method(UP).replace("\"BP\", \"MP\"", "\"BP\", \"MP\", §\"\""),
        "[partir:invalid-tactic] M.forward: tactic 2 has no name. Name every tactic, for example"
            + " \"BP\". See docs/errors/invalid-tactic.md");
  }

  @Test
  void wrongAutomaticTactics() {
    assertErrors(
        method(UP)
            .replace(
                "\"BP\", \"MP\"", "\"BP\", \"MP\", §\"auto(batch; tries=9)\", §\"auto(stage)\""),
        "[partir:invalid-tactic] M.forward: tactic \"auto(batch; tries=9)\": it has no option"
            + " \"tries\". Write auto(AXIS, ...; budget=EVALUATIONS, seed=NUMBER), for example"
            + " auto(model) or auto(batch, model; budget=200, seed=7). See"
            + " docs/errors/invalid-tactic.md",
        "[partir:unknown-axis] M.forward, tactic \"auto(stage)\": the mesh has no axis \"stage\""
            + " (mesh batch=4, model=2). The axes are \"batch\", \"model\". See"
            + " docs/errors/unknown-axis.md");
  }

  @Test
  void shardingOfAnAutomaticTactic() {
    assertErrors(
        method(UP)
            .replace("\"BP\", \"MP\"", "\"BP\", \"auto(model)\"")
            .replace("tactic = \"MP\"", "tactic = §\"auto(model)\""),
        "[partir:invalid-tactic] M.forward, parameter \"up\": tactic \"auto(model)\" is automatic,"
            + " and finds its shardings itself. Give this one a tactic with a name of its own,"
            + " before or after it. See docs/errors/invalid-tactic.md");
  }
}
