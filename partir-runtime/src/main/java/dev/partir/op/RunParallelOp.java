package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code interpreter.run_parallel}: runs a function of the program per process, side by side. Test
 * programs of the StableHLO project use it. Attribute {@code programs} names the functions, a row
 * per replica with a function per partition; {@code infeed} names functions whose results the host
 * feeds in, dealt to the processes in turn. The operands are the arguments of all functions in
 * order, the results their results.
 */
public enum RunParallelOp implements Op {
  INSTANCE;

  private static final String PROGRAMS = "programs";
  private static final String INFEED = "infeed";

  @Override
  public String opName() {
    return "interpreter.run_parallel";
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    List<List<String>> programs = programs(operation);
    check.require(
        programs != null && !programs.isEmpty() && !programs.get(0).isEmpty(),
        PROGRAMS + " is not a matrix of functions",
        "Write it as in [[@replica0], [@replica1]], rows of one length");
    check.require(
        symbols(operation.attributes().get(INFEED)) != null,
        INFEED + " is not a list of functions",
        "Write it as in [@first, @second]");
  }

  private static @Nullable List<List<String>> programs(Operation operation) {
    if (!(operation.attributes().get(PROGRAMS) instanceof Attribute.Array rows)) {
      return null;
    }
    List<List<String>> programs = new ArrayList<>();
    for (Attribute row : rows.elements()) {
      List<String> names = symbols(row);
      if (names == null || (!programs.isEmpty() && names.size() != programs.get(0).size())) {
        return null;
      }
      programs.add(names);
    }
    return programs;
  }

  private static @Nullable List<String> symbols(@Nullable Attribute attribute) {
    if (attribute == null) {
      return List.of();
    }
    if (!(attribute instanceof Attribute.Array list)) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (Attribute element : list.elements()) {
      if (!(element instanceof Attribute.Symbol symbol)) {
        return null;
      }
      names.add(symbol.name());
    }
    return names;
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    List<List<String>> programs = programs(operation);
    List<String> infeed = symbols(operation.attributes().get(INFEED));
    if (programs == null || infeed == null) {
      throw new IllegalStateException("the verifier lets only matrices of functions through");
    }
    List<List<HostArray>> fed = new ArrayList<>();
    for (String function : infeed) {
      fed.add(evaluation.call(function, List.of()));
    }
    List<String> functions = new ArrayList<>();
    for (List<String> row : programs) {
      functions.addAll(row);
    }
    ProcessGrid grid = new ProcessGrid(programs.size(), programs.get(0).size());
    List<HostArray> results = new ArrayList<>();
    for (List<HostArray> given : evaluation.runParallel(grid, functions, operands, fed)) {
      results.addAll(given);
    }
    List<Type> types = Op.typesOf(operation.results());
    if (results.size() != types.size()) {
      throw new dev.partir.ir.PartirException(
          dev.partir.ir.Diagnostic.at(
              operation.location(),
              dev.partir.ir.ErrorCode.INVALID_OP,
              "the functions give " + results.size() + " results, the operation " + types.size(),
              "Give it a result for each of theirs"));
    }
    return results;
  }
}
