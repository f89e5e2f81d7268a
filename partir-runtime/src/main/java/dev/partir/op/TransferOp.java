package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The operations that move arrays between a process and another one or the host (StableHLO
 * specification, "Streaming communication", and "Add source-target pairs to send/recv ops", whose
 * numbers the constraints of both have). What the host receives is dropped. Without {@code
 * source_target_pairs} whatever is sent on a channel goes to who receives on it next.
 */
public enum TransferOp implements Op {
  /** Sends arrays on a channel. */
  SEND(true),
  /** Waits for arrays on a channel. */
  RECV(false),
  /** Takes what the host feeds in. */
  INFEED(false),
  /** Gives arrays to the host. */
  OUTFEED(true);

  private static final String PAIRS = "source_target_pairs";
  private static final long DEVICE_TO_DEVICE = 1;
  private static final long DEVICE_TO_HOST = 2;
  private static final long HOST_TO_DEVICE = 3;

  private final String fullName = "stablehlo." + name().toLowerCase(Locale.ROOT);
  private final boolean out;

  TransferOp(boolean out) {
    this.out = out;
  }

  @Override
  public String opName() {
    return fullName;
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }

  private static boolean isHostTransfer(Operation operation) {
    return operation.attributes().flag("is_host_transfer");
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int operands = operation.operands().size();
    int results = operation.results().size();
    check.constraint(this == INFEED ? "C1" : "");
    if (!check.arity(out ? Math.max(1, operands) : 1, out ? 1 : Math.max(1, results), 0)) {
      return;
    }
    check.constraint("");
    tensorsAndToken(operation.operands(), "takes", "", "", check);
    boolean infeed = this == INFEED;
    tensorsAndToken(operation.results(), "gives", infeed ? "C2" : "", infeed ? "C3" : "", check);
    if (this == SEND || this == RECV) {
      long type = ProcessGroups.channelType(operation);
      long host = this == SEND ? DEVICE_TO_HOST : HOST_TO_DEVICE;
      long wanted = isHostTransfer(operation) ? host : DEVICE_TO_DEVICE;
      check.constraint("C5");
      check.require(
          type == wanted,
          () -> "its channel is of type " + type,
          isHostTransfer(operation)
              ? "A host transfer has a channel of type " + host
              : "A transfer between devices has a channel of type " + DEVICE_TO_DEVICE);
      checkPairs(operation, check);
    }
  }

  /** Requires a token last, and nothing but tensors before it, by the given constraints. */
  private static void tensorsAndToken(
      List<Value> values, String verb, String tensors, String token, OpChecker check) {
    for (int i = 0; i < values.size(); i++) {
      Type type = values.get(i).type();
      boolean last = i == values.size() - 1;
      check.constraint(last ? token : tensors);
      check.require(
          last ? type instanceof Type.Token : type instanceof TensorType,
          () -> "it " + verb + " a " + type + (last ? " last" : ""),
          "It " + verb + " tensors, and a token last");
    }
  }

  private static void checkPairs(Operation operation, OpChecker check) {
    if (!operation.attributes().has(PAIRS)) {
      return;
    }
    check.constraint("C1");
    if (!check.require(
        operation.attributes().get(PAIRS) instanceof Attribute.Dense dense
            && dense.type().rank() == 2
            && (dense.type().dim(1) == 2 || dense.type().elementCount() == 0),
        PAIRS + " is no list of pairs",
        "Write it as in dense<[[0, 1]]> : tensor<1x2xi64>")) {
      return;
    }
    long[] pairs = operation.attributes().integers(PAIRS);
    Set<Long> sources = new HashSet<>();
    Set<Long> targets = new HashSet<>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      long source = pairs[i];
      long target = pairs[i + 1];
      String pair = "the pair [" + source + ", " + target + "] ";
      check.constraint("C2");
      check.require(sources.add(source), pair + "repeats a source", "Every process sends once");
      check.constraint("C3");
      check.require(targets.add(target), pair + "repeats a target", "Every process receives once");
      check.constraint("C4");
      check.require(source >= 0 && target >= 0, pair + "has no process", "Processes count from 0");
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    Process process = evaluation.process();
    boolean withHost = this == INFEED || this == OUTFEED || isHostTransfer(operation);
    if (out) {
      if (!withHost) {
        send(operation, operands, process);
      }
      return List.of();
    }
    List<HostArray> received = withHost ? process.infeed(operation) : receive(operation, process);
    List<TensorType> types = Leaves.ofValues(operation.results());
    boolean fits = received.size() == types.size();
    for (int i = 0; fits && i < types.size(); i++) {
      fits = received.get(i).type().compatible(types.get(i));
    }
    if (!fits) {
      throw new PartirException(
          Diagnostic.at(
              operation.location(),
              ErrorCode.TYPE_MISMATCH,
              fullName
                  + " gives "
                  + types
                  + ", but what comes is "
                  + received.stream().map(HostArray::type).toList(),
              "Send what is received"));
    }
    return received;
  }

  private static void send(Operation operation, List<HostArray> arrays, Process process) {
    long channel = ProcessGroups.channel(operation);
    if (!operation.attributes().has(PAIRS)) {
      process.send(channel, Process.ANY, arrays);
      return;
    }
    ProcessGroups groups = groups(process);
    int self = groups.numberOf(process.number(), process.grid());
    long[] pairs = operation.attributes().integers(PAIRS);
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      if (pairs[i] == self) {
        process.send(channel, partner(operation, pairs[i + 1], process), arrays);
      }
    }
  }

  private static List<HostArray> receive(Operation operation, Process process) {
    long channel = ProcessGroups.channel(operation);
    if (!operation.attributes().has(PAIRS)) {
      return process.receive(operation, channel, Process.ANY);
    }
    ProcessGroups groups = groups(process);
    int self = groups.numberOf(process.number(), process.grid());
    long[] pairs = operation.attributes().integers(PAIRS);
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      if (pairs[i + 1] == self) {
        return process.receive(operation, channel, partner(operation, pairs[i], process));
      }
    }
    // Nobody sends to this process: as in collective_permute, it gets zeros.
    return Leaves.ofValues(operation.results()).stream().map(HostArray::zeros).toList();
  }

  /** Returns what the numbers of pairs stand for. */
  private static ProcessGroups groups(Process process) {
    return process.grid().partitions() > 1
        ? ProcessGroups.CROSS_PARTITION
        : ProcessGroups.CROSS_REPLICA;
  }

  private static int partner(Operation operation, long number, Process process) {
    ProcessGroups groups = groups(process);
    if (number >= groups.numbers(process.grid())) {
      throw groups.outside(operation, number, process.grid());
    }
    return groups.group(new int[] {(int) number}, process.number(), process.grid())[0];
  }
}
