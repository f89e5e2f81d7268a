package dev.partir.processor;

import static dev.partir.processor.WrongModels.assertErrors;

import org.junit.jupiter.api.Test;

/** What is said of records of parameters and of sizes that make no sense, and where. */
class RecordErrorsTest {

  /** A model whose records, and what stands on its parameter of records, are given. */
  private static String model(String records, String parameter) {
    return Models.IMPORTS
        + "import java.util.List;\n"
        + """
        @Partitioned(
            mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
            tactics = {"BP", "MP"},
            sizes = M.Sizes.class)
        final class M {
          record Sizes(@Size(2) int layers, @Size(8) int embed, @Size(16) int hidden) {}
        """
        + records
        + """
          static Tensor forward(@Dims("batch=8, embed") Tensor x,
        """
        + parameter
        + """
           Params params) {
            return x;
          }
        }
        """;
  }

  private static final String RIGHT =
      """
      record Layer(@Dims("embed, hidden") Tensor up, @Dims("hidden, embed") Tensor down) {}
      record Params(@Repeat("layers") List<Layer> layers) {}
      """;

  @Test
  void right() {
    assertErrors(model(RIGHT, ""));
  }

  @Test
  void componentsThatHoldNoTensors() {
    assertErrors(
        model(
            """
            record Params(@Dims("embed, hidden") Tensor up, float §rate, String §name) {}
            """,
            ""),
        "[partir:invalid-tree] M.forward, record Params, component \"rate\": it is float, which"
            + " holds no tensors by name. Let it be a Tensor, a record of parameters, or a List of"
            + " one of them. See docs/errors/invalid-tree.md",
        "[partir:invalid-tree] M.forward, record Params, component \"name\": it is String, which"
            + " holds no tensors by name. Let it be a Tensor, a record of parameters, or a List of"
            + " one of them. See docs/errors/invalid-tree.md");
  }

  @Test
  void noShape() {
    assertErrors(
        model("record Params(@Dims(\"embed, hidden\") Tensor up, Tensor §down) {}\n", ""),
        "[partir:invalid-tree] M.forward, parameter \"params/down\": it has no @Dims. Declare its"
            + " shape, for example @Dims(\"embed, hidden\"); @Dims(\"\") for a scalar. See"
            + " docs/errors/invalid-tree.md");
  }

  @Test
  void listsAndRepetitions() {
    assertErrors(
        model(
            """
            record Layer(@Dims("embed, hidden") Tensor up) {}
            record Params(
                List<Layer> §some,
                @Repeat("layers") Layer §one,
                @Repeat("layers") List<Layer> many) {}
            """,
            ""),
        "[partir:invalid-tree] M.forward, record Params, component \"some\": it is a list, but"
            + " nothing says of how many. Say it with @Repeat(\"layers\"), a component of the"
            + " model's record of sizes. See docs/errors/invalid-tree.md",
        "[partir:invalid-tree] M.forward, record Params, component \"one\": it has @Repeat, but is"
            + " Layer, not a List. Make it a List, or take @Repeat away. See"
            + " docs/errors/invalid-tree.md");
  }

  @Test
  void fieldsOfNoRecord() {
    assertErrors(
        model(RIGHT, "").replace("record Params", "§@Dims(\"embed\") Tensor scale;\nrecord Params"),
        "[partir:untraceable] M, field \"scale\": it has @Dims, but is no component of a record."
            + " Make it a component of a record of parameters, or take the annotation away. See"
            + " docs/errors/untraceable.md");
  }

  @Test
  void unknownRepetition() {
    assertErrors(
        model(RIGHT.replace("\"layers\"", "§\"layer\""), ""),
        "[partir:invalid-dims] M.forward, record Params, component \"layers\": \"layer\" has no"
            + " size. The nearest is \"layers\". See docs/errors/invalid-dims.md");
  }

  @Test
  void recordThatHoldsItself() {
    assertErrors(
        model(
            """
            record Params(@Dims("embed") Tensor scale, @Repeat("layers") List<Params> §inner) {}
            """,
            ""),
        "[partir:invalid-tree] M.forward, record Params, component \"inner\": it holds itself"
            + " (Params), so that it has no end. Repeat with @Repeat and a List of another record."
            + " See docs/errors/invalid-tree.md");
  }

  @Test
  void unknownSize() {
    assertErrors(
        model(
            RIGHT
                .replace("hidden, embed", "hiden, embed")
                .replace("@Dims(\"hiden", "@Dims(§\"hiden"),
            ""),
        "[partir:invalid-dims] M.forward, parameter \"params/layers/#/down\": shape \"hiden,"
            + " embed\": \"hiden\" has no size. The nearest is \"hidden\". See"
            + " docs/errors/invalid-dims.md");
  }

  @Test
  void otherSizeThanTheRecord() {
    assertErrors(
        model(RIGHT.replace("@Dims(\"hidden, embed\")", "@Dims(§\"hidden=32, embed\")"), ""),
        "[partir:inconsistent-dimension] M.forward, parameter \"params/layers/#/down\": dimension"
            + " \"hidden\" has size 32 here, but 16 in the model's sizes. Write \"hidden\" without"
            + " a size, or give this dimension another name. See"
            + " docs/errors/inconsistent-dimension.md");
  }

  @Test
  void shardingOfALeaf() {
    assertErrors(
        model(
            RIGHT.replace(
                "@Dims(\"hidden, embed\")",
                "@Dims(\"hidden, embed\") @Shard(tactic = \"MP\", dim = \"hidden\", axis ="
                    + " §\"modle\")"),
            ""),
        "[partir:unknown-axis] M.forward, tactic \"MP\": the mesh has no axis \"modle\" (mesh"
            + " batch=4, model=2). The nearest is \"model\". See docs/errors/unknown-axis.md");
  }

