package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.Evaluation;
import dev.partir.op.Op;
import dev.partir.op.Process;
import dev.partir.op.ProcessGrid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs programs on one device, operation by operation, with the rounding that the StableHLO
 * specification asks for.
 */
public final class Interpreter {
  /** Calls deeper than this are taken for endless. */
  private static final int MAX_CALL_DEPTH = 500;

  private final Module module;
  private final Process process;
  private final Map<String, Lifetimes> lifetimes = new HashMap<>();
  private int callDepth;

  private Interpreter(Module module, Process process) {
    this.module = module;
    this.process = process;
  }

  /**
   * Runs the main function of a program.
   *
   * @param arguments one array per argument, of its type
   * @return one array per result
   * @throws PartirException when the arguments do not fit or an operation cannot be run
   */
  public static List<HostArray> run(Module module, List<HostArray> arguments) {
    return run(module, module.main(), arguments);
  }

  /**
   * Runs a function of a program.
   *
   * @throws PartirException as {@link #run(Module, List)}
   */
  public static List<HostArray> run(Module module, Function function, List<HostArray> arguments) {
    return run(module, function, arguments, Process.Alone.INSTANCE);
  }

  /** Runs a function that calls no other. */
  public static List<HostArray> run(Function function, List<HostArray> arguments) {
    return run(Module.of(null, dev.partir.ir.Attributes.EMPTY, List.of(function)), arguments);
  }

  /** Runs a function of a program as one process of several. */
  static List<HostArray> run(
      Module module, Function function, List<HostArray> arguments, Process process) {
    return new Interpreter(module, process).call(function, arguments);
  }

  private List<HostArray> call(Function function, List<HostArray> arguments) {
    checkArguments(function, arguments);
    if (++callDepth > MAX_CALL_DEPTH) {
      throw new PartirException(
          Diagnostic.at(
              function.location(),
              ErrorCode.LIMIT,
              "calls nest deeper than " + MAX_CALL_DEPTH,
              "Do not call in a circle"));
    }
    HostArray[] values = new HostArray[function.valueCount()];
    Lifetimes uses = lifetimes.computeIfAbsent(function.name(), name -> Lifetimes.of(function));
    List<HostArray> results = new Frame(values).run(function.body(), arguments, uses);
    callDepth--;
    return results;
  }

  static void checkArguments(Function function, List<HostArray> arguments) {
    List<Diagnostic> findings = new ArrayList<>();
    if (arguments.size() != function.arguments().size()) {
      findings.add(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              "function @" + function.name(),
              "it is given " + arguments.size() + " arguments",
              "It takes " + function.arguments().size()));
    } else {
      for (int i = 0; i < arguments.size(); i++) {
        if (!arguments.get(i).type().equals(function.arguments().get(i).type())) {
          findings.add(
              Diagnostic.of(
                  ErrorCode.INVALID_ARGUMENT,
                  "function @"
                      + function.name()
                      + ", argument \""
                      + function.argumentName(i)
                      + "\"",
                  "it is given a " + arguments.get(i).type(),
                  "It takes a " + function.arguments().get(i).type()));
        }
      }
    }
    if (!findings.isEmpty()) {
      throw new PartirException(findings);
    }
  }

  /** The values of one run of a function; regions see the values around them. */
  private final class Frame implements Evaluation {
    private final HostArray[] values;

    Frame(HostArray[] values) {
      this.values = values;
    }

    List<HostArray> run(Block block, List<HostArray> arguments, Lifetimes uses) {
      for (int i = 0; i < arguments.size(); i++) {
        values[block.arguments().get(i).id()] = arguments.get(i);
      }
      List<Operation> operations = block.operations();
      for (int i = 0; i < operations.size() - 1; i++) {
        Operation operation = operations.get(i);
        List<HostArray> results =
            Op.of(operation).evaluate(operation, get(operation.operands()), this);
        for (int r = 0; r < results.size(); r++) {
          values[operation.result(r).id()] = results.get(r);
        }
        uses.release(i, values);
      }
      return get(block.results());
    }

    private List<HostArray> get(List<Value> wanted) {
      List<HostArray> arrays = new ArrayList<>(wanted.size());
      for (Value value : wanted) {
        arrays.add(values[value.id()]);
      }
      return arrays;
    }

    @Override
    public List<HostArray> run(Region region, List<HostArray> arguments) {
      return run(region.block(), arguments, Lifetimes.NONE);
    }

    @Override
    public List<HostArray> call(String function, List<HostArray> arguments) {
      return Interpreter.this.call(function(function), arguments);
    }

    @Override
    public List<List<HostArray>> runParallel(
        ProcessGrid grid,
        List<String> functions,
        List<HostArray> arguments,
        List<List<HostArray>> infeed) {
      List<VirtualDevices.Task> tasks = new ArrayList<>();
      int used = 0;
      for (int p = 0; p < functions.size(); p++) {
        Function function = function(functions.get(p));
        int end = Math.min(used + function.arguments().size(), arguments.size());
        List<List<HostArray>> fed = new ArrayList<>();
        for (int i = p; i < infeed.size(); i += functions.size()) {
          fed.add(infeed.get(i));
        }
        tasks.add(new VirtualDevices.Task(function, arguments.subList(used, end), fed));
        used = end;
      }
      return VirtualDevices.run(module, grid, tasks);
    }

    private Function function(String name) {
      Function function = module.function(name);
      if (function == null) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.UNDEFINED,
                "call @" + name,
                "the program has no such function",
                "Define it"));
      }
      return function;
    }

    @Override
    public Process process() {
      return process;
    }
  }
}
