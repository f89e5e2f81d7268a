package dev.partir.ir;

import java.util.List;
import java.util.Locale;

/**
 * What the integers of a quantized tensor stand for: {@code (i - zeroPoint) * scale}, a number of
 * the expressed type (StableHLO specification, "Quantized element types"). The integers themselves
 * are of the tensor's element type, the storage type.
 *
 * @param expressed the floating-point type
 * @param min the smallest integer
 * @param max the largest integer
 * @param axis the dimension along which scales and zero points change, {@link #NO_AXIS} where one
 *     stands for all
 * @param scales one, or one per index of the axis
 * @param zeroPoints as many
 */
public record Quantization(
    ElementType expressed,
    long min,
    long max,
    int axis,
    List<Double> scales,
    List<Long> zeroPoints) {
  /** The axis of a tensor that has one scale. */
  public static final int NO_AXIS = -1;

  public Quantization {
    scales = List.copyOf(scales);
    zeroPoints = List.copyOf(zeroPoints);
  }

  public boolean perAxis() {
    return axis != NO_AXIS;
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

  /** Returns whether the two differ in nothing but the axis, which moves with the dimensions. */
  public boolean sameButForAxis(Quantization other) {
    return expressed == other.expressed
        && min == other.min
        && max == other.max
        && perAxis() == other.perAxis()
        && scales.equals(other.scales)
        && zeroPoints.equals(other.zeroPoints);
  }

  /** Returns the spelling in MLIR text, such as {@code !quant.uniform<i8:f32, 0.5:-3>}. */
  String text(ElementType storage) {
    var text = new StringBuilder("!quant.uniform<");
    // The dialect spells unsigned integers in its own way.
    text.append(storage.text().replace("ui", "u"));
    if (min != min(storage) || max != max(storage)) {
      text.append('<').append(min).append(':').append(max).append('>');
    }
    text.append(':').append(expressed.text());
    if (perAxis()) {
      text.append(':').append(axis);
    }
    text.append(perAxis() ? ", {" : ", ");
    for (int i = 0; i < scales.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(scales.get(i).toString().toLowerCase(Locale.ROOT));
      if (zeroPoints.get(i) != 0) {
        text.append(':').append(zeroPoints.get(i));
      }
    }
    return text.append(perAxis() ? "}>" : ">").toString();
  }
}
