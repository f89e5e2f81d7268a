package dev.partir.dsl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The leaves of a tree of parameters: how records that nest and repeat stand for a flat list of
 * tensors, in the order of their components, depth first. The annotation processor writes one for
 * every record of a model; {@link TreeBuilder} makes them by hand.
 *
 * <pre>{@code
 * record Mlp(Tensor up, Tensor down) {}
 * record Decoder(Tensor embedding, List<Mlp> blocks) {}
 *
 * Tree<Mlp> mlp =
 *     new TreeBuilder<Mlp>(sizes)
 *         .leaf("up", Mlp::up, ElementType.F32, "embed, hidden")
 *         .leaf("down", Mlp::down, ElementType.F32, "hidden, embed")
 *         .build(in -> new Mlp(in.tensor(), in.tensor()));
 * Tree<Decoder> decoder =
 *     new TreeBuilder<Decoder>(sizes)
 *         .leaf("embedding", Decoder::embedding, ElementType.F32, "vocab, embed")
 *         .trees("blocks", Decoder::blocks, mlp, "layers")
 *         .build(in -> new Decoder(in.tensor(), in.trees(mlp, sizes.size("layers"))));
 * decoder.leaves(); // embedding, blocks/0/up, blocks/0/down, blocks/1/up, ...
 * }</pre>
 *
 * @param <T> what holds the tensors
 */
public abstract class Tree<T> {
  Tree() {}

  /**
   * Returns the tree of a value: a tensor, a record of such, or a list of them, which nest. Paths
   * are as the annotation processor makes them. Shapes are not declared.
   *
   * @throws dev.partir.ir.PartirException with {@link dev.partir.ir.ErrorCode#INVALID_ARGUMENT} for
   *     anything else
   */
  public static <T> Tree<T> of(T value) {
    return new ValueTree<>(value);
  }

  /**
   * A tensor of a tree.
   *
   * @param path its place: the names of components and the numbers of repetitions, from 0, with
   *     {@code /} between them
   * @param shape its global shape, or null where it is not declared, as of what only results hold
   */
  public record Leaf(String path, @Nullable NamedShape shape) {}

  /** Returns the leaves in order. */
  public abstract List<Leaf> leaves();

  /** Returns the paths of the leaves in order. */
  public List<String> paths() {
    return leaves().stream().map(Leaf::path).toList();
  }

  /**
   * Appends the tensors of {@code tree} to {@code out}, in the order of {@link #leaves}.
   *
   * @throws dev.partir.ir.PartirException when a list of the tree has another length than declared
   */
  abstract void flatten(T tree, List<Tensor> out);

  /** Takes the next tensors and makes a tree of them. */
  abstract T read(TreeReader in);

  /**
   * Returns the tensors of {@code tree}, in the order of {@link #leaves}.
   *
   * @throws dev.partir.ir.PartirException with {@link dev.partir.ir.ErrorCode#INVALID_ARGUMENT}
   *     when a list of the tree has another length than its dimension has
   */
  public List<Tensor> flatten(T tree) {
    List<Tensor> out = new ArrayList<>(leaves().size());
    flatten(tree, out);
    return out;
  }

  /**
   * Returns the tree that holds {@code leaves}.
   *
   * @throws IllegalArgumentException when there are not as many as {@link #leaves} says
   */
  public T unflatten(List<Tensor> leaves) {
    if (leaves.size() != leaves().size()) {
      throw new IllegalArgumentException(
          leaves.size() + " tensors for " + leaves().size() + " leaves");
    }
    return read(new TreeReader(leaves));
  }

  /** Returns {@code tree} with every tensor replaced. */
  public T map(T tree, UnaryOperator<Tensor> tensor) {
    return unflatten(flatten(tree).stream().map(tensor).toList());
  }
}
