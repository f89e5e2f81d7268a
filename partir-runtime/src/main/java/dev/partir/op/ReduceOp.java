package dev.partir.op;

import dev.partir.array.Combiner;
import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.array.StridedFold;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.reduce}: folds dimensions, in row-major order from an initial value. Where the
 * body is a {@link Monoid}, the folded dimensions are reduction factors; the initial value must
 * then count on one device only.
 */
public enum ReduceOp implements Op {
  INSTANCE;

  private static final String DIMS = "dimensions";

  @Override
  public String opName() {
    return "stablehlo.reduce";
  }

  /** Adds a reduction of one array from the neutral element of the monoid. */
  public static Value build(BlockBuilder block, Value operand, Monoid monoid, long... dims) {
    ElementType element = operand.tensor().element();
    Value initial = ConstantOp.splat(block, monoid.identity(element), TensorType.of(element));
    return block
        .add(
            INSTANCE,
            List.of(operand, initial),
            Attributes.builder().putArray(DIMS, dims).build(),
            List.of(monoid.region(block, element)),
            List.of(infer(operand.tensor(), reduced(operand.tensor().rank(), dims))),
            List.of(),
            dev.partir.ir.Location.UNKNOWN)
        .result();
  }

  /** Returns a type without dimensions. */
  static TensorType reduced(TensorType type, long... dims) {
    return infer(type, reduced(type.rank(), dims));
  }

  private static boolean[] reduced(int rank, long... dims) {
    boolean[] reduced = new boolean[rank];
    for (long dim : dims) {
      reduced[(int) dim] = true;
    }
    return reduced;
  }

  private static TensorType infer(TensorType type, boolean[] reduced) {
    long[] kept = new long[type.rank()];
    int n = 0;
    for (int d = 0; d < type.rank(); d++) {
      if (!reduced[d]) {
        kept[n++] = type.dim(d);
      }
    }
    return type.withDims(Arrays.copyOf(kept, n));
  }

