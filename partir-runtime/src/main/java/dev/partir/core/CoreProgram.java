package dev.partir.core;

import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.BlockWindow;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.FactorRule;
import dev.partir.op.Monoid;
import dev.partir.op.Window;
import dev.partir.schedule.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program with a loop nest around every operation (PartIR:Core; arXiv 2401.11202, section 4). The
 * nest of a node is an ordered list of (axis, factor), outermost first, each axis at most once; the
 * factor {@link #ATOMIC} stands for a loop whose iterations all give the same. Copying takes a few
 * array copies, so that a search can try actions.
 */
public final class CoreProgram {
  /** The factor of a loop that keeps a value whole. */
  public static final int ATOMIC = -1;

  /** The cause of a loop that a tactic put there itself. */
  public static final int BY_TACTIC = -1;

  private static final int[] NONE = {};

  private final CoreGraph graph;
  private final byte[] depths;
  private Mesh mesh;
  private byte[] axes;
  private short[] factors;
  private int[] causes;
  private short[] tactics;
  private Options options = Options.DEFAULT;
  private final List<String> tacticNames;
  private final List<Conflict> conflicts;
  private final Restrictions restrictions;

  private CoreProgram(
      CoreGraph graph,
      Mesh mesh,
      byte[] depths,
      byte[] axes,
      short[] factors,
      int[] causes,
      short[] tactics,
      List<String> tacticNames,
      List<Conflict> conflicts,
      Restrictions restrictions) {
    this.graph = graph;
    this.mesh = mesh;
    this.depths = depths;
    this.axes = axes;
    this.factors = factors;
    this.causes = causes;
    this.tactics = tactics;
    this.tacticNames = tacticNames;
    this.conflicts = conflicts;
    this.restrictions = restrictions;
  }

  /** Returns the program before any tactic. */
  public static CoreProgram of(CoreGraph graph, Mesh mesh) {
    int slots = Math.multiplyExact(graph.nodeCount(), mesh.axisCount());
    return new CoreProgram(
        graph,
        mesh,
        new byte[graph.nodeCount()],
        new byte[slots],
        new short[slots],
        new int[slots],
        new short[slots],
        new ArrayList<>(),
        new ArrayList<>(),
        Restrictions.of(graph));
  }

  /** Returns a copy that can be changed by itself. */
  public CoreProgram copy() {
    CoreProgram copy =
        new CoreProgram(
            graph,
            mesh,
            depths.clone(),
            axes.clone(),
            factors.clone(),
            causes.clone(),
            tactics.clone(),
            new ArrayList<>(tacticNames),
            new ArrayList<>(conflicts),
            restrictions);
    copy.options = options;
    return copy;
  }

  /** Returns how many tactics have been begun. */
  public int tacticCount() {
    return tacticNames.size();
  }

  /**
   * Returns a copy as it was after its first tactics, but on the mesh of now: of every nest the
   * loops that they brought, which are the outermost.
   */
  public CoreProgram after(int tacticCount) {
    CoreProgram copy = copy();
    for (int node = 0; node < depths.length; node++) {
      int first = node * mesh.axisCount();
      int depth = depths[node];
      while (depth > 0 && tactics[first + depth - 1] >= tacticCount) {
        depth--;
      }
      copy.depths[node] = (byte) depth;
    }
    copy.tacticNames.subList(tacticCount, tacticNames.size()).clear();
    copy.conflicts.clear();
    return copy;
  }

  /** Says how propagation and lowering decide from now on. */
  public void setOptions(Options value) {
    options = value;
  }

  /** Returns how propagation and lowering decide. */
  public Options options() {
    return options;
  }

  public CoreGraph graph() {
    return graph;
  }

  /** Returns the mesh, its axes split into sub-axes where loops go over parts of them. */
  public Mesh mesh() {
    return mesh;
  }

  /**
   * Returns whether every loop over an axis divides its factor, so that blocks stay the same when
   * the axis is split.
   */
  boolean isEven(int axis) {
    for (int node = 0; node < depths.length; node++) {
      int loop = loopOver(node, axis);
      if (loop < 0 || factor(node, loop) == ATOMIC) {
        continue;
      }
      int[] axesOfFactor = axesOf(node, factor(node, loop));
      if (!mesh.divides(graph.rule(node).size(factor(node, loop)), axesOfFactor)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Splits an axis in two: every loop over it becomes a loop over the outer part and one inside
   * that over the inner part, which is the same.
   *
   * @param outer the devices along the outer part
   */
  void split(int axis, int outer) {
    int count = mesh.axisCount();
    int inner = count;
    mesh = mesh.split(axis, outer);
    int slots = Math.multiplyExact(graph.nodeCount(), count + 1);
    byte[] newAxes = new byte[slots];
    short[] newFactors = new short[slots];
    int[] newCauses = new int[slots];
    short[] newTactics = new short[slots];
    for (int node = 0; node < depths.length; node++) {
      int from = node * count;
      int to = node * (count + 1);
      int depth = depths[node];
      for (int i = 0; i < depth; i++, from++, to++) {
        newAxes[to] = axes[from];
        newFactors[to] = factors[from];
        newCauses[to] = causes[from];
        newTactics[to] = tactics[from];
        if (axes[from] == axis) {
          to++;
          newAxes[to] = (byte) inner;
          newFactors[to] = factors[from];
          newCauses[to] = causes[from];
          newTactics[to] = tactics[from];
          depths[node]++;
        }
      }
    }
    axes = newAxes;
    factors = newFactors;
    causes = newCauses;
    tactics = newTactics;
  }

  /** Returns what annotations ask of propagation. */
  Restrictions restrictions() {
    return restrictions;
  }

  /** Returns whether annotations forbid a node to be looped over a factor along an axis. */
  boolean forbids(int node, int factor, int axis) {
    return restrictions.forbids(
        node, factor, mesh.stride(axis), mesh.size(axis), tacticNames.size() - 1);
  }

  /** Returns the conflicts met so far, in the order of the tactics and of the program. */
  public List<Conflict> conflicts() {
    return Collections.unmodifiableList(conflicts);
  }

  /** Returns the number of loops around a node. */
  public int depth(int node) {
    return depths[node];
  }

  /** Returns the axis of a loop around a node; 0 is the outermost. */
  public int axis(int node, int loop) {
    return axes[node * mesh.axisCount() + loop];
  }

  /** Returns the factor of a loop around a node, or {@link #ATOMIC}. */
  public int factor(int node, int loop) {
    return factors[node * mesh.axisCount() + loop];
  }

  /** Returns the place of the loop over an axis in the nest of a node, or -1. */
  public int loopOver(int node, int axis) {
    int base = node * mesh.axisCount();
    for (int i = 0; i < depths[node]; i++) {
      if (axes[base + i] == axis) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the node from which a loop spread, or {@link #BY_TACTIC}. */
  public int cause(int node, int loop) {
    return causes[node * mesh.axisCount() + loop];
  }

  /** Returns the name of the tactic that brought a loop. */
  public String tactic(int node, int loop) {
    return tacticNames.get(tactics[node * mesh.axisCount() + loop]);
  }

  /** Returns the node where a tactic put the loop that spread to here along an axis. */
  public int origin(int node, int axis) {
    int at = node;
    while (true) {
      int cause = cause(at, loopOver(at, axis));
      if (cause == BY_TACTIC) {
        return at;
      }
      at = cause;
    }
  }

  /** Returns the axes of the loops over a factor, outermost first. */
  public int[] axesOf(int node, int factor) {
    int base = node * mesh.axisCount();
    int n = 0;
    for (int i = 0; i < depths[node]; i++) {
      n += factors[base + i] == factor ? 1 : 0;
    }
    if (n == 0) {
      return NONE;
    }
    int[] found = new int[n];
    n = 0;
    for (int i = 0; i < depths[node]; i++) {
      if (factors[base + i] == factor) {
        found[n++] = axes[base + i];
      }
    }
    return found;
  }

  /**
   * Returns the size of a factor in one iteration of all loops around a node: that of the largest
   * block, where it does not divide.
   */
  long rest(int node, int factor) {
    long rest = graph.rule(node).size(factor);
    int base = node * mesh.axisCount();
    for (int i = 0; i < depths[node]; i++) {
      if (factors[base + i] == factor) {
        rest = Mesh.blockSize(rest, mesh.size(axes[base + i]));
      }
    }
    return rest;
  }

  /**
   * Returns whether a dimension of an argument can be tiled along an axis by a further action, in
   * blocks without padding.
   *
   * @param axis an axis of the mesh without sub-axes
   */
  public boolean admitsTile(int argument, int dim, int axis) {
    return !isLooped(argument, axis)
        && rest(argument, dim) > 1
        && rest(argument, dim) % mesh.base().size(axis) == 0;
  }

  /**
   * Returns whether a node is in a loop over an axis or a part of it.
   *
   * @param axis an axis of the mesh without sub-axes
   */
  public boolean isLooped(int node, int axis) {
    for (int part : mesh.parts(axis)) {
      if (loopOver(node, part) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Starts a tactic: the loops and conflicts that follow are its. */
  void begin(String tacticName) {
    tacticNames.add(tacticName);
  }

  /** Puts a loop inside the others around a node. */
  void push(int node, int axis, int factor, int cause) {
    int slot = node * mesh.axisCount() + depths[node]++;
    axes[slot] = (byte) axis;
    factors[slot] = (short) factor;
    causes[slot] = cause;
    tactics[slot] = (short) (tacticNames.size() - 1);
  }

  void report(Conflict conflict) {
    conflicts.add(conflict);
  }

  /** Returns what a node needs of an operand, which must be a tensor. */
  public Sharding operandSharding(int node, int operand) {
    FactorRule rule = graph.rule(node);
    if (operand >= rule.operandCount()) {
      TensorType type = graph.type(graph.operandSlot(node, operand));
      return Sharding.replicated(type == null ? 0 : type.rank());
    }
    Sharding sharding = Sharding.of(tiling(node, rule.operand(operand)), NONE, null);
    return rule.hasWindows() ? windowed(rule, operand, sharding) : sharding;
  }

  private Sharding windowed(FactorRule rule, int operand, Sharding blocks) {
    Sharding sharding = blocks;
    for (int d = 0; d < blocks.rank(); d++) {
      Window window = rule.window(operand, d);
      if (window != null && blocks.dim(d).length > 0) {
        // A factor with a window is alone in the dimension.
        long size = rule.size(rule.operandDim(operand, d)[0]);
        sharding = sharding.withWindow(d, window(window, size, mesh, blocks.dim(d)));
      }
    }
    return sharding;
  }

  /** Returns the windows of a factor of {@code size} elements that is tiled along axes. */
  static BlockWindow window(Window window, long size, Mesh mesh, int... axes) {
    long block = mesh.blockSize(size, axes);
    return new BlockWindow(
        window.scale(), window.divisor(), window.offset(block), window.width(block), size);
  }

  /**
   * Returns what a node gives as a result: tiled along its parallel factors, pending along its
   * reduction factors.
   */
  public Sharding resultSharding(int node, int result) {
    FactorRule rule = graph.rule(node);
    if (depths[node] == 0) {
      return Sharding.replicated(result < rule.resultCount() ? rule.result(result).length : 0);
    }
    int[] pending = new int[depths[node]];
    int n = 0;
    @Nullable Monoid monoid = null;
    for (int i = 0; i < depths[node]; i++) {
      int factor = factor(node, i);
      if (factor != ATOMIC && rule.kind(factor) == FactorRule.Kind.REDUCTION) {
        pending[n++] = axis(node, i);
        monoid = rule.monoid(factor);
      }
    }
    return Sharding.of(
        tiling(node, rule.result(result)), n == 0 ? NONE : Arrays.copyOf(pending, n), monoid);
  }

  /** Returns the sharding of a slot where it is made. */
  public Sharding sharding(int slot) {
    return resultSharding(graph.producer(slot), graph.producerResult(slot));
  }

  /** Returns the sharding that uses of a value meet. */
  public Sharding sharding(Value value) {
    return sharding(graph.slot(value));
  }

  private int[][] tiling(int node, int[][] dims) {
    int[][] tiling = new int[dims.length][];
    for (int d = 0; d < dims.length; d++) {
      int[] dimFactors = dims[d];
      if (depths[node] == 0 || dimFactors.length == 0) {
        tiling[d] = NONE;
        continue;
      }
      if (dimFactors.length == 1) {
        tiling[d] = axesOf(node, dimFactors[0]);
        continue;
      }
      int[] all = new int[depths[node]];
      int n = 0;
      for (int factor : dimFactors) {
        for (int axis : axesOf(node, factor)) {
          all[n++] = axis;
        }
      }
      tiling[d] = Arrays.copyOf(all, n);
    }
    return tiling;
  }
}
