package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.DimSharding;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code sdy.manual_computation}: a body that each device along the manual axes runs on its blocks,
 * with collectives of its own. Operands and results are global; {@code in_shardings} and {@code
 * out_shardings} say how they are cut into the body's arguments and put together from what it
 * gives.
 */
public enum ManualComputationOp implements Op {
  INSTANCE;

  public static final String IN = "in_shardings";
  public static final String OUT = "out_shardings";
  private static final String AXES = "manual_axes";
  private static final String AXES_PREFIX = "#sdy<manual_axes";

  @Override
  public String opName() {
    return "sdy.manual_computation";
  }

  /** Returns the attribute that says what the manual axes are. */
  public static Attributes attributes(
      List<TensorSharding> in, List<TensorSharding> out, List<String> axes) {
    StringBuilder names = new StringBuilder();
    for (String axis : axes) {
      names.append(names.isEmpty() ? "" : ", ").append(AxisRef.of(axis));
    }
    return Attributes.builder()
        .put(IN, new Attribute.Raw(TensorSharding.attribute(in)))
        .put(OUT, new Attribute.Raw(TensorSharding.attribute(out)))
        .put(AXES, new Attribute.Raw(AXES_PREFIX + "{" + names + "}>"))
        .build();
  }

  /** Returns the names of the manual axes. */
  public static List<String> manualAxes(Operation operation) {
    String text = ShardingAttributes.text(operation.attributes(), AXES);
    List<String> names = new ArrayList<>();
    if (text != null) {
      for (AxisRef axis : AxisRef.parseList(text, operation.location())) {
        names.add(axis.axis());
      }
    }
    return names;
  }

  /**
   * Returns the mesh of an operation.
   *
   * @param declared the meshes of the program
   * @throws PartirException when it names a mesh that there is not
   */
  public static SdyMesh mesh(Operation operation, Map<String, SdyMesh> declared) {
    List<TensorSharding> all = new ArrayList<>(ShardingAttributes.shardings(operation, IN));
    all.addAll(ShardingAttributes.shardings(operation, OUT));
    if (all.isEmpty()) {
      if (declared.size() == 1) {
        return declared.values().iterator().next();
      }
      return new SdyMesh(List.of(), List.of());
    }
    return ShardingAttributes.mesh(all.get(0), declared, operation.name(), operation.location());
  }

  /** Returns the manual ones among the axes of each dimension. */
  public static List<List<AxisRef>> manualDims(TensorSharding sharding, List<String> manual) {
    List<List<AxisRef>> dims = new ArrayList<>();
    for (DimSharding dim : sharding.dims()) {
      dims.add(dim.axes().stream().filter(axis -> manual.contains(axis.axis())).toList());
    }
    return dims;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int operands = operation.operands().size();
    if (!check.arity(operands, operation.results().size(), 1) || !check.tensors()) {
      return;
    }
    Block body = operation.regions().get(0).block();
    List<TensorSharding> in =
        ShardingAttributes.read(check, () -> ShardingAttributes.shardings(operation, IN));
    List<TensorSharding> out =
        ShardingAttributes.read(check, () -> ShardingAttributes.shardings(operation, OUT));
    List<String> manual = ShardingAttributes.read(check, () -> manualAxes(operation));
    if (in == null || out == null || manual == null) {
      return;
    }
    if (check.require(
            body.terminator().kind() == ReturnOp.SDY,
            () -> "its body ends in " + body.terminator().name(),
            "End it in sdy.return")
        && counts(check, "operands", operands, in, body.arguments())
        && counts(check, "results", operation.results().size(), out, body.results())) {
      blocks(check, manual, operation.operands(), in, body.arguments());
      blocks(check, manual, operation.results(), out, body.results());
    }
  }

  private static boolean counts(
      OpChecker check, String what, int count, List<TensorSharding> shardings, List<Value> inner) {
    return check.require(
        shardings.size() == count && inner.size() == count,
        () ->
            "it has "
                + count
                + " "
                + what
                + ", "
                + shardings.size()
                + " shardings for them and "
                + inner.size()
                + " values in its body",
        "There is one of each");
  }

