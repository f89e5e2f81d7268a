package dev.partir.processor;

import static dev.partir.processor.WrongModels.MP;
import static dev.partir.processor.WrongModels.annotated;
import static dev.partir.processor.WrongModels.assertErrors;
import static dev.partir.processor.WrongModels.method;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of wrong shapes and names, and where. */
class ShapeErrorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embed=512,, hidden=2048|dimension 1 is empty",
        "embed=512 hidden=2048|\"embed=512 hidden=2048\" is not NAME=SIZE",
        "embed:512|\"embed:512\" is not a size",
        "embed=|a size is missing",
        "=512|a name is missing",
        "1st=512|\"1st\" is not a name",
        "embed=0|\"0\" is not a size",
        "embed=-4|\"-4\" is not a size",
        "embed=99999999999999999999|\"99999999999999999999\" is not a size",
        "embed=512, embed=512|two dimensions are named \"embed\"",
        "a=3000000000, b=3000000000|it has more bytes than any memory",
      })
  void malformedDims(String text, String problem) {
    // That the dimension "x" does not exist would be a consequence.
    assertErrors(
        method(
            "@Dims(§\""
                + text
                + "\") @Shard(tactic = \"MP\", dim = \"x\", axis = \"model\")"
                + " Tensor up"),
        "[partir:invalid-dims] M.forward, parameter \"up\": shape \""
            + text
            + "\": "
            + problem
            + ". Write NAME=SIZE for every dimension, sizes from 1, separated by commas, for"
            + " example \"rows=1024, embed=512\"; \"\" for a scalar."
            + " See docs/errors/invalid-dims.md");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float32|The usual ones are \"f32\", \"bf16\", \"f16\", \"i32\", \"i1\"",
        "bf15|The nearest is \"bf16\"",
      })
  void unknownElementType(String element, String remedy) {
    assertErrors(
        method("@Dims(element = §\"" + element + "\", value = \"hidden=8\") " + MP + " Tensor up"),
        "[partir:unknown-element-type] M.forward, parameter \"up\": there is no element type \""
            + element
            + "\". "
            + remedy
            + ". See docs/errors/unknown-element-type.md");
  }

  @Test
  void severalErrorsOfOneShape() {
    assertErrors(
        method("@Dims(value = §\"x=\", element = §\"f31\") " + MP + " Tensor up"),
        "[partir:invalid-dims] M.forward, parameter \"up\": shape \"x=\": a size is missing. Write"
            + " NAME=SIZE for every dimension, sizes from 1, separated by commas, for example"
            + " \"rows=1024, embed=512\"; \"\" for a scalar. See docs/errors/invalid-dims.md",
        "[partir:unknown-element-type] M.forward, parameter \"up\": there is no element type"
            + " \"f31\". The nearest is \"f32\". See docs/errors/unknown-element-type.md");
  }

  @Test
  void missingDims() {
    assertErrors(
        method(MP + " Tensor §up"),
        "[partir:invalid-dims] M.forward, parameter \"up\": it has no @Dims. Declare its shape, for"
            + " example @Dims(\"rows=1024, embed=512\"); @Dims(\"\") for a scalar. See"
            + " docs/errors/invalid-dims.md");
  }

  @Test
  void shardedResultWithoutDims() {
    assertErrors(
        annotated("  §@Shard(tactic = \"BP\", dim = \"rows\", axis = \"batch\")\n"),
        "[partir:invalid-dims] M.forward, result: the method has no @Dims. Declare the shape of the"
            + " result on the method, for example @Dims(\"rows=1024, embed=512\"). See"
            + " docs/errors/invalid-dims.md");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x|redefined|the name \"x\" already stands for a parameter",
        "result|redefined|the name \"result\" already stands for the result",
        "arg1|redefined|the name \"arg1\" already stands for parameter \"up\"",
        "''|unknown-value|an intermediate value has no name",
      })
  void namesOfIntermediates(String name, String code, String problem) {
    assertErrors(
        annotated("  @Intermediate(name = §\"" + name + "\", dims = @Dims(\"rows=1024\"))\n"),
        "[partir:"
            + code
            + "] M.forward: "
            + problem
            + ". Give it the name that the method gives it with named(...), which no other value"
            + " has. See docs/errors/"
            + code
            + ".md");
  }

  @Test
  void intermediatesOfOneName() {
    assertErrors(
        annotated(
            """
              @Intermediate(name = "h", dims = @Dims("rows=1024"))
              @Intermediate(name = §"h", dims = @Dims("rows=1024"))
            """),
        "[partir:redefined] M.forward: the name \"h\" already stands for another value. Give it the"
            + " name that the method gives it with named(...), which no other value has. See"
            + " docs/errors/redefined.md");
  }
}
