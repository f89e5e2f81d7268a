package dev.partir.op;

import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pretty form of a convolution: {@code stablehlo.convolution(%a, %b) dim_numbers = [b, 0,
 * f]x[0, i, o]->[b, 0, f], window = {stride = [2], pad = [[1, 1]], lhs_dilate = [1], rhs_dilate =
 * [1], reverse = [false]} {attributes} : (types) -> type}. What the window leaves out, the
 * attributes do too.
 */
final class ConvolutionText {
  private static final List<String> PRINTED =
      List.of(
          ConvolutionOp.NUMBERS,
          ConvolutionOp.STRIDES,
          WindowAttributes.PADDING,
          ConvolutionOp.INPUT_DILATION,
          ConvolutionOp.KERNEL_DILATION,
          ConvolutionOp.REVERSAL);

  private ConvolutionText() {}

  /** Returns which spatial dimensions of the kernel are turned around; null where nothing says. */
  static boolean @Nullable [] reversal(Attributes attributes) {
    Attribute value = attributes.get(ConvolutionOp.REVERSAL);
    if (value instanceof Attribute.IntArray array && array.type() == ElementType.I1) {
      boolean[] reversed = new boolean[array.values().size()];
      for (int d = 0; d < reversed.length; d++) {
        reversed[d] = array.values().get(d) != 0;
      }
      return reversed;
    }
    if (value instanceof Attribute.Dense dense
        && dense.type().element() == ElementType.I1
        && dense.type().rank() == 1) {
      boolean[] reversed = new boolean[Math.toIntExact(dense.type().elementCount())];
      for (int d = 0; d < reversed.length; d++) {
        reversed[d] = dense.bytes()[dense.splat() ? 0 : d] != 0;
      }
      return reversed;
    }
    return null;
  }

  /** Prints the form if reading it back would give the same attributes. */
  static boolean print(Operation operation, AsmPrinter printer) {
    Attributes attributes = operation.attributes();
    ConvolutionNumbers numbers = ConvolutionOp.numbers(attributes);
    if (numbers == null || !isCanonical(attributes, numbers)) {
      return false;
    }
    printer.print("stablehlo.convolution(").operands(operation.operands());
    printer.print(") dim_numbers = " + numbers + ", window = {");
    String separator = "";
    for (String[] key :
        new String[][] {
          {"stride", ConvolutionOp.STRIDES},
          {"pad", WindowAttributes.PADDING},
          {"lhs_dilate", ConvolutionOp.INPUT_DILATION},
          {"rhs_dilate", ConvolutionOp.KERNEL_DILATION},
          {"reverse", ConvolutionOp.REVERSAL}
        }) {
      if (!attributes.has(key[1])) {
        continue;
      }
      printer.print(separator + key[0] + " = ");
      separator = ", ";
      long[] numbersOf = attributes.integers(key[1]);
      if (key[0].equals("pad")) {
        for (int i = 0; i < numbersOf.length; i += 2) {
          printer.print(i == 0 ? "[" : ", ").list(numbersOf[i], numbersOf[i + 1]);
        }
        printer.print(numbersOf.length == 0 ? "[]" : "]");
      } else if (key[0].equals("reverse")) {
        printer.print(Arrays.toString(reversal(attributes)));
      } else {
        printer.list(numbersOf);
      }
    }
    printer
        .print("}")
        .attributes(attributes, PRINTED)
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  private static boolean isCanonical(Attributes attributes, ConvolutionNumbers numbers) {
    if (!numbers(numbers).equals(attributes.get(ConvolutionOp.NUMBERS))) {
      return false;
    }
    for (String key :
        List.of(
            ConvolutionOp.STRIDES, ConvolutionOp.INPUT_DILATION, ConvolutionOp.KERNEL_DILATION)) {
      if (attributes.has(key)
          && !(attributes.get(key) instanceof Attribute.IntArray array
              && array.type() == ElementType.I64)) {
        return false;
      }
    }
    if (attributes.has(ConvolutionOp.REVERSAL)
        && !(attributes.get(ConvolutionOp.REVERSAL) instanceof Attribute.IntArray array
            && array.type() == ElementType.I1)) {
      return false;
    }
    Attribute padding = attributes.get(WindowAttributes.PADDING);
    return padding == null
        || (padding instanceof Attribute.Dense dense
            && dense.type().element() == ElementType.I64
            && dense.type().rank() == 2
            && dense.type().dim(1) == 2
            && padding(attributes.integers(WindowAttributes.PADDING)).equals(dense));
  }

  static Attribute numbers(ConvolutionNumbers numbers) {
    return new Attribute.Raw("#stablehlo.conv<" + numbers + ">");
  }

  /**
   * Returns the low and high padding of every spatial dimension as a constant; one number where all
   * are one.
   */
  static Attribute padding(long... numbers) {
    boolean splat = numbers.length > 0 && Arrays.stream(numbers).allMatch(n -> n == numbers[0]);
    int count = splat ? 1 : numbers.length;
    ByteBuffer bytes = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putLong(numbers[i]);
    }
    return Attribute.Dense.of(
        TensorType.of(ElementType.I64, numbers.length / 2, 2), bytes.array(), splat);
  }

