package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums of products in Einstein's notation: every letter is a dimension, and letters that the result
 * lacks are summed over. Older programs have them.
 */
public enum EinsumOp implements Op {
  /** Of two arrays: {@code ij,jk->ik}. */
  BINARY("stablehlo.einsum", 2),
  /** Of one array: {@code ij->ji}. */
  UNARY("stablehlo.unary_einsum", 1);

  private static final String CONFIG = "einsum_config";

  private final String fullName;
  private final int operands;

  EinsumOp(String fullName, int operands) {
    this.fullName = fullName;
    this.operands = operands;
  }

  @Override
  public String opName() {
    return fullName;
  }

  private static String config(Operation operation) {
    String config = operation.attributes().string(CONFIG);
    return config == null ? "" : config;
  }

  /**
   * Returns the letters of each operand and, last, of the result; null where they make no sense.
   */
  private @Nullable List<String> letters(Operation operation) {
    String[] sides = config(operation).replace(" ", "").split("->", -1);
    if (sides.length != 2) {
      return null;
    }
    List<String> letters = new ArrayList<>(List.of(sides[0].split(",", -1)));
    letters.add(sides[1]);
    if (letters.size() != operands + 1) {
      return null;
    }
    for (String word : letters) {
      boolean distinct = word.chars().distinct().count() == word.length();
      if (!distinct || !word.chars().allMatch(Character::isLetter)) {
        return null;
      }
    }
    return letters;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(operands, 1, 0) || !check.tensors()) {
      return;
    }
    List<String> letters = letters(operation);
    if (letters == null) {
      check.require(
          false,
          "einsum_config is \"" + config(operation) + "\"",
          "Write a letter per dimension, each once per array, as in \""
              + (this == BINARY ? "ij,jk->ik" : "ij->ji")
              + "\"");
      return;
    }
    Map<Character, Long> sizes = new HashMap<>();
    for (int o = 0; o < operands; o++) {
      TensorType type = operation.operand(o).tensor();
      String word = letters.get(o);
      if (!check.require(
          word.length() == type.rank(),
          () -> "it names the dimensions of a " + type + " " + word,
          "Write a letter per dimension")) {
        return;
      }
      for (int d = 0; d < word.length(); d++) {
        long size = type.dim(d);
        Long before = sizes.get(word.charAt(d));
        char letter = word.charAt(d);
        check.require(
            before == null || TensorType.compatible(before, size),
            () -> letter + " has size " + before + " and " + size,
            "A letter stands for one size");
        if (before == null || before == TensorType.DYNAMIC) {
          sizes.put(letter, size);
        }
      }
    }
    String out = letters.get(operands);
    long[] dims = new long[out.length()];
    for (int d = 0; d < dims.length; d++) {
      Long size = sizes.get(out.charAt(d));
      char letter = out.charAt(d);
      if (!check.require(
          size != null,
          () -> "the result has " + letter + ", which no operand has",
          "Name dimensions of the operands")) {
        return;
      }
      dims[d] = size == null ? 0 : size;
    }
    check.result(0, operation.result().tensor().withDims(dims));
  }

  @Override
  public FactorRule rule(Operation operation) {
    List<String> letters = letters(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    if (letters == null) {
      return rule.build();
    }
    String out = letters.get(operands);
    Map<Character, Integer> factors = new HashMap<>();
    for (int o = 0; o < operands; o++) {
      String word = letters.get(o);
      for (int d = 0; d < word.length(); d++) {
        char letter = word.charAt(d);
        long size = operation.operand(o).tensor().dim(d);
        Integer factor = factors.get(letter);
        if (factor == null) {
          factor =
              out.indexOf(letter) < 0
                  ? rule.reduction(size, Monoid.ADD)
                  : rule.factor(size, FactorRule.Kind.PARALLEL);
          factors.put(letter, factor);
        }
        rule.operand(o, d, factor);
      }
    }
    for (int d = 0; d < out.length(); d++) {
      Integer factor = factors.get(out.charAt(d));
      if (factor != null) {
        rule.result(0, d, factor);
      }
    }
    return rule.build();
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> arrays, Evaluation evaluation) {
    return Decomposition.evaluate(
        arrays, evaluation, (block, values) -> List.of(simpler(operation, block, values)));
  }

  @Override
  public void pullback(Pullback at) {
    at.through((block, values) -> List.of(simpler(at.operation(), block, values)));
  }

  /** Adds sums, a product and a transposition that do the same. */
  private Value simpler(Operation operation, BlockBuilder block, List<Value> values) {
    List<String> letters = letters(operation);
    if (letters == null) {
      throw new IllegalStateException("the verifier lets only letters through");
    }
    String out = letters.get(operands);
    String left = letters.get(0);
    if (this == UNARY) {
      Value kept = sum(block, values.get(0), left, out);
      return order(block, kept, kept(left, out), out);
    }
    String right = letters.get(1);
    return product(
        block,
        sum(block, values.get(0), left, out + right),
        kept(left, out + right),
        sum(block, values.get(1), right, out + left),
        kept(right, out + left),
        out);
  }

  /** Returns the letters that are among {@code wanted}. */
  private static String kept(String word, String wanted) {
    return choose(word, letter -> wanted.indexOf(letter) >= 0);
  }

  /** Returns the letters that are not among {@code others}. */
  private static String without(String word, String others) {
    return choose(word, letter -> others.indexOf(letter) < 0);
  }

  private static String choose(String word, java.util.function.IntPredicate chosen) {
    return word.chars()
        .filter(chosen)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Sums over the letters that are not among {@code wanted}. */
  private static Value sum(BlockBuilder block, Value value, String word, String wanted) {
    long[] dims =
        java.util.stream.IntStream.range(0, word.length())
            .filter(d -> wanted.indexOf(word.charAt(d)) < 0)
            .asLongStream()
            .toArray();
    return dims.length == 0 ? value : ReduceOp.build(block, value, Monoid.ADD, dims);
  }

  private static Value order(BlockBuilder block, Value value, String word, String wanted) {
    long[] permutation = new long[wanted.length()];
    boolean same = true;
    for (int d = 0; d < permutation.length; d++) {
      permutation[d] = word.indexOf(wanted.charAt(d));
      same &= permutation[d] == d;
    }
    return same ? value : TransposeOp.build(block, value, permutation);
  }

  private static Value product(
      BlockBuilder block, Value left, String leftWord, Value right, String rightWord, String out) {
    String both = kept(leftWord, rightWord);
    String batch = kept(both, out);
    String summed = without(both, out);
    Value product =
        DotGeneralOp.build(
            block,
            left,
            right,
            new DotGeneralOp.Dimensions(
                places(leftWord, batch),
                places(rightWord, batch),
                places(leftWord, summed),
                places(rightWord, summed)));
    return order(block, product, batch + without(leftWord + rightWord, both), out);
  }

  private static int[] places(String word, String letters) {
    return letters.chars().map(word::indexOf).toArray();
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print(fullName + " ")
        .operands(operation.operands())
        .print(", config = ")
        .attribute(new Attribute.Str(config(operation)))
        .attributes(operation.attributes(), List.of(CONFIG))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> values = parser.operands();
    parser.expect(",");
    parser.expect("config");
    parser.expect("=");
    return ShapeOps.finish(parser, values, Attributes.builder().put(CONFIG, parser.string()));
  }
}
