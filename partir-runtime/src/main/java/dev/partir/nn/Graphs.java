package dev.partir.nn;

import dev.partir.dsl.Tensor;
import dev.partir.ir.ElementType;
import java.util.function.UnaryOperator;

/** Layers on graphs, whose nodes are [nodes, features] and whose edges are [edges, features]. */
public final class Graphs {
  private Graphs() {}

  /**
   * A graph.
   *
   * @param senders [edges], whole numbers: from which node each edge comes
   * @param receivers [edges], whole numbers: to which node each edge goes
   */
  public record Graph(Tensor nodes, Tensor edges, Tensor senders, Tensor receivers) {}

  /**
   * Returns the graph after every edge has heard of its ends, and every node of the edges that
   * reach it and of those that leave it, each added to what was known (Battaglia et al., arXiv
   * 1806.01261, section 3.2).
   *
   * @param edge what an edge makes of itself and its ends, three times the features wide
   * @param node what a node makes of itself and the sums of its edges, as wide
   */
  public static Graph passMessages(
      Graph graph, UnaryOperator<Tensor> edge, UnaryOperator<Tensor> node) {
    Tensor nodes = graph.nodes();
    Tensor from = nodes.gather(graph.senders());
    Tensor to = nodes.gather(graph.receivers());
    Tensor messages = edge.apply(graph.edges().concat(from, 1).concat(to, 1));
    Tensor received = messages.segmentSum(graph.receivers(), nodes.dim(0));
    Tensor sent = messages.segmentSum(graph.senders(), nodes.dim(0));
    Tensor moved = node.apply(nodes.concat(received, 1).concat(sent, 1));
    return new Graph(
        nodes.plus(moved), graph.edges().plus(messages), graph.senders(), graph.receivers());
  }

  /** Returns how many edges reach each of {@code nodes} nodes: [nodes, 1], of f32. */
  public static Tensor degrees(Tensor receivers, long nodes) {
    Tensor one = receivers.scalar(1).cast(ElementType.F32);
    return one.broadcastTo(receivers.dim(0), 1).segmentSum(receivers, nodes);
  }
}
