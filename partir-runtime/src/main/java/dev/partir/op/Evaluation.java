package dev.partir.op;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.ir.Region;
import java.util.List;
import java.util.SplittableRandom;

/** What an operation may ask of whoever runs it. */
public interface Evaluation {
  /** Runs the operations of a region and returns what its terminator gives. */
  List<HostArray> run(Region region, List<HostArray> arguments);

  /** Runs another function of the program. */
  List<HostArray> call(String function, List<HostArray> arguments);

  /**
   * Runs a function per process of a grid, side by side.
   *
   * @param arguments those of all functions in order
   * @param infeed what the host feeds in, dealt to the processes in turn
   * @return for each process one array per result
   */
  List<List<HostArray>> runParallel(
      ProcessGrid grid,
      List<String> functions,
      List<HostArray> arguments,
      List<List<HostArray>> infeed);

  /**
   * Runs a region, which uses nothing from outside, per process of a grid, side by side.
   *
   * @param arguments those of each process
   * @return for each process one array per result
   */
  default List<List<HostArray>> runParallel(
      ProcessGrid grid, Region region, List<List<HostArray>> arguments) {
    throw new UnsupportedOperationException("no processes here");
  }

  /** Returns the declarations of the program, such as {@code sdy.mesh}, as they are written. */
  default List<String> declarations() {
    return List.of();
  }

  /**
   * Returns the run's generator of random numbers, which every process has one of, from the same
   * seed.
   */
  SplittableRandom random();

  /** Returns with what rounding the program is run; by default exactly. */
  default Arithmetic arithmetic() {
    return Arithmetic.EXACT;
  }

  /** Returns the process that runs the operation. */
  Process process();
}
