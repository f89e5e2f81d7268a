package dev.partir.text;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Brings what older printers wrote into the form of today. */
final class OlderForms {
  private OlderForms() {}

  /**
   * Returns the attributes with lists of numbers that were written as constants of one dimension,
   * {@code dense<[1, 2]> : tensor<2xi64>}, as {@code array<i64: 1, 2>}.
   */
  static Attributes attributes(Op op, Attributes given) {
    Attributes attributes = given;
    for (Map.Entry<String, Attribute> entry : given.asMap().entrySet()) {
      String key = entry.getKey();
      if (entry.getValue() instanceof Attribute.Dense dense
          && isList(dense)
          && key.indexOf('.') < 0
          && !key.equals("value")
          && op.opName().startsWith("stablehlo.")) {
        attributes = attributes.with(key, array(dense));
      }
    }
    return attributes;
  }

  private static boolean isList(Attribute.Dense dense) {
    ElementType element = dense.type().element();
    return dense.type().rank() == 1
        && dense.type().dim(0) <= Limits.RANK
        && (element == ElementType.I64 || element == ElementType.I1);
  }

  private static Attribute array(Attribute.Dense dense) {
    int count = (int) dense.type().dim(0);
    List<Long> values = new ArrayList<>(count);
    if (dense.type().element() == ElementType.I64) {
      for (long value : Attributes.of("list", dense).integers("list")) {
        values.add(value);
      }
    } else {
      for (int i = 0; i < count; i++) {
        values.add((long) dense.bytes()[dense.splat() ? 0 : i]);
      }
    }
    return new Attribute.IntArray(dense.type().element(), values);
  }
}
