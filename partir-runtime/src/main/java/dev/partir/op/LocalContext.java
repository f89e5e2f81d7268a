package dev.partir.op;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operation needs to know to become device-local: nothing of meshes, only which block of
 * each factor the device has.
 */
public interface LocalContext {
  /** Returns the builder of the device-local function. */
  BlockBuilder block();

  /**
   * Returns a scalar of type i32: the index of the first element of the device's block of a factor,
   * or null when the factor is not tiled and the block is the whole.
   */
  @Nullable Value blockStart(int factor);

  /**
   * Returns a scalar of type i32: how many elements of the device's block of a factor are not
   * padding, which may be negative for none; or null when the factor divides, so that no block has
   * padding.
   */
  @Nullable Value blockLength(int factor);

  /**
   * Returns where the last block of a factor ends: its size if it divides, else behind that by the
   * padding.
   */
  long blockReach(int factor);

  /** Returns copies of regions, as parts of the device-local function. */
  List<Region> copyRegions(List<Region> regions);
}
