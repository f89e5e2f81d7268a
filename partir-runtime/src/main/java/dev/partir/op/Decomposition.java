package dev.partir.op;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;

/** Runs an operation as other operations that mean the same on the arrays at hand. */
final class Decomposition implements Evaluation {
  private final Evaluation evaluation;
  private final IdentityHashMap<Value, HostArray> arrays = new IdentityHashMap<>();

  private Decomposition(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** What an operation is made of. */
  @FunctionalInterface
  interface Body {
    /** Adds the operations to a block, and returns their results. */
    List<Value> build(BlockBuilder block, List<Value> operands);
  }

  /**
   * Runs what an operation is made of.
   *
   * @throws PartirException when one of the operations breaks a constraint
   */
  static List<HostArray> evaluate(List<HostArray> operands, Evaluation evaluation, Body body) {
    Decomposition run = new Decomposition(evaluation);
    FunctionBuilder function = new FunctionBuilder("decomposition");
    List<Value> values = new ArrayList<>();
    for (HostArray operand : operands) {
      Value value = function.argument(operand.type(), null);
      values.add(value);
      run.arrays.put(value, operand);
    }
    List<Value> results = body.build(function.body(), values);
    run.run(function.body().operations());
    return run.get(results);
  }

  /**
   * Adds an operation, with its result's type as it follows from the operands where the declared
   * one leaves sizes open.
   *
   * @throws PartirException when it breaks a constraint
   */
  static Value add(
      BlockBuilder block,
      Op op,
      List<Value> operands,
      Attributes attributes,
      List<Region> regions,
      Operation declared) {
    return addAll(block, op, operands, attributes, regions, declared).get(0);
  }

  /** Adds an operation as {@link #add} does, and returns all of its results. */
  static List<Value> addAll(
      BlockBuilder block,
      Op op,
      List<Value> operands,
      Attributes attributes,
      List<Region> regions,
      Operation declared) {
    BlockBuilder scratch = block.nested();
    Operation draft =
        scratch.add(
            op,
            operands,
            attributes,
            regions,
            Op.typesOf(declared.results()),
            List.of(),
            declared.location());
    OpChecker check = new OpChecker(draft);
    List<dev.partir.ir.Type> types = check.infer(draft, operands, scratch);
    if (!check.findings().isEmpty()) {
      throw new PartirException(check.findings());
    }
    return block
        .add(op, operands, attributes, regions, types, List.of(), declared.location())
        .results();
  }

  private void run(List<Operation> operations) {
    for (Operation operation : operations) {
      if (Op.of(operation).isTerminator()) {
        return;
      }
      List<HostArray> results =
          Op.of(operation).evaluate(operation, get(operation.operands()), this);
      for (int r = 0; r < results.size(); r++) {
        arrays.put(operation.result(r), results.get(r));
      }
    }
  }

  private List<HostArray> get(List<Value> values) {
    List<HostArray> all = new ArrayList<>(values.size());
    for (Value value : values) {
      HostArray array = arrays.get(value);
      if (array == null) {
        throw new IllegalStateException("a value is used before it is made");
      }
      all.add(array);
    }
    return all;
  }

  /** Returns a region that does nothing but call a function of the given type. */
  static Region calling(
      BlockBuilder block, String function, List<TensorType> inputs, List<TensorType> results) {
    BlockBuilder body = block.nested();
    List<Value> arguments = new ArrayList<>();
    for (TensorType input : inputs) {
      arguments.add(body.argument(input, null));
    }
    Operation call = CallOp.build(body, function, arguments, results);
    ReturnOp.STABLEHLO.build(body, call.results());
    return new Region(body.build());
  }

  /**
   * Runs a region. One that only calls a function may be the decomposition's own, of which who runs
   * the program knows nothing.
   */
  @Override
  public List<HostArray> run(Region region, List<HostArray> arguments) {
    Block block = region.block();
    Operation first = block.operations().get(0);
    return first.kind() == CallOp.INSTANCE
            && first.operands().equals(block.arguments())
            && first.results().equals(block.results())
        ? evaluation.call(CallOp.callee(first), arguments)
        : evaluation.run(region, arguments);
  }

  @Override
  public List<HostArray> call(String function, List<HostArray> arguments) {
    return evaluation.call(function, arguments);
  }

  @Override
  public List<List<HostArray>> runParallel(
      ProcessGrid grid,
      List<String> functions,
      List<HostArray> arguments,
      List<List<HostArray>> infeed) {
    return evaluation.runParallel(grid, functions, arguments, infeed);
  }

  @Override
  public Arithmetic arithmetic() {
    return evaluation.arithmetic();
  }

  @Override
  public Process process() {
    return evaluation.process();
  }

  @Override
  public SplittableRandom random() {
    return evaluation.random();
  }
}
