package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.AxisSpan;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.List;

/** Cuts what a {@link ManualComputationOp} takes into blocks, and puts together what it gives. */
final class ManualBlocks {
  private final Operation operation;
  private final SdyMesh mesh;
  private final List<String> manual;

  ManualBlocks(Operation operation, SdyMesh mesh) {
    this.operation = operation;
    this.mesh = mesh;
    manual = ManualComputationOp.manualAxes(operation);
  }

  /** Returns what a device has of each operand. */
  List<HostArray> cut(List<HostArray> operands, int device) {
    List<TensorSharding> shardings =
        ShardingAttributes.shardings(operation, ManualComputationOp.IN);
    List<HostArray> blocks = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      TensorType whole = operands.get(i).type();
      TensorType block = block(whole, shardings.get(i));
      long[] strides = StridedCopy.strides(whole.dims());
      long offset = offset(block, strides, shardings.get(i), device);
      blocks.add(StridedCopy.read(operands.get(i), offset, strides, block));
    }
    return blocks;
  }

  /** Returns the results of which the devices have the given parts. */
  List<HostArray> join(List<List<HostArray>> parts, int[] devices) {
    List<TensorSharding> shardings =
        ShardingAttributes.shardings(operation, ManualComputationOp.OUT);
    List<HostArray> results = new ArrayList<>();
    for (int r = 0; r < shardings.size(); r++) {
      HostArray whole = HostArray.zeros(operation.result(r).tensor());
      long[] strides = StridedCopy.strides(whole.type().dims());
      for (int i = 0; i < devices.length; i++) {
        HostArray part = parts.get(i).get(r);
        long offset = offset(part.type(), strides, shardings.get(r), devices[i]);
        long[] dims = part.type().dims();
        StridedCopy.copy(part, 0, StridedCopy.strides(dims), whole, offset, strides, dims);
      }
      results.add(whole);
    }
    return results;
  }

  /** Returns the devices that differ from one only along manual axes, in order. */
  int[] group(int device) {
    List<AxisSpan> spans = new ArrayList<>();
    for (String axis : manual) {
      spans.addAll(mesh.spans(AxisRef.of(axis)));
    }
    List<Integer> members = new ArrayList<>();
    for (int other = 0; other < mesh.deviceCount(); other++) {
      int rest = other;
      int own = device;
      for (AxisSpan span : spans) {
        rest -= rest / span.stride() % span.size() * span.stride();
        own -= own / span.stride() % span.size() * span.stride();
      }
      if (rest == own) {
        members.add(other);
      }
    }
    return members.stream().mapToInt(Integer::intValue).toArray();
  }

  private TensorType block(TensorType whole, TensorSharding sharding) {
    long[] sizes = whole.dims();
    List<List<AxisRef>> dims = ManualComputationOp.manualDims(sharding, manual);
    for (int d = 0; d < sizes.length; d++) {
      for (AxisRef axis : dims.get(d)) {
        sizes[d] /= mesh.size(axis);
      }
    }
    return whole.withDims(sizes);
  }

  private long offset(TensorType block, long[] strides, TensorSharding sharding, int device) {
    List<List<AxisRef>> dims = ManualComputationOp.manualDims(sharding, manual);
    long offset = 0;
    for (int d = 0; d < strides.length; d++) {
      long index = 0;
      for (AxisRef axis : dims.get(d)) {
        for (AxisSpan span : mesh.spans(axis)) {
          index = index * span.size() + device / span.stride() % span.size();
        }
      }
      offset += index * block.dim(d) * strides[d];
    }
    return offset;
  }
}
