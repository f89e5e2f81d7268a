package dev.partir.examples.models;

import dev.partir.annotations.Dims;
import dev.partir.annotations.Repeat;
import dev.partir.annotations.Size;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.nn.Graphs;
import dev.partir.nn.Losses;
import dev.partir.nn.Optimizers;
import java.util.List;

/**
 * GNS: a graph network that learns to simulate physics (Sanchez-Gonzalez et al., arXiv 2002.09405),
 * and a step of its training with Adam. Particles are nodes; those that are near each other have
 * edges. Both are encoded, messages are passed for some steps, and accelerations are decoded.
 */
public final class GraphSimulator {
  private GraphSimulator() {}

  /**
   * How large the model is.
   *
   * @param nodeFeatures what is known of a particle, and of how many edges reach it
   * @param width of all that is encoded; {@code units} is the same
   * @param triple of an edge and its two ends, or of a node and what it received and sent
   * @param layers of a perceptron, behind its first
   */
  public record Sizes(
      @Size(2048) int nodes,
      @Size(65536) int edges,
      @Size(31) int nodeFeatures,
      @Size(4) int edgeFeatures,
      @Size(512) int width,
      @Size(512) int units,
      @Size(1536) int triple,
      @Size(24) int steps,
      @Size(5) int layers,
      @Size(3) int targets) {}

  /** A layer of a perceptron. */
  public record Layer(@Dims("units, width") Tensor weights, @Dims("width") Tensor bias) {}

  /** A perceptron without the weights of its first layer, and the norm behind it. */
  public record Perceptron(
      @Dims("width") Tensor bias,
      @Repeat("layers") List<Layer> layers,
      @Dims("width") Tensor scale,
      @Dims("width") Tensor shift) {}

  /** Encodes nodes. */
  public record NodeEncoder(@Dims("nodeFeatures, width") Tensor first, Perceptron then) {}

  /** Encodes edges. */
  public record EdgeEncoder(@Dims("edgeFeatures, width") Tensor first, Perceptron then) {}

  /** Makes one of three: a message of an edge and its ends, a change of a node and its edges. */
  public record Combiner(@Dims("triple, width") Tensor first, Perceptron then) {}

  /** A step in which messages are passed. */
  public record Passing(Combiner edge, Combiner node) {}

  /** Decodes nodes. */
  public record Decoder(
      @Repeat("layers") List<Layer> layers,
      @Dims("width, targets") Tensor last,
      @Dims("targets") Tensor bias) {}

  /** All parameters. */
  public record Params(
      NodeEncoder nodes,
      EdgeEncoder edges,
      @Repeat("steps") List<Passing> passings,
      Decoder decoder) {}

  /** What a step of training gives. */
  public record Step(Params params, Params mean, Params square, Tensor loss) {}

  /**
   * Returns what a step of training makes of the parameters and of what Adam keeps for them.
   *
   * @param step the number of the step, from 1, a scalar of f32
   * @param nodes what is known of the particles; zero in the last feature, (nodes, nodeFeatures) of
   *     f32
   * @param edges (edges, edgeFeatures) of f32
   * @param senders (edges) of i32
   * @param receivers (edges) of i32; edges to numbers beyond those of nodes are left out
   * @param accelerations (nodes, targets) of f32
   */
  public static Step train(
      Params params,
      Params mean,
      Params square,
      Tensor step,
      Tensor nodes,
      Tensor edges,
      Tensor senders,
      Tensor receivers,
      Tensor accelerations) {
    Graphs.Graph graph = new Graphs.Graph(nodes, edges, senders, receivers);
    Gradients.ValueAndGradient<Params> loss =
        Gradients.valueAndGradient(
            params, p -> Losses.meanSquare(simulate(p, graph), accelerations));
    Optimizers.Adam<Params> next =
        new Optimizers.Adam<>(params, mean, square).next(loss.gradient(), step, 1e-3);
    return new Step(next.params(), next.mean(), next.square(), loss.value());
  }

  /** Returns the accelerations of the particles: (nodes, targets). */
  static Tensor simulate(Params params, Graphs.Graph graph) {
    // The last feature is how many edges reach a node.
    Tensor degrees = Graphs.degrees(graph.receivers(), graph.nodes().dim(0));
    Tensor nodes = graph.nodes().plus(degrees.pad(1, graph.nodes().dim(1) - 1, 0));
    graph =
        new Graphs.Graph(
            perceptron(nodes.matmul(params.nodes().first()), params.nodes().then()),
            perceptron(graph.edges().matmul(params.edges().first()), params.edges().then()),
            graph.senders(),
            graph.receivers());
    for (Passing passing : params.passings()) {
      graph =
          Graphs.passMessages(
              graph, x -> combine(x, passing.edge()), x -> combine(x, passing.node()));
    }
    Tensor x = layers(graph.nodes(), params.decoder().layers());
    return x.matmul(params.decoder().last()).plus(params.decoder().bias());
  }

  private static Tensor combine(Tensor x, Combiner combiner) {
    return perceptron(x.matmul(combiner.first()), combiner.then());
  }

  private static Tensor perceptron(Tensor x, Perceptron perceptron) {
    return layers(x.plus(perceptron.bias()), perceptron.layers())
        .layerNorm(perceptron.scale(), perceptron.shift());
  }

  private static Tensor layers(Tensor x, List<Layer> layers) {
    for (Layer layer : layers) {
      x = x.relu().matmul(layer.weights()).plus(layer.bias());
    }
    return x;
  }
}
