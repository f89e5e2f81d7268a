package dev.partir.core;

import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.BranchOp;
import dev.partir.op.ComputedSizes;
import dev.partir.op.ConstantOp;
import dev.partir.op.CustomCallOp;
import dev.partir.op.GetDimensionSizeOp;
import dev.partir.op.Leaves;
import dev.partir.op.Op;
import dev.partir.op.OpChecker;
import dev.partir.op.WhileOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives sizes to the dimensions that the arguments of a program leave open, so that it can be
 * planned: all types that follow from them are made static, what computes sizes becomes constants,
 * and operations whose sizes are computed become those whose sizes are fixed.
 */
public final class Binding {
  /** Larger arrays are no sizes, and are not computed. */
  private static final int LARGEST_NUMBERS = 64;

  private final IdentityHashMap<Value, Value> copies = new IdentityHashMap<>();
  private final IdentityHashMap<Value, HostArray> known = new IdentityHashMap<>();
  private final OpChecker check;

  private Binding(Function function) {
    check = new OpChecker(function.body().terminator());
  }

  /**
   * Returns a function without calls on arguments of the given sizes.
   *
   * @param sizes by the place of a dimension, such as {@code x.0} or {@code arg1.2}: the name of an
   *     argument and the number of its dimension
   * @throws PartirException when a place is not open, an open one of an argument has no size, or
   *     the sizes do not go together
   */
  public static Function bind(Function function, Map<String, Long> sizes) {
    return new Binding(function).run(function, sizes);
  }

  /** Returns whether any type in a function leaves a size open. */
  public static boolean isOpen(Function function) {
    return isOpen(function.body());
  }