  private static void blocks(
      OpChecker check,
      List<String> manual,
      List<Value> global,
      List<TensorSharding> shardings,
      List<Value> local) {
    for (int i = 0; i < global.size(); i++) {
      TensorType whole = global.get(i).tensor();
      TensorSharding sharding = shardings.get(i);
      if (!check.require(
              local.get(i).type() instanceof TensorType,
              "a value of its body is no tensor",
              "Use tensors")
          || !check.require(
              sharding.dims().size() == whole.rank()
                  && local.get(i).tensor().rank() == whole.rank(),
              () -> sharding + " is for another rank than that of a " + whole,
              "Give a list of axes for each dimension")) {
        return;
      }
      SdyMesh mesh = sharding.inlined();
      TensorType block = local.get(i).tensor();
      for (int d = 0; d < whole.rank(); d++) {
        List<AxisRef> axes = manualDims(sharding, manual).get(d);
        boolean first =
            axes.equals(sharding.dims().get(d).axes().subList(0, axes.size()))
                && axes.stream().noneMatch(AxisRef::isPart);
        int dim = d;
        if (!check.require(
            first,
            () -> "in " + sharding + " a manual axis stands behind another, or is cut",
            "Manual axes are whole and come before all others of their dimension")) {
          return;
        }
        long size = whole.dim(d);
        long part = block.dim(d);
        if (size == TensorType.DYNAMIC || part == TensorType.DYNAMIC) {
          continue;
        }
        long count = 1;
        for (AxisRef axis : axes) {
          count *= mesh == null ? 1 : mesh.size(axis);
        }
        boolean fits = mesh != null ? size == part * count : axes.isEmpty() == (size == part);
        // An axis of one device cuts nothing.
        fits |= mesh == null && part > 0 && size % part == 0 && !axes.isEmpty();
        if (!check.require(
            fits,
            () ->
                "dimension "
                    + dim
                    + " of a "
                    + whole
                    + " is "
                    + part
                    + " in the body, tiled along "
                    + axes,
            "The size in the body is the global one divided by the devices along manual axes")) {
          return;
        }
      }
    }
  }

  /**
   * Returns the rule when the mesh is written out: a factor per manual axis, which every dimension
   * has that the axis tiles; what is left of dimensions must be whole.
   */
  @Override
  public FactorRule rule(Operation operation) {
    SdyMesh mesh = inlinedMesh(operation);
    if (mesh == null) {
      return FactorRule.whole(operation);
    }
    FactorRule.Builder rule = FactorRule.builder(operation);
    Map<String, Integer> factors = factors(operation, mesh);
    for (String axis : factors.keySet()) {
      SdyMesh.Axis found = mesh.axis(axis);
      rule.factor(found == null ? 1 : found.size(), FactorRule.Kind.PARALLEL);
    }
    List<String> manual = manualAxes(operation);
    List<TensorSharding> in = ShardingAttributes.shardings(operation, IN);
    for (int o = 0; o < in.size(); o++) {
      List<List<AxisRef>> dims = manualDims(in.get(o), manual);
      for (int d = 0; d < dims.size(); d++) {
        long rest = operation.operand(o).tensor().dim(d);
        for (AxisRef axis : dims.get(d)) {
          rule.operand(o, d, factors.getOrDefault(axis.axis(), 0));
          rest /= mesh.size(axis);
        }
        if (rest > 1) {
          rule.operand(o, d, rule.factor(rest, FactorRule.Kind.WHOLE));
        }
      }
    }
    List<TensorSharding> out = ShardingAttributes.shardings(operation, OUT);
    for (int r = 0; r < out.size(); r++) {
      List<List<AxisRef>> dims = manualDims(out.get(r), manual);
      for (int d = 0; d < dims.size(); d++) {
        long rest = operation.result(r).tensor().dim(d);
        for (AxisRef axis : dims.get(d)) {
          rule.result(r, d, factors.getOrDefault(axis.axis(), 0));
          rest /= mesh.size(axis);
        }
        if (rest > 1) {
          rule.result(r, d, rule.factor(rest, FactorRule.Kind.WHOLE));
        }
      }
    }
    return rule.build();
  }

  private static @Nullable SdyMesh inlinedMesh(Operation operation) {
    for (String key : List.of(IN, OUT)) {
      for (TensorSharding sharding : ShardingAttributes.shardings(operation, key)) {
        return sharding.inlined();
      }
    }
    return null;
  }

  /** Returns the factor of each manual axis that tiles something, in the order of the mesh. */
  public static Map<String, Integer> factors(Operation operation, SdyMesh mesh) {
    List<String> manual = manualAxes(operation);
    List<String> used = new ArrayList<>();
    for (String key : List.of(IN, OUT)) {
      for (TensorSharding sharding : ShardingAttributes.shardings(operation, key)) {
        manualDims(sharding, manual).forEach(axes -> axes.forEach(axis -> used.add(axis.axis())));
      }
    }
    Map<String, Integer> factors = new LinkedHashMap<>();
    for (SdyMesh.Axis axis : mesh.axes()) {
      if (used.contains(axis.name())) {
        factors.put(axis.name(), factors.size());
      }
    }
    return factors;
  }

