package dev.partir.dsl;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.Interpreter;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.op.Op;
import dev.partir.op.WhileOp;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.spmd.Partitioner;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class LoopsTest {
  private static final TensorType STACK = TensorType.of(ElementType.F64, 3, 2);
  private static final double[] NUMBERS = {1, -2, 3, 0.5, 0, -1};

  private record State(Tensor sum, List<Tensor> last) {}

  private record Layer(Tensor scale, Tensor shift) {}

  private static Module trace(Function<Tensor, List<Tensor>> body) {
    return Tracer.trace("test", List.of(new Tracer.Input("x", STACK)), in -> body.apply(in.get(0)));
  }

  private static List<double[]> run(Function<Tensor, List<Tensor>> body) {
    Module module = trace(body);
    // What is traced is a program: it prints and reads back.
    Module again = MlirParser.parse("loop.mlir", MlirPrinter.print(module));
    List<HostArray> arguments = List.of(HostArray.of(STACK, NUMBERS.clone()));
    List<double[]> results = new ArrayList<>();
    for (HostArray result : Interpreter.run(again, arguments)) {
      results.add(result.doubles());
    }
    return results;
  }

  private static String refused(Function<Tensor, List<Tensor>> body) {
    return String.valueOf(assertThrows(PartirException.class, () -> run(body)).getMessage());
  }

  private static void assertClose(double[] actual, double... expected) {
    assertThat(actual).usingTolerance(1e-12).containsExactly(expected).inOrder();
  }

  @Test
  void aCountedLoopKnowsItsTrip() {
    assertClose(
        run(x ->
                List.of(
                    Loops.repeat(4, x.sum(), (i, y) -> y.times(2).plus(i.cast(ElementType.F64)))))
            .get(0),
        ((((1.5 * 2 + 0) * 2 + 1) * 2) + 2) * 2 + 3);
    assertClose(run(x -> List.of(Loops.repeat(0, x.sum(), (i, y) -> y.times(2)))).get(0), 1.5);
  }

  @Test
  void aScanCarriesTreesAndStacksWhatItGives() {
    List<double[]> results =
        run(
            x -> {
              Tensor zero = x.scalar(0).broadcastTo(2);
              Loops.Carry<State, Tensor> end =
                  Loops.collect(
                      new State(zero, List.of(zero)),
                      x,
                      (state, row) ->
                          new Loops.Carry<>(
                              new State(state.sum().plus(row), List.of(row)),
                              state.sum().times(10)));
              return List.of(end.carried().sum(), end.carried().last().get(0), end.output());
            });
    assertClose(results.get(0), 4, -2.5);
    assertClose(results.get(1), 0, -1);
    assertClose(results.get(2), 0, 0, 10, -20, 40, -15);
  }

  @Test
  void aScanOverLayersIsTheSameLayersUnrolled() {
    Function<Tensor, List<Tensor>> scanned =
        x ->
            List.of(
                Loops.scan(
                    x.sum(0),
                    new Layer(x, x.times(x)),
                    (y, layer) -> y.times(layer.scale()).tanh().plus(layer.shift())));
    Function<Tensor, List<Tensor>> unrolled =
        x -> {
          Tensor y = x.sum(0);
          for (int i = 0; i < 3; i++) {
            Tensor row = x.slice(0, i, i + 1).reshape(2);
            y = y.times(row).tanh().plus(row.times(row));
          }
          return List.of(y);
        };
    assertClose(run(scanned).get(0), run(unrolled).get(0));
  }

  @Test
  void whatTheBodyComputesOfTensorsAroundIsComputedOnceBefore() {
    Module module =
        trace(
            x -> {
              Tensor weights = x.sum(0);
              return List.of(
                  Loops.repeat(
                      2,
                      x,
                      (i, y) ->
                          Loops.repeat(3, y, (j, z) -> z.times(weights.exp()).plus(y.sin()))));
            });
    Operation loop = last(module.main().body().operations());
    assertThat(count(module.main().body().operations(), "stablehlo.exponential")).isEqualTo(1);
    List<Operation> outer = loop.regions().get(1).block().operations();
    assertThat(count(outer, "stablehlo.sine")).isEqualTo(1);
    assertThat(Op.of(loop).trips(loop)).isEqualTo(2);
  }

  private static Operation last(List<Operation> operations) {
    return operations.stream().filter(o -> o.kind() == WhileOp.INSTANCE).findFirst().orElseThrow();
  }

  private static long count(List<Operation> operations, String name) {
    return operations.stream().filter(o -> o.name().equals(name)).count();
  }

  @Test
  void devicesComputeWhatAScanDoes() {
    Module module =
        Tracer.trace(
            "layers",
            List.of(
                new Tracer.Input("x", TensorType.of(ElementType.F32, 8, 4)),
                new Tracer.Input("up", TensorType.of(ElementType.F32, 3, 4, 8)),
                new Tracer.Input("down", TensorType.of(ElementType.F32, 3, 8, 4))),
            in -> {
              Loops.Carry<Tensor, Tensor> end =
                  Loops.collect(
                      in.get(0),
                      List.of(in.get(1), in.get(2)),
                      (x, layer) -> {
                        Tensor y = x.plus(x.matmul(layer.get(0)).tanh().matmul(layer.get(1)));
                        return new Loops.Carry<>(y, y.sum(0));
                      });
              return List.of(end.carried(), end.output());
            });
    Mesh mesh = Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)));
    var schedule =
        new Schedule(
            mesh,
            null,
            List.of(
                new ManualTactic("BP", List.of(Action.tile("x", Dim.index(0), "batch"))),
                new ManualTactic("MP", List.of(Action.tile("up", Dim.index(2), "model"))),
                new ManualTactic("Z3", List.of(Action.tile("down", Dim.index(0), "batch")))));
    var partitioning = Partitioner.partition(module, schedule);
    // In every trip: the hidden units' partial sums, and the sum over the batch.
    assertThat(partitioning.after(1).collectives().stream().mapToLong(use -> use.times()).sum())
        .isEqualTo(3 + 3);
    assertThat(
            EquivalenceCheck.verify(partitioning, SeededArrays.forArguments(module.main(), 1))
                .mismatches())
        .isEmpty();
  }

  @Test
  void whatCannotBeCarriedOnIsRefused() {
    assertThat(refused(x -> List.of(Loops.repeat(2, x, (i, y) -> y.sum(0)))))
        .isEqualTo(
            "[partir:type-mismatch] loop: it starts with a tensor<3x2xf64>, but a trip gives a"
                + " tensor<2xf64>. Carry on what has the shape and element type of what came."
                + " See docs/errors/type-mismatch.md");
    assertThat(refused(x -> List.of(Loops.scan(x, List.of(x, x.sum(0)), (y, slice) -> y))))
        .startsWith("[partir:invalid-op] scan: it goes over a tensor<3x2xf64> and a tensor<2xf64>");
    List<Tensor> leaked = new ArrayList<>();
    assertThat(
            refused(
                x -> {
                  Tensor y =
                      Loops.repeat(
                          2,
                          x,
                          (i, z) -> {
                            leaked.add(z);
                            return z;
                          });
                  return List.of(y.plus(leaked.get(0)));
                }))
        .startsWith("[partir:untraceable] stablehlo.add: it uses a tensor of a loop's body");
  }

  @Test
  void placesAndSegments() {
    assertClose(run(x -> List.of(x.dynamicSlice(0, one(x), 2))).get(0), 3, 0.5, 0, -1);
    assertClose(
        run(x -> List.of(x.dynamicUpdateSlice(x.slice(0, 0, 1), 0, one(x)))).get(0),
        1,
        -2,
        1,
        -2,
        0,
        -1);
    assertClose(run(x -> List.of(x.sum(1).pad(0, 1, 2))).get(0), 0, -1, 3.5, -1, 0, 0);
    assertClose(run(x -> List.of(x.argmax(0).oneHot(3, ElementType.F64))).get(0), 0, 1, 0, 0, 1, 0);
    assertClose(run(x -> List.of(x.cumsum(0))).get(0), 1, -2, 4, -1.5, 4, -2.5);
    assertClose(
        run(x -> List.of(x.segmentSum(x.iota(0, ElementType.I32, 3).times(2), 4))).get(0),
        1,
        -2,
        0,
        0,
        3,
        0.5,
        0,
        0);
    assertClose(
        run(x -> List.of(x.reshape(1, 3, 2, 1).convolve(ones(x, 2, 2, 1, 1), 1).reshape(6))).get(0),
        2.5,
        -1.5,
        2.5,
        -0.5,
        -1,
        -1);
    assertClose(
        run(x -> List.of(x.reshape(1, 3, 2, 1).convolve(ones(x, 3, 3, 1, 1), 2).reshape(2))).get(0),
        2.5,
        2.5);
  }

  @Test
  void aTensorIsSplitInEqualParts() {
    assertClose(run(x -> x.split(0, 3)).get(1), 3, 0.5);
    assertClose(run(x -> x.unstack(-1)).get(1), -2, 0.5, -1);
    assertThat(refused(x -> x.split(0, 2)))
        .isEqualTo(
            "[partir:invalid-op] split: 2 parts of dimension 0 of a tensor<3x2xf64>. The number of"
                + " parts must divide the size. See docs/errors/invalid-op.md");
  }

  @Test
  void treesAreMadeOfTensorsRecordsAndLists() {
    assertThat(
            refused(
                x -> {
                  Loops.repeat(2, "x", (i, y) -> y);
                  return List.of(x);
                }))
        .startsWith("[partir:invalid-argument] tree: a java.lang.String. Use tensors, records");
    assertThat(
            refused(
                x -> List.of(Loops.repeat(2, List.of(x, x), (i, y) -> List.of(y.get(0))).get(0))))
        .startsWith("[partir:invalid-argument] tree: a list has 1 elements instead of 2.");
  }

  private static Tensor one(Tensor x) {
    return x.scalar(1).cast(ElementType.I32);
  }

  private static Tensor ones(Tensor x, long... sizes) {
    return x.scalar(1).broadcastTo(sizes);
  }
}
