package dev.partir.op;

import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The pretty form of a contraction: {@code stablehlo.dot_general %a, %b, batching_dims = [0] x [0],
 * contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT], algorithm = <...> : (types) ->
 * type}.
 */
final class DotGeneralText {
  private DotGeneralText() {}

  static boolean print(
      Operation operation, DotGeneralOp.Dimensions dimensions, AsmPrinter printer) {
    printer.print("stablehlo.dot_general ").operands(operation.operands());
    long[][] batch = dimensions.batch();
    if (batch[0].length > 0) {
      printer.print(", batching_dims = ").list(batch[0]).print(" x ").list(batch[1]);
    }
    long[][] contracting = dimensions.contracting();
    printer.print(", contracting_dims = ").list(contracting[0]).print(" x ").list(contracting[1]);
    List<String> printed = new ArrayList<>(List.of(DotGeneralOp.NUMBERS));
    List<String> precisions = precisions(operation);
    if (!precisions.isEmpty()) {
      printer.print(", precision = [" + String.join(", ", precisions) + "]");
      printed.add(DotGeneralOp.PRECISION);
    }
    if (DotAlgorithm.print(operation.attributes(), printer)) {
      printed.add(DotAlgorithm.KEY);
    }
    printer
        .attributes(operation.attributes(), printed)
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  /** Returns the words of the precisions; none where they are something else. */
  private static List<String> precisions(Operation operation) {
    List<String> words = new ArrayList<>();
    if (operation.attributes().get(DotGeneralOp.PRECISION) instanceof Attribute.Array precisions) {
      for (Attribute precision : precisions.elements()) {
        if (!(precision instanceof Attribute.Enumerated value)) {
          return List.of();
        }
        words.add(value.value());
      }
    }
    return words;
  }

  static AsmParser.Parsed parse(AsmParser parser) {
    Value left = parser.operand();
    parser.expect(",");
    Value right = parser.operand();
    var attributes = Attributes.builder();
    int[][] batch = {{}, {}};
    int[][] contracting = {{}, {}};
    while (parser.accept(",")) {
      var location = parser.location();
      String word = parser.word();
      parser.expect("=");
      switch (word) {
        case "batching_dims" -> batch = pair(parser);
        case "contracting_dims" -> contracting = pair(parser);
        case "precision" -> {
          List<Attribute> precisions = new ArrayList<>();
          parser.expect("[");
          do {
            precisions.add(new Attribute.Enumerated("stablehlo", "precision", parser.word()));
          } while (parser.accept(","));
          parser.expect("]");
          attributes.put(DotGeneralOp.PRECISION, new Attribute.Array(precisions));
        }
        case "algorithm" -> attributes.put(DotAlgorithm.KEY, DotAlgorithm.parse(parser));
        default ->
            throw parser.error(
                location,
                "dot_general has no \"" + word + "\"",
                "Known are batching_dims, contracting_dims, precision and algorithm");
      }
    }
    attributes.put(
        DotGeneralOp.NUMBERS,
        new DotGeneralOp.Dimensions(batch[0], batch[1], contracting[0], contracting[1])
            .toAttribute());
    return ShapeOps.finish(parser, List.of(left, right), attributes);
  }

  private static int[][] pair(AsmParser parser) {
    long[] left = parser.list();
    parser.expect("x");
    long[] right = parser.list();
    return new int[][] {ints(left), ints(right)};
  }

  private static int[] ints(long[] numbers) {
    int[] ints = new int[numbers.length];
    for (int i = 0; i < ints.length; i++) {
      // A number that is far from any dimension stays far.
      ints[i] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, numbers[i]));
    }
    return ints;
  }
}
