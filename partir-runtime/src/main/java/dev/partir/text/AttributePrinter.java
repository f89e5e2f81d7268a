package dev.partir.text;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Prints attributes. */
final class AttributePrinter {
  private final StringBuilder text;

  AttributePrinter(StringBuilder text) {
    this.text = text;
  }

  /** Prints an attribute with its type. */
  void print(Attribute attribute) {
    print(attribute, true);
  }

  private void print(Attribute attribute, boolean typed) {
    if (attribute instanceof Attribute.Int number) {
      integer(number, typed);
    } else if (attribute instanceof Attribute.Bool bool) {
      text.append(bool.value());
    } else if (attribute instanceof Attribute.Float number) {
      FloatText.append(text, number.type(), number.value());
      if (typed || number.type() != ElementType.F64) {
        text.append(" : ").append(number.type());
      }
    } else if (attribute instanceof Attribute.Str string) {
      text.append(Text.quote(string.value()));
    } else if (attribute instanceof Attribute.Unit) {
      text.append("unit");
    } else if (attribute instanceof Attribute.TypeOf type) {
      text.append(type.type());
    } else if (attribute instanceof Attribute.Symbol symbol) {
      text.append(Text.symbol(symbol.name()));
    } else if (attribute instanceof Attribute.Array list) {
      list(list.elements());
    } else if (attribute instanceof Attribute.Dictionary dictionary) {
      text.append('{');
      entries(dictionary.entries(), List.of(), true);
      text.append('}');
    } else if (attribute instanceof Attribute.IntArray array) {
      array(array);
    } else if (attribute instanceof Attribute.Enumerated value) {
      text.append('#').append(value.dialect()).append('<').append(value.mnemonic()).append(' ');
      text.append(value.value()).append('>');
    } else if (attribute instanceof Attribute.Struct struct) {
      text.append('#').append(struct.name()).append('<');
      entries(struct.fields(), List.of(), false);
      text.append('>');
    } else if (attribute instanceof Attribute.Raw raw) {
      text.append(raw.text());
    } else if (attribute instanceof Attribute.Resource resource) {
      text.append("dense_resource<").append(key(resource.name())).append("> : ");
      text.append(resource.type());
    } else if (attribute instanceof Attribute.Dense dense) {
      DensePrinter.append(text, dense);
    }
  }

  private void integer(Attribute.Int number, boolean typed) {
    boolean isUnsigned = number.type().kind() == ElementType.Kind.UNSIGNED;
    text.append(isUnsigned ? Long.toUnsignedString(number.value()) : number.value() + "");
    if (typed || number.type() != ElementType.I64) {
      text.append(" : ").append(number.type());
    }
  }

  private void list(List<Attribute> elements) {
    text.append('[');
    String separator = "";
    for (Attribute element : elements) {
      text.append(separator);
      print(element, false);
      separator = ", ";
    }
    text.append(']');
  }

  private void array(Attribute.IntArray array) {
    text.append("array<").append(array.type());
    String separator = ": ";
    for (long value : array.toArray()) {
      text.append(separator);
      if (array.type() == ElementType.I1) {
        text.append(value != 0);
      } else {
        text.append(value);
      }
      separator = ", ";
    }
    text.append('>');
  }

  /** Prints {@code a = 1, b} without those in {@code except}. */
  void entries(Attributes attributes, Collection<String> except, boolean typed) {
    String separator = "";
    for (Map.Entry<String, Attribute> entry : attributes.asMap().entrySet()) {
      if (except.contains(entry.getKey())) {
        continue;
      }
      text.append(separator).append(key(entry.getKey()));
      if (!(entry.getValue() instanceof Attribute.Unit)) {
        text.append(" = ");
        print(entry.getValue(), typed);
      }
      separator = ", ";
    }
  }

  private static String key(String name) {
    return Text.isWord(name) ? name : Text.quote(name);
  }
}
