package dev.partir.op;

import dev.partir.array.Convolution;
import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.convolution}: products of a kernel with the windows of an input, summed over the
 * window in row-major order and then over the input features. The batch, the output features and
 * groups of them are parallel, the input features of a group a reduction. Of a spatial dimension
 * the places of the kernel or, where these are more, its elements are looped over, with windows of
 * the input; the latter are a reduction. Kernels are larger than what they give in the gradients of
 * kernels.
 */
public enum ConvolutionOp implements Op {
  INSTANCE;

  static final String NUMBERS = "dimension_numbers";
  static final String STRIDES = "window_strides";
  static final String INPUT_DILATION = "lhs_dilation";
  static final String KERNEL_DILATION = "rhs_dilation";
  static final String REVERSAL = "window_reversal";
  static final String FEATURE_GROUPS = "feature_group_count";
  static final String BATCH_GROUPS = "batch_group_count";

  @Override
  public String opName() {
    return "stablehlo.convolution";
  }

  /**
   * Adds a convolution of images, [batch, height, width, channels], with a kernel, [height, width,
   * channels, features].
   *
   * @param padding before and behind the height, then the width
   */
  public static Value images(
      BlockBuilder block, Value images, Value kernel, long[] strides, long[] padding) {
    ConvolutionNumbers numbers =
        new ConvolutionNumbers(
            new String[] {"b", "0", "1", "f"},
            new String[] {"0", "1", "i", "o"},
            new String[] {"b", "0", "1", "f"});
    TensorType in = images.tensor();
    TensorType ker = kernel.tensor();
    long[] dims = in.dims();
    for (int d = 0; d < 2; d++) {
      dims[1 + d] =
          (in.dim(1 + d) + padding[2 * d] + padding[2 * d + 1] - ker.dim(d)) / strides[d] + 1;
    }
    dims[3] = ker.dim(3);
    Attributes attributes =
        Attributes.builder()
            .put(NUMBERS, new Attribute.Raw("#stablehlo.conv<" + numbers + ">"))
            .putArray(STRIDES, strides)
            .put(WindowAttributes.PADDING, WindowAttributes.pairs(padding))
            .put(FEATURE_GROUPS, 1)
            .put(BATCH_GROUPS, 1)
            .build();
    return block
        .add(INSTANCE, List.of(images, kernel), attributes, List.of(in.withDims(dims)))
        .result();
  }

  static @Nullable ConvolutionNumbers numbers(Attributes attributes) {
    return attributes.get(NUMBERS) instanceof Attribute.Raw raw
        ? ConvolutionNumbers.parse(raw.text())
        : null;
  }

  private static ConvolutionNumbers numbers(Operation operation) {
    return Objects.requireNonNull(numbers(operation.attributes()));
  }

  private static long featureGroups(Operation operation) {
    return operation.attributes().integer(FEATURE_GROUPS, 1);
  }

  private static long batchGroups(Operation operation) {
    return operation.attributes().integer(BATCH_GROUPS, 1);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType input = operation.operand(0).tensor();
    TensorType kernel = operation.operand(1).tensor();
    int rank = input.rank();
    ConvolutionNumbers numbers = numbers(operation.attributes());
    if (!check
            .constraint("C1")
            .require(
                rank >= 2 && kernel.rank() == rank,
                () -> "its input is a " + input + " and its kernel a " + kernel,
                "Both must have one rank, at least 2")
        || !check
            .constraint("C27")
            .require(
                input.element() == kernel.element(),
                () -> "its input is a " + input + " and its kernel a " + kernel,
                "Both must have one element type")
        || !check
            .constraint("I8-I16")
            .require(
                numbers != null,
                "it has no dimension numbers",
                "Write them as in #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>")
        || numbers == null) {
      return;
    }
    int[] in = numbers.inputDims();
    int[] ker = numbers.kernelDims();
    int[] out = numbers.outputDims();
    if (!dims(check, "C12, C13", "input", numbers.inputRank(), in, rank)
        || !dims(check, "C17, C18", "kernel", numbers.kernelRank(), ker, rank)
        || !dims(check, "C19, C20", "output", numbers.outputRank(), out, rank)
        || in == null
        || ker == null
        || out == null
        || !window(operation, check, rank - 2)
        || !groups(operation, check, input, kernel, in, ker)
        || !DotGeneralOp.precision(check, "C24", operation.attributes())) {
      return;
    }
    TensorType inferred = infer(operation, check, input, kernel, in, ker, out);
    TensorType declared = operation.result().tensor();
    if (inferred != null) {
      check.constraint("C25, C26");
      check.result(0, inferred.withElement(declared.element()));
    }
  }

