package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.op.Process;
import dev.partir.op.ProcessGrid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Where the processes of one run meet. It knows who waits, and so finds out when all wait for
 * somebody who will not come.
 */
final class Rendezvous {
  private final ProcessGrid grid;
  private final Map<MeetingKey, Meeting> meetings = new HashMap<>();
  private final Map<MailKey, Deque<List<HostArray>>> mail = new HashMap<>();

  /** What each process waits at; null for one that runs. */
  private final @Nullable Operation[] waiting;

  /** What would end the waiting of each process that waits: a meeting, or mail. */
  private final @Nullable Object[] awaited;

  /** How many processes neither wait nor have ended. */
  private int running;

  private volatile int failedProcess = Integer.MAX_VALUE;

  /** What ends the run. It is read without the lock between two operations. */
  private volatile @Nullable Throwable failure;

  Rendezvous(ProcessGrid grid) {
    this.grid = grid;
    waiting = new Operation[grid.size()];
    awaited = new Object[grid.size()];
    running = grid.size();
  }

  /** What tells one meeting from another: those of one group on one channel come in order. */
  private record MeetingKey(Object channel, List<Integer> group) {}

  private record MailKey(Object channel, int source, int target) {}

  /** Processes on their way to an exchange. */
  private static final class Meeting {
    final List<@Nullable List<HostArray>> brought;
    int missing;
    @Nullable List<List<HostArray>> taken;

    Meeting(int size) {
      brought = new ArrayList<>(Collections.nCopies(size, null));
      missing = size;
    }
  }

  /** Returns a process of the run as its operations see it. */
  Process process(int number, List<List<HostArray>> infeed) {
    return new Member(number, infeed);
  }

  /**
   * Ends the run: whoever waits, or comes to wait, stops. The failure of the first process is told.
   */
  synchronized void fail(int process, Throwable problem) {
    boolean first = failure == null || failure instanceof CancellationException;
    if (first || (process < failedProcess && !(problem instanceof CancellationException))) {
      failure = problem;
      failedProcess = process;
    }
    for (int p = 0; p < waiting.length; p++) {
      Object thing = awaited[p];
      if (thing != null) {
        wake(p, thing);
      }
    }
  }

  /** Says that a process has come to its end. */
  synchronized void leave() {
    running--;
    checkProgress();
  }

  /** Throws what the run failed with, if it failed. */
  synchronized void throwFailure() {
    if (failure instanceof RuntimeException problem) {
      throw problem;
    }
    if (failure instanceof Error problem) {
      throw problem;
    }
  }

  private void checkProgress() {
    if (running > 0 || failure != null) {
      return;
    }
    List<String> stuck = new ArrayList<>();
    Location place = Location.UNKNOWN;
    for (int p = 0; p < waiting.length; p++) {
      Operation operation = waiting[p];
      if (operation != null) {
        if (stuck.isEmpty()) {
          place = operation.location();
        }
        stuck.add(grid.name(p) + " at " + operation.name());
      }
    }
    if (stuck.isEmpty()) {
      return;
    }
    int shown = Math.min(stuck.size(), 4);
    fail(
        0,
        new PartirException(
            Diagnostic.at(
                place,
                ErrorCode.INVALID_OP,
                "processes wait for others that never come: "
                    + String.join(", ", stuck.subList(0, shown))
                    + (shown < stuck.size() ? " and " + (stuck.size() - shown) + " more" : ""),
                "All processes of a group must run the same collectives in the same order")));
  }

  /** Waits, as process {@code number}, until somebody calls {@link #wake} for the same thing. */
  private void await(int number, Operation operation, Object thing) {
    waiting[number] = operation;
    awaited[number] = thing;
    running--;
    checkProgress();
    while (waiting[number] != null) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(number, new CancellationException("interrupted"));
      }
    }
    stopIfFailed();
  }

  /**
   * Ends the waiting of a process, if it waits for that thing. Whoever ends it counts it as
   * running.
   */
  private void wake(int process, Object thing) {
    if (waiting[process] != null && thing.equals(awaited[process])) {
      waiting[process] = null;
      awaited[process] = null;
      running++;
      notifyAll();
    }
  }

  private void stopIfFailed() {
    if (failure != null) {
      throw new CancellationException("another process failed");
    }
  }

  private final class Member implements Process {
    private final int number;
    private final Deque<List<HostArray>> infeed;

    Member(int number, List<List<HostArray>> infeed) {
      this.number = number;
      this.infeed = new ArrayDeque<>(infeed);
    }

    @Override
    public void checkRunning() {
      Throwable problem = failure;
      // One before the process that failed goes on: it may fail too, and would be told instead.
      if (problem != null && (failedProcess < number || problem instanceof CancellationException)) {
        stopIfFailed();
      }
      Process.super.checkRunning();
    }

    @Override
    public ProcessGrid grid() {
      return grid;
    }

    @Override
    public int number() {
      return number;
    }

    @Override
    public List<HostArray> meet(
        Operation operation,
        Object channel,
        int[] group,
        List<HostArray> brought,
        Exchange exchange) {
      int position = position(group);
      if (group.length == 1) {
        return exchange.apply(List.of(brought)).get(0);
      }
      MeetingKey key = new MeetingKey(channel, Arrays.stream(group).boxed().toList());
      Meeting meeting;
      boolean last;
      synchronized (Rendezvous.this) {
        stopIfFailed();
        meeting = meetings.computeIfAbsent(key, k -> new Meeting(group.length));
        meeting.brought.set(position, brought);
        last = --meeting.missing == 0;
        if (last) {
          meetings.remove(key);
        } else {
          await(number, operation, meeting);
          return Objects.requireNonNull(meeting.taken).get(position);
        }
      }
      List<List<HostArray>> all = new ArrayList<>();
      for (List<HostArray> arrays : meeting.brought) {
        if (arrays != null) {
          all.add(arrays);
        }
      }
      // Outside the lock: other groups need not wait for this one's work.
      List<List<HostArray>> taken = exchange.apply(all);
      synchronized (Rendezvous.this) {
        meeting.taken = taken;
        for (int member : group) {
          wake(member, meeting);
        }
      }
      return taken.get(position);
    }

    private int position(int[] group) {
      for (int i = 0; i < group.length; i++) {
        if (group[i] == number) {
          return i;
        }
      }
      throw new IllegalArgumentException(grid.name(number) + " is not of the group");
    }

    @Override
    public void send(Object channel, int target, List<HostArray> arrays) {
      synchronized (Rendezvous.this) {
        MailKey key = new MailKey(channel, target == ANY ? ANY : number, target);
        mail.computeIfAbsent(key, k -> new ArrayDeque<>()).add(arrays);
        if (target == ANY) {
          for (int p = 0; p < waiting.length; p++) {
            wake(p, key);
          }
        } else {
          wake(target, key);
        }
      }
    }

    @Override
    public List<HostArray> receive(Operation operation, Object channel, int source) {
      synchronized (Rendezvous.this) {
        stopIfFailed();
        MailKey key = new MailKey(channel, source, source == ANY ? ANY : number);
        while (true) {
          Deque<List<HostArray>> sent = mail.get(key);
          List<HostArray> arrays = sent == null ? null : sent.poll();
          if (arrays != null) {
            return arrays;
          }
          await(number, operation, key);
        }
      }
    }

    @Override
    public List<HostArray> infeed(Operation operation) {
      List<HostArray> next = infeed.poll();
      if (next == null) {
        throw Process.nothingFed(operation);
      }
      return next;
    }
  }
}
