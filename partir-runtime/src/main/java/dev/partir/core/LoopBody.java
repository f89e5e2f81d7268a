package dev.partir.core;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.FactorRule;
import dev.partir.op.LocalContext;
import dev.partir.op.Masking;
import dev.partir.op.Op;
import dev.partir.op.ReturnOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one iteration of the loops around an operation computes: a function of the blocks of its
 * operands and, where the operation needs to know them, of where its blocks of factors start.
 */
public final class LoopBody implements LocalContext {
  private static final TensorType INDEX = TensorType.of(ElementType.I32);

  private final CoreProgram program;
  private final int node;
  private final FactorRule rule;
  private final FunctionBuilder builder = new FunctionBuilder("body");
  private final Copier copier;
  private final Map<Integer, Value> starts = new TreeMap<>();
  private final Map<Integer, Value> lengths = new TreeMap<>();

  private LoopBody(CoreProgram program, int node) {
    this.program = program;
    this.node = node;
    rule = program.graph().rule(node);
    copier = new Copier(program.graph().function());
  }

  /**
   * Returns the body of a node that is an operation over tensors. Its arguments are the operands'
   * blocks and the values that its regions use, then scalars of type i32 for every looped factor,
   * by factor: the index where the block starts, and where the factor does not divide, how many of
   * its elements are not padding.
   */
  public static Function of(CoreProgram program, int node) {
    return new LoopBody(program, node).build();
  }

  private Function build() {
    Operation operation = program.graph().operation(node);
    List<Value> operands = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int o = 0; o < operation.operands().size(); o++) {
      Value operand = operation.operand(o);
      TensorType type =
          program.operandSharding(node, o).localType(operand.tensor(), program.mesh());
      String name = CorePrinter.plainName(operand);
      // An operand that stands twice has two blocks.
      operands.add(builder.argument(type, o > 0 && names.contains(name) ? name + "_" + o : name));
      names.add(name);
    }
    for (Value captured : CoreGraph.captured(operation)) {
      String name = CorePrinter.plainName(captured);
      String unused = names.contains(name) ? name + "_in" : name;
      copier.put(captured, builder.argument(captured.type(), unused));
    }
    for (int factor = 0; factor < rule.factorCount(); factor++) {
      int[] axes = program.axesOf(node, factor);
      if (axes.length > 0) {
        String letter = FactorRule.letter(factor);
        starts.put(factor, builder.argument(INDEX, "start_" + letter));
        if (!program.mesh().divides(rule.size(factor), axes)) {
          lengths.put(factor, builder.argument(INDEX, "length_" + letter));
        }
      }
    }
    List<TensorType> types = new ArrayList<>();
    for (int r = 0; r < operation.results().size(); r++) {
      types.add(
          program.resultSharding(node, r).localType(operation.result(r).tensor(), program.mesh()));
    }
    List<Value> whole = Masking.mask(rule, operands, this);
    List<Value> results = Op.of(operation).localize(operation, whole, types, this);
    ReturnOp.FUNCTION.build(builder.body(), results);
    return builder.build();
  }

  @Override
  public BlockBuilder block() {
    return builder.body();
  }

  @Override
  public @Nullable Value blockStart(int factor) {
    return starts.get(factor);
  }

  @Override
  public @Nullable Value blockLength(int factor) {
    return lengths.get(factor);
  }

  @Override
  public long blockReach(int factor) {
    return program.mesh().blockReach(rule.size(factor), program.axesOf(node, factor));
  }

  @Override
  public List<Region> copyRegions(List<Region> regions) {
    return copier.copyRegions(regions, builder.body());
  }
}
