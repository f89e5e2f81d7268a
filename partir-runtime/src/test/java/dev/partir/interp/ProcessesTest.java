package dev.partir.interp;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.text.MlirParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Collectives on processes: who is in a group with whom, wherever the collective stands. */
final class ProcessesTest {
  /** A body that adds. */
  private static final String ADD =
      """
      ({
      ^bb0(%x: tensor<i64>, %y: tensor<i64>):
        %s = stablehlo.add %x, %y : tensor<i64>
        stablehlo.return %s : tensor<i64>
      })""";

  private static void run(String text) {
    Interpreter.run(MlirParser.parse("t.mlir", text), List.of());
  }

  /**
   * Runs a function on 2 replicas of 2 partitions. Process (r, p) gets {@code [10 r + p]}; what it
   * gives is compared.
   */
  private static void onGrid(String type, String operation, String... expected) {
    StringBuilder text = new StringBuilder("func.func @main() {\n");
    for (int process = 0; process < 4; process++) {
      text.append("%a")
          .append(process)
          .append(" = stablehlo.constant dense<")
          .append(10 * (process / 2) + process % 2)
          .append("> : tensor<1xi64>\n");
    }
    text.append("%r:4 = \"interpreter.run_parallel\"(%a0, %a1, %a2, %a3) ")
        .append("{programs = [[@f, @f], [@f, @f]]} : (")
        .append("tensor<1xi64>, ".repeat(3))
        .append("tensor<1xi64>) -> (")
        .append((type + ", ").repeat(3))
        .append(type)
        .append(")\n");
    for (int process = 0; process < 4; process++) {
      text.append("check.expect_eq_const %r#")
          .append(process)
          .append(", dense<")
          .append(expected[process])
          .append("> : ")
          .append(type)
          .append("\n");
    }
    text.append("return\n}\nfunc.func private @f(%a: tensor<1xi64>) -> ")
        .append(type)
        .append(" {\n")
        .append(operation)
        .append("\nreturn %r : ")
        .append(type)
        .append("\n}\n");
    run(text.toString());
  }

  private static String allReduce(String attributes) {
    return "%r = \"stablehlo.all_reduce\"(%a) "
        + ADD
        + " {"
        + attributes
        + "} : (tensor<1xi64>) -> tensor<1xi64>";
  }

  private static final String CHANNEL =
      ", channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>";

  @Test
  void groupsOfReplicasStandOncePerPartition() {
    onGrid(
        "tensor<1xi64>",
        allReduce("replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>"),
        "10",
        "12",
        "10",
        "12");
    onGrid(
        "tensor<1xi64>",
        allReduce("replica_groups = dense<> : tensor<0x0xi64>"),
        "10",
        "12",
        "10",
        "12");
  }

  @Test
  void groupsOfReplicasAndPartitionsTakeInAllPartitions() {
    onGrid(
        "tensor<1xi64>",
        allReduce("replica_groups = dense<[[0], [1]]> : tensor<2x1xi64>" + CHANNEL),
        "1",
        "1",
        "21",
        "21");
  }

  @Test
  void flattenedIdsAreOfProcesses() {
    onGrid(
        "tensor<1xi64>",
        allReduce(
            "use_global_device_ids, replica_groups = dense<[[0, 3], [1, 2]]> : tensor<2x2xi64>"
                + CHANNEL),
        "11",
        "11",
        "11",
        "11");
    onGrid(
        "tensor<1xi64>",
        allReduce(
            "use_global_device_ids, replica_groups = dense<[[0, 1, 2], [3, -1, -1]]> :"
                + " tensor<2x3xi64>"
                + CHANNEL),
        "11",
        "11",
        "11",
        "11");
  }