  private static boolean dims(
      OpChecker check, String constraint, String what, int given, int @Nullable [] dims, int rank) {
    return check
        .constraint(constraint)
        .require(
            given == rank && dims != null,
            () -> "its dimension numbers name the dimensions of the " + what + " wrongly",
            what.equals("kernel")
                ? "Name i, o and each spatial dimension from 0 on once, " + rank + " in all"
                : "Name b, f and each spatial dimension from 0 on once, " + rank + " in all");
  }

  private static boolean window(Operation operation, OpChecker check, int spatial) {
    Attributes attributes = operation.attributes();
    if (!WindowAttributes.positive(check, attributes, STRIDES, spatial, "C2", "C3")
        || !WindowAttributes.padding(check, attributes, spatial, "C4")
        || !WindowAttributes.positive(check, attributes, INPUT_DILATION, spatial, "C5", "C6")
        || !WindowAttributes.positive(check, attributes, KERNEL_DILATION, spatial, "C7", "C8")) {
      return false;
    }
    boolean[] reversed = ConvolutionText.reversal(attributes);
    return check
        .constraint("C9")
        .require(
            !attributes.has(REVERSAL) || (reversed != null && reversed.length == spatial),
            () -> "its " + REVERSAL + " is not a list of " + spatial + " truth values",
            "Give one per spatial dimension, as in array<i1: false, true>");
  }

  private static boolean groups(
      Operation operation,
      OpChecker check,
      TensorType input,
      TensorType kernel,
      int[] in,
      int[] ker) {
    if (!IntegerAttributes.optionalScalar(
        check.constraint("I17, I18"), operation.attributes(), FEATURE_GROUPS, BATCH_GROUPS)) {
      return false;
    }
    long features = featureGroups(operation);
    long batches = batchGroups(operation);
    return check
            .constraint("C21, C22")
            .require(
                features > 0 && batches > 0,
                () -> "it has " + features + " feature groups and " + batches + " batch groups",
                "Both must be at least 1")
        && check
            .constraint("C23")
            .require(
                features == 1 || batches == 1,
                () -> "it has " + features + " feature groups and " + batches + " batch groups",
                "One of both must be 1")
        && divides(check, "C10", "the input's batch", input.dim(in[0]), batches)
        && divides(check, "C11", "the input's features", input.dim(in[1]), features)
        && check
            .constraint("C14")
            .require(
                input.dim(in[1]) == TensorType.DYNAMIC
                    || TensorType.compatible(kernel.dim(ker[0]), input.dim(in[1]) / features),
                () ->
                    "its kernel takes "
                        + kernel.dim(ker[0])
                        + " features of "
                        + input.dim(in[1])
                        + " in "
                        + features
                        + " groups",
                "It must take those of one group")
        && divides(check, "C15", "the kernel's output features", kernel.dim(ker[1]), batches)
        && divides(check, "C16", "the kernel's output features", kernel.dim(ker[1]), features);
  }

  private static boolean divides(
      OpChecker check, String constraint, String what, long size, long groups) {
    return check
        .constraint(constraint)
        .require(
            size == TensorType.DYNAMIC || size % groups == 0,
            () -> what + " of size " + size + " are in " + groups + " groups",
            "The size must divide by the number of groups");
  }

