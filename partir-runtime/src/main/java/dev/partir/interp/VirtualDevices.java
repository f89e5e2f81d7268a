package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.Collective;
import dev.partir.op.Evaluation;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a device-local function on virtual devices in lock-step: one operation on all devices, then
 * the next, so that results are reproducible. Between collectives the devices' kernels run side by
 * side on the common pool.
 */
public final class VirtualDevices {
  private final HostArray[][] values;

  private VirtualDevices(int devices, int valueCount) {
    values = new HostArray[devices][valueCount];
  }

  /**
   * Runs a function on as many devices as there are lists of arguments.
   *
   * @param arguments for each device one array per argument
   * @return for each device one array per result
   * @throws PartirException when arguments do not fit or an operation cannot be run
   */
  public static List<List<HostArray>> run(Function function, List<List<HostArray>> arguments) {
    for (List<HostArray> given : arguments) {
      Interpreter.checkArguments(function, given);
    }
    VirtualDevices devices = new VirtualDevices(arguments.size(), function.valueCount());
    return devices.run(function, function.body(), arguments);
  }

  private List<List<HostArray>> run(
      Function function, Block block, List<List<HostArray>> arguments) {
    for (int d = 0; d < values.length; d++) {
      for (int i = 0; i < arguments.get(d).size(); i++) {
        values[d][block.arguments().get(i).id()] = arguments.get(d).get(i);
      }
    }
    Lifetimes uses = Lifetimes.of(function);
    List<Operation> operations = block.operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      Operation operation = operations.get(i);
      if (operation.kind() instanceof Collective collective) {
        exchange(operation, collective);
      } else {
        Op op = Op.of(operation);
        IntStream.range(0, values.length)
            .parallel()
            .forEach(device -> evaluate(op, operation, device));
      }
      for (HostArray[] held : values) {
        uses.release(i, held);
      }
    }
    List<List<HostArray>> results = new ArrayList<>();
    for (int d = 0; d < values.length; d++) {
      results.add(get(d, block.results()));
    }
    return results;
  }

  private void evaluate(Op op, Operation operation, int device) {
    List<HostArray> results =
        op.evaluate(operation, get(device, operation.operands()), new Device(device));
    for (int r = 0; r < results.size(); r++) {
      values[device][operation.result(r).id()] = results.get(r);
    }
  }

  private void exchange(Operation operation, Collective collective) {
    List<HostArray> operands = new ArrayList<>();
    for (HostArray[] held : values) {
      operands.add(held[operation.operand(0).id()]);
    }
    List<HostArray> results = collective.evaluateAll(operation, operands);
    for (int d = 0; d < values.length; d++) {
      values[d][operation.result().id()] = results.get(d);
    }
  }

  private List<HostArray> get(int device, List<Value> wanted) {
    List<HostArray> arrays = new ArrayList<>(wanted.size());
    for (Value value : wanted) {
      arrays.add(values[device][value.id()]);
    }
    return arrays;
  }

  /**
   * What an operation sees of the device that it runs on. Regions hold no collectives: they run on
   * each device by itself.
   */
  private final class Device implements Evaluation {
    private final int number;

    Device(int number) {
      this.number = number;
    }

    @Override
    public List<HostArray> run(Region region, List<HostArray> arguments) {
      HostArray[] held = values[number];
      Block block = region.block();
      for (int i = 0; i < arguments.size(); i++) {
        held[block.arguments().get(i).id()] = arguments.get(i);
      }
      List<Operation> operations = block.operations();
      for (Operation operation : operations.subList(0, operations.size() - 1)) {
        if (operation.kind() instanceof Collective) {
          throw new PartirException(
              Diagnostic.at(
                  operation.location(),
                  ErrorCode.UNSUPPORTED,
                  operation.name() + " stands in a region, where devices do not run in step",
                  "Move it out of the region"));
        }
        evaluate(Op.of(operation), operation, number);
      }
      return get(number, block.results());
    }

    @Override
    public List<HostArray> call(String function, List<HostArray> arguments) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.UNSUPPORTED,
              "call @" + function,
              "device-local programs hold no calls",
              "Flatten the program before it is partitioned"));
    }

    @Override
    public int device() {
      return number;
    }

    @Override
    public int deviceCount() {
      return values.length;
    }
  }
}