  @Test
  void gathersFollowTheOrderOfTheGroup() {
    onGrid(
        "tensor<2xi64>",
        "%r = \"stablehlo.all_gather\"(%a) {all_gather_dim = 0 : i64, "
            + "replica_groups = dense<[[1, 0]]> : tensor<1x2xi64>} "
            + ": (tensor<1xi64>) -> tensor<2xi64>",
        "[10, 0]",
        "[11, 1]",
        "[10, 0]",
        "[11, 1]");
    // Partitions come before the replicas of a group.
    onGrid(
        "tensor<4xi64>",
        "%r = \"stablehlo.all_gather\"(%a) {all_gather_dim = 0 : i64, "
            + "replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>"
            + CHANNEL
            + "} : (tensor<1xi64>) -> tensor<4xi64>",
        "[0, 10, 1, 11]",
        "[0, 10, 1, 11]",
        "[0, 10, 1, 11]",
        "[0, 10, 1, 11]");
  }

  @Test
  void channelsMakePermutationsOfPartitions() {
    String pairs = "{source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64>";
    String types = "} : (tensor<1xi64>) -> tensor<1xi64>";
    onGrid(
        "tensor<1xi64>",
        "%r = \"stablehlo.collective_permute\"(%a) " + pairs + types,
        "0",
        "0",
        "0",
        "1");
    onGrid(
        "tensor<1xi64>",
        "%r = \"stablehlo.collective_permute\"(%a) " + pairs + CHANNEL + types,
        "0",
        "0",
        "0",
        "10");
  }

  @Test
  void aBroadcastSendsWhatTheFirstOfAGroupHas() {
    String types = "} : (tensor<1xi64>) -> tensor<1xi64>";
    onGrid(
        "tensor<1xi64>",
        "%r = \"stablehlo.collective_broadcast\"(%a) "
            + "{replica_groups = dense<[[1, 0]]> : tensor<1x2xi64>"
            + types,
        "10",
        "11",
        "10",
        "11");
    // Who is in no group has zeros.
    onGrid(
        "tensor<1xi64>",
        "%r = \"stablehlo.collective_broadcast\"(%a) "
            + "{replica_groups = dense<[[1]]> : tensor<1x1xi64>"
            + CHANNEL
            + types,
        "0",
        "1",
        "0",
        "11");
  }

  @Test
  void processesKnowTheirPlace() {
    onGrid("tensor<ui32>", "%r = stablehlo.partition_id : tensor<ui32>", "0", "1", "0", "1");
    onGrid("tensor<ui32>", "%r = stablehlo.replica_id : tensor<ui32>", "0", "0", "1", "1");
  }

