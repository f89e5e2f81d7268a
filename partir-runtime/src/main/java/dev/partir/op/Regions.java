package dev.partir.op;

import dev.partir.ir.ElementType;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import java.util.List;
import java.util.stream.Collectors;

/** What operations ask of their regions. */
final class Regions {
  static final TensorType BOOLEAN = TensorType.of(ElementType.I1);

  private Regions() {}

  /** Requires that a region takes values of the given types. */
  static boolean takes(OpChecker check, String name, Region region, List<? extends Type> types) {
    return same(check, name + " takes ", Op.typesOf(region.block().arguments()), types, "take ");
  }

  /** Requires that a region gives values of the given types. */
  static boolean gives(OpChecker check, String name, Region region, List<? extends Type> types) {
    return same(check, name + " gives ", Op.typesOf(region.block().results()), types, "give ");
  }

  private static boolean same(
      OpChecker check,
      String what,
      List<? extends Type> actual,
      List<? extends Type> wanted,
      String verb) {
    boolean same = actual.size() == wanted.size();
    for (int i = 0; same && i < actual.size(); i++) {
      same = OpChecker.compatible(actual.get(i), wanted.get(i));
    }
    return check.require(same, () -> what + list(actual), "It must " + verb + list(wanted));
  }

  private static String list(List<? extends Type> types) {
    return types.stream().map(Type::toString).collect(Collectors.joining(", ", "(", ")"));
  }

  /** Returns scalars of the element types of tensors, each of them {@code times} times. */
  static List<TensorType> scalars(List<TensorType> tensors, int times) {
    return tensors.stream()
        .flatMap(
            tensor ->
                java.util.Collections.nCopies(times, TensorType.of(tensor.element())).stream())
        .toList();
  }
}