  private static @Nullable TensorType infer(
      Operation operation,
      OpChecker check,
      TensorType input,
      TensorType kernel,
      int[] in,
      int[] ker,
      int[] out) {
    long[] dims = new long[out.length];
    long batch = input.dim(in[0]);
    dims[out[0]] = batch == TensorType.DYNAMIC ? batch : batch / batchGroups(operation);
    dims[out[1]] = kernel.dim(ker[1]);
    long[] sizes = new long[out.length - 2];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = kernel.dim(ker[2 + d]);
    }
    WindowAttributes window = window(operation, sizes);
    try {
      for (int d = 0; d < sizes.length; d++) {
        dims[out[2 + d]] =
            sizes[d] == TensorType.DYNAMIC ? sizes[d] : window.places(d, input.dim(in[2 + d]));
      }
    } catch (ArithmeticException tooLarge) {
      check.require(false, "its padded sizes exceed 64 bits", "Use smaller numbers");
      return null;
    }
    return input.withDims(dims);
  }

  private static WindowAttributes window(Operation operation, long... sizes) {
    Attributes attributes = operation.attributes();
    return new WindowAttributes(
        sizes,
        attributes.integers(STRIDES),
        attributes.integers(INPUT_DILATION),
        attributes.integers(KERNEL_DILATION),
        attributes.integers(WindowAttributes.PADDING));
  }

  @Override
  public boolean dequantizes() {
    return true;
  }

  @Override
  public FactorRule rule(Operation operation) {
    FactorRule.Builder rule = FactorRule.builder(operation);
    TensorType input = operation.operand(0).tensor();
    TensorType kernel = operation.operand(1).tensor();
    ConvolutionNumbers numbers = numbers(operation);
    int[] in = Objects.requireNonNull(numbers.inputDims());
    int[] ker = Objects.requireNonNull(numbers.kernelDims());
    int[] out = Objects.requireNonNull(numbers.outputDims());
    // Groups are major: of features in the input's features, or of the batch in its batch.
    long groups = Math.max(featureGroups(operation), batchGroups(operation));
    if (groups > 1) {
      int group = rule.factor(groups, FactorRule.Kind.PARALLEL);
      rule.operand(0, in[batchGroups(operation) > 1 ? 0 : 1], group)
          .operand(1, ker[1], group)
          .result(0, out[1], group);
    }
    int batch = rule.factor(input.dim(in[0]) / batchGroups(operation), FactorRule.Kind.PARALLEL);
    rule.operand(0, in[0], batch).result(0, out[0], batch);
    int features = rule.factor(kernel.dim(ker[1]) / groups, FactorRule.Kind.PARALLEL);
    rule.operand(1, ker[1], features).result(0, out[1], features);
    int summed = rule.reduction(kernel.dim(ker[0]), Monoid.ADD);
    rule.operand(0, in[1], summed).operand(1, ker[0], summed);
    WindowAttributes window = window(operation, spatialSizes(kernel, ker));
    for (int d = 0; d < ker.length - 2; d++) {
      long places = operation.result().tensor().dim(out[2 + d]);
      if (window.isTrivial(d)) {
        int factor = rule.factor(places, FactorRule.Kind.PARALLEL);
        rule.operand(0, in[2 + d], factor).result(0, out[2 + d], factor);
      } else if (window.size(d) > places && places > 0 && !isReversed(operation, d)) {
        int factor = rule.reduction(window.size(d), Monoid.ADD);
        rule.window(0, in[2 + d], factor, window.neededByElements(d, places))
            .operand(1, ker[2 + d], factor);
      } else if (places > 1) {
        int factor = rule.factor(places, FactorRule.Kind.PERMUTATION);
        rule.window(0, in[2 + d], factor, window.needed(d)).result(0, out[2 + d], factor);
      }
    }
    return rule.build();
  }

  private static boolean isReversed(Operation operation, int spatial) {
    boolean[] reversed = ConvolutionText.reversal(operation.attributes());
    return reversed != null && reversed[spatial];
  }

  private static long[] spatialSizes(TensorType kernel, int[] ker) {
    long[] sizes = new long[ker.length - 2];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = kernel.dim(ker[2 + d]);
    }
    return sizes;
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    FactorRule rule = rule(operation);
    TensorType input = operation.operand(0).tensor();
    ConvolutionNumbers numbers = numbers(operation);
    int[] in = Objects.requireNonNull(numbers.inputDims());
    int[] ker = Objects.requireNonNull(numbers.kernelDims());
    int[] out = Objects.requireNonNull(numbers.outputDims());
    TensorType kernel = operands.get(1).tensor();
    TensorType scalar = TensorType.of(input.element());
    BlockBuilder block = context.block();
    Value value = operands.get(0);
    long[] places = new long[ker.length - 2];
    long[] lengths = new long[places.length];
    for (int d = 0; d < places.length; d++) {
      int dim = in[2 + d];
      places[d] = results.get(0).dim(out[2 + d]);
      if (rule.window(0, dim) == null || context.blockStart(rule.operandDim(0, dim)[0]) == null) {
        continue;
      }
      int factor = rule.operandDim(0, dim)[0];
      boolean ofKernel = rule.kind(factor) == FactorRule.Kind.REDUCTION;
      long made = ofKernel ? kernel.dim(ker[2 + d]) : places[d];
      lengths[d] = value.tensor().dim(dim);
      Value zero = ConstantOp.splat(block, HostArray.zeros(scalar), scalar);
      value = Windows.fill(context, rule, 0, dim, value, input.dim(dim), made, zero);
    }
    WindowAttributes window = window(operation, spatialSizes(kernel, ker));
    var attributes = Attributes.builder().putAll(operation.attributes());
    if (places.length > 0) {
      attributes.put(WindowAttributes.PADDING, window.localPadding(places, lengths));
    }
    // A device has some of the groups.
    TensorType local = value.tensor();
    if (featureGroups(operation) > 1) {
      attributes.put(FEATURE_GROUPS, local.dim(in[1]) / kernel.dim(ker[0]));
    }
    if (batchGroups(operation) > 1) {
      attributes.put(BATCH_GROUPS, local.dim(in[0]) / results.get(0).dim(out[0]));
    }
    return block
        .add(
            this,
            List.of(value, operands.get(1)),
            attributes.build(),
            List.of(),
            results,
            List.of(),
            operation.location())
        .results();
  }

  @Override
  public void pullback(Pullback at) {
    Operation operation = at.operation();
    TensorType kernel = operation.operand(1).tensor();
    int[] ker = Objects.requireNonNull(numbers(operation).kernelDims());
    long[] sizes = new long[ker.length - 2];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = kernel.dim(ker[2 + d]);
    }
    ConvolutionDerivative.pullback(at, window(operation, sizes));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType result = operation.result().tensor();
    ConvolutionNumbers numbers = numbers(operation);
    int[] ker = Objects.requireNonNull(numbers.kernelDims());
    ElementType element =
        ReductionBody.accumulator(operands.get(0).type().element(), result.element());
    HostArray out = HostArray.zeros(result.withElement(element));
    HostArray kernel = promote(operands.get(1), element);
    long[] sizes = spatialSizes(kernel.type(), ker);
    boolean[] reversed = ConvolutionText.reversal(operation.attributes());
    WindowAttributes window = window(operation, sizes);
    long[] strides = new long[sizes.length];
    long[] low = new long[sizes.length];
    long[] high = new long[sizes.length];
    long[] inputDilations = new long[sizes.length];
    long[] kernelDilations = new long[sizes.length];
    for (int d = 0; d < sizes.length; d++) {
      strides[d] = window.stride(d);
      low[d] = window.low(d);
      high[d] = window.high(d);
      inputDilations[d] = window.baseDilation(d);
      kernelDilations[d] = window.dilation(d);
    }
    Convolution.convolve(
        new Convolution.View(
            promote(operands.get(0), element), Objects.requireNonNull(numbers.inputDims())),
        new Convolution.View(kernel, ker),
        new Convolution.Window(
            strides,
            low,
            high,
            inputDilations,
            kernelDilations,
            reversed == null ? new boolean[sizes.length] : reversed),
        (int) featureGroups(operation),
        (int) batchGroups(operation),
        new Convolution.View(out, Objects.requireNonNull(numbers.outputDims())),
        evaluation.arithmetic());
    return List.of(ConvertOp.convert(out, result));
  }

  private static HostArray promote(HostArray array, ElementType element) {
    return ConvertOp.convert(array, array.type().withElement(element));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    int[] ker = Objects.requireNonNull(numbers(operation).kernelDims());
    long products = operands[1].dim(ker[0]);
    for (int d = 2; d < ker.length; d++) {
      products *= operands[1].dim(ker[d]);
    }
    return Cost.of(Cost.multiplyAdds(products, results[0].elementCount()), operands, results);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    return ConvolutionText.print(operation, printer);
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    parser.expect("(");
    Value input = parser.operand();
    parser.expect(",");
    Value kernel = parser.operand();
    parser.expect(")");
    return ShapeOps.finish(parser, Arrays.asList(input, kernel), ConvolutionText.parse(parser));
  }
}
