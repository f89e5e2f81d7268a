package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The two halves of an operation that runs beside what stands between them (StableHLO, "Add async
 * support to the StableHLO specification"). Nothing between them can see whether it has run yet, so
 * it is run where it starts.
 */
public enum AsyncOp implements Op {
  /** Starts what the body says, and gives a future of its results. */
  ASYNC_START {
    @Override
    public void verify(Operation operation, OpChecker check) {
      if (!check.arity(operation.operands().size(), 1, 1)) {
        return;
      }
      Block body = operation.regions().get(0).block();
      check.constraint("C1");
      if (Regions.takes(
          check, "body", operation.regions().get(0), Op.typesOf(operation.operands()))) {
        List<Type> given = Op.typesOf(body.results());
        check.constraint("");
        if (checkBody(body, check)
            && check.require(
                !given.isEmpty() && given.stream().allMatch(TensorType.class::isInstance),
                () -> "its body gives " + given,
                "It must give tensors")) {
          check.constraint("C1").result(0, new Type.Future(given));
        }
      }
    }

    @Override
    public List<HostArray> evaluate(
        Operation operation, List<HostArray> operands, Evaluation evaluation) {
      return evaluation.run(operation.regions().get(0), operands);
    }

    @Override
    public boolean hasSideEffect() {
      // The processes of a collective wait for each other.
      return true;
    }
  },

  /** Waits for a future, and gives what it is of. */
  ASYNC_DONE {
    @Override
    public void verify(Operation operation, OpChecker check) {
      if (!check.arity(1, operation.results().size(), 0)) {
        return;
      }
      Type operand = operation.operand(0).type();
      check.constraint("C1");
      if (!(operand instanceof Type.Future future)) {
        check.require(false, "it waits for a " + operand, "It takes what async_start gives");
        return;
      }
      List<Type> types = future.types();
      if (check.require(
          types.size() == operation.results().size(),
          () -> "it gives " + operation.results().size() + " values of a " + operand,
          "It gives every value that the future is of")) {
        for (int i = 0; i < types.size(); i++) {
          check.result(i, types.get(i));
        }
      }
    }

    @Override
    public List<HostArray> evaluate(
        Operation operation, List<HostArray> operands, Evaluation evaluation) {
      return operands;
    }
  };

  /** What can run beside other operations. */
  private static final Set<Op> BODIES =
      Set.of(
          AllGatherOp.INSTANCE,
          AllReduceOp.INSTANCE,
          AllToAllOp.INSTANCE,
          CollectiveBroadcastOp.INSTANCE,
          CollectivePermuteOp.INSTANCE,
          ReduceScatterOp.INSTANCE,
          DynamicSliceOp.INSTANCE,
          DynamicUpdateSliceOp.INSTANCE,
          SliceOp.INSTANCE);

  private final String fullName = "stablehlo." + name().toLowerCase(Locale.ROOT);

  @Override
  public String opName() {
    return fullName;
  }

  /** Requires a body of one operation that can run beside others, on what the body takes. */
  private static boolean checkBody(Block body, OpChecker check) {
    List<Operation> operations = body.operations();
    return check.require(
            operations.size() == 2 && BODIES.contains(Op.of(operations.get(0))),
            () -> "its body is " + operations.stream().map(Operation::name).toList(),
            "It must be one collective operation or slice, and stablehlo.return")
        && check.require(
            body.arguments().containsAll(operations.get(0).operands()),
            "its body uses values from around it",
            "Hand them in as operands");
  }
}
