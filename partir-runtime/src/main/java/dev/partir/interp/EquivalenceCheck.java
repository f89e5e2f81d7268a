package dev.partir.interp;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.spmd.LocalProgram;
import dev.partir.spmd.Partitioning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proves by running that a device-local program computes what the program does that it was made
 * from: the one on as many virtual devices as the mesh has, the other on one, from the same
 * arguments.
 *
 * <p>Integers and booleans must be equal. A floating-point number may differ by {@link #TOLERANCE}
 * units of precision, relative to itself or to the largest finite number of its result, whichever
 * is larger: partitioning changes the order of sums. A unit is that of f32 (2^-23) or f64, unless a
 * sum that the number was computed from went through a narrower type: then {@link #TOLERANCE} units
 * are 16 steps of the narrowest, and an eighth at most, but one step at least.
 */
public final class EquivalenceCheck {
  /** How many units of precision a floating-point number may differ by. */
  public static final double TOLERANCE = 512;

  /**
   * The most virtual devices on which a program is run: each holds its blocks, and all run in step.
   */
  public static final int MAX_DEVICES = 1024;

  private EquivalenceCheck() {}

  /**
   * What came out for one result.
   *
   * @param name how messages call the result
   * @param maxError the largest difference found, relative as above, in units of precision; 0 for
   *     integers that are equal
   * @param undefined how many elements are no numbers (NaN), whole and partitioned, so that their
   *     being equal proves little
   * @param mismatch the first difference that is too large; null when there is none
   */
  public record ResultCheck(
      String name, TensorType type, double maxError, long undefined, @Nullable String mismatch) {}

  /**
   * What came out.
   *
   * @param devices how many virtual devices ran the program
   * @param results one check per result
   * @param first a sentence about the first operation that differs, where that was looked for
   */
  public record Outcome(int devices, List<ResultCheck> results, @Nullable String first) {
    public Outcome {
      results = List.copyOf(results);
    }

    /** Returns whether nothing differs by more than it may. */
    public boolean equal() {
      return results.stream().allMatch(result -> result.mismatch() == null);
    }

    /** Returns the mismatches. */
    public List<String> mismatches() {
      List<String> all = new ArrayList<>();
      for (ResultCheck result : results) {
        if (result.mismatch() != null) {
          all.add(result.mismatch());
        }
      }
      return all;
    }
  }

  /**
   * Does the same with arguments of a seed: those of {@link SeededArrays}, or, where numbers below
   * zero give results that are none, such as roots of what an optimizer keeps, their magnitudes.
   *
   * @throws dev.partir.ir.PartirException when an operation cannot be run
   */
  public static Outcome verify(Partitioning partitioning, long seed, Arithmetic arithmetic) {
    Function whole = partitioning.function();
    List<HostArray> arguments = SeededArrays.forArguments(whole, seed);
    List<HostArray> expected = Interpreter.run(whole, arguments, arithmetic);
    long undefined = undefined(expected);
    if (undefined > 0) {
      List<HostArray> positive = SeededArrays.magnitudes(arguments);
      List<HostArray> other = Interpreter.run(whole, positive, arithmetic);
      if (undefined(other) < undefined) {
        arguments = positive;
        expected = other;
      }
    }
    return verify(partitioning, arguments, expected, arithmetic);
  }

  private static long undefined(List<HostArray> results) {
    long count = 0;
    for (HostArray result : results) {
      count += undefined(result);
    }
    return count;
  }

  private static long undefined(HostArray array) {
    long count = 0;
    if (!array.type().element().isInteger()) {
      for (int i = 0; i < array.length(); i++) {
        count += Double.isNaN(array.get(i)) ? 1 : 0;
      }
    }
    return count;
  }

  /**
   * Runs a partitioned program and the whole, and its loops one iteration after the other, and
   * compares; where devices differ, the outcome says where they begin to.
   *
   * @throws dev.partir.ir.PartirException when the arguments do not fit or an operation cannot be
   *     run
   */
  public static Outcome verify(Partitioning partitioning, List<HostArray> arguments) {
    return verify(partitioning, arguments, Arithmetic.EXACT);
  }

  /**
   * Does the same with a given rounding.
   *
   * @throws dev.partir.ir.PartirException as {@link #verify(Partitioning, List)}
   */
  public static Outcome verify(
      Partitioning partitioning, List<HostArray> arguments, Arithmetic arithmetic) {
    List<HostArray> expected = Interpreter.run(partitioning.function(), arguments, arithmetic);
    return verify(partitioning, arguments, expected, arithmetic);
  }

  private static Outcome verify(
      Partitioning partitioning,
      List<HostArray> arguments,
      List<HostArray> expected,
      Arithmetic arithmetic) {
    Function whole = partitioning.function();
    LocalProgram local = partitioning.local();
    Outcome outcome = compare(whole, expected, local, runLocal(local, arguments, arithmetic));
    List<HostArray> temporal = TemporalRun.run(partitioning.core(), arguments, arithmetic);
    List<ResultCheck> checks = new ArrayList<>(outcome.results());
    double[] distances = ResultPrecision.distances(whole);
    for (int r = 0; r < checks.size(); r++) {
      ResultCheck check = checks.get(r);
      double unit = distances[r] / TOLERANCE;
      String mismatch = mismatch(check.name(), expected.get(r), temporal.get(r), unit);
      if (check.mismatch() == null && mismatch != null) {
        checks.set(
            r,
            new ResultCheck(
                check.name(), check.type(), check.maxError(), check.undefined(), mismatch));
      }
    }
    String first = outcome.equal() ? null : FirstDifference.find(partitioning.result(), arguments);
    return new Outcome(outcome.devices(), checks, first);
  }

  /** Returns how the loops differ from the whole; null when they do not. */
  private static @Nullable String mismatch(
      String name, HostArray expected, HostArray temporal, double unit) {
    double scale = largest(expected);
    for (int i = 0; i < expected.length(); i++) {
      if (error(temporal, expected, i, scale, unit) > TOLERANCE) {
        return String.format(
            "%s: the loops, one iteration after the other, give %s at element %d, expected %s",
            name, text(temporal, i), i, text(expected, i));
      }
    }
    return null;
  }

  /**
   * Runs both programs and compares.
   *
   * @param whole the program before partitioning, without calls
   * @throws dev.partir.ir.PartirException when the arguments do not fit or an operation cannot be
   *     run
   */
  public static Outcome verify(Function whole, LocalProgram local, List<HostArray> arguments) {
    List<List<HostArray>> partitioned = runLocal(local, arguments);
    return compare(whole, Interpreter.run(whole, arguments), local, partitioned);
  }

  /** Runs a device-local program on global arguments; returns for each device what it gives. */
  public static List<List<HostArray>> runLocal(LocalProgram local, List<HostArray> arguments) {
    return runLocal(local, arguments, Arithmetic.EXACT);
  }

  private static List<List<HostArray>> runLocal(
      LocalProgram local, List<HostArray> arguments, Arithmetic arithmetic) {
    Mesh mesh = local.mesh();
    if (mesh.deviceCount() > MAX_DEVICES) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.LIMIT,
              "mesh " + mesh,
              "it has "
                  + mesh.deviceCount()
                  + " devices, more than the "
                  + MAX_DEVICES
                  + " that can be run virtually",
              "Verify on a smaller mesh with the same axes; planning has no such limit"));
    }
    List<List<HostArray>> blocks = new ArrayList<>();
    for (int device = 0; device < mesh.deviceCount(); device++) {
      List<HostArray> held = new ArrayList<>();
      for (int i = 0; i < arguments.size(); i++) {
        held.add(Blocks.block(arguments.get(i), local.inputs().get(i), mesh, device));
      }
      blocks.add(held);
    }
    return VirtualDevices.run(local.main(), blocks, arithmetic);
  }

  private static Outcome compare(
      Function whole, List<HostArray> expected, LocalProgram local, List<List<HostArray>> actual) {
    Mesh mesh = local.mesh();
    double[] distances = ResultPrecision.distances(whole);
    List<ResultCheck> checks = new ArrayList<>();
    for (int r = 0; r < expected.size(); r++) {
      Value value = whole.results().get(r);
      String path = whole.resultAttributes(r).string("jax.result_info");
      String name =
          "result"
              + (expected.size() == 1 ? "" : r)
              + (path == null || path.isEmpty() ? "" : " " + path)
              + " ("
              + value.type()
              + ")";
      Sharding sharding = local.outputs().get(r);
      double max = 0;
      double unit = distances[r] / TOLERANCE;
      String mismatch = null;
      double scale = largest(expected.get(r));
      for (int device = 0; device < mesh.deviceCount() && mismatch == null; device++) {
        HostArray block = Blocks.block(expected.get(r), sharding, mesh, device);
        HostArray held = actual.get(device).get(r);
        if (!held.type().equals(block.type())) {
          mismatch =
              name
                  + ": device "
                  + device
                  + " has a "
                  + held.type()
                  + ", expected a "
                  + block.type();
          break;
        }
        TensorType global = expected.get(r).type();
        held = Blocks.trim(held, global, sharding, mesh, device);
        block = Blocks.trim(block, global, sharding, mesh, device);
        for (int i = 0; i < held.length(); i++) {
          double error = error(held, block, i, scale, unit);
          max = Math.max(max, error);
          if (error > TOLERANCE) {
            mismatch =
                String.format(
                    "%s: device %d has %s at element %d of its block, expected %s",
                    name, device, text(held, i), i, text(block, i));
            break;
          }
        }
      }
      HostArray result = expected.get(r);
      checks.add(new ResultCheck(name, result.type(), max, undefined(result), mismatch));
    }
    return new Outcome(mesh.deviceCount(), checks, null);
  }

  private static double error(
      HostArray actual, HostArray expected, int i, double scale, double unit) {
    if (actual.type().element().isInteger()) {
      return actual.getLong(i) == expected.getLong(i) ? 0 : Double.POSITIVE_INFINITY;
    }
    double a = actual.get(i);
    double b = expected.get(i);
    if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
      return 0;
    }
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.abs(a - b) / (Math.max(Math.abs(b), scale) * unit);
  }

  private static double largest(HostArray array) {
    double largest = 0;
    for (int i = 0; i < array.length() && !array.type().element().isInteger(); i++) {
      double magnitude = Math.abs(array.get(i));
      if (magnitude > largest && Double.isFinite(magnitude)) {
        largest = magnitude;
      }
    }
    return largest;
  }

  private static String text(HostArray array, int i) {
    return array.type().element().isInteger()
        ? Long.toString(array.getLong(i))
        : Double.toString(array.get(i));
  }
}