  private static int inputs(Operation operation) {
    return operation.operands().size() / 2;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!ReductionBody.checkArity(operation, check, "C3")) {
      return;
    }
    int n = inputs(operation);
    TensorType first = operation.operand(0).tensor();
    int[] dims = operation.attributes().dims(DIMS);
    for (int i = 0; i < n; i++) {
      ReductionBody.checkInput(operation, check, i, "C1", "C2");
    }
    if (!check.ok()
        || !IntegerAttributes.required(check.constraint("I3"), operation.attributes(), DIMS)
        || !ShapeOps.dimensions(check.constraint("C4, C5"), DIMS, dims, first.rank())
        || !ReductionBody.checkFold(
            check,
            "C6",
            operation.regions().get(0),
            ReductionBody.elements(operation.operands(), 0, n))) {
      return;
    }
    boolean[] reduced = reduced(first.rank(), operation.attributes().integers(DIMS));
    check.constraint("C7, C8");
    for (int i = 0; i < n; i++) {
      TensorType kept = infer(operation.operand(i).tensor(), reduced);
      check.result(i, kept.withElement(ReductionBody.element(operation.regions().get(0), i)));
    }
  }

  private static @Nullable Monoid monoid(Operation operation) {
    return inputs(operation) == 1 ? Monoid.of(operation.regions().get(0)) : null;
  }

  @Override
  public Fusion fusion() {
    return Fusion.REDUCTION;
  }

  @Override
  public FactorRule rule(Operation operation) {
    int n = inputs(operation);
    TensorType type = operation.operand(0).tensor();
    boolean[] reduced = reduced(type.rank(), operation.attributes().integers(DIMS));
    Monoid monoid = monoid(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    int result = 0;
    for (int d = 0; d < type.rank(); d++) {
      if (reduced[d] && monoid == null) {
        continue;
      }
      int factor =
          reduced[d] && monoid != null
              ? rule.reduction(type.dim(d), monoid)
              : rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
      for (int i = 0; i < n; i++) {
        rule.operand(i, d, factor);
        if (!reduced[d]) {
          rule.result(i, result, factor);
        }
      }
      result += reduced[d] ? 0 : 1;
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    Operation operation = at.operation();
    int rank = operation.operand(0).tensor().rank();
    boolean[] reduced = reduced(rank, operation.attributes().integers(DIMS));
    Monoid monoid = monoid(operation);
    boolean ordered = !at.operation().operand(0).tensor().element().isComplex();
    if (monoid == Monoid.ADD
        || (ordered && (monoid == Monoid.MAXIMUM || monoid == Monoid.MINIMUM))) {
      ReduceDerivative.pullback(at, monoid, reduced);
    } else {
      at.through((block, operands) -> ReduceDerivative.tree(operation, reduced, block, operands));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int n = inputs(operation);
    TensorType type = operands.get(0).type();
    boolean[] reduced = reduced(type.rank(), operation.attributes().integers(DIMS));
    ReductionBody body = ReductionBody.of(operation.regions().get(0));
    List<HostArray> arrays = new ArrayList<>();
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      TensorType result = operation.result(i).tensor();
      HostArray initial = body.promote(operands.get(n + i), i);
      arrays.add(body.promote(operands.get(i), i));
      TensorType folded = result.withElement(initial.type().element());
      results.add(StridedCopy.read(initial, 0, new long[result.rank()], folded));
    }
    Combiner combiner = body.combiner();
    if (combiner == null) {
      return foldColumns(body, arrays, results, reduced, evaluation);
    }
    long[] kept = StridedCopy.strides(results.get(0).type().dims());
    long[] to = new long[type.rank()];
    int result = 0;
    for (int d = 0; d < to.length; d++) {
      to[d] = reduced[d] ? 0 : kept[result++];
    }
    StridedFold.fold(
        combiner,
        results.get(0),
        0,
        to,
        arrays.get(0),
        0,
        StridedCopy.strides(type.dims()),
        type.dims());
    return body.rounded(results);
  }

  /** Folds one index of the folded dimensions after the other, in all results at once. */
  private static List<HostArray> foldColumns(
      ReductionBody body,
      List<HostArray> arrays,
      List<HostArray> initials,
      boolean[] reduced,
      Evaluation evaluation) {
    TensorType type = arrays.get(0).type();
    TensorType result = initials.get(0).type();
    if (result.elementCount() == 0) {
      return initials;
    }
    long[] strides = StridedCopy.strides(type.dims());
    long[] keptStrides = new long[result.rank()];
    int kept = 0;
    for (int d = 0; d < reduced.length; d++) {
      if (!reduced[d]) {
        keptStrides[kept++] = strides[d];
      }
    }
    long[] index = new long[type.rank()];
    List<HostArray> sums = initials;
    for (long left = type.elementCount() / result.elementCount(); left > 0; left--) {
      long offset = 0;
      for (int d = 0; d < index.length; d++) {
        offset += index[d] * strides[d];
      }
      List<HostArray> arguments = new ArrayList<>(sums);
      for (HostArray array : arrays) {
        TensorType column = result.withElement(array.type().element());
        arguments.add(StridedCopy.read(array, offset, keptStrides, column));
      }
      sums = body.apply(arguments, (int) result.elementCount(), evaluation);
      int d = index.length - 1;
      while (d >= 0 && (reduced[d] ? ++index[d] == type.dim(d) : true)) {
        index[d--] = 0;
      }
    }
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      results.add(sums.get(i).reshaped(initials.get(i).type()));
    }
    return results;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(operands[0].elementCount() * inputs(operation), operands, results);
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    List<Value> local = new ArrayList<>(operands);
    Monoid monoid = monoid(operation);
    if (monoid != null && !isIdentity(operation.operand(1), monoid)) {
      local.set(1, onFirst(rule(operation), operands.get(1), monoid, context));
    }
    return Op.super.localize(operation, local, results, context);
  }

  private static boolean isIdentity(Value initial, Monoid monoid) {
    var constant = ConstantOp.valueOf(initial);
    return constant != null
        && HostArray.of(constant).sameElements(monoid.identity(constant.type().element()));
  }

  /**
   * Returns a value on the device that holds the first block of every reduction factor, else the
   * neutral element.
   */
  static Value onFirst(FactorRule rule, Value value, Monoid monoid, LocalContext context) {
    BlockBuilder block = context.block();
    Value once = value;
    TensorType type = value.tensor();
    for (int f = 0; f < rule.factorCount(); f++) {
      Value start = rule.kind(f) == FactorRule.Kind.REDUCTION ? context.blockStart(f) : null;
      if (start != null) {
        Value zero =
            ConstantOp.splat(
                block, HostArray.scalar(ElementType.I32, 0), TensorType.of(ElementType.I32));
        Value first = CompareOp.build(block, CompareOp.Direction.EQ, start, zero);
        once =
            SelectOp.build(
                block, first, once, ConstantOp.splat(block, monoid.identity(type.element()), type));
      }
    }
    return once;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    int n = inputs(operation);
    Monoid monoid = appliedMonoid(operation);
    printer.print("stablehlo.reduce(");
    for (int i = 0; i < n; i++) {
      printer
          .print(i == 0 ? "" : ", (")
          .operand(operation.operand(i))
          .print(" init: ")
          .operand(operation.operand(n + i))
          .print(")");
    }
    if (monoid != null) {
      printer.print(" applies " + monoid.op().opName());
    }
    printer
        .print(" across dimensions = ")
        .list(operation.attributes().integers(DIMS))
        .attributes(operation.attributes(), List.of(DIMS))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    if (monoid == null) {
      Region body = operation.regions().get(0);
      printer.print(" reducer");
      for (int i = 0; i < n; i++) {
        Value left = body.block().arguments().get(i);
        Value right = body.block().arguments().get(n + i);
        printer.print(i == 0 ? "(" : " (").operand(left).print(": ").type(left.type()).print(", ");
        printer.operand(right).print(": ").type(right.type()).print(")");
      }
      printer.print(" ").regionBody(body);
    }
    return true;
  }

  /** Returns the monoid whose region is the body exactly, so that its name says all. */
  private static @Nullable Monoid appliedMonoid(Operation operation) {
    Monoid monoid = monoid(operation);
    if (monoid == null) {
      return null;
    }
    Block body = operation.regions().get(0).block();
    Operation combine = body.operations().get(0);
    return combine.operands().equals(body.arguments())
            && combine.attributes().isEmpty()
            && body.terminator().attributes().isEmpty()
            && body.arguments().get(0).type().equals(operation.operand(1).type())
        ? monoid
        : null;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> arrays = new ArrayList<>();
    List<Value> initials = new ArrayList<>();
    do {
      parser.expect("(");
      arrays.add(parser.operand());
      parser.expect("init");
      parser.expect(":");
      initials.add(parser.operand());
      parser.expect(")");
    } while (parser.accept(","));
    var location = parser.location();
    String applied = parser.accept("applies") ? parser.word() : null;
    parser.expect("across");
    parser.expect("dimensions");
    parser.expect("=");
    long[] dims = parser.list();
    Attributes attributes =
        Attributes.builder().putArray(DIMS, dims).putAll(parser.optionalAttributes()).build();
    parser.expect(":");
    var typeLocation = parser.location();
    Type.FunctionType type = parser.functionType();
    List<Value> operands = new ArrayList<>(arrays);
    operands.addAll(initials);
    parser.checkTypes(operands, type.inputs(), typeLocation);
    Region body;
    if (applied != null) {
      Monoid monoid = Monoid.named(applied);
      if (monoid == null || !(initials.get(0).type() instanceof TensorType scalar)) {
        throw parser.error(
            location,
            "a reduction cannot apply \"" + applied + "\"",
            "It applies an operation such as stablehlo.add");
      }
      body = monoid.region(parser.implicitRegion(), scalar.element());
    } else {
      body = reducer(parser, arrays.size());
    }
    return new AsmParser.Parsed(operands, attributes, List.of(body), type.results());
  }

  private static Region reducer(AsmParser parser, int n) {
    parser.expect("reducer");
    List<String> names = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    List<String> rightNames = new ArrayList<>();
    List<Type> rightTypes = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      parser.expect("(");
      names.add(parser.newName());
      parser.expect(":");
      types.add(parser.type());
      parser.expect(",");
      rightNames.add(parser.newName());
      parser.expect(":");
      rightTypes.add(parser.type());
      parser.expect(")");
    }
    names.addAll(rightNames);
    types.addAll(rightTypes);
    return parser.region(names, types);
  }
}
