package dev.partir.text;

import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares programs by all that they mean: not by the names of values, and not by locations. */
final class SameProgram {
  private final Map<Value, Value> partners = new HashMap<>();
  private final String where;

  private SameProgram(String where) {
    this.where = where;
  }

  /** Returns the first difference, or an empty text. */
  static String difference(Module a, Module b) {
    try {
      equal("name of the module", a.name(), b.name());
      equal("attributes of the module", a.attributes(), b.attributes());
      equal("declarations", a.declarations(), b.declarations());
      equal(
          "functions",
          a.functions().stream().map(Function::name).toList(),
          b.functions().stream().map(Function::name).toList());
      for (Function function : a.functions()) {
        new SameProgram("@" + function.name())
            .compare(function, Objects.requireNonNull(b.function(function.name())));
      }
      return "";
    } catch (Different different) {
      return String.valueOf(different.getMessage());
    }
  }

  private static final class Different extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Different(String message) {
      super(message);
    }
  }

  private static void equal(String what, @Nullable Object a, @Nullable Object b) {
    if (!Objects.equals(a, b)) {
      throw new Different(what + ": " + a + " and " + b);
    }
  }

  private void compare(Function a, Function b) {
    equal(where + " is public", a.isPublic(), b.isPublic());
    equal(where + " type", a.type(), b.type());
    equal(where + " attributes", a.attributes(), b.attributes());
    equal(where + " values", a.valueCount(), b.valueCount());
    for (int i = 0; i < a.arguments().size(); i++) {
      equal(where + " argument " + i, a.argumentAttributes(i), b.argumentAttributes(i));
    }
    for (int i = 0; i < a.results().size(); i++) {
      equal(where + " result " + i, a.resultAttributes(i), b.resultAttributes(i));
    }
    compare(a.body(), b.body());
  }

  private void compare(Block a, Block b) {
    pair(a.arguments(), b.arguments());
    equal(where + " operations", a.operations().size(), b.operations().size());
    for (int i = 0; i < a.operations().size(); i++) {
      compare(a.operations().get(i), b.operations().get(i));
    }
  }

  private void compare(Operation a, Operation b) {
    String place = where + " " + a;
    equal(place + " kind", a.kind(), b.kind());
    equal(place + " attributes", a.attributes(), b.attributes());
    equal(place + " operands", a.operands().stream().map(partners::get).toList(), b.operands());
    equal(place + " regions", a.regions().size(), b.regions().size());
    for (int i = 0; i < a.regions().size(); i++) {
      compare(a.regions().get(i).block(), b.regions().get(i).block());
    }
    pair(a.results(), b.results());
  }

  private void pair(List<Value> a, List<Value> b) {
    equal(where + " values", a.size(), b.size());
    for (int i = 0; i < a.size(); i++) {
      equal(where + " type of " + a.get(i), a.get(i).type(), b.get(i).type());
      equal(where + " id of " + a.get(i), a.get(i).id(), b.get(i).id());
      partners.put(a.get(i), b.get(i));
    }
  }
}