  @Test
  void shardingOfAllLeaves() {
    assertErrors(
        model(RIGHT, "@Shard(tactic = \"MP\", dim = §\"hiden\", axis = \"model\")"),
        "[partir:unknown-dimension] M.forward, tactic \"MP\": no value that \"params/*\" matches has a"
            + " dimension \"hiden\". The nearest is \"hidden\". See"
            + " docs/errors/unknown-dimension.md");
  }

  @Test
  void moreLeavesThanCanBeTaken() {
    String records =
        """
        record Layer(@Repeat("layers") @Dims("embed") List<Tensor> up) {}
        record Params(@Repeat("layers") List<Layer> layers) {}
        """;
    assertErrors(
        model(records, "")
            .replace("@Size(2) int layers", "@Size(2_000) int layers")
            .replace("Params params)", "Params §params)"),
        "[partir:limit] M.forward, parameter \"params\": it has 1000000 leaves or more. Repeat less"
            + " often, or hold what repeats in one tensor with a dimension for it. See"
            + " docs/errors/limit.md");
  }

  @Test
  void deviations() {
    assertErrors(
        model(
            RIGHT,
            """
            @At(value = §"layers/7/up", shard = @Shard(tactic = "MP", dim = "embed", axis = "model"))
            §@At("layers/0/*")
            @At(value = "*/down", shard = @Shard(tactic = §"M", dim = "embed", axis = "model"))
            """),
        "[partir:unknown-value] M.forward, parameter \"params\": \"layers/7/up\" matches no leaf."
            + " The nearest is \"layers/0/up\". See docs/errors/unknown-value.md",
        "[partir:invalid-tree] M.forward, parameter \"params\": @At says neither shard nor"
            + " replicate. Say what the leaves do otherwise, or leave it out. See"
            + " docs/errors/invalid-tree.md",
        "[partir:unknown-tactic] M.forward, parameter \"params/*/down\": @Partitioned has no"
            + " tactic \"M\". The nearest is \"MP\". See docs/errors/unknown-tactic.md");
  }

  @Test
  void sizesThatAreNone() {
    assertErrors(
        model(RIGHT, "")
            .replace("@Size(2) int layers", "@Size(§0) int layers, float §rate, int §seq"),
        "[partir:invalid-tree] M.forward, record Sizes, component \"layers\": its size is 0."
            + " Declare an int or a long with the size that the compiler checks with, from 1:"
            + " @Size(512) int embed. See docs/errors/invalid-tree.md",
        "[partir:invalid-tree] M.forward, record Sizes, component \"rate\": it is float, not int or"
            + " long. Declare an int or a long with the size that the compiler checks with, from 1:"
            + " @Size(512) int embed. See docs/errors/invalid-tree.md",
        "[partir:invalid-tree] M.forward, record Sizes, component \"seq\": it has no @Size. Declare"
            + " an int or a long with the size that the compiler checks with, from 1: @Size(512)"
            + " int embed. See docs/errors/invalid-tree.md");
  }

  @Test
  void sizesThatAreNoRecord() {
    assertErrors(
        model(
                RIGHT
                    .replaceAll("embed|hidden", "$0=8")
                    .replace("layers\") List<Layer>", "layers\") List<Layer>"),
                "")
            .replace("M.Sizes.class", "String§.class")
            .replace("embed\") Tensor x", "embed=8\") Tensor x")
            .replace("@Repeat(\"layers\") List<Layer> layers", "Layer layers"),
        "[partir:invalid-tree] M.forward: sizes is String, which is no record. Name a record whose"
            + " components are ints with @Size. See docs/errors/invalid-tree.md");
  }

  @Test
  void states() {
    assertErrors(
        model(
            RIGHT,
            """
            @StateOf(§"parms") Params momentum, @StateOf(§"x") Params other,
            """),
        "[partir:unknown-value] M.forward, parameter \"momentum\": it is the state of \"parms\","
            + " which is no other parameter. The nearest is \"params\". See"
            + " docs/errors/unknown-value.md",
        "[partir:type-mismatch] M.forward, parameter \"other\": it is Params, but parameter \"x\","
            + " whose state it is, is Tensor. Give both the same type. See"
            + " docs/errors/type-mismatch.md");
  }

  @Test
  void memoryOfATrainingStep() {
    assertErrors(
        model(RIGHT, "@StateOf(\"params\") Params momentum,")
            .replace("@Size(8) int embed", "@Size(65536) int embed")
            .replace("@Size(16) int hidden", "@Size(32768) int hidden")
            .replace("sizes =", "profile = §\"tpu-v3\", sizes ="),
        "[partir:out-of-memory] M.forward: its parameters (16 GiB), their gradients (16 GiB) and"
            + " what the optimizer keeps (16 GiB) take 48 GiB on a device as declared, more than"
            + " the 32 GiB of \"tpu-v3\" (mesh batch=4, model=2). The biggest are"
            + " \"momentum/layers/#/up\" (2 of them) with 8 GiB, \"momentum/layers/#/down\" (2 of"
            + " them) with 8 GiB, \"params/layers/#/up\" (2 of them) with 8 GiB; it fits if you"
            + " shard \"momentum/layers/#/up\" (2 of them) on dimension \"embed\" along \"batch\" and"
            + " \"momentum/layers/#/down\" (2 of them) on dimension \"hidden\" along \"batch\". See"
            + " docs/errors/out-of-memory.md");
  }
}