  private static boolean isOpen(Block block) {
    if (isOpen(block.arguments())) {
      return true;
    }
    for (Operation operation : block.operations()) {
      if (isOpen(operation.results())) {
        return true;
      }
      for (Region region : operation.regions()) {
        if (isOpen(region.block())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isOpen(List<Value> values) {
    for (TensorType type : Leaves.ofValues(values)) {
      if (!type.isStatic()) {
        return true;
      }
    }
    return false;
  }

  private Function run(Function function, Map<String, Long> sizes) {
    FunctionBuilder builder = FunctionBuilder.like(function);
    Set<String> unused = new HashSet<>(sizes.keySet());
    List<Diagnostic> findings = new ArrayList<>();
    for (int i = 0; i < function.arguments().size(); i++) {
      Value argument = function.arguments().get(i);
      Type type = argument.type();
      if (type instanceof TensorType tensor && !tensor.isStatic()) {
        long[] dims = tensor.dims();
        for (int d = 0; d < dims.length; d++) {
          if (dims[d] == TensorType.DYNAMIC) {
            Long size = null;
            for (String name : List.of(function.argumentName(i) + "." + d, "arg" + i + "." + d)) {
              size = size == null ? sizes.get(name) : size;
              unused.remove(name);
            }
            if (size == null || size < 0) {
              findings.add(open(function.argumentName(i), d));
            } else {
              dims[d] = size;
            }
          }
        }
        type = tensor.withDims(dims);
      }
      copies.put(
          argument,
          builder.argument(
              type, argument.name(), function.argumentAttributes(i), function.argumentLocation(i)));
    }
    for (String name : unused) {
      findings.add(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              "size of " + name,
              "no argument has a dimension of that name without a size",
              "Name an argument and the number of a dimension, as in arg0.0"));
    }
    if (!findings.isEmpty()) {
      throw new PartirException(findings);
    }
    copy(function.body(), builder.body());
    if (!check.findings().isEmpty()) {
      throw new PartirException(check.findings());
    }
    return UnusedOperations.remove(builder.aliases(function, copies::get).build());
  }

  private static Diagnostic open(String argument, int dimension) {
    return Diagnostic.of(
        ErrorCode.INVALID_ARGUMENT,
        "argument \"" + argument + "\"",
        "dimension " + dimension + " has no size",
        "Give it one, as in " + argument + "." + dimension + "=8");
  }

  private void copy(Block block, BlockBuilder target) {
    for (Operation operation : block.operations()) {
      copy(operation, target);
    }
  }

  private List<Value> copies(List<Value> values) {
    List<Value> all = new ArrayList<>(values.size());
    for (Value value : values) {
      Value copy = copies.get(value);
      if (copy == null) {
        throw new IllegalStateException("value " + value + " was not copied");
      }
      all.add(copy);
    }
    return all;
  }

  private void copy(Operation operation, BlockBuilder target) {
    List<Value> operands = copies(operation.operands());
    List<HostArray> numbers = numbers(operands);
    if (operation.kind() instanceof ComputedSizes op) {
      List<HostArray> last = numbers(operands.subList(op.arrays(), operands.size()));
      if (last.size() == operands.size() - op.arrays()) {
        Value fixed = op.fix(operation, target, operands.subList(0, op.arrays()), last);
        define(operation.result(), fixed);
        return;
      }
    }
    if (operation.kind() instanceof GetDimensionSizeOp op) {
      Operation typed = copy(operation, operands, List.of(), target.nested());
      long size = op.size(typed);
      if (size != TensorType.DYNAMIC) {
        constant(operation.result(), GetDimensionSizeOp.scalar(size), target);
        return;
      }
    }
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      regions.add(region(operation, region.block(), operands, target));
    }
    boolean all = regions.isEmpty() && numbers.size() == operands.size();
    Operation copy = copy(operation, operands, regions, target.nested());
    List<HostArray> results = all && isSmall(copy) ? Numbers.of(copy, numbers) : List.of();
    if (copy.kind() == CustomCallOp.INSTANCE && all && copy.results().isEmpty()) {
      // An assertion on sizes holds once and for all, or is told now.
      if (Numbers.runs(copy, numbers)) {
        return;
      }
    }
    if (!results.isEmpty() && results.size() == copy.results().size()) {
      for (int r = 0; r < results.size(); r++) {
        constant(operation.result(r), results.get(r), target);
      }
      return;
    }
    copy = copy(operation, operands, regions, target);
    for (int r = 0; r < copy.results().size(); r++) {
      define(operation.result(r), copy.result(r));
    }
  }

  private static boolean isSmall(Operation operation) {
    for (Value result : operation.results()) {
      if (!(result.type() instanceof TensorType type)
          || !type.isStatic()
          || !type.element().isInteger()
          || type.elementCount() > LARGEST_NUMBERS) {
        return false;
      }
    }
    return !operation.results().isEmpty();
  }

  private Region region(
      Operation operation, Block block, List<Value> operands, BlockBuilder target) {
    BlockBuilder copy = target.nested();
    for (int i = 0; i < block.arguments().size(); i++) {
      Value argument = block.arguments().get(i);
      Type type = operation.kind() == WhileOp.INSTANCE ? operands.get(i).type() : argument.type();
      copies.put(argument, copy.argument(type, argument.name()));
    }
    copy(block, copy);
    return new Region(copy.build());
  }

  /** Adds a copy with the types that its results have on these operands. */
  private Operation copy(
      Operation operation, List<Value> operands, List<Region> regions, BlockBuilder target) {
    List<Type> types = Op.typesOf(operation.results());
    if (operation.kind() instanceof BranchOp) {
      types = Op.typesOf(regions.get(0).block().results());
    } else if (operation.kind() == WhileOp.INSTANCE) {
      types = Op.typesOf(operands);
    }
    Operation draft =
        target
            .nested()
            .add(
                operation.kind(),
                operands,
                operation.attributes(),
                regions,
                types,
                List.of(),
                operation.location());
    types = check.infer(draft, operands, target.nested());
    List<String> names = new ArrayList<>();
    for (Value result : operation.results()) {
      if (result.name() != null) {
        names.add(result.name());
      }
    }
    return target.add(
        operation.kind(),
        operands,
        operation.attributes(),
        regions,
        types,
        names.size() == types.size() ? names : List.of(),
        operation.location());
  }

  private void define(Value source, Value copy) {
    copies.put(source, copy);
    var constant = ConstantOp.valueOf(copy);
    if (constant != null
        && constant.type().element().isInteger()
        && constant.type().elementCount() <= LARGEST_NUMBERS) {
      known.put(copy, HostArray.of(constant));
    }
  }

  private void constant(Value source, HostArray value, BlockBuilder target) {
    define(source, ConstantOp.build(target, value.toDense()));
  }

  /** Returns the numbers of those values of which they are known. */
  private List<HostArray> numbers(List<Value> values) {
    List<HostArray> numbers = new ArrayList<>();
    for (Value value : values) {
      HostArray number = known.get(value);
      if (number != null) {
        numbers.add(number);
      }
    }
    return numbers;
  }
}
