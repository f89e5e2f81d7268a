package dev.partir.dsl;

import dev.partir.grad.CheckpointOp;
import dev.partir.grad.Differentiation;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Gradients of traced functions, by reverse-mode differentiation. They are recorded like everything
 * else, behind what was recorded before, and can be differentiated again.
 *
 * <pre>{@code
 * Tensor loss = x.matmul(w).minus(y).pow(x.scalar(2)).mean();
 * Tensor slope = Gradients.of(loss, List.of(w)).get(0);
 * Tensor updated = w.minus(slope.times(0.1));
 * }</pre>
 *
 * <p>Every method throws {@link PartirException} with {@link ErrorCode#NO_DERIVATIVE} when the loss
 * is no floating-point scalar, a parameter has integers, or an operation between them has no
 * derivative; with {@link ErrorCode#UNTRACEABLE} when tensors are of different traces.
 */
public final class Gradients {
  private Gradients() {}

  /**
   * Returns the gradients of a scalar loss with respect to tensors of the same trace; zeros where
   * the loss does not depend on one. Where one parameter is computed from another, the gradient of
   * the other includes what goes through the first.
   *
   * @return for each parameter a tensor of its shape and element type
   */
  public static List<Tensor> of(Tensor loss, List<Tensor> parameters) {
    BlockBuilder block = loss.block();
    if (block.isBuilt()) {
      throw untraceable(
          "it is that of a loss of a loop's body behind the loop, or of another trace");
    }
    for (Tensor parameter : parameters) {
      requireSameTrace(block, parameter);
    }
    List<Value> values = parameters.stream().map(Tensor::value).toList();
    return tensors(block, Differentiation.gradients(block, loss.value(), values));
  }

  /** As above, for the leaves of a tree. */
  public static <T> T of(Tensor loss, T parameters, Tree<T> tree) {
    return tree.unflatten(of(loss, tree.flatten(parameters)));
  }

  /**
   * A loss and its gradient.
   *
   * @param gradient a tree of the shapes of the parameters
   */
  public record ValueAndGradient<T>(Tensor value, T gradient) {}

  /**
   * Returns a loss at given parameters and its gradient with respect to them.
   *
   * @param parameters a tensor, a record of tensors or a list: what {@link Tree#of} takes
   */
  public static <T> ValueAndGradient<T> valueAndGradient(T parameters, Function<T, Tensor> loss) {
    return valueAndGradient(Tree.of(parameters), parameters, loss);
  }

  /** As above, for what only the given tree knows the tensors of. */
  public static <T> ValueAndGradient<T> valueAndGradient(
      Tree<T> tree, T parameters, Function<T, Tensor> loss) {
    Tensor value = loss.apply(parameters);
    return new ValueAndGradient<>(value, of(value, parameters, tree));
  }

  /**
   * A loss, and what else was computed with it: a tensor, a record of tensors or a list, which
   * nest, such as predictions or a new state of the model.
   */
  public record Loss<A>(Tensor value, A auxiliary) {}

  /**
   * A loss, its gradient, and what else was computed with it.
   *
   * @param gradient a tree of the shapes of the parameters
   */
  public record WithAuxiliary<T, A>(Tensor value, T gradient, A auxiliary) {}

  /**
   * Returns a loss at given parameters, its gradient with respect to them, and what else the
   * function computes, which the gradient is not of. The function is called once.
   *
   * @param parameters a tensor, a record of tensors or a list: what {@link Tree#of} takes
   * @throws PartirException besides, with {@link ErrorCode#INVALID_ARGUMENT} when what else it
   *     computes is no such tree
   */
  public static <T, A> WithAuxiliary<T, A> valueAndGradientWithAuxiliary(
      T parameters, Function<T, Loss<A>> loss) {
    Loss<A> computed = loss.apply(parameters);
    BlockBuilder block = computed.value().block();
    for (Tensor tensor : Tree.of(computed.auxiliary()).flatten(computed.auxiliary())) {
      requireSameTrace(block, tensor);
    }
    T gradient = of(computed.value(), parameters, Tree.of(parameters));
    return new WithAuxiliary<>(computed.value(), gradient, computed.auxiliary());
  }

  /** Returns the gradient of a loss at given parameters with respect to them. */
  public static <T> T gradient(T parameters, Function<T, Tensor> loss) {
    return gradient(Tree.of(parameters), parameters, loss);
  }

  /** As above, for what only the given tree knows the tensors of. */
  public static <T> T gradient(Tree<T> tree, T parameters, Function<T, Tensor> loss) {
    return of(loss.apply(parameters), parameters, tree);
  }

  /**
   * Returns what {@code f} gives, computed again in the backward pass instead of kept (Chen et al.,
   * arXiv 1604.06174). {@code f} may use other tensors of the trace as well; of what it computes,
   * only what it returns can be used outside.
   */
  public static List<Tensor> checkpoint(
      List<Tensor> inputs, Function<List<Tensor>, List<Tensor>> f) {
    if (inputs.isEmpty()) {
      return f.apply(inputs);
    }
    BlockBuilder block = inputs.get(0).block().innermost();
    Operation begin = CheckpointOp.begin(block);
    List<Tensor> results = f.apply(inputs);
    for (Tensor result : results) {
      requireSameTrace(block, result);
    }
    List<Value> values = results.stream().map(Tensor::value).toList();
    return tensors(block, CheckpointOp.end(block, begin, values));
  }

  /** As above, for what makes one tensor of one. */
  public static Tensor checkpoint(Tensor input, UnaryOperator<Tensor> f) {
    return checkpoint(List.of(input), in -> List.of(f.apply(in.get(0)))).get(0);
  }

  private static List<Tensor> tensors(BlockBuilder block, List<Value> values) {
    return values.stream().map(value -> new Tensor(block, value)).toList();
  }

  private static void requireSameTrace(BlockBuilder block, Tensor tensor) {
    if (!tensor.block().isOfFunctionOf(block)) {
      throw untraceable("it is asked for by a tensor of another trace");
    }
  }

  private static PartirException untraceable(String problem) {
    return new PartirException(
        Diagnostic.of(
            ErrorCode.UNTRACEABLE,
            "gradient",
            problem,
            "Use tensors of one call of the model only"));
  }
}
