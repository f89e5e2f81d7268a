package dev.partir.errorprone;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of shapes says of every method of the DSL what the DSL does. */
final class TensorShapesTest {
  private static final int TRIALS = 600;

  /** Parameters that are tensors of whole numbers, by method and position. */
  private static final Set<String> PLACES =
      Set.of("gather0", "dynamicSlice1", "dynamicUpdateSlice2", "segmentSum0");

  /** All the methods of the DSL that return a tensor. */
  static List<Method> operations() {
    return Arrays.stream(Tensor.class.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getReturnType() == Tensor.class)
        .toList();
  }

  @Test
  void theTableHasEveryOperationAndNothingElse() {
    var names = new TreeSet<String>();
    operations().forEach(method -> names.add(method.getName()));
    assertThat(TensorShapes.RULES.keySet()).containsExactlyElementsIn(names);
  }

  @Test
  void elementTypesAreSpelledAsOne() {
    for (ElementType element : ElementType.values()) {
      assertThat(Declared.elementName(element.text()))
          .isEqualTo(Declared.elementName(element.name()));
    }
  }

  /**
   * Applies an operation to random shapes, through the DSL and through the table. With element
   * types that the operation takes both refuse the same; with any, the table refuses nothing else.
   */
  @ParameterizedTest
  @MethodSource("operations")
  void theTableAgreesWithTheDsl(Method method) {
    var random = new Random(7);
    int done = 0;
    for (int i = 0; i < TRIALS; i++) {
      boolean typed = i % 3 != 0;
      Trial trial = Trial.draw(method, random, typed);
      Inference said = trial.inferred();
      TensorType real = trial.traced();
      String what = method.getName() + " of " + trial + ": " + said;
      if (said instanceof Mismatch || typed) {
        assertWithMessage(what).that(real == null).isEqualTo(said instanceof Mismatch);
      }
      if (real != null) {
        done++;
        if (!TensorShapes.UNKNOWN.contains(method.getName())) {
          assertWithMessage(what).that(said).isEqualTo(shape(real));
        }
      }
    }
    assertWithMessage("%s was right in", method).that(done).isAtLeast(TRIALS / 100);
  }

  private static Shape shape(TensorType type) {
    List<Dim> dims = LongStream.of(type.dims()).mapToObj(Dim::of).toList();
    return new Shape(dims, Declared.elementName(type.element().text()));
  }

  /** An operation on a tensor with arguments. */
  private record Trial(Method method, TensorType self, List<Object> arguments) {

    static Trial draw(Method method, Random random, boolean typed) {
      ElementType own = typed ? selfElement(method) : anyElement(random);
      TensorType self =
          method.getName().equals("convolve")
              ? TensorType.of(own, random.longs(4, 1, 5).toArray())
              : type(random, own, List.of());
      List<Object> arguments = new ArrayList<>();
      for (Class<?> parameter : method.getParameterTypes()) {
        boolean whole = PLACES.contains(method.getName() + arguments.size());
        ElementType element =
            typed ? whole ? ElementType.I32 : ElementType.F32 : anyElement(random);
        arguments.add(argument(parameter, method, self, element, random));
      }
      return new Trial(method, self, arguments);
    }

    private static ElementType selfElement(Method method) {
      return switch (method.getName()) {
        case "select" -> ElementType.I1;
        case "oneHot" -> ElementType.I32;
        default -> ElementType.F32;
      };
    }

    private static ElementType anyElement(Random random) {
      return List.of(ElementType.F32, ElementType.I32, ElementType.I1).get(random.nextInt(3));
    }

    private static Object argument(
        Class<?> parameter, Method method, TensorType self, ElementType element, Random random) {
      if (parameter == Tensor.class) {
        return type(random, element, LongStream.of(self.dims()).boxed().toList());
      } else if (parameter == int.class) {
        return random.nextInt(2 * self.rank() + 3) - self.rank() - 1;
      } else if (parameter == int[].class) {
        int length =
            method.getName().equals("transpose") && random.nextInt(4) > 0
                ? self.rank()
                : random.nextInt(3);
        return random.ints(length, -1, 3).toArray();
      } else if (parameter == long.class) {
        return (long) random.nextInt(4);
      } else if (parameter == long[].class) {
        TensorType like = type(random, element, LongStream.of(self.dims()).boxed().toList());
        return like.dims();
      } else if (parameter == double.class) {
        return 2.0;
      } else if (parameter == ElementType.class) {
        return element;
      } else if (parameter == HostArray.class) {
        return HostArray.scalar(element, 1);
      }
      assertThat(parameter).isEqualTo(String.class);
      return "name";
    }

    /** Draws a type, half of the time one that is much like another. */
    private static TensorType type(Random random, ElementType element, List<Long> like) {
      List<Long> sizes = new ArrayList<>(like);
      if (like.isEmpty() || random.nextBoolean()) {
        sizes.clear();
        random.ints(random.nextInt(4), 1, 4).forEach(size -> sizes.add((long) size));
      } else if (random.nextInt(4) == 0) {
        java.util.Collections.shuffle(sizes, random);
      }
      return TensorType.of(element, sizes.stream().mapToLong(Long::longValue).toArray());
    }

    Inference inferred() {
      List<Known> known = new ArrayList<>();
      for (Object argument : arguments) {
        known.add(known(argument));
      }
      return TensorShapes.RULES
          .getOrDefault(method.getName(), call -> Shape.UNKNOWN)
          .infer(new ShapeRule.Call(shape(self), known));
    }

    private static Known known(Object argument) {
      if (argument instanceof TensorType type) {
        return shape(type);
      } else if (argument instanceof Integer || argument instanceof Long) {
        return Dim.of(((Number) argument).longValue());
      } else if (argument instanceof int[] numbers) {
        return new Known.Dims(Arrays.stream(numbers).mapToObj(Dim::of).toList());
      } else if (argument instanceof long[] numbers) {
        return new Known.Dims(Arrays.stream(numbers).mapToObj(Dim::of).toList());
      }
      return argument instanceof ElementType element
          ? new Known.Element(Declared.elementName(element.name()))
          : Known.Nothing.NOTHING;
    }

    /** Returns the type of the result; null if the operation is refused. */
    @Nullable TensorType traced() {
      List<Tracer.Input> inputs = new ArrayList<>(List.of(new Tracer.Input("self", self)));
      for (Object argument : arguments) {
        if (argument instanceof TensorType type) {
          inputs.add(new Tracer.Input("in" + inputs.size(), type));
        }
      }
      try {
        return Tracer.trace("trial", inputs, this::apply)
            .functions()
            .get(0)
            .results()
            .get(0)
            .tensor();
      } catch (RuntimeException e) {
        return null;
      }
    }

    private List<Tensor> apply(List<Tensor> inputs) {
      int next = 1;
      List<Object> given = new ArrayList<>();
      for (Object argument : arguments) {
        given.add(argument instanceof TensorType ? inputs.get(next++) : argument);
      }
      try {
        return List.of((Tensor) method.invoke(inputs.get(0), given.toArray()));
      } catch (InvocationTargetException e) {
        throw new IllegalArgumentException(e.getCause());
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }

    @Override
    public String toString() {
      return self
          + " and "
          + Stream.of(arguments.toArray())
              .map(a -> a instanceof int[] i ? Arrays.toString(i) : a)
              .map(a -> a instanceof long[] i ? Arrays.toString(i) : a)
              .toList();
    }
  }
}
