package dev.partir.text;

import dev.partir.ir.Attribute;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Prints constants: small ones as numbers, large ones as the digits of their bytes. */
final class DensePrinter {
  /** MLIR's own limit. */
  private static final int LARGEST_IN_NUMBERS = 100;

  private final StringBuilder text;
  private final TensorType type;
  private final ByteBuffer bytes;

  private DensePrinter(StringBuilder text, Attribute.Dense dense) {
    this.text = text;
    this.type = dense.type();
    this.bytes = ByteBuffer.wrap(dense.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Appends {@code dense<...> : type}. */
  static void append(StringBuilder text, Attribute.Dense dense) {
    text.append("dense<");
    var printer = new DensePrinter(text, dense);
    long count = dense.type().elementCount();
    if (dense.splat()) {
      printer.element();
    } else if (count > LARGEST_IN_NUMBERS && dense.type().element() != ElementType.I1) {
      // Booleans have two layouts in two versions of MLIR; their numbers have none.
      text.append("\"0x");
      Hex.append(text, dense.bytes());
      text.append('"');
    } else if (count > 0) {
      printer.list(0);
    }
    text.append("> : ").append(dense.type());
  }

  private void list(int dim) {
    if (dim == type.rank()) {
      element();
      return;
    }
    text.append('[');
    for (long i = 0; i < type.dim(dim); i++) {
      text.append(i == 0 ? "" : ", ");
      list(dim + 1);
    }
    text.append(']');
  }

  private void element() {
    switch (type.element()) {
      case COMPLEX_F32 -> pair(ElementType.F32);
      case COMPLEX_F64 -> pair(ElementType.F64);
      case I1 -> text.append(bytes.get() != 0);
      case I2, I4, I8 -> text.append(bytes.get());
      case UI2, UI4, UI8 -> text.append(bytes.get() & 0xFF);
      case I16 -> text.append(bytes.getShort());
      case UI16 -> text.append(bytes.getShort() & 0xFFFF);
      case I32 -> text.append(bytes.getInt());
      case UI32 -> text.append(Integer.toUnsignedString(bytes.getInt()));
      case I64 -> text.append(bytes.getLong());
      case UI64 -> text.append(Long.toUnsignedString(bytes.getLong()));
      default -> floating(type.element());
    }
  }

  private void pair(ElementType part) {
    text.append('(');
    floating(part);
    text.append(',');
    floating(part);
    text.append(')');
  }

  private void floating(ElementType part) {
    long bits =
        switch (part.bits()) {
          case 16 -> bytes.getShort();
          case 32 -> bytes.getInt();
          case 64 -> bytes.getLong();
          default -> bytes.get() & 0xFF;
        };
    double value = FloatText.fromBits(part, bits);
    if (Double.isNaN(value)) {
      FloatText.appendBits(text, part, bits);
    } else {
      FloatText.append(text, part, value);
    }
  }
}
