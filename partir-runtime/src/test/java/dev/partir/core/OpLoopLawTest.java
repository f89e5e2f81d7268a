package dev.partir.core;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.Interpreter;
import dev.partir.interp.TemporalRun;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.op.BinaryOp;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import dev.partir.op.OpChecker;
import dev.partir.op.Ops;
import dev.partir.op.UnaryOp;
import dev.partir.spmd.LocalProgram;
import dev.partir.spmd.Lowering;
import dev.partir.text.MlirParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The law of factor rules: an operation that is looped over any of its factors computes the same,
 * both with its iterations run one after the other and with every device running its own.
 */
final class OpLoopLawTest {
  /**
   * How far sums in another order may be off, in units of the type's precision; all numbers are
   * small here.
   */
  private static final double TOLERANCE = 64;

  private static final Map<String, String> WITHOUT_FACTORS = withoutFactors();

  private static Map<String, String> withoutFactors() {
    Map<String, String> reasons = new TreeMap<>();
    String control = "values flow along its edges, which have factors of their own";
    for (String name : List.of("stablehlo.if", "stablehlo.case", "stablehlo.while")) {
      reasons.put(name, control);
    }
    for (String name : List.of("func.return", "stablehlo.return")) {
      reasons.put(name, "it only hands on");
    }
    for (String name : List.of("func.call", "stablehlo.composite")) {
      reasons.put(name, "it is replaced by what it calls");
    }
    for (Op op : Ops.all()) {
      if (op.opName().startsWith("check.")) {
        reasons.put(op.opName(), "it looks at whole values");
      } else if (op.opName().startsWith("sdy.")) {
        reasons.put(
            op.opName(), "it says how values are laid out, and ShardyAnnotationsTest runs it");
      }
    }
    for (String name :
        List.of(
            "interpreter.run_parallel",
            "stablehlo.all_gather",
            "stablehlo.all_reduce",
            "stablehlo.all_to_all",
            "stablehlo.async_done",
            "stablehlo.async_start",
            "stablehlo.collective_broadcast",
            "stablehlo.collective_permute",
            "stablehlo.cross-replica-sum",
            "stablehlo.partition_id",
            "stablehlo.reduce_scatter",
            "stablehlo.replica_id",
            "stablehlo.infeed",
            "stablehlo.outfeed",
            "stablehlo.recv",
            "stablehlo.send")) {
      reasons.put(name, "it is about processes or the host, not about one program's values");
    }
    for (String name :
        List.of(
            "stablehlo.after_all",
            "stablehlo.create_token",
            "stablehlo.get_tuple_element",
            "stablehlo.tuple")) {
      reasons.put(name, "its values are no tensors");
    }
    for (String name :
        List.of(
            "stablehlo.dynamic_broadcast_in_dim",
            "stablehlo.dynamic_conv",
            "stablehlo.dynamic_gather",
            "stablehlo.dynamic_iota",
            "stablehlo.dynamic_pad",
            "stablehlo.dynamic_reshape",
            "stablehlo.real_dynamic_slice",
            "stablehlo.get_dimension_size",
            "stablehlo.set_dimension_size")) {
      reasons.put(name, "its sizes are computed, and blocks of them would be unknown");
    }
    reasons.put("chlo.scan", "its region works on whole slices, step by step");
    for (String name : List.of("stablehlo.rng", "stablehlo.rng_bit_generator")) {
      reasons.put(name, "every device draws the whole stream, so that it is the unpartitioned one");
    }
    for (String name : List.of("stablehlo.uniform_quantize", "stablehlo.uniform_dequantize")) {
      reasons.put(name, "scales of quantized numbers belong to places");
    }
    return reasons;
  }

