package dev.partir.schedule;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Location;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.op.CallOp;
import dev.partir.op.CompositeOp;
import dev.partir.op.CustomCallOp;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.NamedComputationOp;
import dev.partir.op.ShardingAttributes;
import dev.partir.op.ShardingGroupOp;
import dev.partir.op.ShardingOp;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.AxisSpan;
import dev.partir.sdy.DimSharding;
import dev.partir.sdy.GspmdSharding;
import dev.partir.sdy.Layout;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.ShardingCheck;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shardings that a program carries, Shardy's or GSPMD's, as what to partition it by. All are
 * brought into one form over one mesh: {@code sdy.sharding} on the arguments and results of
 * functions, and {@code sdy.sharding_constraint} behind everything else that carries one.
 */
public final class Annotations {
  static final String GSPMD = "mhlo.sharding";

  private final Module source;
  private final Map<String, SdyMesh> meshes;
  private final Mesh mesh;
  private final SdyMesh sdyMesh;
  private final Module module;
  private final List<String> entries;

  private Annotations(Module source, @Nullable Mesh given) {
    this.source = source;
    Map<String, SdyMesh> declared = SdyMesh.declared(source.declarations());
    meshes = new LinkedHashMap<>();
    declared.forEach(
        (name, old) ->
            meshes.put(name, given == null || old.isMaximal() ? old : MeshChoice.sdy(given)));
    check();
    mesh = given != null ? given : choose();
    sdyMesh = MeshChoice.sdy(mesh);
    Set<String> called = called(source);
    entries = new ArrayList<>();
    List<Function> functions = new ArrayList<>();
    for (Function function : source.functions()) {
      boolean isCalled = called.contains(function.name());
      boolean carries = carries(function);
      boolean isMain = function.name().equals("main");
      if (isMain || (carries && (function.isPublic() || !isCalled))) {
        entries.add(function.name());
      }
      functions.add(new AnnotationRewriting(this, function, isCalled).rewrite());
    }
    if (entries.isEmpty()) {
      entries.add(source.main().name());
    }
    module =
        Module.of(
            source.name(),
            source.attributes(),
            functions,
            List.of(sdyMesh.declaration(MeshChoice.NAME)));
  }

