package dev.partir.schedule;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.CustomCallOp;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.NamedComputationOp;
import dev.partir.op.Op;
import dev.partir.op.ReturnOp;
import dev.partir.op.ShardingAttributes;
import dev.partir.op.ShardingGroupOp;
import dev.partir.op.ShardingOp;
import dev.partir.sdy.AxisSpan;
import dev.partir.sdy.GspmdSharding;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings the annotations of one function into the one form. */
final class AnnotationRewriting {
  private static final Attributes IMPLIED = Attributes.of(ShardingOp.IMPLIED, new Attribute.Unit());

  private static final Attributes CARRIED = IMPLIED.with(ShardingOp.CARRIED, new Attribute.Unit());

  private final Annotations annotations;
  private final Function source;
  private final boolean isCalled;
  private final Copier copier;
  private final Set<Value> used = new HashSet<>();
  private final Map<Operation, ManualRegion> regionOf = new HashMap<>();
  private final Set<ManualRegion> written = new HashSet<>();

  AnnotationRewriting(Annotations annotations, Function source, boolean isCalled) {
    this.annotations = annotations;
    this.source = source;
    this.isCalled = isCalled;
    copier = new Copier(source);
    uses(source.body());
  }

  private void uses(Block block) {
    for (ManualRegion region : ManualRegion.of(block)) {
      for (List<Operation> part : List.of(region.entries(), region.operations(), region.exits())) {
        part.forEach(operation -> regionOf.put(operation, region));
      }
    }
    for (Operation operation : block.operations()) {
      used.addAll(operation.operands());
      for (Region region : operation.regions()) {
        uses(region.block());
      }
    }
  }