  /**
   * Runs the body as many times as the mesh has devices, side by side, and puts together what they
   * give; in the body of another one, as the device that it is.
   *
   * @throws PartirException when the processes that there are, are not the mesh's devices
   */
  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    SdyMesh mesh = mesh(operation, SdyMesh.declared(evaluation.declarations()));
    ManualBlocks blocks = new ManualBlocks(operation, mesh);
    Region body = operation.regions().get(0);
    Process process = evaluation.process();
    if (process == Process.Alone.INSTANCE) {
      List<List<HostArray>> arguments = new ArrayList<>();
      for (int device = 0; device < mesh.deviceCount(); device++) {
        arguments.add(blocks.cut(operands, device));
      }
      List<List<HostArray>> parts =
          evaluation.runParallel(new ProcessGrid(1, mesh.deviceCount()), body, arguments);
      int[] all = new int[mesh.deviceCount()];
      Arrays.setAll(all, device -> device);
      return blocks.join(parts, all);
    }
    if (process.grid().size() < mesh.deviceCount()) {
      throw new PartirException(
          Diagnostic.at(
              operation.location(),
              ErrorCode.UNSUPPORTED,
              "a manual_computation over "
                  + mesh.deviceCount()
                  + " devices is run by "
                  + process.grid().size()
                  + " processes",
              "Run it on one process or on all of its devices"));
    }
    List<HostArray> results = evaluation.run(body, blocks.cut(operands, process.number()));
    int[] group = blocks.group(process.number());
    record Channel(int operation, ManualComputationOp op) {}
    return process.meet(
        operation,
        new Channel(operation.id(), INSTANCE),
        group,
        results,
        brought -> {
          List<List<HostArray>> taken = new ArrayList<>();
          List<HostArray> joined = blocks.join(brought, group);
          brought.forEach(member -> taken.add(joined));
          return taken;
        });
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return cost(operation.regions().get(0).block());
  }

  private static Cost cost(Block body) {
    long flops = 0;
    long bytes = 0;
    for (Operation inner : body.operations()) {
      boolean tensors =
          inner.operands().stream().allMatch(value -> value.type() instanceof TensorType)
              && inner.results().stream().allMatch(value -> value.type() instanceof TensorType);
      if (tensors && !Op.of(inner).isTerminator()) {
        Cost one = Op.of(inner).cost(inner, Op.operandTypes(inner), Op.resultTypes(inner));
        flops += one.flops();
        bytes += one.bytes();
      }
    }
    return new Cost(flops, bytes);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    String in = ShardingAttributes.text(operation.attributes(), IN);
    String out = ShardingAttributes.text(operation.attributes(), OUT);
    String axes = ShardingAttributes.text(operation.attributes(), AXES);
    if (in == null || out == null || axes == null || !axes.startsWith(AXES_PREFIX)) {
      return false;
    }
    printer.print(opName() + "(").operands(operation.operands()).print(")");
    printer.print(" in_shardings=").print(in.substring(in.indexOf('['), in.length() - 1));
    printer.print(" out_shardings=").print(out.substring(out.indexOf('['), out.length() - 1));
    printer.print(" manual_axes=");
    printer.print(axes.substring(AXES_PREFIX.length(), axes.length() - 1).strip());
    body(printer, operation);
    printer
        .attributes(operation.attributes(), List.of(IN, OUT, AXES))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  /** Prints {@code (%a: type) {...}}. */
  static void body(AsmPrinter printer, Operation operation) {
    printer.print(" (");
    List<Value> arguments = operation.regions().get(0).block().arguments();
    for (int i = 0; i < arguments.size(); i++) {
      printer.print(i == 0 ? "" : ", ").operand(arguments.get(i)).print(": ");
      printer.type(arguments.get(i).type());
    }
    printer.print(") ").regionBody(operation.regions().get(0));
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    parser.expect("(");
    List<Value> operands = parser.operands();
    parser.expect(")");
    Attributes.Builder attributes = Attributes.builder();
    for (String key : List.of(IN, OUT)) {
      parser.expect(key);
      parser.expect("=");
      attributes.put(key, new Attribute.Raw("#sdy.sharding_per_value<" + parser.bracketed() + ">"));
    }
    parser.expect(AXES);
    parser.expect("=");
    attributes.put(AXES, new Attribute.Raw(AXES_PREFIX + parser.bracketed() + ">"));
    return finish(parser, operands, attributes);
  }

  /** Takes the body with its arguments, other attributes and the types. */
  static AsmParser.Parsed finish(
      AsmParser parser, List<Value> operands, Attributes.Builder attributes) {
    List<String> names = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    parser.expect("(");
    if (!parser.accept(")")) {
      do {
        names.add(parser.newName());
        parser.expect(":");
        types.add(parser.type());
      } while (parser.accept(","));
      parser.expect(")");
    }
    Region body = parser.region(names, types);
    attributes.putAll(parser.optionalAttributes());
    parser.expect(":");
    var location = parser.location();
    Type.FunctionType type = parser.functionType();
    parser.checkTypes(operands, type.inputs(), location);
    return new AsmParser.Parsed(operands, attributes.build(), List.of(body), type.results());
  }
}
