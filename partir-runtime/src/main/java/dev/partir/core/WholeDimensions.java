package dev.partir.core;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Value;
import dev.partir.op.FactorRule;
import dev.partir.schedule.Action;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ResolvedAction;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds dimensions that every operation on a value must have whole, so that to tile them could do
 * nothing but be undone wherever the value is used.
 */
public final class WholeDimensions {
  private WholeDimensions() {}

  /**
   * Returns a finding for every action that tiles such a dimension by name. What is tiled where
   * possible, and what an optional tactic tiles, is kept in pieces and gathered at its use.
   *
   * @param values the values of {@code model}, in its order
   */
  public static List<Diagnostic> findings(
      Preparation preparation,
      ProgramModel model,
      List<Value> values,
      List<ResolvedTactic> tactics) {
    List<Diagnostic> findings = new ArrayList<>();
    for (ResolvedTactic resolved : tactics) {
      if (!(resolved.tactic() instanceof ManualTactic tactic) || tactic.optional()) {
        continue;
      }
      for (ResolvedAction action : resolved.actions()) {
        if (action.kind() == ResolvedAction.Kind.TILE
            && action.action() instanceof Action.Tile tile
            && !tile.wherePossible()) {
          int node = preparation.node(values.get(action.value()));
          String needed = neededBy(preparation.program().graph(), node, action.dim());
          if (needed != null) {
            findings.add(finding(model, tactic, action, needed));
          }
        }
      }
    }
    return findings;
  }

  private static Diagnostic finding(
      ProgramModel model, ManualTactic tactic, ResolvedAction action, String needed) {
    ValueModel value = model.values().get(action.value());
    return Diagnostic.of(
        ErrorCode.WHOLE_DIMENSION,
        model.name() + ", " + value.describe() + ", tactic \"" + tactic.name() + "\"",
        value.describeDimension(action.dim())
            + " cannot be tiled: "
            + needed
            + " must have it whole, and no other operation can do with less",
        "Tile another dimension, or mark the tactic optional to keep the value in pieces and gather"
            + " it where it is used");
  }

  /**
   * Returns how messages call the first operation that must have a dimension whole, where all on
   * the value must; else null.
   *
   * @param node the argument, or the anchor behind the value
   */
  private static @Nullable String neededBy(CoreGraph graph, int node, int dim) {
    String first = null;
    if (graph.role(node) == CoreGraph.Role.ANCHOR) {
      int made = graph.operandSlot(node, 0);
      int producer = graph.producer(made);
      FactorRule rule = graph.rule(producer);
      if (!isWhole(rule, rule.resultDim(graph.producerResult(made), dim))) {
        return null;
      }
      first = graph.describe(producer);
    }
    int slot = graph.resultSlot(node, 0);
    for (int i = 0; i < graph.useCount(slot); i++) {
      int user = graph.useNode(slot, i);
      FactorRule rule = graph.rule(user);
      if (!isWhole(rule, rule.operandDim(graph.useOperand(slot, i), dim))) {
        return null;
      }
      first = first == null ? graph.describe(user) : first;
    }
    return first;
  }

  /** Returns whether a dimension has factors, and the operation can be looped over none of them. */
  private static boolean isWhole(FactorRule rule, int[] factors) {
    boolean any = false;
    for (int factor : factors) {
      if (rule.size(factor) > 1) {
        any = true;
        if (rule.kind(factor) != FactorRule.Kind.WHOLE) {
          return false;
        }
      }
    }
    return any;
  }
}
