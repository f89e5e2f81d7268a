package dev.partir.spmd;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.op.FactorRule;
import dev.partir.op.LocalContext;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.Masking;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the program that each device runs, in replica mode: devices are replicas, numbered as the
 * mesh numbers them.
 */
final class LocalEmitter {
  private final SpmdProgram program;
  private final Mesh mesh;
  private final Function source;
  private final FunctionBuilder builder;
  private final Copier copier;

  private final DeviceNumbers numbers;

  /** The block that is being written. */
  private BlockBuilder body;

  private LocalEmitter(SpmdProgram program, String name) {
    this.program = program;
    mesh = program.mesh();
    source = program.function();
    builder = new FunctionBuilder(name).setLocation(source.location());
    body = builder.body();
    numbers = new DeviceNumbers(mesh, body);
    copier = new Copier(source);
  }

  /** Emits the program as a function of a name. */
  static LocalProgram emit(SpmdProgram program, String name) {
    return new LocalEmitter(program, name).emit();
  }

  private LocalProgram emit() {
    for (int i = 0; i < source.arguments().size(); i++) {
      Value argument = source.arguments().get(i);
      Type type =
          argument.type() instanceof TensorType ? program.localType(argument) : argument.type();
      copier.put(
          argument,
          builder.argument(type, argument.name(), Attributes.EMPTY, source.argumentLocation(i)));
    }
    operations(source.body());
    copier.copy(source.body().terminator(), body);
    Attributes attributes =
        Attributes.builder()
            .put("mhlo.num_partitions", new Attribute.Int(1, ElementType.I32))
            .put("mhlo.num_replicas", new Attribute.Int(mesh.deviceCount(), ElementType.I32))
            .build();
    Module module = Module.of(source.name() + "_local", attributes, List.of(builder.build()));
    return new LocalProgram(module, mesh, program.inputShardings(), program.outputShardings());
  }

  /** Emits the operations of a block except for its terminator. */
  private void operations(Block block) {
    List<Operation> operations = block.operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      Operation operation = operations.get(i);
      Reshard.Step step = program.step(operation);
      if (step != null) {
        Value operand = copier.get(operation.operand(0));
        copier.put(operation.result(), reshards(body).add(operation, step, operand));
      } else if (Op.of(operation).flows(operation) != null) {
        control(operation);
      } else if (operation.kind() == ManualComputationOp.INSTANCE) {
        List<Value> operands = copier.getAll(operation.operands());
        copier.putAll(
            operation.results(),
            new ManualBody(
                    mesh, copier, (at, operand, dim, axes) -> reshards(at).own(operand, dim, axes))
                .inline(operation, operands, body));
      } else if (ManualBody.isNothing(operation)) {
        copier.put(operation.result(), copier.get(operation.operand(0)));
      } else {
        emit(operation, program.tiling(operation));
      }
    }
  }

  private LocalReshards reshards(BlockBuilder block) {
    return new LocalReshards(program, numbers, block);
  }

  private void control(Operation operation) {
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      BlockBuilder outer = body;
      body = outer.nested();
      for (Value argument : region.block().arguments()) {
        copier.put(argument, body.argument(localType(argument), argument.name()));
      }
      operations(region.block());
      copier.copy(region.block().terminator(), body);
      regions.add(new Region(body.build()));
      body = outer;
    }
    List<Type> types = new ArrayList<>();
    List<@Nullable String> names = new ArrayList<>();
    for (Value result : operation.results()) {
      types.add(localType(result));
      names.add(result.name());
    }
    Operation copy =
        body.add(
            operation.kind(),
            copier.getAll(operation.operands()),
            operation.attributes(),
            regions,
            types,
            names,
            operation.location());
    copier.putAll(operation.results(), copy.results());
  }

  private Type localType(Value value) {
    return value.type() instanceof TensorType ? program.localType(value) : value.type();
  }

  private void emit(Operation operation, int[][] tiling) {
    boolean same = true;
    for (int[] axes : tiling) {
      same &= axes.length == 0;
    }
    if (same) {
      // No loop, so that operands and results are whole, whatever the operation.
      copier.copy(operation, body);
      return;
    }
    List<TensorType> types = new ArrayList<>();
    for (Value result : operation.results()) {
      types.add(program.localType(result));
    }
    Op op = Op.of(operation);
    FactorRule rule = FactorRule.of(operation);
    Context context = new Context(rule, tiling);
    List<Value> operands = Masking.mask(rule, copier.getAll(operation.operands()), context);
    List<Value> results = op.localize(operation, operands, types, context);
    copier.putAll(operation.results(), results);
  }

  /** What one operation may know of the device that it runs on. */
  private final class Context implements LocalContext {
    private final FactorRule rule;
    private final int[][] tiling;

    Context(FactorRule rule, int[][] tiling) {
      this.rule = rule;
      this.tiling = tiling;
    }

    @Override
    public BlockBuilder block() {
      return body;
    }

    @Override
    public @Nullable Value blockStart(int factor) {
      int[] axes = tiling[factor];
      return axes.length == 0 ? null : numbers.start(axes, rule.size(factor));
    }

    @Override
    public @Nullable Value blockLength(int factor) {
      int[] axes = tiling[factor];
      return mesh.divides(rule.size(factor), axes) ? null : numbers.length(axes, rule.size(factor));
    }

    @Override
    public long blockReach(int factor) {
      return mesh.blockReach(rule.size(factor), tiling[factor]);
    }

    @Override
    public List<Region> copyRegions(List<Region> regions) {
      return copier.copyRegions(regions, body);
    }
  }
}
