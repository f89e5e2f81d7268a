package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

/** Values that are no tensors, and the operations that order side effects by them. */
final class TokensAndTuplesTest {
  private static HostArray i32(int value) {
    return HostArray.of(TensorType.of(ElementType.I32), value);
  }

  @Test
  void aTupleGivesBackWhatItIsMadeOf() {
    String text =
        """
        %n = stablehlo.create_token : !stablehlo.token
        %i = stablehlo.tuple %a, %n : tuple<tensor<i32>, !stablehlo.token>
        %t = stablehlo.tuple %i, %b : tuple<tuple<tensor<i32>, !stablehlo.token>, tensor<i32>>
        %x = stablehlo.get_tuple_element %t[1]
          : (tuple<tuple<tensor<i32>, !stablehlo.token>, tensor<i32>>) -> tensor<i32>
        %y = stablehlo.get_tuple_element %t[0]
          : (tuple<tuple<tensor<i32>, !stablehlo.token>, tensor<i32>>)
          -> tuple<tensor<i32>, !stablehlo.token>
        %z = stablehlo.get_tuple_element %y[0]
          : (tuple<tensor<i32>, !stablehlo.token>) -> tensor<i32>
        return %x, %z : tensor<i32>, tensor<i32>\
        """;
    var results =
        Run.function(
            "%a: tensor<i32>, %b: tensor<i32>", "tensor<i32>, tensor<i32>", text, i32(1), i32(2));
    assertThat(results.get(0).ints()[0]).isEqualTo(2);
    assertThat(results.get(1).ints()[0]).isEqualTo(1);
  }

  @Test
  void aTupleMayBeCarriedThroughALoop() {
    String type = "tuple<tensor<i32>, tensor<i32>>";
    String text =
        """
        %%t = stablehlo.tuple %%a, %%b : %1$s
        %%r = stablehlo.while(%%v = %%t) : %1$s
        cond {
          %%i = stablehlo.get_tuple_element %%v[0] : (%1$s) -> tensor<i32>
          %%n = stablehlo.constant dense<5> : tensor<i32>
          %%p = stablehlo.compare LT, %%i, %%n : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %%p : tensor<i1>
        } do {
          %%i = stablehlo.get_tuple_element %%v[0] : (%1$s) -> tensor<i32>
          %%s = stablehlo.get_tuple_element %%v[1] : (%1$s) -> tensor<i32>
          %%one = stablehlo.constant dense<1> : tensor<i32>
          %%j = stablehlo.add %%i, %%one : tensor<i32>
          %%q = stablehlo.add %%s, %%j : tensor<i32>
          %%w = stablehlo.tuple %%j, %%q : %1$s
          stablehlo.return %%w : %1$s
        }
        %%s = stablehlo.get_tuple_element %%r[1] : (%1$s) -> tensor<i32>
        return %%s : tensor<i32>\
        """
            .formatted(type);
    assertThat(
            Run.function("%a: tensor<i32>, %b: tensor<i32>", "tensor<i32>", text, i32(0), i32(0))
                .get(0)
                .ints()[0])
        .isEqualTo(15);
  }

  @Test
  void anElementOutsideIsTold() {
    assertThat(
            Run.error(
                "%t: tuple<tensor<i32>>",
                "tensor<i32>",
                "%x = stablehlo.get_tuple_element %t[1] : (tuple<tensor<i32>>) -> tensor<i32>\n"
                    + "return %x : tensor<i32>"))
        .contains("it takes element 1 of a tuple of 1 (constraint C1)");
  }

  @Test
  void aTokenIsPassedThroughABarrierAndACall() {
    String text =
        """
        func.func @main(%t: !stablehlo.token, %a: tensor<i32>) -> tensor<i32> {
          %u = stablehlo.after_all %t, %t : !stablehlo.token
          %v, %b = stablehlo.optimization_barrier %u, %a : !stablehlo.token, tensor<i32>
          %w, %c = call @f(%v, %b) : (!stablehlo.token, tensor<i32>)
            -> (!stablehlo.token, tensor<i32>)
          return %c : tensor<i32>
        }
        func.func private @f(%t: !stablehlo.token, %a: tensor<i32>)
            -> (!stablehlo.token, tensor<i32>) {
          %s = stablehlo.add %a, %a : tensor<i32>
          return %t, %s : !stablehlo.token, tensor<i32>
        }
        """;
    assertThat(Run.module(text, i32(4)).get(0).ints()[0]).isEqualTo(8);
  }