  @Test
  void severalArraysAreExchangedAtOnce() {
    run(
        """
        func.func @main() {
          %a = stablehlo.constant dense<[1, 2, 3, 4]> : tensor<4xi64>
          %b = stablehlo.constant dense<[5, 6, 7, 8]> : tensor<4xi64>
          %r:2 = "interpreter.run_parallel"(%a, %b) {programs = [[@f], [@f]]}
            : (tensor<4xi64>, tensor<4xi64>) -> (tensor<4xi64>, tensor<4xi64>)
          check.expect_eq_const %r#0, dense<[11, 12, 13, 14]> : tensor<4xi64>
          check.expect_eq_const %r#1, dense<[29, 30, 31, 32]> : tensor<4xi64>
          return
        }
        func.func private @f(%x: tensor<4xi64>) -> tensor<4xi64> {
          %c = stablehlo.constant dense<10> : tensor<2xi64>
          %d = stablehlo.constant dense<20> : tensor<2xi64>
          %id = stablehlo.replica_id : tensor<ui32>
          %i = stablehlo.convert %id : (tensor<ui32>) -> tensor<i64>
          %z = stablehlo.constant dense<0> : tensor<i64>
          %first = stablehlo.compare EQ, %i, %z : (tensor<i64>, tensor<i64>) -> tensor<i1>
          %e = stablehlo.select %first, %c, %d : tensor<i1>, tensor<2xi64>
          %g:2 = "stablehlo.all_to_all"(%x, %e) {split_dimension = 0 : i64,
            concat_dimension = 0 : i64, split_count = 2 : i64,
            replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}
            : (tensor<4xi64>, tensor<2xi64>) -> (tensor<4xi64>, tensor<2xi64>)
          // Process 0 has [1, 2, 5, 6] and [10, 20], process 1 [3, 4, 7, 8] and [10, 20].
          %s:2 = "stablehlo.all_reduce"(%g#0, %g#1) ({
          ^bb0(%p: tensor<i64>, %q: tensor<i64>):
            %m = stablehlo.multiply %p, %q : tensor<i64>
            %n = stablehlo.subtract %m, %m : tensor<i64>
            %o = stablehlo.add %p, %n : tensor<i64>
            stablehlo.return %o : tensor<i64>
          }) {replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}
            : (tensor<4xi64>, tensor<2xi64>) -> (tensor<4xi64>, tensor<2xi64>)
          // The body gives the left one: what the first of the group has.
          %h = stablehlo.slice %s#0 [0:2] : (tensor<4xi64>) -> tensor<2xi64>
          %k = stablehlo.add %h, %s#1 : tensor<2xi64>
          %l = "stablehlo.all_gather"(%k) {all_gather_dim = 0 : i64,
            replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}
            : (tensor<2xi64>) -> tensor<4xi64>
          // [1, 2] + [10, 20], twice.
          %want = stablehlo.constant dense<[11, 22, 11, 22]> : tensor<4xi64>
          stablehlo.custom_call @check.expect_eq(%l, %want) : (tensor<4xi64>, tensor<4xi64>) -> ()
          %iota = stablehlo.iota dim = 0 : tensor<4xi64>
          %ten = stablehlo.constant dense<11> : tensor<4xi64>
          %scale = stablehlo.constant dense<18> : tensor<i64>
          %off = stablehlo.multiply %i, %scale : tensor<i64>
          %offs = stablehlo.broadcast_in_dim %off, dims = [] : (tensor<i64>) -> tensor<4xi64>
          %t = stablehlo.add %iota, %ten : tensor<4xi64>
          %u = stablehlo.add %t, %offs : tensor<4xi64>
          return %u : tensor<4xi64>
        }
        """);
  }

  @Test
  void aReductionIsScattered() {
    onGrid(
        "tensor<1xi64>",
        "%b = stablehlo.concatenate %a, %a, dim = 0 "
            + ": (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>\n"
            + "%c = stablehlo.iota dim = 0 : tensor<2xi64>\n"
            + "%d = stablehlo.add %b, %c : tensor<2xi64>\n"
            + "%r = \"stablehlo.reduce_scatter\"(%d) "
            + ADD
            + " {scatter_dimension = 0 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}"
            + " : (tensor<2xi64>) -> tensor<1xi64>",
        "10",
        "12",
        "12",
        "14");
  }

  @Test
  void differentFunctionsMeetInOneCollective() {
    run(
        """
        func.func @main() {
          %a = stablehlo.constant dense<1> : tensor<i64>
          %b = stablehlo.constant dense<2> : tensor<i64>
          %r:2 = "interpreter.run_parallel"(%a, %b) {programs = [[@f], [@g]]}
            : (tensor<i64>, tensor<i64>) -> (tensor<i64>, tensor<i64>)
          check.expect_eq_const %r#0, dense<5> : tensor<i64>
          check.expect_eq_const %r#1, dense<5> : tensor<i64>
          return
        }
        func.func private @f(%x: tensor<i64>) -> tensor<i64> {
          %s = call @sum(%x) : (tensor<i64>) -> tensor<i64>
          return %s : tensor<i64>
        }
        func.func private @g(%x: tensor<i64>) -> tensor<i64> {
          %d = stablehlo.add %x, %x : tensor<i64>
          %s = call @sum(%d) : (tensor<i64>) -> tensor<i64>
          return %s : tensor<i64>
        }
        func.func private @sum(%x: tensor<i64>) -> tensor<i64> {
          %s = "stablehlo.all_reduce"(%x) ({
          ^bb0(%p: tensor<i64>, %q: tensor<i64>):
            %o = stablehlo.add %p, %q : tensor<i64>
            stablehlo.return %o : tensor<i64>
          }) {replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>} : (tensor<i64>) -> tensor<i64>
          return %s : tensor<i64>
        }
        """);
  }

