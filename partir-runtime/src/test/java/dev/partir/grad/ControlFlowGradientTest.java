package dev.partir.grad;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import dev.partir.op.DynamicSliceOp;
import dev.partir.op.DynamicUpdateSliceOp;
import dev.partir.op.WhileOp;
import dev.partir.text.MlirParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives of control flow are slopes, of the first and of the second order. */
final class ControlFlowGradientTest {
  /** A loop over h, w and the counter i. */
  private static String loop(String from, String compare, String limit, String step, String body) {
    return """
        func.func public @main(%h: tensor<3xf64>, %w: tensor<3xf64>, %x: tensor<5x3xf64>, %k: tensor<i32>) -> (tensor<3xf64>, tensor<5x3xf64>) {
          %zero = stablehlo.constant dense<0> : tensor<i32>
          %from = stablehlo.constant dense<FROM> : tensor<i32>
          %ys = stablehlo.constant dense<0.5> : tensor<5x3xf64>
          %r:4 = stablehlo.while(%i = %from, %c = %h, %y = %ys, %s = %x) : tensor<i32>, tensor<3xf64>, tensor<5x3xf64>, tensor<5x3xf64>
            cond {
              %limit = stablehlo.constant dense<LIMIT> : tensor<i32>
              %p = stablehlo.compare COMPARE, %i, %limit : (tensor<i32>, tensor<i32>) -> tensor<i1>
              stablehlo.return %p : tensor<i1>
            } do {
              %step = stablehlo.constant dense<STEP> : tensor<i32>
              %n = stablehlo.add %i, %step : tensor<i32>
              BODY
              stablehlo.return %n, %d, %z, %s : tensor<i32>, tensor<3xf64>, tensor<5x3xf64>, tensor<5x3xf64>
            }
          return %r#1, %r#2 : tensor<3xf64>, tensor<5x3xf64>
        }
        """
        .replace("FROM", from)
        .replace("COMPARE", compare)
        .replace("LIMIT", limit)
        .replace("STEP", step)
        .replace("BODY", body);
  }

  private static final String SCAN =
      """
      %a = stablehlo.dynamic_slice %s, %i, %zero, sizes = [1, 3] : (tensor<5x3xf64>, tensor<i32>, tensor<i32>) -> tensor<1x3xf64>
      %b = stablehlo.reshape %a : (tensor<1x3xf64>) -> tensor<3xf64>
      %q = stablehlo.multiply %c, %w : tensor<3xf64>
      %t = stablehlo.add %q, %b : tensor<3xf64>
      %d = stablehlo.tanh %t : tensor<3xf64>
      %e = stablehlo.multiply %d, %q : tensor<3xf64>
      %f = stablehlo.reshape %e : (tensor<3xf64>) -> tensor<1x3xf64>
      %z = stablehlo.dynamic_update_slice %y, %f, %i, %zero : (tensor<5x3xf64>, tensor<1x3xf64>, tensor<i32>, tensor<i32>) -> tensor<5x3xf64>
      """;

  private static void law(String text, int selector) {
    Function function = MlirParser.parse("program.mlir", text).main();
    SplittableRandom random = new SplittableRandom(text.hashCode());
    Function first = check(function, random, selector);
    check(first, random, selector);
  }

  private static Function check(Function function, SplittableRandom random, int selector) {
    Function pullback = Derivatives.pullback(function, i -> true);
    assertThat(Derivatives.findings(pullback)).isEmpty();
    List<HostArray> arguments = new ArrayList<>();
    for (Value argument : function.arguments()) {
      HostArray array = Derivatives.random(argument.tensor(), random);
      if (!Derivatives.isDifferentiable(argument)) {
        array.setLong(0, selector);
      }
      arguments.add(array);
    }
    assertThat(Derivatives.broken(function, pullback, i -> true, arguments, random)).isNull();
    return pullback;
  }

