package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Stands in for constants whose elements the text of a program leaves out, {@code
 * dense_resource<__elided__>}, so that the program can be run all the same.
 */
public final class ElidedConstants {
  private final SplittableRandom random;

  private ElidedConstants(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Returns the program with elements made from a seed: matrices and larger as {@link
   * SeededArrays#random} makes them; scalars and vectors of floating-point numbers, which are
   * scales and variances as often as not, from 0.5 to 1.5.
   */
  public static Module fill(Module module, long seed) {
    ElidedConstants constants = new ElidedConstants(seed);
    List<Function> functions = new ArrayList<>();
    for (Function function : module.functions()) {
      functions.add(constants.fill(function));
    }
    return Module.of(module.name(), module.attributes(), functions, module.declarations());
  }

  private Function fill(Function function) {
    FunctionBuilder builder = FunctionBuilder.like(function);
    Copier copier = new Copier(function, this::attributes);
    copier.copyArguments(builder);
    for (Operation operation : function.body().operations()) {
      copier.copy(operation, builder.body());
    }
    return builder.build();
  }

  private Attributes attributes(Operation operation) {
    Attributes attributes = operation.attributes();
    for (String key : attributes.keys()) {
      if (attributes.get(key) instanceof Attribute.Resource resource) {
        attributes = attributes.with(key, elements(resource.type()).toDense());
      }
    }
    return attributes;
  }

  private HostArray elements(TensorType type) {
    SplittableRandom own = random.split();
    if (type.rank() > 1 || !type.element().isFloat()) {
      return SeededArrays.random(type, own);
    }
    HostArray array = HostArray.zeros(type);
    for (int i = 0; i < array.length(); i++) {
      array.set(i, 0.5 + own.nextDouble());
    }
    return array;
  }
}
