package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import java.util.List;
import java.util.concurrent.CancellationException;

/** One of the processes that run a program together, as its operations see it. */
public interface Process {
  /** What a meeting makes of what its members bring. */
  @FunctionalInterface
  interface Exchange {
    /**
     * Returns what each member takes away.
     *
     * @param brought one list per member, in the order of the group
     */
    List<List<HostArray>> apply(List<List<HostArray>> brought);
  }

  /** In the place of a process's number: whichever sends or receives on the channel next. */
  int ANY = -1;

  ProcessGrid grid();

  /** Returns the number of this process in the grid. */
  int number();

  /**
   * Waits until every member of a group, this process among them, has come to the meeting, and
   * returns what this process takes away.
   *
   * @param channel what tells meetings of one group apart; those of one channel are held in the
   *     order in which the processes come to them
   * @param group the numbers of the members in the order that the exchange sees them in
   * @throws PartirException when a member can never come
   */
  List<HostArray> meet(
      Operation operation, Object channel, int[] group, List<HostArray> brought, Exchange exchange);

  /**
   * Hands arrays to another process without waiting for it to take them.
   *
   * @param target the number of the process, or {@link #ANY}
   */
  void send(Object channel, int target, List<HostArray> arrays);

  /**
   * Waits for arrays from another process, which come in the order in which they were sent.
   *
   * @param source the number of the process, or {@link #ANY} for what was sent to any
   * @throws PartirException when they can never come
   */
  List<HostArray> receive(Operation operation, Object channel, int source);

  /**
   * Returns what the host feeds in next.
   *
   * @throws PartirException when there is nothing
   */
  List<HostArray> infeed(Operation operation);

  /**
   * Returns as long as the run goes on. It is called before every operation.
   *
   * @throws java.util.concurrent.CancellationException when the thread is interrupted or another
   *     process has failed
   */
  default void checkRunning() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
  }

  /** A process without others. */
  enum Alone implements Process {
    INSTANCE;

    @Override
    public ProcessGrid grid() {
      return ProcessGrid.SINGLE;
    }

    @Override
    public int number() {
      return 0;
    }

    @Override
    public List<HostArray> meet(
        Operation operation,
        Object channel,
        int[] group,
        List<HostArray> brought,
        Exchange exchange) {
      return exchange.apply(List.of(brought)).get(0);
    }

    @Override
    public void send(Object channel, int target, List<HostArray> arrays) {
      // Nobody is there to take them.
    }

    @Override
    public List<HostArray> receive(Operation operation, Object channel, int source) {
      throw new PartirException(
          Diagnostic.at(
              operation.location(),
              ErrorCode.INVALID_OP,
              operation.name() + " waits for another process, but the program runs alone",
              "Run it beside the process that sends"));
    }

    @Override
    public List<HostArray> infeed(Operation operation) {
      throw nothingFed(operation);
    }
  }

  /** Returns the error of an infeed that finds nothing. */
  static PartirException nothingFed(Operation operation) {
    return new PartirException(
        Diagnostic.at(
            operation.location(),
            ErrorCode.UNSUPPORTED,
            operation.name() + " finds nothing that the host feeds in",
            "Name functions that make what it takes in the infeed of interpreter.run_parallel"));
  }
}