  /** Parses from {@code dim_numbers} to the end of the window. */
  static Attributes.Builder parse(AsmParser parser) {
    var attributes = Attributes.builder();
    parser.expect("dim_numbers");
    parser.expect("=");
    String[] input = names(parser);
    parser.expect("x");
    String[] kernel = names(parser);
    parser.expect("->");
    String[] output = names(parser);
    attributes.put(ConvolutionOp.NUMBERS, numbers(new ConvolutionNumbers(input, kernel, output)));
    parser.expect(",");
    parser.expect("window");
    parser.expect("=");
    parser.expect("{");
    if (parser.accept("}")) {
      return attributes;
    }
    do {
      var location = parser.location();
      String word = parser.word();
      parser.expect("=");
      switch (word) {
        case "stride" -> attributes.putArray(ConvolutionOp.STRIDES, parser.list());
        case "pad" -> attributes.put(WindowAttributes.PADDING, pairs(parser));
        case "lhs_dilate" -> attributes.putArray(ConvolutionOp.INPUT_DILATION, parser.list());
        case "rhs_dilate" -> attributes.putArray(ConvolutionOp.KERNEL_DILATION, parser.list());
        case "reverse" -> attributes.put(ConvolutionOp.REVERSAL, flags(parser));
        default ->
            throw parser.error(
                location,
                "the window of a convolution has no \"" + word + "\"",
                "Known are stride, pad, lhs_dilate, rhs_dilate and reverse");
      }
    } while (parser.accept(","));
    parser.expect("}");
    return attributes;
  }

  private static String[] names(AsmParser parser) {
    List<String> names = new ArrayList<>();
    parser.expect("[");
    if (!parser.accept("]")) {
      do {
        names.add(name(parser));
      } while (parser.accept(","));
      parser.expect("]");
    }
    return names.toArray(String[]::new);
  }

  private static String name(AsmParser parser) {
    for (String name : List.of("b", "f", "i", "o", "?")) {
      if (parser.accept(name)) {
        return name;
      }
    }
    return Long.toString(parser.integer());
  }

  private static Attribute pairs(AsmParser parser) {
    List<Long> numbers = new ArrayList<>();
    parser.expect("[");
    if (!parser.accept("]")) {
      do {
        var location = parser.location();
        long[] pair = parser.list();
        if (pair.length != 2) {
          throw parser.error(
              location,
              "a padding has " + pair.length + " numbers",
              "Write how many are before and how many after");
        }
        numbers.add(pair[0]);
        numbers.add(pair[1]);
      } while (parser.accept(","));
      parser.expect("]");
    }
    return padding(numbers.stream().mapToLong(Long::longValue).toArray());
  }

  private static Attribute flags(AsmParser parser) {
    List<Long> flags = new ArrayList<>();
    parser.expect("[");
    if (!parser.accept("]")) {
      do {
        if (parser.accept("true")) {
          flags.add(1L);
        } else if (parser.accept("false")) {
          flags.add(0L);
        } else {
          flags.add(parser.integer() != 0 ? 1L : 0L);
        }
      } while (parser.accept(","));
      parser.expect("]");
    }
    return new Attribute.IntArray(ElementType.I1, flags);
  }
}
