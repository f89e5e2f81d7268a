package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a custom call means whose target is known: those that JAX writes and that have a meaning
 * without a library behind them.
 */
abstract class CustomTarget {
  /** The custom calls that are the identity in a program that is read as one for all devices. */
  private static final List<String> IDENTITIES =
      List.of(
          "Sharding",
          "annotate_device_placement",
          "LayoutConstraint",
          "xla.sdy.FuncResultSharding");

  /**
   * The custom calls between the whole of a value and a device's part of it. They are the identity
   * as long as the part is the whole.
   */
  private static final List<String> BORDERS =
      List.of(
          "SPMDFullToShardShape",
          "SPMDShardToFullShape",
          "xla.sdy.GlobalToLocalShape",
          "xla.sdy.LocalToGlobalShape");

  /**
   * Returns what a target means; null when it is not known.
   *
   * @param target the name that the custom call gives
   */
  static @Nullable CustomTarget named(String target) {
    if (IDENTITIES.contains(target) || BORDERS.contains(target)) {
      return new Identity(BORDERS.contains(target));
    }
    return switch (target) {
      case "shape_assertion" -> new ShapeAssertion();
      case "mhlo.topk" -> new TopK();
      case "ApproxTopK" -> new ApproxTopK();
      case "stablehlo.dynamic_top_k" -> new DynamicTopK();
      case "stablehlo.dynamic_rng_bit_generator" -> new DynamicBits();
      case "stablehlo.dynamic_reduce_window" -> new DynamicReduceWindow();
      default -> {
        Op op = forwarded(target);
        yield op == null ? null : new Forwarded(op);
      }
    };
  }

  /** Returns the operation that a target such as {@code mhlo.erf} names, or null. */
  private static @Nullable Op forwarded(String target) {
    Op op = Ops.named(target);
    if (op instanceof CheckOp || (op != null && target.startsWith("stablehlo.dynamic_"))) {
      return op;
    }
    if (target.startsWith("mhlo.")) {
      String name = target.substring("mhlo.".length());
      Op chlo = Ops.named("chlo." + name);
      return chlo != null ? chlo : Ops.named("stablehlo." + name);
    }
    return null;
  }

  /** Says why a target cannot be run. */
  static PartirException unknown(Operation operation, String target) {
    String name = target.toLowerCase(Locale.ROOT);
    String remedy = "Express it by operations of StableHLO";
    if (name.startsWith("lapack_")) {
      remedy = "It is a routine of LAPACK, which is not at hand here: " + remedy;
    } else if (name.contains("callback")) {
      remedy = "It calls back into the process that made the program: leave the callback out";
    } else if (name.startsWith("cu") || name.startsWith("hip") || name.contains("triton")) {
      remedy = "It is a kernel of a GPU library: export the program for CPUs";
    }
    return new PartirException(
        Diagnostic.at(
            operation.location(),
            ErrorCode.UNSUPPORTED,
            "custom_call @" + target + " cannot be run",
            remedy));
  }

  /** Returns the name of the function that an operation calls; empty unless it is one. */
  static String function(Operation operation) {
    return operation.attributes().get("called_computations") instanceof Attribute.Array list
            && list.elements().size() == 1
            && list.elements().get(0) instanceof Attribute.Symbol symbol
        ? symbol.name()
        : "";
  }

  abstract void verify(Operation operation, OpChecker check);

