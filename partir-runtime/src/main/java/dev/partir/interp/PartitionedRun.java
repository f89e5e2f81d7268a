package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.spmd.LocalProgram;
import dev.partir.spmd.Partitioning;
import java.util.ArrayList;
import java.util.List;

/**
 * A partitioned program that is run on virtual devices again and again, as a step of training is:
 * takes and gives whole arrays.
 */
public final class PartitionedRun {
  private final LocalProgram local;
  private final List<TensorType> results = new ArrayList<>();

  /** Prepares a partitioned program. */
  public PartitionedRun(Partitioning partitioning) {
    local = partitioning.local();
    for (Value result : partitioning.function().results()) {
      results.add(result.tensor());
    }
  }

  /**
   * Returns what the devices give, put together.
   *
   * @throws dev.partir.ir.PartirException when the arguments do not fit or an operation cannot be
   *     run
   */
  public List<HostArray> run(List<HostArray> arguments) {
    List<List<HostArray>> blocks = EquivalenceCheck.runLocal(local, arguments);
    List<HostArray> whole = new ArrayList<>();
    for (int r = 0; r < results.size(); r++) {
      HostArray result = HostArray.zeros(results.get(r));
      for (int device = 0; device < blocks.size(); device++) {
        HostArray block = blocks.get(device).get(r);
        Blocks.put(block, result, local.outputs().get(r), local.mesh(), device);
      }
      whole.add(result);
    }
    return whole;
  }
}
