package dev.partir.sim.search;

import dev.partir.core.CoreProgram;
import dev.partir.core.TacticApplication;
import dev.partir.schedule.ManualTactic;
import dev.partir.spmd.Lowering;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Monte Carlo tree search with upper confidence bounds (UCT: Kocsis and Szepesv&aacute;ri, "Bandit
 * based Monte-Carlo planning", ECML 2006) over actions on the inputs of a program, as Automap does
 * (arXiv 2112.02958, section 4; arXiv 2210.06352, section 3). An edge is an action followed by
 * propagation; stopping is always possible, so that every node is a plan, and its reward is what
 * the simulator says of it rather than of a random completion. Actions that lead to a plan that was
 * seen before are dropped and cost nothing, which is what makes the many ways to name one sharding
 * harmless.
 */
final class TreeSearch {
  /** The weight of exploration, on rewards between 0 and 1. */
  private static final double EXPLORATION = 0.15;

  /** The most actions in a row. */
  private static final int MAX_DEPTH = 12;

  private final CostModel costs;
  private final Candidates candidates;
  private final long memoryBytes;
  private final SplittableRandom random;
  private final Set<Long> seen = new HashSet<>();
  private double referenceSeconds = 1;
  private int evaluations;
  private @Nullable Node best;

  /**
   * Makes a search.
   *
   * @param memoryBytes the memory of a device: a hard limit on what is chosen
   */
  TreeSearch(CostModel costs, Candidates candidates, long memoryBytes, long seed) {
    this.costs = costs;
    this.candidates = candidates;
    this.memoryBytes = memoryBytes;
    this.random = new SplittableRandom(seed);
  }

  /** A plan in the tree. */
  private static final class Node {
    final @Nullable Node parent;
    final @Nullable Candidate action;
    final CoreProgram state;
    final int depth;
    final CostModel.Price price;
    final List<Node> children = new ArrayList<>();
    @Nullable List<Candidate> untried;
    int visits;
    double total;
    double max;
    boolean exhausted;

    Node(
        @Nullable Node parent,
        @Nullable Candidate action,
        CoreProgram state,
        CostModel.Price price) {
      this.parent = parent;
      this.action = action;
      this.state = state;
      this.depth = parent == null ? 0 : parent.depth + 1;
      this.price = price;
    }
  }

  /**
   * Returns the tactics of the best plan found, none when nothing is better than the program as it
   * is.
   *
   * @param name what the names of the tactics begin with
   * @param budget how many plans may be priced
   */
  List<ManualTactic> search(CoreProgram program, String name, int budget) {
    CostModel.Price price = costs.price(Lowering.lower(program));
    referenceSeconds = Math.max(price.seconds(), Double.MIN_NORMAL);
    Node root = new Node(null, null, program.copy(), price);
    seen.add(fingerprint(program));
    best = root;
    update(root, reward(price));
    while (evaluations < budget && !root.exhausted) {
      step(root);
    }
    return tactics(name);
  }

  private void step(Node root) {
    Node node = root;
    while (true) {
      Node expanded = expand(node);
      if (expanded != null) {
        update(expanded, reward(expanded.price));
        return;
      }
      Node next = select(node);
      if (next == null) {
        node.exhausted = true;
        return;
      }
      node = next;
    }
  }

  /**
   * Tries actions of a node until one leads to a new plan. A node tries a further action only while
   * it has few children for its visits (progressive widening), so that a good plan is followed up
   * before all of its brothers are priced.
   */
  private @Nullable Node expand(Node node) {
    if (node.depth >= MAX_DEPTH) {
      return null;
    }
    if (node.untried == null) {
      node.untried = candidates.of(node.state);
    }
    boolean wide = node.children.size() > 4 + 2 * Math.sqrt(node.visits);
    while (!node.untried.isEmpty() && (!wide || allExhausted(node))) {
      // Mostly the most promising one left; the seed decides how far down the list else.
      int at = Math.min(node.untried.size() - 1, (int) (-Math.log(1 - random.nextDouble()) * 1.5));
      Candidate action = node.untried.remove(at);
      CoreProgram state = node.state.copy();
      if (TacticApplication.apply(state, "candidate", action.nodes()) < action.nodes().size()
          || !seen.add(fingerprint(state))) {
        continue;
      }
      evaluations++;
      Node child = new Node(node, action, state, costs.price(Lowering.lower(state)));
      node.children.add(child);
      if (isBetter(child, best)) {
        best = child;
      }
      return child;
    }
    return null;
  }

  private static boolean allExhausted(Node node) {
    for (Node child : node.children) {
      if (!child.exhausted) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Node select(Node node) {
    Node chosen = null;
    double bound = Double.NEGATIVE_INFINITY;
    for (Node child : node.children) {
      if (child.exhausted) {
        continue;
      }
      // The best plan below matters more than the average one: there is no opponent and no chance.
      double value = (child.total / child.visits + 3 * child.max) / 4;
      double ucb = value + EXPLORATION * Math.sqrt(Math.log(node.visits) / child.visits);
      if (ucb > bound) {
        bound = ucb;
        chosen = child;
      }
    }
    return chosen;
  }

  private static void update(Node leaf, double reward) {
    for (Node node = leaf; node != null; node = node.parent) {
      node.visits++;
      node.total += reward;
      node.max = Math.max(node.max, reward);
    }
  }

  private boolean fits(Node node) {
    return node.price.peakMemoryBytes() <= memoryBytes;
  }

  /** Between 1/4 and 1 for plans that fit, faster ones higher; below 1/4 for those that do not. */
  private double reward(CostModel.Price price) {
    if (price.peakMemoryBytes() > memoryBytes) {
      return 0.25 * memoryBytes / price.peakMemoryBytes();
    }
    return 0.25 + 0.75 / (1 + price.seconds() / referenceSeconds);
  }

  /**
   * A plan that fits beats one that does not; then the faster; then, as near as no matter, the one
   * with fewer actions.
   */
  private boolean isBetter(Node node, @Nullable Node than) {
    if (than == null || fits(node) != fits(than)) {
      return than == null || fits(node);
    }
    if (!fits(node)) {
      return node.price.peakMemoryBytes() < than.price.peakMemoryBytes();
    }
    return node.price.seconds() < than.price.seconds() * (1 - 1e-6);
  }

  private List<ManualTactic> tactics(String name) {
    List<Candidate> path = new ArrayList<>();
    for (Node node = best; node != null && node.action != null; node = node.parent) {
      path.add(0, node.action);
    }
    List<ManualTactic> tactics = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      tactics.add(new ManualTactic(name + " " + (i + 1), List.of(path.get(i).action())));
    }
    return tactics;
  }

  /**
   * Returns a hash of the loops of a program: of two states with one hash the later is not priced.
   */
  private static long fingerprint(CoreProgram program) {
    long hash = 1125899906842597L;
    for (int node = 0; node < program.graph().nodeCount(); node++) {
      for (int loop = 0; loop < program.depth(node); loop++) {
        hash = 31 * hash + node;
        hash = 31 * hash + program.axis(node, loop);
        hash = 31 * hash + program.factor(node, loop);
        hash ^= hash >>> 29;
        hash *= 0xBF58476D1CE4E5B9L;
      }
    }
    return hash;
  }
}
