package dev.partir.interp;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.op.Evaluation;
import dev.partir.op.Leaves;
import dev.partir.op.Process;
import dev.partir.op.ProcessGrid;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs on one device, operation by operation, with the rounding that the StableHLO
 * specification asks for.
 */
public final class Interpreter {
  /** Calls deeper than this are taken for endless. */
  private static final int MAX_CALL_DEPTH = 500;

  private final Module module;
  private final Process process;
  private final Arithmetic arithmetic;
  private final IdentityHashMap<Function, FunctionCode> codes = new IdentityHashMap<>();
  private final SplittableRandom random = new SplittableRandom(0);
  private int callDepth;

  private Interpreter(Module module, Process process, Arithmetic arithmetic) {
    this.module = module;
    this.process = process;
    this.arithmetic = arithmetic;
  }

  /**
   * Runs the main function of a program.
   *
   * @param arguments one array per argument, of its type; none for a token, those of its elements
   *     for a tuple
   * @return one array per result, counted in the same way
   * @throws PartirException when the arguments do not fit or an operation cannot be run
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
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
    return run(module, function, arguments, Arithmetic.EXACT);
  }

  /**
   * Runs a function of a program with a given rounding.
   *
   * @throws PartirException as {@link #run(Module, List)}
   */
  public static List<HostArray> run(
      Module module, Function function, List<HostArray> arguments, Arithmetic arithmetic) {
    return run(module, function, arguments, Process.Alone.INSTANCE, arithmetic);
  }

  /** Runs a function that calls no other. */
  public static List<HostArray> run(Function function, List<HostArray> arguments) {
    return run(function, arguments, Arithmetic.EXACT);
  }

  /** Runs a function that calls no other with a given rounding. */
  static List<HostArray> run(Function function, List<HostArray> arguments, Arithmetic arithmetic) {
    Module module = Module.of(null, dev.partir.ir.Attributes.EMPTY, List.of(function));
    return run(module, module.main(), arguments, arithmetic);
  }

  /** Runs a function of a program as one process of several. */
  static List<HostArray> run(
      Module module,
      Function function,
      List<HostArray> arguments,
      Process process,
      Arithmetic arithmetic) {
    try {
      return new Interpreter(module, process, arithmetic).call(function, arguments);
    } catch (StackOverflowError tooDeep) {
      throw new PartirException(
          Diagnostic.at(
              function.location(),
              ErrorCode.LIMIT,
              "calls and regions nest deeper than the stack of this thread allows",
              "Do not call in a circle"));
    } catch (OutOfMemoryError tooLarge) {
      throw outOfMemory();
    }
  }

  private static PartirException outOfMemory() {
    return new PartirException(
        Diagnostic.of(
            ErrorCode.LIMIT,
            "",
            "its arrays take more memory than the Java heap of "
                + (Runtime.getRuntime().maxMemory() >> 20)
                + " MiB has",
            "Give Java a larger heap (-Xmx), or run the program with smaller sizes"));
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
    FunctionCode code = codes.get(function);
    if (code == null) {
      code = new FunctionCode(function, callDepth == 1);
      codes.put(function, code);
    }
    List<HostArray> results = new Frame(code).run(function.body(), arguments);
    callDepth--;
    return results;
  }

  static void checkArguments(Function function, List<HostArray> arguments) {
    List<Diagnostic> findings = new ArrayList<>();
    List<TensorType> wanted = Leaves.ofValues(function.arguments());
    if (arguments.size() != wanted.size()) {
      findings.add(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              "function @" + function.name(),
              "it is given " + arguments.size() + " arguments",
              "It takes " + wanted.size()));
    } else {
      int leaf = 0;
      for (int i = 0; i < function.arguments().size(); i++) {
        int end = leaf + Leaves.count(function.arguments().get(i).type());
        for (; leaf < end; leaf++) {
          if (!arguments.get(leaf).type().compatible(wanted.get(leaf))) {
            findings.add(
                Diagnostic.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "function @"
                        + function.name()
                        + ", argument \""
                        + function.argumentName(i)
                        + "\"",
                    "it is given a " + arguments.get(leaf).type(),
                    "It takes a " + wanted.get(leaf)));
          }
        }
      }
    }
    if (!findings.isEmpty()) {
      throw new PartirException(findings);
    }
  }

  /** The values of one run of a function; regions see the values around them. */
  private final class Frame implements Evaluation {
    private final FunctionCode code;
    private final @Nullable HostArray[] slots;

    Frame(FunctionCode code) {
      this.code = code;
      slots = new HostArray[code.slotCount()];
    }

    List<HostArray> run(Block block, List<HostArray> arguments) {
      BlockCode operations = code.of(block);
      operations.enter(slots, arguments);
      for (int i = 0; i < operations.size(); i++) {
        process.checkRunning();
        try {
          operations.run(i, slots, this);
        } catch (PartirException problem) {
          throw operations.placed(i, problem);
        } catch (OutOfMemoryError tooLarge) {
          throw operations.placed(i, outOfMemory());
        }
      }
      return operations.leave(slots);
    }

    @Override
    public List<HostArray> run(Region region, List<HostArray> arguments) {
      process.checkRunning();
      return run(region.block(), arguments);
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
        int end = Math.min(used + Leaves.ofValues(function.arguments()).size(), arguments.size());
        List<List<HostArray>> fed = new ArrayList<>();
        for (int i = p; i < infeed.size(); i += functions.size()) {
          fed.add(infeed.get(i));
        }
        tasks.add(new VirtualDevices.Task(function, arguments.subList(used, end), fed));
        used = end;
      }
      return VirtualDevices.run(module, grid, tasks, arithmetic);
    }

    @Override
    public List<List<HostArray>> runParallel(
        ProcessGrid grid, Region region, List<List<HostArray>> arguments) {
      return VirtualDevices.run(module, Outlining.function(region), grid, arguments, arithmetic);
    }

    @Override
    public List<String> declarations() {
      return module.declarations();
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
    public SplittableRandom random() {
      return random;
    }

    @Override
    public Arithmetic arithmetic() {
      return arithmetic;
    }

    @Override
    public Process process() {
      return process;
    }
  }
}
