package dev.partir.dsl;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Loops of models: the body is traced once, and is a {@code stablehlo.while} in the program. It may
 * use tensors from around the loop.
 *
 * <pre>{@code
 * Tensor power = Loops.repeat(10, x, (i, y) -> y.matmul(weights));
 * }</pre>
 */
public final class Loops {
  private Loops() {}

  /** What one trip of a scan gives: what the next one gets, and what is stacked. */
  public record Carry<C, Y>(C carried, Y output) {}

  /** What a trip of a loop does. */
  @FunctionalInterface
  public interface Body<C> {
    /**
     * Returns what is carried on.
     *
     * @param trip the number of the trip, from 0: a scalar of i32
     */
    C run(Tensor trip, C carried);
  }

  /**
   * Returns what is carried after {@code trips} trips.
   *
   * @param initial a tensor, a record of tensors or a list: what {@link Tree#of} takes
   * @throws PartirException with {@link ErrorCode#TYPE_MISMATCH} when a trip gives a tensor of
   *     another shape or element type than it gets
   */
  public static <C> C repeat(long trips, C initial, Body<C> body) {
    return repeat(trips, Tree.of(initial), initial, body);
  }

  /** As above, for what only the given tree knows the tensors of. */
  public static <C> C repeat(long trips, Tree<C> tree, C initial, Body<C> body) {
    Loop loop = new Loop(trips, tree, tree.flatten(initial), List.of());
    C last = body.run(loop.trip(), tree.unflatten(loop.carried()));
    return tree.unflatten(loop.finish(tree.flatten(last), List.of()).carried());
  }

  /**
   * Runs a body on every slice of stacked tensors, in order: layers of a network, steps in time.
   * Every tensor of {@code inputs} is [trips, ...], and the body gets [...].
   *
   * @return what is carried after the last trip
   * @throws PartirException with {@link ErrorCode#INVALID_OP} when inputs are stacks of different
   *     heights or there is none, with {@link ErrorCode#TYPE_MISMATCH} as {@link #repeat}
   */
  public static <C, X> C scan(C initial, X inputs, BiFunction<C, X, C> body) {
    return collect(initial, inputs, (c, x) -> new Carry<>(body.apply(c, x), List.<Tensor>of()))
        .carried();
  }

  /**
   * As {@link #scan}; what a trip gives out beside what it carries on comes back stacked, every
   * tensor as [trips, ...].
   */
  public static <C, X, Y> Carry<C, Y> collect(
      C initial, X inputs, BiFunction<C, X, Carry<C, Y>> body) {
    Tree<C> carries = Tree.of(initial);
    Tree<X> stacks = Tree.of(inputs);
    Loop loop = Loop.over(stacks.flatten(inputs), carries, carries.flatten(initial));
    Carry<C, Y> last =
        body.apply(carries.unflatten(loop.carried()), stacks.unflatten(loop.slices()));
    Tree<Y> outputs = Tree.of(last.output());
    Loop.End end = loop.finish(carries.flatten(last.carried()), outputs.flatten(last.output()));
    return new Carry<>(carries.unflatten(end.carried()), outputs.unflatten(end.stacked()));
  }
}
