package dev.partir.spmd;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.op.Op;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.util.ArrayList;
import java.util.List;

/** Writes programs with their shardings as MLIR text. */
public final class SpmdPrinter {
  private SpmdPrinter() {}

  /**
   * Returns a program over global types with its collectives, which name axes; every argument and
   * operation carries its sharding as an attribute {@code partir.sharding}, every collective its
   * reason as its location.
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

          @Override
          boolean copied(Operation operation, BlockBuilder block, Copier copier) {
            if (program.step(operation) == null) {
              return false;
            }
            Operation copy =
                block.add(
                    operation.kind(),
                    copier.getAll(operation.operands()),
                    Attributes.builder()
                        .putAll(operation.attributes())
                        .putAll(of(operation.results()))
                        .build(),
                    List.of(),
                    Op.typesOf(operation.results()),
                    List.of(),
                    program.location(operation));
            copier.put(operation.result(), copy.result());
            return true;
          }
        };
    Attributes attributes = Attributes.of("partir.mesh", new Attribute.Str(mesh.toString()));
    return MlirPrinter.print(
        Module.of(program.function().name(), attributes, List.of(annotator.copy())),
        PrintOptions.PRETTY.locations());
  }
}
