package dev.partir.spmd;

import dev.partir.core.CoreProgram;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.Op;
import dev.partir.text.MlirPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes programs with their shardings as MLIR text. */
public final class SpmdPrinter {
  private SpmdPrinter() {}

  /**
   * Returns a program over global types with its collectives, which name axes; every argument and
   * operation carries its sharding as an attribute {@code partir.sharding}.
   */
  public static String print(SpmdProgram program) {
    Mesh mesh = program.mesh();
    Annotator annotator =
        new Annotator(program.function()) {
          @Override
          Attributes of(Value value) {
            return Attributes.of(
                "partir.sharding", new Attribute.Str(program.sharding(value).text(mesh)));
          }

          @Override
          Attributes of(List<Value> results) {
            List<Attribute> texts = new ArrayList<>();
            for (Value result : results) {
              texts.add(new Attribute.Str(program.sharding(result).text(mesh)));
            }
            return Attributes.of("partir.sharding", new Attribute.Array(texts));
          }
        };
    Attributes attributes = Attributes.of("partir.mesh", new Attribute.Str(mesh.toString()));
    return MlirPrinter.print(
        Module.of(program.function().name(), attributes, List.of(annotator.copy())));
  }

  /**
   * Returns the program before lowering with Shardy's annotations: a mesh, and {@code sdy.sharding}
   * on every argument, result and operation. What is a partial sum in the loops is whole here, for
   * Shardy combines where an operation leaves it.
   */
  public static String printSdy(CoreProgram program) {
    Mesh mesh = program.mesh();
    Annotator annotator =
        new Annotator(program.graph().function()) {
          @Override
          Attributes of(Value value) {
            return Attributes.of(
                "sdy.sharding",
                new Attribute.Raw("#sdy.sharding" + sdy(program.sharding(value), mesh)));
          }

          @Override
          Attributes of(List<Value> results) {
            String list =
                results.stream()
                    .map(result -> sdy(program.sharding(result), mesh))
                    .collect(Collectors.joining(", "));
            return Attributes.of(
                "sdy.sharding", new Attribute.Raw("#sdy.sharding_per_value<[" + list + "]>"));
          }
        };
    Attributes attributes =
        Attributes.builder()
            .put("mhlo.num_partitions", new Attribute.Int(mesh.deviceCount(), ElementType.I32))
            .put("mhlo.num_replicas", new Attribute.Int(1, ElementType.I32))
            .build();
    Function function = annotator.copy();
    String text = MlirPrinter.print(Module.of(function.name(), attributes, List.of(function)));
    String axes =
        mesh.base().axes().stream()
            .map(axis -> "\"" + axis.name() + "\"=" + axis.size())
            .collect(Collectors.joining(", "));
    int firstLine = text.indexOf('\n') + 1;
    return text.substring(0, firstLine)
        + "  sdy.mesh @mesh = <["
        + axes
        + "]>\n"
        + text.substring(firstLine);
  }

  /** Returns an axis, or a part of one, as in {@code "x"} or {@code "x":(2)4}. */
  private static String axis(String name) {
    int colon = name.indexOf(":(");
    return colon < 0
        ? "\"" + name + "\""
        : "\"" + name.substring(0, colon) + "\"" + name.substring(colon);
  }

  private static String sdy(Sharding sharding, Mesh mesh) {
    List<String> dims = new ArrayList<>();
    for (int d = 0; d < sharding.rank(); d++) {
      String axes =
          mesh.names(sharding.dim(d)).stream()
              .map(SpmdPrinter::axis)
              .collect(Collectors.joining(", "));
      dims.add("{" + axes + "}");
    }
    return "<@mesh, [" + String.join(", ", dims) + "]>";
  }

  /**
   * Copies a function with attributes on its arguments, results and operations; leaves anchors out.
   */
  private abstract static class Annotator {
    private final Function source;

    Annotator(Function source) {
      this.source = source;
    }

    abstract Attributes of(Value value);

    abstract Attributes of(List<Value> results);

    Function copy() {
      FunctionBuilder builder = new FunctionBuilder(source.name()).setPublic(source.isPublic());
      Copier copier = new Copier(source);
      for (int i = 0; i < source.arguments().size(); i++) {
        Value argument = source.arguments().get(i);
        Attributes attributes =
            argument.type() instanceof TensorType ? of(argument) : Attributes.EMPTY;
        copier.put(
            argument,
            builder.argument(
                argument.type(), argument.name(), attributes, source.argumentLocation(i)));
      }
      for (Operation operation : source.body().operations()) {
        copy(operation, builder.body(), copier);
      }
      for (Value result : source.results()) {
        builder.resultAttributes(
            result.type() instanceof TensorType ? of(result) : Attributes.EMPTY);
      }
      return builder.build();
    }

    private void copy(Operation operation, BlockBuilder block, Copier copier) {
      boolean annotated =
          !Op.of(operation).isTerminator()
              && !operation.results().isEmpty()
              && operation.results().stream()
                  .allMatch(result -> result.type() instanceof TensorType);
      Attributes attributes =
          annotated
              ? Attributes.builder()
                  .putAll(operation.attributes())
                  .putAll(of(operation.results()))
                  .build()
              : operation.attributes();
      if (Op.of(operation).flows(operation) == null) {
        copier.copy(operation, attributes, block);
        return;
      }
      List<Region> regions = new ArrayList<>();
      for (Region region : operation.regions()) {
        BlockBuilder inner = block.nested();
        for (Value argument : region.block().arguments()) {
          copier.put(argument, inner.argument(argument.type(), argument.name()));
        }
        for (Operation nested : region.block().operations()) {
          copy(nested, inner, copier);
        }
        regions.add(new Region(inner.build()));
      }
      copier.copy(operation, attributes, regions, block);
    }
  }
}
