package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.Interpreter;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.mesh.Mesh;
import dev.partir.op.OpChecker;
import dev.partir.schedule.Annotations;
import dev.partir.schedule.Options;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A program partitioned by the shardings that it carries, for tests: it is proved to compute what
 * it does whole, in every form that is written, before anything else is asked.
 */
final class Annotated {
  private final List<Partitioning> partitionings;

  private Annotated(Module module, @Nullable Mesh mesh) {
    partitionings = Partitioner.partition(Annotations.of(module, mesh), null, Options.DEFAULT);
  }

  static Annotated of(String text) {
    return of(text, null);
  }

  static Annotated of(String text, @Nullable Mesh mesh) {
    Annotated annotated = new Annotated(MlirParser.parse("test.mlir", text), mesh);
    annotated.prove();
    return annotated;
  }

  static Annotated of(Module module) {
    Annotated annotated = new Annotated(module, null);
    annotated.prove();
    return annotated;
  }

  private void prove() {
    for (Partitioning partitioning : partitionings) {
      List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), 7);
      assertThat(EquivalenceCheck.verify(partitioning, arguments).mismatches()).isEmpty();
      List<Operation> operations = partitioning.local().main().body().operations();
      OpChecker checker = new OpChecker(operations.get(0));
      operations.forEach(checker::check);
      assertThat(checker.findings()).isEmpty();
    }
  }

  /** Proves that the form for partitions computes what the program does, as one program. */
  Annotated provePartitionMode() {
    Module text =
        MlirParser.parse(
            "partitions.mlir",
            MlirPrinter.print(LocalModules.of(partitionings, DeviceMode.PARTITION)));
    for (Partitioning partitioning : partitionings) {
      List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), 7);
      List<HostArray> expected = Interpreter.run(partitioning.function(), arguments);
      Function function = text.function(partitioning.function().name());
      assertThat(function).isNotNull();
      List<HostArray> actual =
          Interpreter.run(text, java.util.Objects.requireNonNull(function), arguments);
      for (int r = 0; r < expected.size(); r++) {
        assertThat(actual.get(r).type()).isEqualTo(expected.get(r).type());
        for (int i = 0; i < expected.get(r).length(); i++) {
          double one = expected.get(r).get(i);
          assertThat(actual.get(r).get(i)).isWithin(1e-3 * (1 + Math.abs(one))).of(one);
        }
      }
    }
    return this;
  }

  Partitioning partitioning() {
    assertThat(partitionings).hasSize(1);
    return partitionings.get(0);
  }

  List<String> functions() {
    return partitionings.stream().map(partitioning -> partitioning.function().name()).toList();
  }

  /**
   * Returns the function that every device runs, as in {@code (tensor<2xf32>) -> tensor<2xf32>}.
   */
  String localType() {
    return partitioning().local().main().type().toString();
  }

  /** Returns the program with Shardy's annotations. */
  String sdy() {
    return SdyPrinter.print(partitionings);
  }

  Module local(DeviceMode mode) {
    return LocalModules.of(partitionings, mode);
  }

  /** Returns how many collectives of each kind there are, but the program's own. */
  Map<String, Integer> collectives() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Partitioning partitioning : partitionings) {
      for (SpmdProgram.CollectiveUse use : partitioning.result().collectives()) {
        counts.merge(use.step().kind().label(), 1, Integer::sum);
      }
    }
    return counts;
  }

  List<String> conflicts() {
    List<String> all = new ArrayList<>();
    for (Partitioning partitioning : partitionings) {
      partitioning.core().conflicts().forEach(conflict -> all.add(conflict.toString()));
    }
    return all;
  }

  /** Requires that the written form with annotations is partitioned into the same. */
  Annotated proveRoundTrip() {
    String text = sdy();
    Annotated again = of(text);
    assertWithMessage("written, read and written").that(again.sdy()).isEqualTo(text);
    return this;
  }
}
