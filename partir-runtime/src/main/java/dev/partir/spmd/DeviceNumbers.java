package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.op.BinaryOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ConvertOp;
import dev.partir.op.DeviceIdOp;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Numbers that depend on the device alone, such as where its block of a dimension starts: scalars
 * of i32, each computed once in the body of the function.
 */
final class DeviceNumbers {
  private static final TensorType INDEX = TensorType.of(ElementType.I32);

  private final Mesh mesh;
  private final BlockBuilder root;
  private final Map<String, Value> indexes = new HashMap<>();

  /**
   * Makes numbers for a program.
   *
   * @param root the body of its function
   */
  DeviceNumbers(Mesh mesh, BlockBuilder root) {
    this.mesh = mesh;
    this.root = root;
  }

  /** Returns a number as a scalar of i32. */
  Value constant(int number) {
    return indexes.computeIfAbsent(
        "constant " + number,
        key -> ConstantOp.splat(root, HostArray.scalar(ElementType.I32, number), INDEX));
  }

  /** Returns the first index of the device's block of {@code size} elements cut along axes. */
  Value start(int[] axes, long size) {
    String key = "start " + Arrays.toString(axes) + " of " + size;
    Value known = indexes.get(key);
    if (known == null) {
      if (mesh.divides(size, axes)) {
        known = times(block(axes), size / mesh.groupSize(axes));
      } else {
        long rest = size;
        for (int axis : axes) {
          rest = Mesh.blockSize(rest, mesh.size(axis));
          Value part = times(coordinate(axis), rest);
          known = known == null ? part : BinaryOp.ADD.build(root, known, part);
        }
      }
      indexes.put(key, Objects.requireNonNull(known));
    }
    return known;
  }

  /** Returns how much of that block is not padding: {@link Mesh#blockLength}. */
  Value length(int[] axes, long size) {
    String key = "length " + Arrays.toString(axes) + " of " + size;
    Value known = indexes.get(key);
    if (known == null) {
      long outer = size;
      for (int i = 0; i < axes.length; i++) {
        if (outer % mesh.size(axes[i]) != 0) {
          Value within = start(Arrays.copyOfRange(axes, i, axes.length), outer);
          Value left = BinaryOp.SUBTRACT.build(root, constant(Math.toIntExact(outer)), within);
          known = known == null ? left : BinaryOp.MINIMUM.build(root, known, left);
        }
        outer = Mesh.blockSize(outer, mesh.size(axes[i]));
      }
      indexes.put(key, Objects.requireNonNull(known));
    }
    return known;
  }

  /** Returns the product of a number and a factor. */
  Value times(Value number, long factor) {
    return factor == 1
        ? number
        : BinaryOp.MULTIPLY.build(root, number, constant(Math.toIntExact(factor)));
  }

  /** Returns the number of the device's block along axes: {@link Mesh#blockIndex}. */
  Value block(int[] axes) {
    String key = Arrays.toString(axes);
    Value known = indexes.get(key);
    if (known == null) {
      for (int axis : axes) {
        Value coordinate = coordinate(axis);
        known =
            known == null
                ? coordinate
                : BinaryOp.ADD.build(root, times(known, mesh.size(axis)), coordinate);
      }
      if (known == null) {
        throw new IllegalArgumentException("no axes");
      }
      indexes.put(key, known);
    }
    return known;
  }

  private Value coordinate(int axis) {
    String key = "axis " + axis;
    Value known = indexes.get(key);
    if (known == null) {
      known = device();
      if (mesh.stride(axis) > 1) {
        known = BinaryOp.DIVIDE.build(root, known, constant(mesh.stride(axis)));
      }
      if (mesh.stride(axis) * mesh.size(axis) < mesh.deviceCount()) {
        known = BinaryOp.REMAINDER.build(root, known, constant(mesh.size(axis)));
      }
      indexes.put(key, known);
    }
    return known;
  }

  private Value device() {
    Value known = indexes.get("device");
    if (known == null) {
      known = ConvertOp.build(root, DeviceIdOp.REPLICA.build(root), ElementType.I32);
      indexes.put("device", known);
    }
    return known;
  }

  /** Returns a number times a factor, divided by what divides that. */
  Value scaled(Value number, long factor, long divisor) {
    Value scaled = times(number, factor);
    return divisor == 1
        ? scaled
        : BinaryOp.DIVIDE.build(root, scaled, constant(Math.toIntExact(divisor)));
  }

  /** Returns the sum of a number and a constant. */
  Value plus(Value number, long constant) {
    return BinaryOp.ADD.build(root, number, constant(Math.toIntExact(constant)));
  }
}