  @Test
  void waitingForWhoNeverComesIsAnError() {
    Diagnostic problem =
        problem(
            """
            func.func @main() {
              %a = stablehlo.constant dense<1> : tensor<1xi64>
              %r:3 = "interpreter.run_parallel"(%a, %a, %a) {programs = [[@f], [@g], [@f]]}
                : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>)
                -> (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>)
              return
            }
            func.func private @f(%a: tensor<1xi64>) -> tensor<1xi64> {
            """
                + allReduce("replica_groups = dense<[[0, 1, 2]]> : tensor<1x3xi64>")
                + """

              return %r : tensor<1xi64>
            }
            func.func private @g(%a: tensor<1xi64>) -> tensor<1xi64> {
              return %a : tensor<1xi64>
            }
            """);
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_OP);
    assertThat(problem.problem())
        .isEqualTo(
            "processes wait for others that never come: process (0, 0) at stablehlo.all_reduce, "
                + "process (2, 0) at stablehlo.all_reduce");
  }

  @Test
  void aFailureOfOneProcessEndsTheOthers() {
    Diagnostic problem =
        problem(
            """
            func.func @main() {
              %a = stablehlo.constant dense<1> : tensor<1xi64>
              %r:2 = "interpreter.run_parallel"(%a, %a) {programs = [[@f], [@g]]}
                : (tensor<1xi64>, tensor<1xi64>) -> (tensor<1xi64>, tensor<1xi64>)
              return
            }
            func.func private @f(%a: tensor<1xi64>) -> tensor<1xi64> {
            """
                + allReduce("replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>")
                + """

              return %r : tensor<1xi64>
            }
            func.func private @g(%a: tensor<1xi64>) -> tensor<1xi64> {
              check.expect_eq_const %a, dense<2> : tensor<1xi64>
              return %a : tensor<1xi64>
            }
            """);
    assertThat(problem.code()).isEqualTo(ErrorCode.CHECK_FAILED);
    assertThat(problem.problem())
        .isEqualTo("check.expect_eq_const of two tensor<1xi64>: element [0] is 1, expected 2");
  }

  @Test
  void groupsBeyondTheGridAreAnError() {
    Diagnostic problem =
        problem(
            "func.func @main() -> tensor<1xi64> {\n%a = stablehlo.constant dense<1> : tensor<1xi64>\n"
                + allReduce("replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>")
                + "\nreturn %r : tensor<1xi64>\n}\n");
    assertThat(problem.problem())
        .isEqualTo(
            "stablehlo.all_reduce names 1 where numbers stand for replicas, of which 1 runs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replica_groups = dense<[[0, 0]]> : tensor<1x2xi64>",
        "replica_groups = dense<[0, 1]> : tensor<2xi32>",
        "use_global_device_ids, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>",
      })
  void illFormedGroupsAreRefused(String attributes) {
    assertThat(
            problem(
                    "func.func @main(%a: tensor<1xi64>) -> tensor<1xi64> {\n"
                        + allReduce(attributes)
                        + "\nreturn %r : tensor<1xi64>\n}\n")
                .code())
        .isEqualTo(ErrorCode.INVALID_OP);
  }

  private static Diagnostic problem(String text) {
    PartirException thrown = assertThrows(PartirException.class, () -> run(text));
    assertThat(thrown.diagnostics()).hasSize(1);
    return thrown.diagnostics().get(0);
  }
}
