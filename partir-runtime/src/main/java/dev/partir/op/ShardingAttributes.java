package dev.partir.op;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shardy's attributes on operations, which are kept as text. */
public final class ShardingAttributes {
  /** The sharding of an argument or a result, or the shardings of an operation's results. */
  public static final String SHARDING = "sdy.sharding";

  private ShardingAttributes() {}

  /** Returns the text of an attribute that is kept as it is written; null when there is none. */
  public static @Nullable String text(Attributes attributes, String key) {
    return attributes.get(key) instanceof Attribute.Raw raw ? raw.text() : null;
  }

  /**
   * Returns the sharding under {@code key}.
   *
   * @throws PartirException when there is none or it is not well formed
   */
  public static TensorSharding sharding(Operation operation, String key) {
    String text = text(operation.attributes(), key);
    if (text == null) {
      throw missing(operation, key);
    }
    return TensorSharding.parse(text, operation.location());
  }

  /**
   * Returns the shardings under {@code key}.
   *
   * @throws PartirException when there are none or they are not well formed
   */
  public static List<TensorSharding> shardings(Operation operation, String key) {
    String text = text(operation.attributes(), key);
    if (text == null) {
      throw missing(operation, key);
    }
    return TensorSharding.parsePerValue(text, operation.location());
  }

  private static PartirException missing(Operation operation, String key) {
    return new PartirException(
        new Diagnostic(
            ErrorCode.INVALID_OP,
            operation.name(),
            "it has no attribute " + key,
            "Write it as Shardy does",
            operation.location()));
  }

  /** Reads an attribute for a check; what is wrong with it is told. */
  static <T> @Nullable T read(OpChecker check, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (PartirException problem) {
      Diagnostic first = problem.diagnostics().get(0);
      check.require(false, first.problem(), first.remedy());
      return null;
    }
  }

  /**
   * Returns the mesh of a sharding.
   *
   * @param declared the meshes of the program
   * @throws PartirException UNDEFINED when the program has no such mesh
   */
  public static SdyMesh mesh(
      TensorSharding sharding, Map<String, SdyMesh> declared, String subject, Location at) {
    SdyMesh inlined = sharding.inlined();
    SdyMesh mesh = inlined != null ? inlined : declared.get(sharding.mesh());
    if (mesh == null) {
      throw new PartirException(
          new Diagnostic(
              ErrorCode.UNDEFINED,
              subject,
              "the program has no mesh @" + sharding.mesh(),
              declared.isEmpty()
                  ? "Declare it: sdy.mesh @" + sharding.mesh() + " = <[\"x\"=2]>"
                  : "Its meshes are @" + String.join(", @", declared.keySet()),
              at));
    }
    return mesh;
  }
}