  Function rewrite() {
    FunctionBuilder builder =
        new FunctionBuilder(source.name())
            .setVisibility(source.visibility())
            .setAttributes(source.attributes())
            .setLocation(source.location());
    List<@Nullable TensorSharding> shardings = new ArrayList<>();
    for (int i = 0; i < source.arguments().size(); i++) {
      Value argument = source.arguments().get(i);
      TensorSharding sharding = sharding(source.argumentAttributes(i), argument);
      shardings.add(sharding);
      Attributes attributes = source.argumentAttributes(i);
      copier.put(
          argument,
          builder.argument(
              argument.type(),
              argument.name(),
              sharding == null
                  ? Annotations.without(attributes)
                  : Annotations.with(attributes, sharding),
              source.argumentLocation(i)));
    }
    BlockBuilder body = builder.body();
    for (int i = 0; isCalled && i < shardings.size(); i++) {
      TensorSharding sharding = shardings.get(i);
      if (sharding != null) {
        constrain(source.arguments().get(i), sharding, IMPLIED, body);
      }
    }
    List<Operation> operations = source.body().operations();
    operations(operations.subList(0, operations.size() - 1), body);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < source.results().size(); i++) {
      Value result = source.results().get(i);
      Attributes attributes = source.resultAttributes(i);
      TensorSharding sharding = sharding(attributes, result);
      if (sharding == null) {
        results.add(copier.get(result));
        builder.resultAttributes(Annotations.without(attributes));
      } else {
        results.add(
            ShardingOp.constrain(
                body, copier.get(result), sharding, IMPLIED, null, Location.UNKNOWN));
        builder.resultAttributes(Annotations.with(attributes, sharding));
      }
    }
    Operation end = source.body().terminator();
    body.add(
        end.kind(), results, end.attributes(), List.of(), List.of(), List.of(), end.location());
    return builder.build();
  }

  /** Returns the sharding that attributes hold for a value; null when they hold none. */
  private @Nullable TensorSharding sharding(Attributes attributes, Value value) {
    if (!(value.type() instanceof TensorType type)) {
      return null;
    }
    String text = ShardingAttributes.text(attributes, ShardingAttributes.SHARDING);
    if (text != null) {
      TensorSharding own = TensorSharding.parse(text, source.location());
      return annotations.over(own, type.rank(), "function @" + source.name(), source.location());
    }
    String gspmd = attributes.string(Annotations.GSPMD);
    if (gspmd == null) {
      return null;
    }
    GspmdSharding own = GspmdSharding.parse(gspmd, source.location()).get(0);
    return isManual(own) ? null : annotations.over(own, type.rank(), Set.of());
  }

  private static boolean isManual(GspmdSharding sharding) {
    return sharding.kind() == GspmdSharding.Kind.MANUAL || !sharding.manual().isEmpty();
  }

  private void constrain(
      Value value, TensorSharding sharding, Attributes others, BlockBuilder block) {
    copier.put(
        value,
        ShardingOp.constrain(block, copier.get(value), sharding, others, null, Location.UNKNOWN));
  }

  private void operations(List<Operation> operations, BlockBuilder block) {
    for (Operation operation : operations) {
      ManualRegion region = regionOf.get(operation);
      if (region == null) {
        operation(operation, block);
      } else if (region.exits().contains(operation)) {
        if (written.add(region)) {
          region(region, block);
        }
      } else if (operation.operands().isEmpty() && operation.regions().isEmpty()) {
        // A constant may have uses outside too.
        copier.copy(operation, block);
      }
    }
  }

  private void operation(Operation operation, BlockBuilder block) {
    if (operation.kind() == ShardingGroupOp.INSTANCE) {
      Value operand = operation.operand(0);
      Attributes group =
          IMPLIED.with(
              ShardingOp.GROUP,
              new Attribute.Int(ShardingGroupOp.group(operation), ElementType.I64));
      TensorSharding open = TensorSharding.open(MeshChoice.NAME, operand.tensor().rank());
      constrain(operand, open, group, block);
    } else if (operation.kind() instanceof ShardingOp op) {
      constraint(operation, op, block);
    } else if (operation.kind() == NamedComputationOp.INSTANCE) {
      named(operation, block);
    } else if (operation.kind() == ManualComputationOp.INSTANCE) {
      copier.copy(operation, inlined(operation), regions(operation, block, true), block);
    } else if (ManualRegion.isCall(operation, "Sharding")) {
      gspmdConstraint(operation, block);
    } else {
      boolean manual = Op.of(operation).flows(operation) == null;
      List<Region> regions = regions(operation, block, manual);
      copier.copy(operation, Annotations.without(operation.attributes()), regions, block);
      implied(operation, block);
    }
  }

  private void constraint(Operation operation, ShardingOp op, BlockBuilder block) {
    if (!op.says(operation) || !(operation.result().type() instanceof TensorType type)) {
      copier.put(operation.result(), copier.get(operation.operand(0)));
      return;
    }
    TensorSharding sharding = ShardingAttributes.sharding(operation, op.shardingKey());
    TensorSharding over =
        annotations.over(sharding, type.rank(), operation.name(), operation.location());
    Attributes attributes =
        operation.attributes().with(op.shardingKey(), new Attribute.Raw(over.attribute()));
    copier.copy(operation, attributes, List.of(), block);
    if (!used.contains(operation.result())) {
      // One without uses is about the value itself.
      copier.put(operation.operand(0), copier.get(operation.result()));
    }
  }

  /** Puts the operations of a named computation in its place. */
  private void named(Operation operation, BlockBuilder block) {
    Block body = operation.regions().get(0).block();
    List<TensorSharding> in = optional(operation, NamedComputationOp.IN);
    for (int i = 0; i < body.arguments().size(); i++) {
      Value argument = body.arguments().get(i);
      copier.put(argument, copier.get(operation.operand(i)));
      if (i < in.size() && argument.type() instanceof TensorType type) {
        constrain(argument, over(in.get(i), type, operation), IMPLIED, block);
      }
    }
    operations(body.operations().subList(0, body.operations().size() - 1), block);
    List<TensorSharding> out = optional(operation, NamedComputationOp.OUT);
    for (int i = 0; i < operation.results().size(); i++) {
      Value result = operation.result(i);
      copier.put(result, copier.get(body.results().get(i)));
      if (i < out.size() && result.type() instanceof TensorType type) {
        constrain(result, over(out.get(i), type, operation), IMPLIED, block);
      }
    }
  }

  private TensorSharding over(TensorSharding sharding, TensorType type, Operation operation) {
    return annotations.over(sharding, type.rank(), operation.name(), operation.location());
  }

  private static List<TensorSharding> optional(Operation operation, String key) {
    return ShardingAttributes.text(operation.attributes(), key) == null
        ? List.of()
        : ShardingAttributes.shardings(operation, key);
  }

  /** Returns the attributes of a manual computation with the mesh written out. */
  private Attributes inlined(Operation operation) {
    SdyMesh mesh = annotations.sdyMesh();
    List<List<TensorSharding>> both = new ArrayList<>();
    for (String key : List.of(ManualComputationOp.IN, ManualComputationOp.OUT)) {
      List<Value> values =
          key.equals(ManualComputationOp.IN) ? operation.operands() : operation.results();
      List<TensorSharding> written = new ArrayList<>();
      List<TensorSharding> all = ShardingAttributes.shardings(operation, key);
      for (int i = 0; i < all.size(); i++) {
        written.add(over(all.get(i), values.get(i).tensor(), operation).withMesh(null, mesh));
      }
      both.add(written);
    }
    for (String axis : ManualComputationOp.manualAxes(operation)) {
      if (mesh.axis(axis) == null) {
        throw new PartirException(
            Diagnostic.at(
                operation.location(),
                ErrorCode.UNKNOWN_AXIS,
                "the mesh " + mesh + " has no axis \"" + axis + "\"",
                "Manual axes are axes of the one mesh of the program"));
      }
    }
    return Attributes.builder()
        .putAll(operation.attributes())
        .putAll(
            ManualComputationOp.attributes(
                both.get(0), both.get(1), ManualComputationOp.manualAxes(operation)))
        .build();
  }

  /** Copies regions; in those that are a device's own, shardings say nothing. */
  private List<Region> regions(Operation operation, BlockBuilder block, boolean manual) {
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      BlockBuilder inner = block.nested();
      for (Value argument : region.block().arguments()) {
        copier.put(argument, inner.argument(argument.type(), argument.name()));
      }
      List<Operation> operations = region.block().operations();
      if (manual) {
        own(operations, inner);
      } else {
        operations(operations.subList(0, operations.size() - 1), inner);
        copier.copy(region.block().terminator(), inner);
      }
      regions.add(new Region(inner.build()));
    }
    return regions;
  }

  /** Copies what each device runs on its own. */
  private void own(List<Operation> operations, BlockBuilder block) {
    for (Operation operation : operations) {
      if (operation.kind() instanceof ShardingOp || ManualRegion.isCall(operation, "Sharding")) {
        copier.put(operation.result(), copier.get(operation.operand(0)));
      } else if (operation.kind() == ManualComputationOp.INSTANCE) {
        copier.copy(operation, inlined(operation), regions(operation, block, true), block);
      } else if (operation.kind() != ShardingGroupOp.INSTANCE) {
        List<Region> regions = regions(operation, block, true);
        copier.copy(operation, Annotations.without(operation.attributes()), regions, block);
      }
    }
  }

  private void gspmdConstraint(Operation operation, BlockBuilder block) {
    List<GspmdSharding> own = Annotations.gspmd(operation);
    if (own == null || isManual(own.get(0)) || !(operation.result().type() instanceof TensorType)) {
      copier.put(operation.result(), copier.get(operation.operand(0)));
      return;
    }
    TensorSharding sharding =
        annotations.over(own.get(0), operation.result().tensor().rank(), open(operation));
    copier.put(
        operation.result(),
        ShardingOp.constrain(
            block,
            copier.get(operation.operand(0)),
            sharding,
            Attributes.EMPTY,
            operation.result().name(),
            operation.location()));
  }

  /** Returns the dimensions that {@code backend_config} leaves open. */
  private static Set<Integer> open(Operation operation) {
    String config = operation.attributes().string("backend_config");
    Set<Integer> open = new HashSet<>();
    int at = config == null ? -1 : config.indexOf("unspecified_dims=[");
    if (config != null && at >= 0) {
      String list = config.substring(config.indexOf('[', at) + 1);
      int end = list.indexOf(']');
      for (String word : list.substring(0, Math.max(0, end)).split(",", -1)) {
        String number = word.strip();
        if (number.matches("[0-9]{1,4}")) {
          open.add(Integer.parseInt(number));
        }
      }
    }
    return open;
  }

  /** Adds the constraints that an operation carries for its results. */
  private void implied(Operation operation, BlockBuilder block) {
    List<TensorSharding> own = optional(operation, ShardingAttributes.SHARDING);
    List<GspmdSharding> gspmd = Annotations.gspmd(operation);
    for (int r = 0; r < operation.results().size(); r++) {
      Value result = operation.result(r);
      if (!(result.type() instanceof TensorType type)) {
        continue;
      }
      if (r < own.size()) {
        constrain(result, over(own.get(r), type, operation), CARRIED, block);
      } else if (gspmd != null
          && !CustomCallOp.target(operation).startsWith("SPMD")
          && !isManual(gspmd.get(Math.min(r, gspmd.size() - 1)))) {
        GspmdSharding one = gspmd.get(Math.min(r, gspmd.size() - 1));
        constrain(result, annotations.over(one, type.rank(), Set.of()), CARRIED, block);
      }
    }
  }

  /** Writes a manual region as a manual computation. */
  private void region(ManualRegion region, BlockBuilder block) {
    Set<AxisSpan> outer = new HashSet<>();
    Set<String> inner = new HashSet<>();
    SdyMesh mesh = annotations.sdyMesh();
    List<TensorSharding> in = new ArrayList<>();
    List<Value> operands = new ArrayList<>();
    BlockBuilder body = block.nested();
    for (Operation entry : region.entries()) {
      Operation constraint = entry.operand(0).definition();
      List<GspmdSharding> cut = constraint == null ? null : Annotations.gspmd(constraint);
      List<GspmdSharding> own = Annotations.gspmd(entry);
      if (constraint == null
          || cut == null
          || own == null
          || !ManualRegion.isCall(constraint, "Sharding")) {
        throw new PartirException(
            Diagnostic.at(
                entry.location(),
                ErrorCode.UNSUPPORTED,
                "@" + ManualRegion.ENTRY + " takes a value whose sharding is not said",
                "Put @Sharding before it, as JAX does"));
      }
      manual(own.get(0), inner);
      outer.addAll(cut.get(0).manual());
      in.add(
          annotations
              .over(cut.get(0), entry.operand(0).tensor().rank(), open(constraint))
              .withMesh(null, mesh));
      operands.add(copier.get(entry.operand(0)));
      copier.put(entry.result(), body.argument(entry.result().type(), entry.result().name()));
    }
    List<TensorSharding> out = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    List<@Nullable String> names = new ArrayList<>();
    for (Operation exit : region.exits()) {
      Operation constraint = exit.operand(0).definition();
      List<GspmdSharding> part = constraint == null ? null : Annotations.gspmd(constraint);
      List<GspmdSharding> own = Annotations.gspmd(exit);
      if (own == null) {
        throw new PartirException(
            Diagnostic.at(
                exit.location(),
                ErrorCode.UNSUPPORTED,
                "@" + ManualRegion.EXIT + " does not say how the parts are put together",
                "Give it an mhlo.sharding"));
      }
      if (part != null) {
        manual(part.get(0), inner);
      }
      outer.addAll(own.get(0).manual());
      out.add(
          annotations
              .over(own.get(0), exit.result().tensor().rank(), open(exit))
              .withMesh(null, mesh));
      types.add(exit.result().type());
      names.add(exit.result().name());
    }
    for (AxisSpan span : outer) {
      MeshChoice.refs(List.of(span), annotations.mesh()).forEach(ref -> inner.remove(ref.axis()));
    }
    own(region.operations(), body);
    List<Value> results = new ArrayList<>();
    region.exits().forEach(exit -> results.add(copier.get(exit.operand(0))));
    ReturnOp.SDY.build(body, results);
    List<String> axes = mesh.names().stream().filter(inner::contains).toList();
    Operation computation =
        block.add(
            ManualComputationOp.INSTANCE,
            operands,
            ManualComputationOp.attributes(in, out, axes),
            List.of(new Region(body.build())),
            types,
            names,
            region.exits().get(0).location());
    for (int i = 0; i < region.exits().size(); i++) {
      copier.put(region.exits().get(i).result(), computation.result(i));
    }
  }

  /** Collects the axes along which a value is a device's own. */
  private void manual(GspmdSharding sharding, Set<String> axes) {
    if (sharding.kind() == GspmdSharding.Kind.MANUAL) {
      axes.addAll(annotations.sdyMesh().names());
    }
    MeshChoice.refs(sharding.manual(), annotations.mesh()).forEach(ref -> axes.add(ref.axis()));
  }
}
