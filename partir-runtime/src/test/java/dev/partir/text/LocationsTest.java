package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.Function;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocationsTest {
  private static final String CONSTANT = "%0 = stablehlo.constant dense<1> : tensor<i32> ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "loc(\"dot\") | dot",
        "loc(\"dot\"(\"f.py\":1:2)) | dot",
        "loc(\"a\\22b\"(unknown)) | a\"b",
        "loc(callsite(\"dot\"(\"f.py\":1:2) at \"g.py\":3:4)) | dot",
        "loc(fused[\"f.py\":1:2, \"dot\", \"add\"]) | dot",
        "loc(fused<{a = 1}>[\"f.py\":1:2 to :3, \"dot\"]) | dot",
        "loc(#there) | dot",
        "loc(callsite(#there at unknown)) | dot"
      })
  void theNameOfALocationIsKept(String location, String name) {
    Operation operation =
        Programs.parse(
                "func.func @f() {\n" + CONSTANT + location + "\nreturn\n}\n#there = loc(\"dot\")\n")
            .main()
            .body()
            .operations()
            .get(0);
    assertThat(operation.location()).isEqualTo(new Location("t.mlir", 2, 6, name));
  }

  @ParameterizedTest
  @CsvSource({"loc(unknown)", "loc(f.py:1:2)", "loc(f.py:1:2 to 3:4)"})
  void otherLocationsLeaveThePlaceInTheText(String location) {
    String quoted = location.replace("f.py", "\"f.py\"");
    assertThat(Programs.operation(0, CONSTANT + quoted).location())
        .isEqualTo(Location.of("t.mlir", 2, 6));
  }

  @Test
  void locationsMayStandWhereverMlirPutsThem() {
    Function main =
        Programs.parse(
                """
                #loc = loc("f.py":1:1)
                module {
                  func.func @f(%arg0: tensor<2xf32> {a.x = 1} loc("params['w']"), %b: tensor<f32> loc(#loc)) -> tensor<f32> {
                    %0 = "stablehlo.reduce"(%arg0, %b) <{dimensions = array<i64: 0>}> ({
                    ^bb0(%c: tensor<f32> loc("c"(#loc)), %d: tensor<f32> loc(unknown)):
                      %1 = stablehlo.add %c, %d : tensor<f32> loc(#loc1)
                      stablehlo.return %1 : tensor<f32> loc(#loc)
                    }) : (tensor<2xf32>, tensor<f32>) -> tensor<f32> loc(#loc2)
                    return %0 : tensor<f32> loc(#loc)
                  } loc("f"(#loc))
                } loc(#loc)
                #loc1 = loc("add"(#loc))
                #loc2 = loc("sum"(#loc1))
                """)
            .main();
    assertThat(main.argumentName(0)).isEqualTo("params['w']");
    assertThat(main.argumentLocation(0)).isEqualTo(new Location("t.mlir", 3, 16, "params['w']"));
    assertThat(main.argumentName(1)).isEqualTo("b");
    assertThat(main.location()).isEqualTo(new Location("t.mlir", 3, 3, "f"));
    Operation reduce = main.body().operations().get(0);
    assertThat(reduce.sourceName()).isEqualTo("sum");
    assertThat(reduce.regions().get(0).block().operations().get(0).sourceName()).isEqualTo("add");
  }

  @Test
  void theNamesArePrintedOnRequest() {
    String text =
        """
        module {
          func.func public @f(%arg0: tensor<2xf32> loc("x")) -> tensor<2xf32> {
            %0 = stablehlo.negate %arg0 : tensor<2xf32> loc("neg")
            return %0 : tensor<2xf32>
          }
        }
        """;
    assertThat(MlirPrinter.print(Programs.parse(text), PrintOptions.PRETTY.locations()))
        .isEqualTo(text);
    assertThat(MlirPrinter.print(Programs.parse(text))).doesNotContain("loc(");
  }
}