  abstract List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation);

  FactorRule rule(Operation operation) {
    return FactorRule.whole(operation);
  }

  /**
   * Adds operations that mean the same as a call of a function of the program.
   *
   * @param body what that function does
   * @param names the names of the results
   * @return their results; null when there are none
   */
  @Nullable List<Value> expand(
      Operation operation,
      List<Value> operands,
      Region body,
      List<? extends @Nullable String> names,
      BlockBuilder block) {
    return null;
  }

  /** Gives what it is given. */
  private static final class Identity extends CustomTarget {
    private final boolean border;

    Identity(boolean border) {
      this.border = border;
    }

    @Override
    void verify(Operation operation, OpChecker check) {
      int count = operation.operands().size();
      if (!check.arity(count, count, 0)) {
        return;
      }
      for (int i = 0; i < count; i++) {
        Type type = operation.operand(i).type();
        // What stands between borders has a device's shapes, and can be read and printed.
        if (!border || OpChecker.compatible(type, operation.result(i).type())) {
          check.result(i, type);
        }
      }
    }

    @Override
    FactorRule rule(Operation operation) {
      for (List<Value> values : List.of(operation.operands(), operation.results())) {
        for (Value value : values) {
          if (!(value.type() instanceof TensorType) || values.size() != 1 || border) {
            return FactorRule.whole(operation);
          }
        }
      }
      return FactorRule.pointwise(operation);
    }

    @Override
    List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
      List<TensorType> types = Leaves.ofValues(operation.results());
      for (int i = 0; i < types.size(); i++) {
        if (!types.get(i).compatible(operands.get(i).type())) {
          throw new PartirException(
              Diagnostic.at(
                  operation.location(),
                  ErrorCode.UNSUPPORTED,
                  "a "
                      + operands.get(i).type()
                      + " becomes a device's part of it, a "
                      + types.get(i)
                      + ", or the other way round",
                  "Run the program as it was before it was written for each device"));
        }
      }
      return operands;
    }
  }

  /** Fails with a message when its first operand is false. */
  private static final class ShapeAssertion extends CustomTarget {
    @Override
    void verify(Operation operation, OpChecker check) {
      int count = operation.operands().size();
      if (!check.arity(Math.max(1, count), 0, 0) || !check.tensors()) {
        return;
      }
      for (int i = 0; i < count; i++) {
        TensorType type = operation.operand(i).tensor();
        boolean first = i == 0;
        check.require(
            type.rank() == 0 && type.element().isInteger(),
            () -> (first ? "it asserts a " : "its message shows a ") + type,
            first ? "It asserts a tensor<i1>" : "It shows scalar integers");
      }
    }

    @Override
    List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
      if (operands.get(0).getLong(0) != 0) {
        return List.of();
      }
      String message = operation.attributes().string("error_message");
      String text = message == null ? "an assertion on shapes does not hold" : message;
      for (int i = 1; i < operands.size(); i++) {
        text = text.replace("{" + (i - 1) + "}", Long.toString(operands.get(i).getLong(0)));
      }
      throw new PartirException(
          Diagnostic.at(
              operation.location(),
              ErrorCode.CHECK_FAILED,
              text.endsWith(".") ? text.substring(0, text.length() - 1) : text,
              ""));
    }
  }

  /** {@code mhlo.topk}, as older versions of JAX write {@code chlo.top_k}. */
  private static final class TopK extends CustomTarget {
    private static Attributes given(Operation operation) {
      return operation.attributes().get("mhlo.attributes")
              instanceof Attribute.Dictionary dictionary
          ? dictionary.entries()
          : Attributes.EMPTY;
    }

    @Override
    void verify(Operation operation, OpChecker check) {
      Attributes given = given(operation);
      check.require(
          !given.has("largest") || given.flag("largest"),
          "it asks for the smallest elements",
          "Negate the operand");
      if (check.arity(1, 2, 0)) {
        check.asOther(TopKOp.INSTANCE, operation.operands(), given);
      }
    }

    @Override
    List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
      return TopKOp.largest(operands.get(0), given(operation).integer("k", 0));
    }
  }

  /** A {@code chlo.top_k} whose k is computed. */
  private static final class DynamicTopK extends CustomTarget {
    @Override
    void verify(Operation operation, OpChecker check) {
      if (!check.arity(2, 2, 0) || !check.tensors()) {
        return;
      }
      TensorType type = operation.operand(0).tensor();
      TensorType k = operation.operand(1).tensor();
      check.require(
          type.rank() > 0 && !type.element().isComplex(),
          () -> "its operand is a " + type,
          "Give it an array of real numbers");
      check.require(
          k.rank() == 0 && k.element().isInteger(), () -> "its k is a " + k, "It is an integer");
    }

    @Override
    List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
      long k = operands.get(1).getLong(0);
      TensorType type = operands.get(0).type();
      long size = type.dim(type.rank() - 1);
      if (k < 0 || k > size) {
        throw ShapeOps.error(
            operation,
            "it is to take " + k + " of " + size + " elements",
            "Take at most all of them");
      }
      return TopKOp.largest(operands.get(0), k);
    }
  }

  /** An {@code rng_bit_generator} whose sizes are computed. */
  private static final class DynamicBits extends CustomTarget {
    @Override
    void verify(Operation operation, OpChecker check) {
      if (!check.arity(2, 2, 0) || !check.tensors()) {
        return;
      }
      ShapeOps.requireSizes(
          check, "shape", operation.operand(1).tensor(), operation.result(1).tensor().rank());
      check.asOther(
          RngBitGeneratorOp.INSTANCE, operation.operands().subList(0, 1), operation.attributes());
    }

    @Override
    List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
      TensorType type =
          operation.result(1).tensor().withDims(ShapeOps.sizes(operation, operands.get(1)));
      return RngBitGeneratorOp.evaluate(operation, operands.get(0), type);
    }
  }

  /** A {@code reduce_window} whose windows are computed, and whose body is a function. */
  private static final class DynamicReduceWindow extends CustomTarget {
    /** The attributes that the last operands hold, in their order. */
    private static final List<String> COMPUTED =
        List.of(
            "window_dimensions", "window_strides", "base_dilations", "window_dilations", "padding");

    @Override
    void verify(Operation operation, OpChecker check) {
      int results = operation.results().size();
      if (check.arity(2 * Math.max(1, results) + COMPUTED.size(), Math.max(1, results), 0)
          && check.tensors()) {
        check.require(
            !function(operation).isEmpty(),
            "it names no function",
            "Give it one, as in called_computations = [@f]");
      }
    }

    @Override
    List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
      Op reduceWindow = Ops.named("stablehlo.reduce_window");
      if (reduceWindow == null) {
        throw unknown(operation, "stablehlo.dynamic_reduce_window");
      }
      int count = operation.results().size();
      var attributes = Attributes.builder();
      for (int i = 0; i < COMPUTED.size(); i++) {
        HostArray numbers = operands.get(2 * count + i);
        if (COMPUTED.get(i).equals("padding")) {
          attributes.putAll(DynamicConvOp.padded(Attributes.EMPTY, numbers));
        } else {
          attributes.putArray(COMPUTED.get(i), ShapeOps.numbers(numbers));
        }
      }
      List<TensorType> scalars = new ArrayList<>();
      for (HostArray initial : operands.subList(count, 2 * count)) {
        scalars.add(initial.type());
      }
      List<TensorType> arguments = new ArrayList<>(scalars);
      arguments.addAll(scalars);
      return Decomposition.evaluate(
          operands.subList(0, 2 * count),
          evaluation,
          (block, values) ->
              Decomposition.addAll(
                  block,
                  reduceWindow,
                  values,
                  attributes.build(),
                  List.of(Decomposition.calling(block, function(operation), arguments, scalars)),
                  operation));
    }
  }

  /** An operation that stands under another name. */
  private static final class Forwarded extends CustomTarget {
    private final Op op;

    Forwarded(Op op) {
      this.op = op;
    }

    @Override
    void verify(Operation operation, OpChecker check) {
      op.verify(operation, check);
    }

    @Override
    FactorRule rule(Operation operation) {
      return op instanceof Pointwise ? op.rule(operation) : FactorRule.whole(operation);
    }

    @Override
    List<HostArray> evaluate(Operation operation, List<HostArray> operands, Evaluation evaluation) {
      return op.evaluate(operation, operands, evaluation);
    }
  }
}
