package dev.partir.dsl;

import dev.partir.grad.Erasure;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.ReturnOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes programs of models: calls a model's method with tensors that record what is done to them.
 *
 * <pre>{@code
 * var x = new Tracer.Input("x", TensorType.of(ElementType.F32, 8, 4));
 * Module square = Tracer.trace("square", List.of(x), in -> List.of(in.get(0).times(in.get(0))));
 * }</pre>
 */
public final class Tracer {
  private Tracer() {}

  /** A parameter of a model. */
  public record Input(String name, TensorType type) {}

  /**
   * Returns the program that a model computes; its function is {@code main}, its arguments have the
   * names of the inputs.
   *
   * @param name the name of the program; letters, digits and underscores
   * @param body takes a tensor per input and returns the results
   * @throws PartirException with {@link ErrorCode#UNTRACEABLE} when a result does not come from
   *     this trace
   */
  public static Module trace(
      String name, List<Input> inputs, Function<List<Tensor>, List<Tensor>> body) {
    return trace(name, inputs, body, List.of());
  }

  /**
   * As above; the results are known by {@code results} too, one name for each.
   *
   * @param results no names at all, or as many as there are results
   */
  public static Module trace(
      String name,
      List<Input> inputs,
      Function<List<Tensor>, List<Tensor>> body,
      List<String> results) {
    FunctionBuilder builder = new FunctionBuilder("main");
    List<Tensor> tensors = new ArrayList<>();
    for (Input input : inputs) {
      Value value =
          builder.argument(
              input.type(), input.name(), Attributes.EMPTY, Location.named(input.name()));
      tensors.add(new Tensor(builder.body(), value));
    }
    List<Value> values = new ArrayList<>();
    for (Tensor result : body.apply(tensors)) {
      if (result.block() != builder.body()) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.UNTRACEABLE,
                "model " + name,
                "a result is a tensor of another trace",
                "Return tensors that are computed from the parameters of this call"));
      }
      values.add(result.value());
    }
    for (String result : results) {
      builder.resultAttributes(Attributes.EMPTY.with("jax.result_info", new Attribute.Str(result)));
    }
    ReturnOp.FUNCTION.build(builder.body(), values);
    return Module.of(name, Attributes.EMPTY, List.of(Erasure.erase(builder.build())));
  }
}
