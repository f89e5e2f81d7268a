package dev.partir.interp;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.op.ProcessGrid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs on virtual devices, one process each (StableHLO specification, "Parallel
 * execution"). Processes run side by side and meet in collectives, wherever these stand: in the
 * function, in the body of a loop, in a function that it calls. What comes out does not depend on
 * who comes first: an exchange sees its members in the order of the group.
 */
public final class VirtualDevices {
  /** Threads are kept for the next run; they do not keep the virtual machine alive. */
  private static final ExecutorService THREADS = Executors.newCachedThreadPool(newThreads());

  private static java.util.concurrent.ThreadFactory newThreads() {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "virtual-device-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * What one process runs.
   *
   * @param infeed for each time that the host feeds something in, what that is
   */
  record Task(Function function, List<HostArray> arguments, List<List<HostArray>> infeed) {
    Task {
      arguments = List.copyOf(arguments);
      infeed = List.copyOf(infeed);
    }
  }

  private VirtualDevices() {}

  /**
   * Runs a function that calls no other on as many devices as there are lists of arguments. Each
   * device is a replica.
   *
   * @param arguments for each device one array per argument
   * @return for each device one array per result
   * @throws PartirException when arguments do not fit or an operation cannot be run
   */
  public static List<List<HostArray>> run(Function function, List<List<HostArray>> arguments) {
    return run(function, arguments, Arithmetic.EXACT);
  }

  /** Runs a function that calls no other with a given rounding. */
  static List<List<HostArray>> run(
      Function function, List<List<HostArray>> arguments, Arithmetic arithmetic) {
    return run(
        Module.of(null, Attributes.EMPTY, List.of(function)),
        new ProcessGrid(arguments.size(), 1),
        tasks(function, arguments),
        arithmetic);
  }

  /**
   * Runs a function of a program on a grid of processes.
   *
   * @param arguments for each process one array per argument
   * @return for each process one array per result
   * @throws PartirException when arguments do not fit or an operation cannot be run
   */
  public static List<List<HostArray>> run(
      Module module, Function function, ProcessGrid grid, List<List<HostArray>> arguments) {
    return run(module, function, grid, arguments, Arithmetic.EXACT);
  }

  /** Does the same with a given rounding. */
  static List<List<HostArray>> run(
      Module module,
      Function function,
      ProcessGrid grid,
      List<List<HostArray>> arguments,
      Arithmetic arithmetic) {
    return run(module, grid, tasks(function, arguments), arithmetic);
  }

  private static List<Task> tasks(Function function, List<List<HostArray>> arguments) {
    List<Task> tasks = new ArrayList<>();
    for (List<HostArray> given : arguments) {
      tasks.add(new Task(function, given, List.of()));
    }
    return tasks;
  }

  /** Runs a function of a program per process, which may be several different ones. */
  static List<List<HostArray>> run(
      Module module, ProcessGrid grid, List<Task> tasks, Arithmetic arithmetic) {
    if (tasks.size() != grid.size()) {
      throw new IllegalArgumentException(tasks.size() + " tasks for " + grid.size());
    }
    for (Task task : tasks) {
      Interpreter.checkArguments(task.function(), task.arguments());
    }
    Rendezvous rendezvous = new Rendezvous(grid);
    List<@Nullable List<HostArray>> results =
        new ArrayList<>(Collections.nCopies(tasks.size(), null));
    List<Future<?>> running = new ArrayList<>();
    // The first process runs here: a run of one needs no thread, and its stack is the caller's.
    for (int p = 1; p < tasks.size(); p++) {
      int process = p;
      running.add(
          THREADS.submit(
              () ->
                  results.set(
                      process,
                      runOne(module, tasks.get(process), process, rendezvous, arithmetic))));
    }
    results.set(0, runOne(module, tasks.get(0), 0, rendezvous, arithmetic));
    for (Future<?> thread : running) {
      await(thread, rendezvous);
    }
    rendezvous.throwFailure();
    List<List<HostArray>> all = new ArrayList<>();
    for (List<HostArray> given : results) {
      all.add(given == null ? List.of() : given);
    }
    return all;
  }

  private static @Nullable List<HostArray> runOne(
      Module module, Task task, int process, Rendezvous rendezvous, Arithmetic arithmetic) {
    try {
      return Interpreter.run(
          module,
          task.function(),
          task.arguments(),
          rendezvous.process(process, task.infeed()),
          arithmetic);
    } catch (RuntimeException | Error failure) {
      rendezvous.fail(process, failure);
      return null;
    } finally {
      rendezvous.leave();
    }
  }

  private static void await(Future<?> thread, Rendezvous rendezvous) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.get();
        break;
      } catch (InterruptedException e) {
        // Whoever cancels the run wants all of its processes to end.
        interrupted = true;
        rendezvous.fail(0, new java.util.concurrent.CancellationException("interrupted"));
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