  private static String parallel(String first, String second, String infeed) {
    return """
    func.func @main() -> tensor<2xi32> {
      %%a = stablehlo.constant dense<[3, 4]> : tensor<2xi32>
      %%r = "interpreter.run_parallel"(%%a) {programs = [[@first], [@second]]%3$s}
        : (tensor<2xi32>) -> tensor<2xi32>
      return %%r : tensor<2xi32>
    }
    func.func private @first(%%a: tensor<2xi32>) {
      %%t = stablehlo.after_all : !stablehlo.token
      %1$s
      return
    }
    func.func private @second() -> tensor<2xi32> {
      %%t = stablehlo.after_all : !stablehlo.token
      %2$s
      return %%r : tensor<2xi32>
    }
    func.func private @fed() -> tensor<2xi32> {
      %%c = stablehlo.constant dense<[7, 8]> : tensor<2xi32>
      return %%c : tensor<2xi32>
    }
    """
        .formatted(first, second, infeed);
  }

  private static String send(String attributes) {
    return "%u = \"stablehlo.send\"(%a, %t) {channel_handle = #stablehlo.channel_handle<handle = 5,"
        + " type = 1>, is_host_transfer = false"
        + attributes
        + "} : (tensor<2xi32>, !stablehlo.token) -> !stablehlo.token";
  }

  private static String receive(String type, String attributes) {
    return "%r, %u = \"stablehlo.recv\"(%t) {channel_handle = #stablehlo.channel_handle<handle = 5,"
        + " type = 1>, is_host_transfer = false"
        + attributes
        + "} : (!stablehlo.token) -> ("
        + type
        + ", !stablehlo.token)";
  }

  @Test
  void whatOneProcessSendsAnotherReceives() {
    String type = "tensor<2xi32>";
    String pairs = ", source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64>";
    for (String attributes : new String[] {"", pairs}) {
      assertThat(
              Run.module(parallel(send(attributes), receive(type, attributes), "")).get(0).ints())
          .isEqualTo(new int[] {3, 4});
    }
  }

  @Test
  void whatIsFedInIsTakenByTheProcessThatItIsFor() {
    String second =
        "%r, %u = \"stablehlo.infeed\"(%t) {infeed_config = \"\"} : (!stablehlo.token)"
            + " -> (tensor<2xi32>, !stablehlo.token)";
    String first =
        "%u = \"stablehlo.outfeed\"(%a, %t) {outfeed_config = \"\"}"
            + " : (tensor<2xi32>, !stablehlo.token) -> !stablehlo.token";
    assertThat(Run.module(parallel(first, second, ", infeed = [@fed, @fed]")).get(0).ints())
        .isEqualTo(new int[] {7, 8});
  }

  @Test
  void aChannelOfAnotherKindIsTold() {
    assertThat(
            Run.error(
                "%a: tensor<2xi32>, %t: !stablehlo.token",
                "",
                send("").replace("is_host_transfer = false", "is_host_transfer = true")
                    + "\nreturn"))
        .contains(
            "its channel is of type 1 (constraint C5). A host transfer has a channel of type 2");
  }

  @Test
  void aProcessThatWaitsAloneIsTold() {
    assertThat(
            Run.error(
                "%t: !stablehlo.token",
                "tensor<2xi32>", receive("tensor<2xi32>", "") + "\nreturn %r : tensor<2xi32>"))
        .contains("waits for another process, but the program runs alone");
  }

  private static String refusal(String operation) {
    return Snippets.refusal(
        "func.func @main(%a: tensor<2xi32>, %t: !stablehlo.token) {\n" + operation + "\nreturn\n}");
  }

  @Test
  void whatIsWrongWithATransferIsToldByTheConstraint() {
    String pairs = ", source_target_pairs = dense<%s> : tensor<%sxi64>";
    assertThat(refusal(send(pairs.formatted("[[0, 1, 2]]", "1x3"))))
        .isEqualTo("source_target_pairs is no list of pairs (constraint C1)");
    assertThat(refusal(send(pairs.formatted("[[0, 1], [0, 2]]", "2x2"))))
        .isEqualTo("the pair [0, 2] repeats a source (constraint C2)");
    assertThat(refusal(send(pairs.formatted("[[0, 1], [2, 1]]", "2x2"))))
        .isEqualTo("the pair [2, 1] repeats a target (constraint C3)");
    assertThat(refusal(send(pairs.formatted("[[-1, 1]]", "1x2"))))
        .isEqualTo("the pair [-1, 1] has no process (constraint C4)");
    String infeed = "\"stablehlo.infeed\"(%t) {infeed_config = \"\"} : (!stablehlo.token) -> ";
    assertThat(refusal(infeed + "()"))
        .isEqualTo("it has 1 operands, 0 results and 0 regions (constraint C1)");
    assertThat(refusal("%r:2 = " + infeed + "(!stablehlo.token, !stablehlo.token)"))
        .isEqualTo("it gives a !stablehlo.token (constraint C2)");
    assertThat(refusal("%r:2 = " + infeed + "(tensor<2xi32>, tensor<2xi32>)"))
        .isEqualTo("it gives a tensor<2xi32> last (constraint C3)");
  }
}
