package dev.partir.ir;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the integers of a quantized tensor stand for: {@code (i - zeroPoint) * scale}, a number of
 * the expressed type (StableHLO specification, "Quantized element types"; MLIR's dialect quant for
 * blocks of several dimensions). The integers themselves are of the tensor's element type, the
 * storage type.
 *
 * @param expressed the floating-point type
 * @param min the smallest integer
 * @param max the largest integer
 * @param grid which elements have one scale
 * @param scales as many as the grid has blocks, in row-major order
 * @param zeroPoints as many
 */
public record Quantization(
    ElementType expressed,
    long min,
    long max,
    Grid grid,
    List<Double> scales,
    List<Long> zeroPoints) {

  /** How a tensor is cut into blocks whose elements have one scale and one zero point. */
  public sealed interface Grid {
    /** Returns how large a block is along each dimension of a tensor of the given sizes. */
    long[] blocks(long[] dims);

    /** Returns what stands behind the expressed type in text; empty for a single block. */
    String text();
  }

  /** The whole tensor is one block. */
  public enum Whole implements Grid {
    INSTANCE;

    @Override
    public long[] blocks(long[] dims) {
      return dims.clone();
    }

    @Override
    public String text() {
      return "";
    }
  }

  /** Every index along a dimension is a block. */
  public record PerAxis(int axis) implements Grid {
    @Override
    public long[] blocks(long[] dims) {
      long[] blocks = dims.clone();
      blocks[axis] = 1;
      return blocks;
    }

    @Override
    public String text() {
      return ":" + axis;
    }
  }

  /**
   * Blocks of given sizes along some dimensions, whole along the others.
   *
   * @param axes the dimensions
   * @param sizes how large a block is along each of {@code axes}
   * @param counts how many blocks there are along every dimension of the tensor
   */
  public record SubChannel(List<Integer> axes, List<Long> sizes, List<Long> counts)
      implements Grid {
    public SubChannel {
      axes = List.copyOf(axes);
      sizes = List.copyOf(sizes);
      counts = List.copyOf(counts);
    }

    @Override
    public long[] blocks(long[] dims) {
      long[] blocks = dims.clone();
      for (int i = 0; i < axes.size(); i++) {
        blocks[axes.get(i)] = sizes.get(i);
      }
      return blocks;
    }

    @Override
    public String text() {
      var text = new StringBuilder(":{");
      for (int i = 0; i < axes.size(); i++) {
        text.append(i == 0 ? "" : ", ").append(axes.get(i)).append(':').append(sizes.get(i));
      }
      return text.append('}').toString();
    }
  }

  public Quantization {
    scales = List.copyOf(scales);
    zeroPoints = List.copyOf(zeroPoints);
  }

  /** Returns whether there is one scale for the whole tensor. */
  public boolean isPerTensor() {
    return grid == Whole.INSTANCE;
  }

  /** Returns the smallest integer of a storage type. */
  public static long min(ElementType storage) {
    return storage.kind() == ElementType.Kind.UNSIGNED ? 0 : -1L << (storage.bits() - 1);
  }

  /** Returns the largest integer of a storage type, which has less than 64 bits. */
  public static long max(ElementType storage) {
    int bits = storage.bits() - (storage.kind() == ElementType.Kind.UNSIGNED ? 0 : 1);
    return (1L << bits) - 1;
  }

  /** Returns whether the two differ in nothing but the grid, which moves with the dimensions. */
  public boolean sameButForGrid(Quantization other) {
    return expressed == other.expressed
        && min == other.min
        && max == other.max
        && grid.getClass() == other.grid.getClass()
        && scales.equals(other.scales)
        && zeroPoints.equals(other.zeroPoints);
  }

  /**
   * Returns for every element of a tensor of the given sizes, in row-major order, which of the
   * scales is its own; null where there is one for all.
   */
  public int @Nullable [] places(long[] dims) {
    if (scales.size() == 1) {
      return null;
    }
    long[] blocks = grid.blocks(dims);
    int[] places = {0};
    for (int d = 0; d < dims.length; d++) {
      int count = blocks[d] == 0 ? 0 : (int) (dims[d] / blocks[d]);
      int[] longer = new int[(int) (places.length * dims[d])];
      for (int i = 0; i < longer.length; i++) {
        longer[i] = places[(int) (i / dims[d])] * count + (int) (i % dims[d] / blocks[d]);
      }
      places = longer;
    }
    return places;
  }

  /** Returns the spelling in MLIR text, such as {@code !quant.uniform<i8:f32, 0.5:-3>}. */
  String text(ElementType storage) {
    var text = new StringBuilder("!quant.uniform<");
    // The dialect spells unsigned integers in its own way.
    text.append(storage.text().replace("ui", "u"));
    if (min != min(storage) || max != max(storage)) {
      text.append('<').append(min).append(':').append(max).append('>');
    }
    text.append(':').append(expressed.text()).append(grid.text()).append(", ");
    if (grid instanceof SubChannel blocks) {
      parameters(blocks.counts().stream().mapToInt(Long::intValue).toArray(), 0, text);
    } else {
      parameters(isPerTensor() ? new int[0] : new int[] {scales.size()}, 0, text);
    }
    return text.append('>').toString();
  }

  /** Appends the scales from {@code first} on, nested as the sizes say. */
  private void parameters(int[] sizes, int first, StringBuilder text) {
    if (sizes.length == 0) {
      text.append(scales.get(first).toString().toLowerCase(Locale.ROOT));
      if (zeroPoints.get(first) != 0) {
        text.append(':').append(zeroPoints.get(first));
      }
      return;
    }
    int[] inner = Arrays.copyOfRange(sizes, 1, sizes.length);
    int step = Arrays.stream(inner).reduce(1, (a, b) -> a * b);
    text.append('{');
    for (int i = 0; i < sizes[0]; i++) {
      text.append(i == 0 ? "" : ", ");
      parameters(inner, first + i * step, text);
    }
    text.append('}');
  }
}
