package dev.partir.ir;

import java.util.List;
import java.util.stream.Collectors;

/** The type of a value. */
public sealed interface Type
    permits TensorType, Type.Token, Type.Tuple, Type.Future, Type.FunctionType {

  /** Returns the spelling in MLIR text. */
  @Override
  String toString();

  /** The token type, which orders side effects. */
  record Token() implements Type {
    @Override
    public String toString() {
      return "!stablehlo.token";
    }
  }

  /** A tuple of types. */
  record Tuple(List<Type> elements) implements Type {
    public Tuple {
      elements = List.copyOf(elements);
    }

    @Override
    public String toString() {
      return elements.stream().map(Type::toString).collect(Collectors.joining(", ", "tuple<", ">"));
    }
  }

  /** Values of the given types that are being computed. */
  record Future(List<Type> types) implements Type {
    public Future {
      types = List.copyOf(types);
    }

    @Override
    public String toString() {
      return types.stream()
          .map(Type::toString)
          .collect(Collectors.joining(", ", "!stablehlo.future<", ">"));
    }
  }

  /** The type of a function: what it takes and what it gives. */
  record FunctionType(List<Type> inputs, List<Type> results) implements Type {
    public FunctionType {
      inputs = List.copyOf(inputs);
      results = List.copyOf(results);
    }

    @Override
    public String toString() {
      String from = inputs.stream().map(Type::toString).collect(Collectors.joining(", ", "(", ")"));
      String to =
          results.size() == 1
              ? results.get(0).toString()
              : results.stream().map(Type::toString).collect(Collectors.joining(", ", "(", ")"));
      return from + " -> " + to;
    }
  }
}
