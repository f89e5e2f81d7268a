package dev.partir.processor;

import com.palantir.javapoet.CodeBlock;
import dev.partir.ir.TensorType;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ResolvedAction;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the expressions of a plan: its declared values and its schedule. */
final class PlanCode {

  private PlanCode() {}

  /** Returns {@code new ProgramModel("Mlp.forward", List.of(...))}. */
  static CodeBlock values(ProgramModel program) {
    List<CodeBlock> values = new ArrayList<>();
    for (ValueModel value : program.values()) {
      values.add(value(value));
    }
    return CodeBlock.of(
        "new $T($>$>\n$S,\n$L$<$<)", RuntimeTypes.PROGRAM_MODEL, program.name(), list(values));
  }

  private static CodeBlock value(ValueModel value) {
    CodeBlock.Builder code = CodeBlock.builder();
    switch (value.role()) {
      case PARAMETER -> code.add("$T.parameter($S,$W", RuntimeTypes.VALUE_MODEL, value.name());
      case RESULT -> code.add("$T.result(", RuntimeTypes.VALUE_MODEL);
      case INTERMEDIATE ->
          code.add("$T.intermediate($S,$W", RuntimeTypes.VALUE_MODEL, value.name());
    }
    code.add(type(value.type()));
    for (String dimension : value.dimensionNames()) {
      code.add(",$W$S", dimension == null ? "" : dimension);
    }
    return code.add(")").build();
  }

  private static CodeBlock type(TensorType type) {
    CodeBlock.Builder code =
        CodeBlock.builder()
            .add(
                "$T.of($T.$L",
                RuntimeTypes.TENSOR_TYPE,
                RuntimeTypes.ELEMENT_TYPE,
                type.element().name());
    for (long size : type.dims()) {
      code.add(size > Integer.MAX_VALUE ? ", $LL" : ", $L", size);
    }
    return code.add(")").build();
  }

  /** Returns {@code new Schedule(MESH, "tpu-v3", List.of(...))}. */
  static CodeBlock schedule(VerifiedModel model, List<String> axisConstants) {
    List<CodeBlock> tactics = new ArrayList<>();
    for (ResolvedTactic tactic : model.tactics()) {
      tactics.add(tactic(model, tactic, axisConstants));
    }
    CodeBlock profile =
        model.schedule().profile() == null
            ? CodeBlock.of("null")
            : CodeBlock.of("$S", model.schedule().profile());
    return CodeBlock.of(
        "new $T($>$>\nMESH,\n$L,\n$L$<$<)", RuntimeTypes.SCHEDULE, profile, list(tactics));
  }

  private static CodeBlock tactic(
      VerifiedModel model, ResolvedTactic tactic, List<String> axisConstants) {
    if (tactic.tactic() instanceof AutomaticTactic automatic) {
      return CodeBlock.of("$T.parse($S)", RuntimeTypes.AUTOMATIC_TACTIC, automatic.text());
    }
    List<CodeBlock> actions = new ArrayList<>();
    for (ResolvedAction action : tactic.actions()) {
      actions.add(action(model.program().values().get(action.value()), action, axisConstants));
    }
    return CodeBlock.of(
        "new $T($>$>\n$S,\n$L$<$<)",
        RuntimeTypes.MANUAL_TACTIC,
        tactic.tactic().name(),
        list(actions));
  }

  private static CodeBlock action(
      ValueModel value, ResolvedAction action, List<String> axisConstants) {
    String target = action.action().target().text();
    String axis = axisConstants.get(action.axis()) + ".name()";
    return switch (action.kind()) {
      case TILE ->
          CodeBlock.of(
              "$T.tile($S, $T.index($L)$L, $L)",
              RuntimeTypes.ACTION,
              target,
              RuntimeTypes.DIM,
              action.dim(),
              comment(value.dimensionNames().get(action.dim())),
              axis);
      case TILE_FIRST_DIVISIBLE ->
          CodeBlock.of(
              "$T.tile($S, $T.firstDivisible(), $L)",
              RuntimeTypes.ACTION,
              target,
              RuntimeTypes.DIM,
              axis);
      case REPLICATE -> CodeBlock.of("$T.replicate($S, $L)", RuntimeTypes.ACTION, target, axis);
    };
  }

  /** Returns a dimension's name as a comment; dimensions are identifiers. */
  private static String comment(@Nullable String dimension) {
    return dimension == null ? "" : " /* " + dimension + " */";
  }

  /** Returns {@code List.of(...)} with a line for each item. */
  private static CodeBlock list(List<CodeBlock> items) {
    return CodeBlock.builder()
        .add("$T.of($>$>", List.class)
        .add(items.isEmpty() ? "" : "\n")
        .add(CodeBlock.join(items, ",\n"))
        .add("$<$<)")
        .build();
  }
}
