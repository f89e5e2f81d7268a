package dev.partir.op;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The registry of operations, by full name. */
public final class Ops {
  private static final Map<String, Op> BY_NAME = new HashMap<>();

  static {
    add(AllGatherOp.values());
    add(AllReduceOp.values());
    add(AllToAllOp.values());
    add(AsyncOp.values());
    add(BatchNormOp.values());
    add(BinaryOp.values());
    add(BitcastConvertOp.values());
    add(BranchOp.values());
    add(BroadcastInDimOp.values());
    add(BroadcastOp.values());
    add(BroadcastingOp.values());
    add(CallOp.values());
    add(CheckOp.values());
    add(CholeskyOp.values());
    add(ClampOp.values());
    add(ClassifyOp.values());
    add(CollectiveBroadcastOp.values());
    add(CollectivePermuteOp.values());
    add(CompareOp.values());
    add(ComplexOp.values());
    add(ComplexPartOp.values());
    add(CompositeOp.values());
    add(ConcatenateOp.values());
    add(ConstantLikeOp.values());
    add(ConstantOp.values());
    add(ConvertOp.values());
    add(ConvolutionOp.values());
    add(CrossReplicaSumOp.values());
    add(CustomCallOp.values());
    add(DeviceIdOp.values());
    add(DotGeneralOp.values());
    add(DotOp.values());
    add(DynamicBroadcastInDimOp.values());
    add(DynamicConvOp.values());
    add(DynamicGatherOp.values());
    add(DynamicIotaOp.values());
    add(DynamicPadOp.values());
    add(DynamicReshapeOp.values());
    add(DynamicSliceOp.values());
    add(DynamicUpdateSliceOp.values());
    add(EinsumOp.values());
    add(FftOp.values());
    add(GatherOp.values());
    add(GetDimensionSizeOp.values());
    add(GetTupleElementOp.values());
    add(IotaOp.values());
    add(ManualComputationOp.values());
    add(MapOp.values());
    add(NamedComputationOp.values());
    add(NextAfterOp.values());
    add(OptimizationBarrierOp.values());
    add(PadOp.values());
    add(PropagationBarrierOp.values());
    add(RaggedDotOp.values());
    add(RealDynamicSliceOp.values());
    add(ReduceOp.values());
    add(ReducePrecisionOp.values());
    add(ReduceScatterOp.values());
    add(ReduceWindowOp.values());
    add(ReshapeOp.values());
    add(ReturnOp.values());
    add(ReverseOp.values());
    add(RngBitGeneratorOp.values());
    add(RngOp.values());
    add(RunParallelOp.values());
    add(ScanOp.values());
    add(ScatterOp.values());
    add(SelectAndScatterOp.values());
    add(SelectOp.values());
    add(SetDimensionSizeOp.values());
    add(ShardingGroupOp.values());
    add(ShardingOp.values());
    add(SliceOp.values());
    add(SortOp.values());
    add(TokenOp.values());
    add(TopKOp.values());
    add(TorchIndexSelectOp.values());
    add(TransferOp.values());
    add(TransposeOp.values());
    add(TriangularSolveOp.values());
    add(TupleOp.values());
    add(UnaryOp.values());
    add(UniformQuantizeOp.values());
    add(WhileOp.values());
  }

  private Ops() {}

  private static void add(Op... ops) {
    for (Op op : ops) {
      if (BY_NAME.put(op.opName(), op) != null) {
        throw new IllegalStateException("two operations named " + op.opName());
      }
    }
  }

  /**
   * Returns the operation of that full name, or null. {@code call} and {@code return} stand for
   * those of {@code func}.
   */
  public static @Nullable Op named(String name) {
    return switch (name) {
      case "call" -> CallOp.INSTANCE;
      case "return" -> ReturnOp.FUNCTION;
      default -> BY_NAME.get(name);
    };
  }

  /** Returns all operations, by name. */
  public static Collection<Op> all() {
    return BY_NAME.values().stream().sorted(Comparator.comparing(Op::opName)).toList();
  }
}
