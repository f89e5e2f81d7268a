package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
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
    int n = inputs(operation);
    if (!check.tensors()
        || !check.require(
            n > 0
                && operation.operands().size() == 2 * n
                && operation.results().size() == n
                && operation.regions().size() == 1,
            "it has "
                + operation.operands().size()
                + " operands, "
                + operation.results().size()
                + " results and "
                + operation.regions().size()
                + " regions",
            "Give it as many initial values and results as arrays, and a body")) {
      return;
    }
    TensorType first = operation.operand(0).tensor();
    if (!ShapeOps.dimensions(check, DIMS, operation.attributes().dims(DIMS), first.rank())) {
      return;
    }
    boolean[] reduced = reduced(first.rank(), operation.attributes().integers(DIMS));
    for (int i = 0; i < n; i++) {
      TensorType type = operation.operand(i).tensor();
      TensorType initial = operation.operand(n + i).tensor();
      if (check.require(
          type.sameShape(first),
          "it folds a " + type + " beside a " + first,
          "All arrays must have one shape")) {
        check.result(i, infer(type, reduced).withElement(operation.result(i).tensor().element()));
      }
      check.require(
          initial.rank() == 0 && initial.element() == type.element(),
          "initial value " + i + " of a " + type + " is a " + initial,
          "An initial value is a scalar of the element type");
    }
    var body = operation.regions().get(0).block();
    check.require(
        body.arguments().size() == 2 * n && body.results().size() == n,
        "its body takes " + body.arguments().size() + " values and gives " + body.results().size(),
        "It must take " + 2 * n + " and give " + n);
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
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int n = inputs(operation);
    TensorType type = operands.get(0).type();
    boolean[] reduced = reduced(type.rank(), operation.attributes().integers(DIMS));
    List<HostArray> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(keptFirst(operands.get(i), reduced));
    }
    int kept = (int) operation.result(0).tensor().elementCount();
    int folded = kept == 0 ? 0 : (int) (type.elementCount() / kept);
    Monoid monoid = monoid(operation);
    if (monoid != null && !type.element().isComplex()) {
      HostArray out = HostArray.zeros(operation.result(0).tensor());
      fold(monoid, rows.get(0), operands.get(1), out, kept, folded);
      return List.of(out);
    }
    return foldByBody(operation, operands, rows, kept, folded, evaluation);
  }

  /** Returns the array with the folded dimensions last. */
  private static HostArray keptFirst(HostArray array, boolean[] reduced) {
    TensorType type = array.type();
    long[] strides = StridedCopy.strides(type.dims());
    long[] ordered = new long[type.rank()];
    long[] dims = new long[type.rank()];
    int n = 0;
    boolean same = true;
    for (boolean pass : new boolean[] {false, true}) {
      for (int d = 0; d < type.rank(); d++) {
        if (reduced[d] == pass) {
          same &= n == d;
          ordered[n] = strides[d];
          dims[n++] = type.dim(d);
        }
      }
    }
    return same ? array : StridedCopy.read(array, 0, ordered, type.withDims(dims));
  }

  private static void fold(
      Monoid monoid, HostArray rows, HostArray initial, HostArray out, int kept, int folded) {
    ElementType element = out.type().element();
    if (element == ElementType.F32 && (monoid == Monoid.ADD || monoid == Monoid.MAXIMUM)) {
      float[] from = rows.floats();
      for (int i = 0; i < kept; i++) {
        float sum = initial.floats()[0];
        int end = (i + 1) * folded;
        if (monoid == Monoid.ADD) {
          for (int j = i * folded; j < end; j++) {
            sum += from[j];
          }
        } else {
          for (int j = i * folded; j < end; j++) {
            sum = Math.max(sum, from[j]);
          }
        }
        out.floats()[i] = sum;
      }
      return;
    }
    // One column of all rows at a time, so that one call folds many numbers.
    TensorType column = TensorType.of(element, kept);
    HostArray sum = StridedCopy.read(initial, 0, new long[] {0}, column);
    for (int j = 0; j < folded; j++) {
      sum = monoid.op().apply(sum, StridedCopy.read(rows, j, new long[] {folded}, column));
    }
    StridedCopy.copy(sum, 0, new long[] {1}, out, 0, new long[] {1}, new long[] {kept});
  }

  private static List<HostArray> foldByBody(
      Operation operation,
      List<HostArray> operands,
      List<HostArray> rows,
      int kept,
      int folded,
      Evaluation evaluation) {
    int n = rows.size();
    Region body = operation.regions().get(0);
    List<HostArray> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(HostArray.zeros(operation.result(i).tensor()));
    }
    long[] none = {};
    for (int row = 0; row < kept; row++) {
      List<HostArray> sums = operands.subList(n, 2 * n);
      for (int j = 0; j < folded; j++) {
        List<HostArray> arguments = new ArrayList<>(sums);
        for (int i = 0; i < n; i++) {
          HostArray array = rows.get(i);
          arguments.add(
              StridedCopy.read(
                  array, (long) row * folded + j, none, TensorType.of(array.type().element())));
        }
        sums = evaluation.run(body, arguments);
      }
      for (int i = 0; i < n; i++) {
        StridedCopy.copy(sums.get(i), 0, none, out.get(i), row, none, none);
      }
    }
    return out;
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
      local.set(1, initialOnFirst(operation, operands.get(1), monoid, context));
    }
    return Op.super.localize(operation, local, results, context);
  }

  private static boolean isIdentity(Value initial, Monoid monoid) {
    var constant = ConstantOp.valueOf(initial);
    return constant != null
        && HostArray.of(constant).sameElements(monoid.identity(constant.type().element()));
  }

  /**
   * Returns the initial value on the device that holds the first block of every folded dimension,
   * else the neutral element.
   */
  private static Value initialOnFirst(
      Operation operation, Value initial, Monoid monoid, LocalContext context) {
    FactorRule rule = INSTANCE.rule(operation);
    BlockBuilder block = context.block();
    Value value = initial;
    for (int f = 0; f < rule.factorCount(); f++) {
      Value start = rule.kind(f) == FactorRule.Kind.REDUCTION ? context.blockStart(f) : null;
      if (start != null) {
        ElementType element = initial.tensor().element();
        Value zero =
            ConstantOp.splat(
                block, HostArray.scalar(ElementType.I32, 0), TensorType.of(ElementType.I32));
        Value first = CompareOp.build(block, CompareOp.Direction.EQ, start, zero);
        value =
            SelectOp.build(
                block,
                first,
                value,
                ConstantOp.splat(block, monoid.identity(element), TensorType.of(element)));
      }
    }
    return value;
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
