package dev.partir.spmd;

import dev.partir.ir.Block;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.FactorRule;
import dev.partir.op.Masking;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds what padding costs: dimensions of a program that do not divide. */
public final class PaddedDimensions {
  private final SpmdProgram program;
  private final Mesh mesh;
  private final Map<Key, Use> uses = new LinkedHashMap<>();

  private record Key(long size, List<Integer> axes) {}

  /**
   * Dimensions of one size that are tiled along the same axes, and end in padding.
   *
   * @param size the size of the dimension
   * @param axes along which it is tiled, outermost first
   * @param block what a device holds of it, padding included
   * @param blocks into how many blocks it is cut
   * @param values how many values have such a dimension
   * @param masks how many operands are masked before they are folded, for an operation that folds
   *     the dimension must not meet its padding
   * @param example one of the values, as messages call it
   */
  public record Use(
      long size,
      List<Integer> axes,
      long block,
      long blocks,
      int values,
      int masks,
      String example) {
    public Use {
      axes = List.copyOf(axes);
    }
  }

  private PaddedDimensions(SpmdProgram program) {
    this.program = program;
    mesh = program.mesh();
  }

  /** Returns the padded dimensions of a program, in the order in which it meets them. */
  public static List<Use> of(SpmdProgram program) {
    PaddedDimensions dimensions = new PaddedDimensions(program);
    List<Value> arguments = program.function().arguments();
    for (int i = 0; i < arguments.size(); i++) {
      dimensions.value(arguments.get(i), program.function().argumentName(i));
    }
    dimensions.values(program.function().body());
    if (!dimensions.uses.isEmpty()) {
      dimensions.masks(program.function().body());
    }
    return new ArrayList<>(dimensions.uses.values());
  }

  private void values(Block block) {
    for (Operation operation : block.operations()) {
      for (Value result : operation.results()) {
        value(result, name(operation, result));
      }
      if (Op.of(operation).flows(operation) != null) {
        for (Region region : operation.regions()) {
          for (Value argument : region.block().arguments()) {
            value(argument, argument.toString());
          }
          values(region.block());
        }
      }
    }
  }

  private static String name(Operation operation, Value result) {
    String named = operation.sourceName();
    String own = result.name();
    return named != null && !named.isEmpty() ? named : own == null ? operation.name() : "%" + own;
  }

  private void value(Value value, String name) {
    if (!(value.type() instanceof TensorType type)) {
      return;
    }
    Sharding sharding = program.sharding(value);
    for (int d = 0; d < sharding.rank(); d++) {
      int[] axes = sharding.dim(d);
      if (axes.length > 0 && sharding.window(d) == null && !mesh.divides(type.dim(d), axes)) {
        add(type.dim(d), axes, 1, 0, name);
      }
    }
  }

  private void masks(Block block) {
    for (Operation operation : block.operations()) {
      int[][] tiling = program.tiling(operation);
      FactorRule rule = tiling.length == 0 ? null : FactorRule.of(operation);
      for (int f = 0; rule != null && f < tiling.length; f++) {
        if (tiling[f].length > 0 && !mesh.divides(rule.size(f), tiling[f])) {
          int masks = Masking.count(rule, f);
          if (masks > 0) {
            add(rule.size(f), tiling[f], 0, masks, operation.name());
          }
        }
      }
      if (Op.of(operation).flows(operation) != null) {
        for (Region region : operation.regions()) {
          masks(region.block());
        }
      }
    }
  }

  private void add(long size, int[] axes, int values, int masks, String name) {
    List<Integer> list = Arrays.stream(axes).boxed().toList();
    Use one =
        new Use(size, list, mesh.blockSize(size, axes), mesh.groupSize(axes), values, masks, name);
    uses.merge(
        new Key(size, list),
        one,
        (old, more) ->
            new Use(
                old.size,
                old.axes,
                old.block,
                old.blocks,
                old.values + more.values,
                old.masks + more.masks,
                old.example));
  }
}
