package dev.partir.op;

import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * How values are held when a program runs: a tensor is one array; a token is nothing, for
 * operations run in the order of the text anyway; a tuple is the arrays of its elements side by
 * side; a future is what it is of, for whatever is started runs at once. What operations evaluate
 * are these arrays, so that only those that make or take tuples apart need to know of them.
 */
public final class Leaves {
  private Leaves() {}

  /** Returns the types of the arrays that hold values of the given types. */
  public static List<TensorType> of(List<? extends Type> types) {
    List<TensorType> leaves = new ArrayList<>(types.size());
    for (Type type : types) {
      add(type, leaves);
    }
    return leaves;
  }

  private static void add(Type type, List<TensorType> leaves) {
    if (type instanceof TensorType tensor) {
      leaves.add(tensor);
    } else if (type instanceof Type.Tuple tuple) {
      for (Type element : tuple.elements()) {
        add(element, leaves);
      }
    } else if (type instanceof Type.Future future) {
      for (Type value : future.types()) {
        add(value, leaves);
      }
    }
  }

  /** Returns the types of the arrays that hold values. */
  public static List<TensorType> ofValues(List<Value> values) {
    return of(Op.typesOf(values));
  }

  /** Returns how many arrays hold a value of a type. */
  public static int count(Type type) {
    return type instanceof TensorType ? 1 : of(List.of(type)).size();
  }
}
