package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import java.util.ArrayList;
import java.util.List;

/** The operations that run one of their regions, which see the values around them. */
public enum BranchOp implements Op {
  /** Runs the first region when true, else the second. */
  IF("stablehlo.if", ElementType.I1) {
    @Override
    int chosen(long selector, int branches) {
      return selector != 0 ? 0 : 1;
    }
  },
  /** Runs the region that a number counts to; the last one when there is no such region. */
  CASE("stablehlo.case", ElementType.I32) {
    @Override
    int chosen(long selector, int branches) {
      return selector >= 0 && selector < branches ? (int) selector : branches - 1;
    }
  };

  private final String fullName;
  private final ElementType selector;

  BranchOp(String fullName, ElementType selector) {
    this.fullName = fullName;
    this.selector = selector;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Returns which of {@code branches} regions is run. */
  abstract int chosen(long selector, int branches);

  @Override
  public void verify(Operation operation, OpChecker check) {
    int branches = operation.regions().size();
    int results = operation.results().size();
    if (this == CASE) {
      check.constraint("C1");
      if (!check.require(branches > 0, "it has no branches", "Give it at least one")) {
        return;
      }
    }
    check.constraint("");
    if (!check.arity(1, results, this == IF ? 2 : branches)) {
      return;
    }
    check.require(
        OpChecker.compatible(operation.operand(0).type(), TensorType.of(selector)),
        () -> "it chooses by a " + operation.operand(0).type(),
        "It chooses by a " + TensorType.of(selector));
    List<Type> types = Op.typesOf(operation.results());
    for (int b = 0; b < branches; b++) {
      Region branch = operation.regions().get(b);
      String name = "branch " + b;
      check.constraint(this == IF ? "C1" : "C2");
      if (Regions.takes(check, name, branch, List.of())) {
        check.constraint(this == IF ? "C2, C3" : "C3, C4");
        Regions.gives(check, name, branch, types);
      }
    }
  }

  @Override
  public boolean hasSideEffect() {
    // What it runs may have some.
    return true;
  }

  /** A result is what the branch that is run gives. */
  @Override
  public List<DataFlow> flows(Operation operation) {
    List<DataFlow> flows = new ArrayList<>();
    for (int i = 0; i < operation.results().size(); i++) {
      List<DataFlow.Source> sources = new ArrayList<>();
      for (Region branch : operation.regions()) {
        sources.add(new DataFlow.Source(branch.block().terminator(), i));
      }
      flows.add(new DataFlow(sources, List.of(operation.result(i))));
    }
    return flows;
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    List<Region> branches = operation.regions();
    int chosen = chosen(operands.get(0).getLong(0), branches.size());
    return evaluation.run(branches.get(chosen), List.of());
  }
}
