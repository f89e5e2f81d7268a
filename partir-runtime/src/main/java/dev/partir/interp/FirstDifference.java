package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Function;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.spmd.LocalProgram;
import dev.partir.spmd.SpmdProgram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a device-local program begins to compute something else than the program that it was
 * made from: the first operation whose result differs, in the order of the program.
 */
public final class FirstDifference {
  /** The most values that one run gives back, so that few are held at a time. */
  private static final int AT_ONCE = 64;

  private FirstDifference() {}

  /**
   * Returns a sentence about the first operation, outside of loops and branches, whose result
   * differs on some device; null when no result of an operation does.
   */
  public static @Nullable String find(SpmdProgram program, List<HostArray> arguments) {
    List<Value> values = new ArrayList<>();
    List<Operation> operations = program.function().body().operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      for (Value result : operations.get(i).results()) {
        // A partial sum is nothing that the whole program has.
        if (result.type() instanceof TensorType
            && !program.sharding(result).isPending()
            && !program.sharding(result).hasWindows()) {
          values.add(result);
        }
      }
    }
    for (int from = 0; from < values.size(); from += AT_ONCE) {
      List<Value> some = values.subList(from, Math.min(values.size(), from + AT_ONCE));
      SpmdProgram giving = program.returning(some);
      LocalProgram local = LocalProgram.of(giving);
      Function whole = giving.function();
      EquivalenceCheck.Outcome outcome = EquivalenceCheck.verify(whole, local, arguments);
      for (int i = 0; i < some.size(); i++) {
        String mismatch = outcome.results().get(i).mismatch();
        Operation operation = some.get(i).definition();
        if (mismatch != null && operation != null) {
          return "the first that differs is "
              + operation.name()
              + (some.get(i).name() == null ? "" : " %" + some.get(i).name())
              + where(program.location(operation))
              + ": "
              + mismatch.substring(mismatch.indexOf(": ") + 2);
        }
      }
    }
    return null;
  }

  /** What is traced has no place in a text. */
  private static String where(Location location) {
    return location.equals(Location.UNKNOWN) ? "" : " (" + location + ")";
  }
}