  @Test
  void aScan() {
    law(loop("0", "LT", "5", "1", SCAN), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aScanThatIsOneOperation(String reverse) {
    law(
        """
        func.func public @main(%x: tensor<5x3xf64>, %y: tensor<5xf64>, %h: tensor<3xf64>) -> (tensor<5x3xf64>, tensor<5xf64>, tensor<3xf64>) {
          %r:3 = chlo.scan(%x, %y) inits (%h) dimension=0 attributes {is_reverse = REVERSE} {
          ^bb0(%a: tensor<3xf64>, %b: tensor<f64>, %c: tensor<3xf64>):
            %w = stablehlo.broadcast_in_dim %b, dims = [] : (tensor<f64>) -> tensor<3xf64>
            %p = stablehlo.multiply %a, %w : tensor<3xf64>
            %s = stablehlo.add %p, %c : tensor<3xf64>
            %t = stablehlo.tanh %s : tensor<3xf64>
            %o = stablehlo.multiply %t, %a : tensor<3xf64>
            %z = stablehlo.multiply %b, %b : tensor<f64>
            stablehlo.return %o, %z, %t : tensor<3xf64>, tensor<f64>, tensor<3xf64>
          } : (tensor<5x3xf64>, tensor<5xf64>, tensor<3xf64>) -> (tensor<5x3xf64>, tensor<5xf64>, tensor<3xf64>)
          return %r#0, %r#1, %r#2 : tensor<5x3xf64>, tensor<5xf64>, tensor<3xf64>
        }
        """
            .replace("REVERSE", reverse),
        0);
  }

  @Test
  void scansAlongOtherDimensionsAndWithoutInputs() {
    law(
        """
        func.func public @main(%x: tensor<3x4x2xf64>, %h: tensor<f64>) -> (tensor<3x4x2xf64>, tensor<f64>) {
          %r:2 = chlo.scan(%x) inits (%h) dimension=1 {
          ^bb0(%a: tensor<3x2xf64>, %c: tensor<f64>):
            %w = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<f64>) -> tensor<3x2xf64>
            %o = stablehlo.multiply %a, %w : tensor<3x2xf64>
            %d = stablehlo.sine %c : tensor<f64>
            stablehlo.return %o, %d : tensor<3x2xf64>, tensor<f64>
          } : (tensor<3x4x2xf64>, tensor<f64>) -> (tensor<3x4x2xf64>, tensor<f64>)
          return %r#0, %r#1 : tensor<3x4x2xf64>, tensor<f64>
        }
        """,
        0);
    law(
        """
        func.func public @main(%h: tensor<f64>) -> (tensor<4xf64>, tensor<f64>) {
          %r:2 = chlo.scan() inits (%h) dimension=0 {
          ^bb0(%c: tensor<f64>):
            %d = stablehlo.sine %c : tensor<f64>
            stablehlo.return %d, %d : tensor<f64>, tensor<f64>
          } : (tensor<f64>) -> (tensor<4xf64>, tensor<f64>)
          return %r#0, %r#1 : tensor<4xf64>, tensor<f64>
        }
        """,
        0);
  }

  @Test
  void countersOfOtherSteps() {
    law(loop("1", "LT", "5", "2", SCAN), 0);
    law(loop("1", "LE", "4", "3", SCAN), 0);
    law(loop("0", "NE", "4", "2", SCAN), 0);
    law(loop("3", "LT", "3", "1", SCAN), 0);
  }

  @Test
  void loopsInLoops() {
    String inner =
        """
        %ten = stablehlo.constant dense<10> : tensor<i64>
        %o:2 = stablehlo.while(%j = %ten, %u = %c) : tensor<i64>, tensor<3xf64>
          cond {
            %most = stablehlo.constant dense<13> : tensor<i64>
            %pp = stablehlo.compare LT, %j, %most : (tensor<i64>, tensor<i64>) -> tensor<i1>
            stablehlo.return %pp : tensor<i1>
          } do {
            %one = stablehlo.constant dense<1> : tensor<i64>
            %m = stablehlo.add %j, %one : tensor<i64>
            %a = stablehlo.dynamic_slice %x, %i, %zero, sizes = [1, 3] : (tensor<5x3xf64>, tensor<i32>, tensor<i32>) -> tensor<1x3xf64>
            %b = stablehlo.reshape %a : (tensor<1x3xf64>) -> tensor<3xf64>
            %ww = stablehlo.multiply %w, %c : tensor<3xf64>
            %uu = stablehlo.multiply %u, %ww : tensor<3xf64>
            %uw = stablehlo.add %uu, %b : tensor<3xf64>
            %v = stablehlo.sine %uw : tensor<3xf64>
            stablehlo.return %m, %v : tensor<i64>, tensor<3xf64>
          }
        %d = stablehlo.multiply %o#1, %w : tensor<3xf64>
        %g = stablehlo.reshape %o#1 : (tensor<3xf64>) -> tensor<1x3xf64>
        %z = stablehlo.dynamic_update_slice %y, %g, %i, %zero : (tensor<5x3xf64>, tensor<1x3xf64>, tensor<i32>, tensor<i32>) -> tensor<5x3xf64>
        """;
    law(loop("0", "LT", "4", "1", inner), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 3})
  void branchesInLoops(int selector) {
    String body =
        """
        %sel = stablehlo.add %k, %i : tensor<i32>
        %d = "stablehlo.case"(%sel) ({
          %l = stablehlo.sine %c : tensor<3xf64>
          %n1 = stablehlo.multiply %l, %w : tensor<3xf64>
          stablehlo.return %n1 : tensor<3xf64>
        }, {
          stablehlo.return %h : tensor<3xf64>
        }, {
          %l = stablehlo.exponential %w : tensor<3xf64>
          %l2 = stablehlo.multiply %l, %c : tensor<3xf64>
          %n1 = stablehlo.multiply %l2, %l2 : tensor<3xf64>
          stablehlo.return %n1 : tensor<3xf64>
        }) : (tensor<i32>) -> tensor<3xf64>
        %two = stablehlo.constant dense<2> : tensor<i32>
        %odd = stablehlo.compare LT, %i, %two : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %z = "stablehlo.if"(%odd) ({
          %l = stablehlo.multiply %y, %s : tensor<5x3xf64>
          stablehlo.return %l : tensor<5x3xf64>
        }, {
          %l = stablehlo.broadcast_in_dim %d, dims = [1] : (tensor<3xf64>) -> tensor<5x3xf64>
          %n1 = stablehlo.multiply %l, %y : tensor<5x3xf64>
          stablehlo.return %n1 : tensor<5x3xf64>
        }) : (tensor<i1>) -> tensor<5x3xf64>
        """;
    law(loop("0", "LT", "4", "1", body), selector);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void loopsInBranches(int selector) {
    law(
        """
        func.func public @main(%x: tensor<3xf64>, %w: tensor<3xf64>, %k: tensor<i32>) -> (tensor<3xf64>, tensor<f64>) {
          %f = stablehlo.constant dense<7.0> : tensor<f64>
          %r:2 = "stablehlo.case"(%k) ({
            %from = stablehlo.constant dense<0> : tensor<i32>
            %v = stablehlo.tanh %x : tensor<3xf64>
            %o:2 = stablehlo.while(%i = %from, %c = %v) : tensor<i32>, tensor<3xf64>
              cond {
                %limit = stablehlo.constant dense<3> : tensor<i32>
                %p = stablehlo.compare LT, %i, %limit : (tensor<i32>, tensor<i32>) -> tensor<i1>
                stablehlo.return %p : tensor<i1>
              } do {
                %one = stablehlo.constant dense<1> : tensor<i32>
                %n = stablehlo.add %i, %one : tensor<i32>
                %q = stablehlo.multiply %c, %v : tensor<3xf64>
                %d = stablehlo.sine %q : tensor<3xf64>
                stablehlo.return %n, %d : tensor<i32>, tensor<3xf64>
              }
            stablehlo.return %o#1, %f : tensor<3xf64>, tensor<f64>
          }, {
            %u = stablehlo.multiply %w, %x : tensor<3xf64>
            %g = stablehlo.reduce(%u init: %f) applies stablehlo.add across dimensions = [0] : (tensor<3xf64>, tensor<f64>) -> tensor<f64>
            %g2 = stablehlo.multiply %g, %g : tensor<f64>
            stablehlo.return %x, %g2 : tensor<3xf64>, tensor<f64>
          }) : (tensor<i32>) -> (tensor<3xf64>, tensor<f64>)
          return %r#0, %r#1 : tensor<3xf64>, tensor<f64>
        }
        """,
        selector);
  }

  private static List<Operation> loops(Function function) {
    return function.body().operations().stream()
        .filter(operation -> operation.kind() == WhileOp.INSTANCE)
        .toList();
  }

  @Test
  void aLoopKeepsWhatItsWayBackNeedsAndIsNotRunTwice() {
    Function function = MlirParser.parse("p.mlir", loop("0", "LT", "5", "1", SCAN)).main();
    Function pullback = Derivatives.pullback(function, i -> true);
    List<Operation> loops = loops(pullback);
    assertThat(loops).hasSize(2);
    // tanh(q + x), q and the state; but not the slice of x, which is there.
    assertThat(loops.get(0).results()).hasSize(4 + 3);
    // The counter; the state's cotangent, those of w and x; what is kept.
    assertThat(loops.get(1).results()).hasSize(1 + 3 + 3);
    for (Operation loop : loops) {
      assertThat(WhileOp.INSTANCE.trips(loop)).isEqualTo(5);
    }
  }

  @Test
  void whatIsMovedOnlyIsNotKept() {
    String body =
        """
        %one = stablehlo.constant dense<1> : tensor<i32>
        %a = stablehlo.dynamic_slice %s, %i, %zero, sizes = [1, 3] : (tensor<5x3xf64>, tensor<i32>, tensor<i32>) -> tensor<1x3xf64>
        %b = stablehlo.reshape %a : (tensor<1x3xf64>) -> tensor<3xf64>
        %odd = stablehlo.compare LT, %i, %one : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %m = stablehlo.select %odd, %b, %w : tensor<i1>, tensor<3xf64>
        %d = stablehlo.multiply %c, %b : tensor<3xf64>
        %e = stablehlo.multiply %m, %w : tensor<3xf64>
        %l = stablehlo.broadcast_in_dim %e, dims = [1] : (tensor<3xf64>) -> tensor<5x3xf64>
        %z = stablehlo.add %y, %l : tensor<5x3xf64>
        """;
    law(loop("0", "LT", "4", "1", body), 0);
    Function function = MlirParser.parse("p.mlir", loop("0", "LT", "4", "1", body)).main();
    Operation loop = loops(Derivatives.pullback(function, i -> true)).get(0);
    // The state, and the choice.
    assertThat(loop.results()).hasSize(4 + 2);
  }

  /** Returns whether a loop reads of an array that it carries where it writes to it. */
  private static boolean addsInPlace(Operation loop) {
    Block body = loop.regions().get(1).block();
    for (int i = 0; i < body.arguments().size(); i++) {
      Value argument = body.arguments().get(i);
      Operation write = body.results().get(i).definition();
      boolean writes = write != null && write.kind() == DynamicUpdateSliceOp.INSTANCE;
      for (Operation read : body.operations()) {
        if (writes
            && read.kind() == DynamicSliceOp.INSTANCE
            && read.operand(0) == argument
            && !read.result().type().equals(argument.type())) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void whereEveryTripTakesItsOwnSliceItsCotangentIsPutThereAndNotAdded() {
    String captured = SCAN.replace("%s, %i", "%x, %i");
    String again =
        """
        %a2 = stablehlo.dynamic_slice %s, %n, %zero, sizes = [1, 3] : (tensor<5x3xf64>, tensor<i32>, tensor<i32>) -> tensor<1x3xf64>
        %f2 = stablehlo.dynamic_update_slice %z0, %a2, %i, %zero : (tensor<5x3xf64>, tensor<1x3xf64>, tensor<i32>, tensor<i32>) -> tensor<5x3xf64>
        %z = stablehlo.multiply %f2, %z0 : tensor<5x3xf64>
        """;
    String twice = SCAN.replace("%z =", "%z0 =") + again;
    String usedBehind =
        loop("0", "LT", "5", "1", captured)
            .replace(
                "return %r#1, %r#2 :",
                "%u = stablehlo.multiply %r#2, %x : tensor<5x3xf64>\n  return %r#1, %u :");
    Map<String, Boolean> expected = new LinkedHashMap<>();
    expected.put(loop("0", "LT", "5", "1", SCAN), false);
    expected.put(loop("1", "LE", "3", "1", SCAN), false);
    expected.put(loop("0", "LT", "5", "1", captured), false);
    expected.put(loop("0", "LT", "5", "1", twice), true);
    expected.put(loop("0", "LT", "5", "1", twice.replace("%s, ", "%x, ")), true);
    expected.put(usedBehind, true);
    expected.put(loop("0", "LT", "5", "2", SCAN), true);
    // Moved to lie within, two trips take the same.
    expected.put(loop("0", "LT", "5", "1", SCAN.replace("%s, %i", "%s, %n")), true);
    expected.put(loop("2", "LT", "6", "1", SCAN), true);
    expected.forEach(
        (text, adds) -> {
          law(text, 0);
          Function function = MlirParser.parse("p.mlir", text).main();
          Operation back = loops(Derivatives.pullback(function, i -> true)).get(1);
          assertWithMessage(text).that(addsInPlace(back)).isEqualTo(adds);
        });
  }

  @Test
  void aLinearLoopIsLeftAsItIs() {
    String body =
        """
        %d = stablehlo.add %c, %w : tensor<3xf64>
        %z = stablehlo.negate %y : tensor<5x3xf64>
        """;
    law(loop("0", "LT", "4", "1", body), 0);
    Function function = MlirParser.parse("p.mlir", loop("0", "LT", "4", "1", body)).main();
    assertThat(loops(Derivatives.pullback(function, i -> true)).get(0).results()).hasSize(4);
  }

  @Test
  void anArrayThatALoopFillsHasItsCotangentWhereNothingIsWritten() {
    String filled = loop("1", "LT", "4", "1", SCAN).replace("%y = %ys", "%y = %x");
    law(filled, 0);
    // Written twice, or read as well, it is carried.
    law(filled.replace("%z = ", "%zz = ").replace("stablehlo.return %n, %d, %z", REVERSED), 0);
    law(filled.replace("%t = stablehlo.add %q, %b", READ), 0);
    // Every other row is left as it was.
    law(loop("0", "LT", "4", "2", SCAN).replace("%y = %ys", "%y = %x"), 0);
  }

  private static final String REVERSED =
      """
      %z = stablehlo.dynamic_update_slice %zz, %a, %n, %zero : (tensor<5x3xf64>, tensor<1x3xf64>, tensor<i32>, tensor<i32>) -> tensor<5x3xf64>
      stablehlo.return %n, %d, %z""";

  private static final String READ =
      """
      %y0 = stablehlo.slice %y [2:3, 0:3] : (tensor<5x3xf64>) -> tensor<1x3xf64>
      %y1 = stablehlo.reshape %y0 : (tensor<1x3xf64>) -> tensor<3xf64>
      %b1 = stablehlo.add %b, %y1 : tensor<3xf64>
      %t = stablehlo.add %q, %b1""";

  @Test
  void onlyCountedLoopsHaveDerivatives() {
    String text = loop("0", "LT", "5", "1", SCAN).replace("%i = %from", "%i = %k");
    Function function = MlirParser.parse("p.mlir", text).main();
    PartirException e =
        assertThrows(PartirException.class, () -> Derivatives.pullback(function, i -> true));
    assertThat(e.diagnostics().get(0).toString())
        .startsWith(
            "p.mlir:5:10: [partir:no-derivative] stablehlo.while: how often it runs cannot be told");
  }

  @Test
  void regionsOfOtherOperationsMustNotUseWhatIsDifferentiated() {
    Function function =
        MlirParser.parse(
                "p.mlir",
                """
                func.func @main(%x: tensor<3xf64>, %w: tensor<f64>) -> tensor<f64> {
                  %r = stablehlo.reduce(%x init: %w) across dimensions = [0] : (tensor<3xf64>, tensor<f64>) -> tensor<f64>
                    reducer(%a: tensor<f64>, %b: tensor<f64>) {
                    %s = stablehlo.multiply %b, %w : tensor<f64>
                    %t = stablehlo.add %a, %s : tensor<f64>
                    stablehlo.return %t : tensor<f64>
                  }
                  return %r : tensor<f64>
                }
                """)
            .main();
    PartirException e =
        assertThrows(PartirException.class, () -> Derivatives.pullback(function, i -> true));
    assertThat(e).hasMessageThat().contains("its region uses a value from around it");
  }
}
