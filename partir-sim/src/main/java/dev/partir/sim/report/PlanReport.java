package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import dev.partir.sim.cost.Limit;
import dev.partir.spmd.Reshard;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All that a report says about a partitioned program. Times are estimates for one step, in seconds;
 * bytes and operations are those of one device.
 *
 * @param program the name of the program
 * @param mesh the axes of the mesh, slowest first
 * @param hardware the device that figures are for
 * @param initial the figures before any tactic, when every device computes everything
 * @param tactics what each tactic left, in order
 * @param total the figures of the whole schedule: those after the last tactic, with the conflicts
 *     and the time of all
 * @param inputs the arguments of the program
 * @param outputs the results of the program
 * @param padding dimensions of the final program that do not divide
 * @param collectives the collectives of the final program, equal ones together, slowest first
 * @param times where the time of the final program goes, longest first
 * @param memory how the final program uses memory
 */
public record PlanReport(
    String program,
    List<MeshAxis> mesh,
    Hardware hardware,
    Figures initial,
    List<TacticRow> tactics,
    Figures total,
    List<ValueRow> inputs,
    List<ValueRow> outputs,
    List<PaddingRow> padding,
    List<CollectiveRow> collectives,
    List<TimeRow> times,
    MemoryUse memory) {
  public PlanReport {
    mesh = List.copyOf(mesh);
    tactics = List.copyOf(tactics);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    padding = List.copyOf(padding);
    collectives = List.copyOf(collectives);
    times = List.copyOf(times);
  }

  /** Returns the number of devices of the mesh. */
  public long deviceCount() {
    long count = 1;
    for (MeshAxis axis : mesh) {
      count *= axis.size();
    }
    return count;
  }

  /** Returns whether the peak is within the memory of a device. */
  public boolean fits() {
    return total.peakMemoryBytes() <= hardware.memoryBytes();
  }

  /**
   * The device that figures are for.
   *
   * @param name the name of its profile
   * @param title the name for people
   * @param memoryBytes what it holds
   */
  public record Hardware(String name, String title, long memoryBytes) {}

  /**
   * Dimensions of one size that are tiled along the same axes, and end in padding.
   *
   * @param size the size of the dimension
   * @param axes the names of the axes, outermost first
   * @param blockSize what a device holds of it, padding included
   * @param blocks into how many blocks it is cut
   * @param values how many values of the program have such a dimension
   * @param masks how many operands are masked because an operation folds the dimension
   * @param example the first of the values
   */
  public record PaddingRow(
      long size,
      List<String> axes,
      long blockSize,
      long blocks,
      int values,
      int masks,
      String example) {
    public PaddingRow {
      axes = List.copyOf(axes);
    }

    /** Returns how many of the elements that all devices hold along the dimension are padding. */
    public long padded() {
      return blockSize * blocks - size;
    }

    /** Returns the same as a share of all. */
    public double share() {
      return (double) padded() / (blockSize * blocks);
    }

    /** Returns one sentence. */
    public String text() {
      return "size "
          + size
          + " along "
          + String.join(", ", axes)
          + " makes "
          + blocks
          + " blocks of "
          + blockSize
          + ": "
          + padded()
          + " of "
          + blockSize * blocks
          + " ("
          + ReportText.percent(share())
          + ") are padding, in "
          + values
          + (values == 1 ? " value, " : " values from ")
          + "\""
          + example
          + "\""
          + (values == 1 ? "" : " on")
          + "; "
          + (masks == 1 ? "1 mask" : masks + " masks");
    }
  }

  /**
   * Collectives of one kind.
   *
   * @param count how many run in a step
   * @param bytes what a device holds of the larger of operand and result, summed over them
   */
  public record CollectiveTotal(long count, long bytes) {
    /** No collectives. */
    public static final CollectiveTotal NONE = new CollectiveTotal(0, 0);
  }

  /**
   * The figures of a program.
   *
   * @param collectives for each kind of collective how many there are; never without a kind
   * @param estimatedSeconds the time of a step
   * @param communicationSeconds the part of it that collectives take
   * @param modelFlopsUtilization the operations of the program before partitioning, as a share of
   *     what all devices could do at their bf16 peak in the time of a step; 0 when there are none
   * @param peakMemoryBytes the most memory that a device needs at once
   * @param flops the arithmetic operations of a device; a multiply-add counts two
   * @param conflicts the places where propagation stopped because it was asked for two things
   * @param partitionMillis the time that actions, propagation and lowering took
   */
  public record Figures(
      Map<Reshard, CollectiveTotal> collectives,
      double estimatedSeconds,
      double communicationSeconds,
      double modelFlopsUtilization,
      long peakMemoryBytes,
      long flops,
      List<String> conflicts,
      double partitionMillis) {
    public Figures {
      Map<Reshard, CollectiveTotal> all = new EnumMap<>(Reshard.class);
      for (Reshard kind : Reshard.values()) {
        if (kind.isCollective()) {
          all.put(kind, collectives.getOrDefault(kind, CollectiveTotal.NONE));
        }
      }
      collectives = Collections.unmodifiableMap(all);
      conflicts = List.copyOf(conflicts);
    }

    /** Returns all collectives together. */
    public CollectiveTotal allCollectives() {
      long count = 0;
      long bytes = 0;
      for (CollectiveTotal total : collectives.values()) {
        count += total.count();
        bytes += total.bytes();
      }
      return new CollectiveTotal(count, bytes);
    }
  }

  /**
   * What one tactic did.
   *
   * @param name the name of the tactic
   * @param actions what it tiled and replicated, one sentence each
   * @param figures the figures of the program that it left; conflicts are those it met
   */
  public record TacticRow(String name, List<String> actions, Figures figures) {
    public TacticRow {
      actions = List.copyOf(actions);
    }
  }

  /**
   * An argument or result.
   *
   * @param name its name
   * @param element the spelling of its element type
   * @param dims its sizes
   * @param localDims the sizes of what a device holds
   * @param axes for each dimension the names of the axes along which it is tiled, outermost first
   * @param bytes the bytes of the whole value
   * @param localBytes the bytes that a device holds
   */
  public record ValueRow(
      String name,
      String element,
      List<Long> dims,
      List<Long> localDims,
      List<List<String>> axes,
      long bytes,
      long localBytes) {
    public ValueRow {
      dims = List.copyOf(dims);
      localDims = List.copyOf(localDims);
      axes = axes.stream().map(List::copyOf).toList();
      if (dims.size() != axes.size() || dims.size() != localDims.size()) {
        throw new IllegalArgumentException("ranks differ: " + dims + " " + localDims + " " + axes);
      }
    }

    /** Returns the whole type, such as {@code 1024x512xf32}. */
    public String type() {
      return text(dims);
    }

    /** Returns the type of what a device holds. */
    public String localType() {
      return text(localDims);
    }

    /** Returns whether every device holds all of it. */
    public boolean isReplicated() {
      return axes.stream().allMatch(List::isEmpty);
    }

    private String text(List<Long> sizes) {
      var text = new StringBuilder();
      for (long size : sizes) {
        text.append(size).append('x');
      }
      return text.append(element).toString();
    }
  }

  /**
   * Collectives that do the same for the same reason.
   *
   * @param axes the names of the mesh axes over which they go, outermost first
   * @param count how many run in a step
   * @param bytes what a device holds of the larger of operand and result of one of them
   * @param seconds the time of one of them
   * @param reason why they are there
   */
  public record CollectiveRow(
      Reshard kind, List<String> axes, long count, long bytes, double seconds, String reason) {
    public CollectiveRow {
      axes = List.copyOf(axes);
    }

    /** Returns the time of all of them. */
    public double totalSeconds() {
      return count * seconds;
    }
  }

  /**
   * A share of the time of a step.
   *
   * @param name the name of the operations or the kind of the collectives
   * @param limit what limits them
   * @param count how many there are
   * @param seconds the time of all of them
   */
  public record TimeRow(String name, Limit limit, long count, double seconds) {}

  /**
   * The memory of a device over the program.
   *
   * @param argumentBytes what the arguments take, throughout
   * @param operationCount the number of operations of the program
   * @param peakOperation the index of the operation at which most is needed
   * @param points the bytes in use, by index of operation; at most a few hundred, where several
   *     operations share a point the largest
   * @param owners what holds memory at the peak, largest first
   */
  public record MemoryUse(
      long argumentBytes,
      int operationCount,
      int peakOperation,
      List<MemoryPoint> points,
      List<MemoryOwner> owners) {
    public MemoryUse {
      points = List.copyOf(points);
      owners = List.copyOf(owners);
    }
  }

  /** The bytes in use while an operation runs. */
  public record MemoryPoint(int operation, long bytes) {}

  /** A value and the bytes that a device holds of it. */
  public record MemoryOwner(String name, long bytes) {}
}
