package dev.partir.core;

import dev.partir.array.HostArray;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.op.Evaluation;
import dev.partir.op.Op;
import dev.partir.op.Process;
import dev.partir.op.ProcessGrid;
import java.util.List;
import java.util.SplittableRandom;

/** Computes what follows from numbers alone, whoever runs the program. */
final class Numbers {
  /** Refuses everything that depends on who runs the program, and when. */
  private static final Evaluation NOBODY =
      new Evaluation() {
        @Override
        public List<HostArray> run(Region region, List<HostArray> arguments) {
          throw new UnsupportedOperationException();
        }

        @Override
        public List<HostArray> call(String function, List<HostArray> arguments) {
          throw new UnsupportedOperationException();
        }

        @Override
        public List<List<HostArray>> runParallel(
            ProcessGrid grid,
            List<String> functions,
            List<HostArray> arguments,
            List<List<HostArray>> infeed) {
          throw new UnsupportedOperationException();
        }

        @Override
        public SplittableRandom random() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Process process() {
          throw new UnsupportedOperationException();
        }
      };

  private Numbers() {}

  /** Returns what an operation gives; nothing when that depends on more than its operands. */
  static List<HostArray> of(Operation operation, List<HostArray> operands) {
    try {
      return Op.of(operation).evaluate(operation, operands, NOBODY);
    } catch (UnsupportedOperationException more) {
      return List.of();
    }
  }

  /**
   * Runs an operation that gives nothing, and returns whether that depends on its operands alone.
   */
  static boolean runs(Operation operation, List<HostArray> operands) {
    try {
      Op.of(operation).evaluate(operation, operands, NOBODY);
      return true;
    } catch (UnsupportedOperationException more) {
      return false;
    }
  }
}
