package dev.partir.dsl;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Hands out the tensors of a flat list, one by one or as trees. */
public final class TreeReader {
  private final Iterator<Tensor> tensors;

  public TreeReader(List<Tensor> tensors) {
    this.tensors = tensors.iterator();
  }

  /** Returns the next tensor. */
  public Tensor tensor() {
    return tensors.next();
  }

  /** Returns the tree of the next tensors. */
  public <T> T tree(Tree<T> tree) {
    return tree.read(this);
  }

  /** Returns the trees of the next tensors, {@code count} of them. */
  public <T> List<T> trees(Tree<T> tree, long count) {
    List<T> trees = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      trees.add(tree.read(this));
    }
    return List.copyOf(trees);
  }

  /** Returns the next {@code count} tensors. */
  public List<Tensor> tensors(long count) {
    List<Tensor> list = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      list.add(tensors.next());
    }
    return List.copyOf(list);
  }
}