  /** Returns whether a program carries shardings. */
  public static boolean present(Module module) {
    for (Function function : module.functions()) {
      if (carries(function) || carries(function.body())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the annotations of a program.
   *
   * @param mesh the mesh to say them over; null for the program's own
   * @throws PartirException with what is wrong with them
   */
  public static Annotations of(Module module, @Nullable Mesh mesh) {
    return new Annotations(module, mesh);
  }

  /** Returns the program in one form; functions that are called are called still. */
  public Module module() {
    return module;
  }

  public Mesh mesh() {
    return mesh;
  }

  /**
   * Returns the functions to partition: the main one and those whose arguments or results carry
   * shardings, but those that others call.
   */
  public List<Function> entries() {
    List<Function> functions = new ArrayList<>();
    for (String name : entries) {
      Function function = module.function(name);
      if (function != null) {
        functions.add(function);
      }
    }
    return functions;
  }

  /** Returns how an argument of a function in that form is laid out; null where nothing is said. */
  public @Nullable Layout argument(Function function, int index) {
    String text =
        ShardingAttributes.text(function.argumentAttributes(index), ShardingAttributes.SHARDING);
    return text == null || !(function.arguments().get(index).type() instanceof TensorType type)
        ? null
        : Layout.of(TensorSharding.parse(text, Location.UNKNOWN), sdyMesh, type.rank(), false);
  }

  /**
   * Returns how the result of an operation in that form is laid out; null where nothing is said.
   */
  public @Nullable Layout constraint(Operation operation) {
    if (!(operation.kind() instanceof ShardingOp op)
        || !op.says(operation)
        || !(operation.result().type() instanceof TensorType type)) {
      return null;
    }
    TensorSharding sharding = ShardingAttributes.sharding(operation, op.shardingKey());
    return Layout.of(sharding, sdyMesh, type.rank(), op.isExact());
  }

  /** Returns the mesh as Shardy writes it. */
  public SdyMesh sdyMesh() {
    return sdyMesh;
  }

  /** Returns spans as axes of the mesh. */
  public List<AxisRef> axes(List<AxisSpan> spans) {
    return MeshChoice.refs(spans, mesh);
  }

  /** Returns a sharding of the source over the one mesh. */
  TensorSharding over(TensorSharding sharding, int rank, String subject, Location at) {
    SdyMesh own = ShardingAttributes.mesh(sharding, meshes, subject, at);
    return MeshChoice.over(mesh, sharding, own, rank);
  }

  /** Returns a sharding of GSPMD over the one mesh. */
  TensorSharding over(GspmdSharding sharding, int rank, Set<Integer> open) {
    List<DimSharding> dims = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      List<AxisSpan> spans = d < sharding.dims().size() ? sharding.dims().get(d) : List.of();
      boolean isOpen = open.contains(d) || sharding.kind() == GspmdSharding.Kind.UNKNOWN;
      dims.add(new DimSharding(MeshChoice.refs(spans, mesh), isOpen, DimSharding.NO_PRIORITY));
    }
    return TensorSharding.of(MeshChoice.NAME, dims);
  }

  private static boolean carries(Attributes attributes) {
    return attributes.has(ShardingAttributes.SHARDING) || attributes.has(GSPMD);
  }

  private static boolean carries(Function function) {
    for (int i = 0; i < function.arguments().size(); i++) {
      if (carries(function.argumentAttributes(i))) {
        return true;
      }
    }
    for (int i = 0; i < function.results().size(); i++) {
      if (carries(function.resultAttributes(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean carries(Block block) {
    for (Operation operation : block.operations()) {
      if (carries(operation.attributes())
          || (operation.kind() instanceof ShardingOp op && op.says(operation))
          || operation.kind() == ManualComputationOp.INSTANCE) {
        return true;
      }
      for (Region region : operation.regions()) {
        if (carries(region.block())) {
          return true;
        }
      }
    }
    return false;
  }

  private static Set<String> called(Module module) {
    Set<String> names = new HashSet<>();
    for (Function function : module.functions()) {
      called(function.body(), names);
    }
    return names;
  }

  private static void called(Block block, Set<String> names) {
    for (Operation operation : block.operations()) {
      if (operation.kind() == CallOp.INSTANCE) {
        names.add(CallOp.callee(operation));
      } else if (operation.kind() == CompositeOp.INSTANCE) {
        names.add(CompositeOp.decomposition(operation));
      }
      for (Region region : operation.regions()) {
        called(region.block(), names);
      }
    }
  }

  /** Takes one sharding of the source after the other. */
  private interface Visitor {
    void sharding(TensorSharding sharding, @Nullable TensorType type, String subject, Location at);

    void gspmd(GspmdSharding sharding, @Nullable TensorType type, String subject, Location at);
  }

  private void visit(Visitor visitor) {
    for (Function function : source.functions()) {
      String name = "function @" + function.name();
      for (int i = 0; i < function.arguments().size(); i++) {
        visit(
            function.argumentAttributes(i),
            function.arguments().get(i),
            name + ", argument \"" + function.argumentName(i) + "\"",
            function.argumentLocation(i),
            visitor);
      }
      for (int i = 0; i < function.results().size(); i++) {
        visit(
            function.resultAttributes(i),
            function.results().get(i),
            name + ", result " + i,
            function.location(),
            visitor);
      }
      visit(function.body(), visitor);
    }
  }

  private void visit(
      Attributes attributes, Value value, String subject, Location at, Visitor visitor) {
    TensorType type = value.type() instanceof TensorType tensor ? tensor : null;
    String text = ShardingAttributes.text(attributes, ShardingAttributes.SHARDING);
    if (text != null) {
      visitor.sharding(TensorSharding.parse(text, at), type, subject, at);
    }
    String gspmd = attributes.string(GSPMD);
    if (gspmd != null) {
      for (GspmdSharding sharding : GspmdSharding.parse(gspmd, at)) {
        visitor.gspmd(sharding, type, subject, at);
      }
    }
  }

  private void visit(Block block, Visitor visitor) {
    for (Operation operation : block.operations()) {
      Location at = operation.location();
      String subject = operation.name();
      if (operation.kind() instanceof ShardingOp op && op.says(operation)) {
        visitor.sharding(
            ShardingAttributes.sharding(operation, op.shardingKey()),
            operation.result().type() instanceof TensorType type ? type : null,
            subject,
            at);
      }
      boolean computation =
          operation.kind() == ManualComputationOp.INSTANCE
              || operation.kind() == NamedComputationOp.INSTANCE;
      if (computation) {
        perValue(operation, NamedComputationOp.IN, operation.operands(), visitor);
        perValue(operation, NamedComputationOp.OUT, operation.results(), visitor);
      }
      perValue(operation, ShardingAttributes.SHARDING, operation.results(), visitor);
      String gspmd = operation.attributes().string(GSPMD);
      if (gspmd != null) {
        List<GspmdSharding> all = GspmdSharding.parse(gspmd, at);
        // At the borders of manual regions the type may be that of either side.
        boolean border = CustomCallOp.target(operation).startsWith("SPMD");
        for (int r = 0; r < all.size(); r++) {
          TensorType type =
              !border
                      && r < operation.results().size()
                      && operation.result(r).type() instanceof TensorType tensor
                  ? tensor
                  : null;
          visitor.gspmd(all.get(r), type, subject, at);
        }
      }
      for (Region region : operation.regions()) {
        visit(region.block(), visitor);
      }
    }
  }

  private static void perValue(
      Operation operation, String key, List<Value> values, Visitor visitor) {
    if (ShardingAttributes.text(operation.attributes(), key) == null) {
      return;
    }
    List<TensorSharding> all = ShardingAttributes.shardings(operation, key);
    for (int i = 0; i < all.size(); i++) {
      TensorType type =
          i < values.size() && values.get(i).type() instanceof TensorType tensor ? tensor : null;
      visitor.sharding(all.get(i), type, operation.name(), operation.location());
    }
    if (all.size() != values.size()) {
      throw new PartirException(
          new Diagnostic(
              ErrorCode.TYPE_MISMATCH,
              operation.name(),
              "it has " + all.size() + " shardings for " + values.size() + " values",
              "Give one for each",
              operation.location()));
    }
  }

  /** Checks all shardings against their meshes and values. */
  private void check() {
    List<Diagnostic> findings = new ArrayList<>();
    visit(
        new Visitor() {
          @Override
          public void sharding(
              TensorSharding sharding, @Nullable TensorType type, String subject, Location at) {
            SdyMesh own = ShardingAttributes.mesh(sharding, meshes, subject, at);
            findings.addAll(ShardingCheck.check(sharding, own, type, subject, at));
          }

          @Override
          public void gspmd(
              GspmdSharding sharding, @Nullable TensorType type, String subject, Location at) {
            if (type != null
                && sharding.kind() == GspmdSharding.Kind.TILED
                && sharding.dims().size() != type.rank()) {
              findings.add(
                  new Diagnostic(
                      ErrorCode.TYPE_MISMATCH,
                      subject,
                      "its sharding has "
                          + sharding.dims().size()
                          + " dimensions, the value, a "
                          + type
                          + ", has "
                          + type.rank(),
                      "Give a number of tiles for each of the " + type.rank() + " dimensions",
                      at));
            }
          }
        });
    if (!findings.isEmpty()) {
      throw new PartirException(findings);
    }
  }

  /** Returns the first mesh that a sharding is over; that of GSPMD's shardings is made of them. */
  private Mesh choose() {
    List<SdyMesh> used = new ArrayList<>();
    List<AxisSpan> spans = new ArrayList<>();
    int[] devices = {Math.toIntExact(source.attributes().integer("mhlo.num_partitions", 1))};
    visit(
        new Visitor() {
          @Override
          public void sharding(
              TensorSharding sharding, @Nullable TensorType type, String subject, Location at) {
            SdyMesh own = ShardingAttributes.mesh(sharding, meshes, subject, at);
            if (!own.isMaximal()) {
              used.add(own);
            }
          }

          @Override
          public void gspmd(
              GspmdSharding sharding, @Nullable TensorType type, String subject, Location at) {
            devices[0] = Math.max(devices[0], sharding.devices());
            sharding.dims().forEach(spans::addAll);
            spans.addAll(sharding.manual());
          }
        });
    for (SdyMesh other : used) {
      if (other.deviceCount() != used.get(0).deviceCount()) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.INVALID_MESH,
                "mesh " + other,
                "it has "
                    + other.deviceCount()
                    + " devices, the mesh "
                    + used.get(0)
                    + " of the same program has "
                    + used.get(0).deviceCount(),
                "All meshes of a program are over the same devices"));
      }
    }
    if (!used.isEmpty()) {
      return MeshChoice.ordered(used.get(0));
    }
    for (SdyMesh other : meshes.values()) {
      if (!other.isMaximal()) {
        return MeshChoice.ordered(other);
      }
    }
    return MeshChoice.derived(devices[0], spans);
  }

  /** Returns the number of the group that an operation puts its operand into, or -1. */
  static long group(Operation operation) {
    return operation.kind() == ShardingGroupOp.INSTANCE ? ShardingGroupOp.group(operation) : -1;
  }

  /** Returns the sharding of GSPMD on an operation; null when there is none. */
  static @Nullable List<GspmdSharding> gspmd(Operation operation) {
    String text = operation.attributes().string(GSPMD);
    return text == null ? null : GspmdSharding.parse(text, operation.location());
  }

  /** Returns attributes without shardings. */
  static Attributes without(Attributes attributes) {
    return attributes.without(ShardingAttributes.SHARDING).without(GSPMD);
  }

  /** Returns attributes with a sharding. */
  static Attributes with(Attributes attributes, TensorSharding sharding) {
    return without(attributes)
        .with(ShardingAttributes.SHARDING, new Attribute.Raw(sharding.attribute()));
  }
}