  @Test
  void everyOperationHasInstancesOrAReasonForNone() {
    List<String> missing = new ArrayList<>();
    for (Op op : Ops.all()) {
      if (LawInstances.has(op) == WITHOUT_FACTORS.containsKey(op.opName())) {
        missing.add(op.opName());
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void loopingOverAnyFactorChangesNothing() {
    check(0, 14, false);
  }

  @Tag("nightly")
  @Test
  void loopingOverAnyFactorChangesNothingOnManyInstances() {
    check(1_000, 400, true);
  }

  private static void check(long first, int instances, boolean everyWay) {
    List<String> failures = new ArrayList<>();
    Map<String, Integer> loops = new TreeMap<>();
    for (Op op : Ops.all()) {
      if (!LawInstances.has(op)) {
        continue;
      }
      loops.put(op.opName(), 0);
      // Operations with structure have more to get wrong.
      boolean elementwise =
          op instanceof UnaryOp
              || op instanceof BinaryOp
              || op.opName().startsWith("chlo.broadcast_");
      int count = elementwise ? 1 + instances / 20 : instances;
      int parsed = 0;
      for (long seed = first; seed < first + count; seed++) {
        for (String text : LawInstances.of(op, seed)) {
          Function function;
          try {
            function = MlirParser.parse("law.mlir", text).main();
          } catch (PartirException refused) {
            continue;
          }
          parsed++;
          OpLoopLaw law = new OpLoopLaw(function, op, seed);
          loops.merge(op.opName(), law.check(failures, text, everyWay), Integer::sum);
          break;
        }
      }
      assertWithMessage("%s: instances that are valid", op.opName()).that(parsed).isGreaterThan(0);
    }
    List<String> shown = failures.subList(0, Math.min(5, failures.size()));
    assertWithMessage("%s failures:\n%s", failures.size(), String.join("\n\n", shown))
        .that(failures.size())
        .isEqualTo(0);
    loops.forEach((name, n) -> assertWithMessage("loops of %s", name).that(n).isGreaterThan(0));
  }

  /** The law on one instance. */
  private static final class OpLoopLaw {
    private final Function function;
    private final CoreGraph graph;
    private final int node;
    private final FactorRule rule;
    private final SplittableRandom random;
    private final List<HostArray> arguments = new ArrayList<>();
    private final List<HostArray> expected;
    private final String name;

    OpLoopLaw(Function function, Op op, long seed) {
      this.function = function;
      name = op.opName();
      graph = CoreGraph.of(function, List.of());
      random = new SplittableRandom(seed);
      int found = -1;
      for (int n = 0; n < graph.nodeCount(); n++) {
        if (graph.role(n) == CoreGraph.Role.OPERATION && graph.operation(n).kind().equals(op)) {
          found = n;
        }
      }
      node = found;
      rule = graph.rule(node);
      for (int i = 0; i < function.arguments().size(); i++) {
        arguments.add(argument(function.arguments().get(i).tensor()));
      }
      expected = Interpreter.run(function, arguments);
    }

    private HostArray argument(TensorType type) {
      HostArray array = HostArray.zeros(type);
      ElementType element = type.element();
      for (int i = 0; i < array.length(); i++) {
        if (element.isInteger()) {
          // Indices that are negative or too large are among them.
          array.setLong(i, random.nextInt(14) - (element.name().startsWith("U") ? 0 : 4));
        } else {
          // Sums and products of these are exact.
          array.set(i, (random.nextInt(33) - 16) / 8.0);
        }
      }
      int rank = type.rank();
      if ((name.endsWith("cholesky") || name.endsWith("solve"))
          && type.dim(rank - 1) == type.dim(rank - 2)) {
        int n = (int) type.dim(rank - 1);
        for (int i = 0; i < array.length(); i++) {
          if (i / n % n == i % n) {
            array.set(i, 3 * n + 5);
          }
        }
      }
      return array;
    }

    /** Loops the operation over every factor in some ways or in all; returns in how many. */
    int check(List<String> failures, String text, boolean everyWay) {
      int loops = 0;
      int factors = rule.factorCount();
      for (int f = 0; f < factors; f++) {
        int single = random.nextInt(3);
        int several = random.nextInt(3);
        int other = random.nextInt(factors);
        for (int way = 0; way < 3; way++) {
          if (everyWay || way == single) {
            loops += loop(failures, text, new int[] {f}, 2 + way);
          }
          if (everyWay || way == several) {
            loops +=
                switch (way) {
                  case 0 -> loop(failures, text, new int[] {f, f}, 2, 2);
                  case 1 -> loop(failures, text, new int[] {f, f}, 3, 2);
                  default -> other == f ? 0 : loop(failures, text, new int[] {f, other}, 2, 3);
                };
          }
        }
      }
      return loops;
    }

    private int loop(List<String> failures, String text, int[] factors, int... sizes) {
      List<MeshAxis> axes = new ArrayList<>();
      for (int a = 0; a < sizes.length; a++) {
        axes.add(new MeshAxis("a" + a, sizes[a]));
      }
      CoreProgram program = CoreProgram.of(graph, Mesh.of(axes));
      program.begin("law");
      boolean tiled = random.nextBoolean();
      for (int a = 0; a < factors.length; a++) {
        if (program.rest(node, factors[a]) <= 1
            || !Propagation.viable(program, node, factors[a], a)) {
          return 0;
        }
        program.push(node, a, factors[a], CoreProgram.BY_TACTIC);
        if (tiled) {
          tileArguments(program, factors[a], a);
        }
      }
      String problem = problem(program);
      if (problem != null) {
        StringBuilder loops = new StringBuilder();
        for (int a = 0; a < factors.length; a++) {
          loops.append(' ').append(FactorRule.letter(factors[a])).append('/').append(sizes[a]);
        }
        failures.add(
            text
                + "\n"
                + rule
                + " looped over"
                + loops
                + (tiled ? ", tiled" : "")
                + ": "
                + problem);
      }
      return 1;
    }

    /** Tiles the arguments as the operation needs them, or nearly so. */
    private void tileArguments(CoreProgram program, int factor, int axis) {
      for (int o = 0; o < rule.operandCount(); o++) {
        int argument = graph.producer(graph.operandSlot(node, o));
        for (int d = 0; d < rule.operand(o).length; d++) {
          for (int f : rule.operandDim(o, d)) {
            if (f == factor
                && program.loopOver(argument, axis) < 0
                && program.rest(argument, d) > 1) {
              program.push(argument, axis, d, CoreProgram.BY_TACTIC);
            }
          }
        }
      }
    }

    private @Nullable String problem(CoreProgram program) {
      try {
        List<HostArray> temporal = TemporalRun.run(program, arguments);
        for (int r = 0; r < expected.size(); r++) {
          String difference = difference(temporal.get(r), expected.get(r));
          if (difference != null) {
            return "one iteration after the other, result " + r + " " + difference;
          }
        }
        LocalProgram local = LocalProgram.of(Lowering.lower(program));
        List<Operation> operations = local.main().body().operations();
        OpChecker checker = new OpChecker(operations.get(0));
        operations.forEach(checker::check);
        if (!checker.findings().isEmpty()) {
          return "the device-local program is invalid: " + checker.findings();
        }
        EquivalenceCheck.Outcome outcome = EquivalenceCheck.verify(function, local, arguments);
        for (EquivalenceCheck.ResultCheck check : outcome.results()) {
          if (check.mismatch() != null || check.maxError() > TOLERANCE) {
            return "on devices, " + check;
          }
        }
        return null;
      } catch (RuntimeException e) {
        return e + " at " + e.getStackTrace()[0] + " " + e.getStackTrace()[1];
      }
    }

    private static @Nullable String difference(HostArray actual, HostArray expected) {
      if (!actual.type().equals(expected.type())) {
        return "is a " + actual.type();
      }
      ElementType element = expected.type().element();
      double largest = 0;
      for (int i = 0; i < expected.length() && !element.isInteger(); i++) {
        double magnitude = Math.abs(expected.get(i));
        largest = Double.isFinite(magnitude) ? Math.max(largest, magnitude) : largest;
      }
      for (int i = 0; i < expected.length(); i++) {
        boolean same =
            element.isInteger()
                ? actual.getLong(i) == expected.getLong(i)
                : Double.compare(actual.get(i) + 0.0, expected.get(i) + 0.0) == 0
                    || Math.abs(actual.get(i) - expected.get(i))
                        <= TOLERANCE * NumberFormat.epsilon(element) * largest;
        if (!same) {
          String is = element.isInteger() ? "" + actual.getLong(i) : "" + actual.get(i);
          String was = element.isInteger() ? "" + expected.getLong(i) : "" + expected.get(i);
          return "has " + is + " at element " + i + ", not " + was;
        }
      }
      return null;
    }
  }
}
