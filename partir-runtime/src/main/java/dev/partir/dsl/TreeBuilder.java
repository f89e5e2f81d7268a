package dev.partir.dsl;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Tree} of a type's components, which are added in their order.
 *
 * @param <T> what holds the tensors
 */
public final class TreeBuilder<T> {
  private final DimensionSizes sizes;
  private final List<Tree.Leaf> leaves = new ArrayList<>();
  private final List<BiConsumer<T, List<Tensor>>> parts = new ArrayList<>();

  /** A tree whose shapes get the sizes of their named dimensions from {@code sizes}. */
  public TreeBuilder(DimensionSizes sizes) {
    this.sizes = sizes;
  }

  /** Adds a component that is a tensor; {@code dims} is as in {@link NamedShape#parse}. */
  public TreeBuilder<T> leaf(
      String name, Function<T, Tensor> component, ElementType element, String dims) {
    return leaf(name, component, sizes.shape(element, dims));
  }

  /** Adds a component that is a tensor, of a shape that is not declared. */
  public TreeBuilder<T> leaf(String name, Function<T, Tensor> component) {
    return leaf(name, component, (NamedShape) null);
  }

  private TreeBuilder<T> leaf(
      String name, Function<T, Tensor> component, @Nullable NamedShape shape) {
    leaves.add(new Tree.Leaf(name, shape));
    parts.add((tree, out) -> out.add(component.apply(tree)));
    return this;
  }

  /** Adds a component that is a list of tensors, as many as dimension {@code repeat} is large. */
  public TreeBuilder<T> leaves(
      String name,
      Function<T, List<Tensor>> component,
      ElementType element,
      String dims,
      String repeat) {
    return leaves(name, component, sizes.shape(element, dims), repeat);
  }

  /** As above, of a shape that is not declared. */
  public TreeBuilder<T> leaves(String name, Function<T, List<Tensor>> component, String repeat) {
    return leaves(name, component, (NamedShape) null, repeat);
  }

  private TreeBuilder<T> leaves(
      String name, Function<T, List<Tensor>> component, @Nullable NamedShape shape, String repeat) {
    long count = sizes.size(repeat);
    for (long i = 0; i < count; i++) {
      leaves.add(new Tree.Leaf(name + "/" + i, shape));
    }
    parts.add((tree, out) -> out.addAll(checked(name, repeat, count, component.apply(tree))));
    return this;
  }

  /** Adds a component that is a tree. */
  public <C> TreeBuilder<T> tree(String name, Function<T, C> component, Tree<C> tree) {
    add(name, tree);
    parts.add((whole, out) -> tree.flatten(component.apply(whole), out));
    return this;
  }

  /** Adds a component that is a list of trees, as many as dimension {@code repeat} is large. */
  public <C> TreeBuilder<T> trees(
      String name, Function<T, List<C>> component, Tree<C> tree, String repeat) {
    long count = sizes.size(repeat);
    for (long i = 0; i < count; i++) {
      add(name + "/" + i, tree);
    }
    parts.add(
        (whole, out) -> {
          for (C part : checked(name, repeat, count, component.apply(whole))) {
            tree.flatten(part, out);
          }
        });
    return this;
  }

  private void add(String name, Tree<?> tree) {
    for (Tree.Leaf leaf : tree.leaves()) {
      leaves.add(new Tree.Leaf(name + "/" + leaf.path(), leaf.shape()));
    }
  }

  private static <C> List<C> checked(String name, String repeat, long count, List<C> list) {
    if (list.size() != count) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              "component \"" + name + "\"",
              "the list has "
                  + list.size()
                  + " elements, but dimension \""
                  + repeat
                  + "\" is "
                  + count,
              "Give the list as many elements as the dimension is large"));
    }
    return list;
  }

  /** Returns the tree; {@code constructor} makes the type of the components in their order. */
  public Tree<T> build(Function<TreeReader, T> constructor) {
    List<Tree.Leaf> all = List.copyOf(leaves);
    List<BiConsumer<T, List<Tensor>>> components = List.copyOf(parts);
    return new Tree<>() {
      @Override
      public List<Leaf> leaves() {
        return all;
      }

      @Override
      void flatten(T tree, List<Tensor> out) {
        components.forEach(component -> component.accept(tree, out));
      }

      @Override
      T read(TreeReader in) {
        return constructor.apply(in);
      }
    };
  }
}
