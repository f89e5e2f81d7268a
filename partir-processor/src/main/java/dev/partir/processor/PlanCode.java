package dev.partir.processor;

import com.palantir.javapoet.CodeBlock;
import dev.partir.ir.TensorType;
import dev.partir.schedule.Action;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.Tactic;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.List;

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
      tactics.add(tactic(model, tactic.tactic(), axisConstants));
    }
    CodeBlock profile =
        model.schedule().profile() == null
            ? CodeBlock.of("null")
            : CodeBlock.of("$S", model.schedule().profile());
    return CodeBlock.of(
        "new $T($>$>\nMESH,\n$L,\n$L$<$<)", RuntimeTypes.SCHEDULE, profile, list(tactics));
  }

  private static CodeBlock tactic(VerifiedModel model, Tactic tactic, List<String> axisConstants) {
    if (tactic instanceof AutomaticTactic automatic) {
      return CodeBlock.of("$T.parse($S)", RuntimeTypes.AUTOMATIC_TACTIC, automatic.text());
    }
    List<CodeBlock> actions = new ArrayList<>();
    for (Action action : ((ManualTactic) tactic).actions()) {
      int axis = model.schedule().mesh().indexOf(action.axis());
      actions.add(action(action, axisConstants.get(axis) + ".name()"));
    }
    return CodeBlock.of(
        "new $T($>$>\n$S,\n$L$<$<)", RuntimeTypes.MANUAL_TACTIC, tactic.name(), list(actions));
  }

  private static CodeBlock action(Action action, String axis) {
    String target = action.target().text();
    if (!(action instanceof Action.Tile tile)) {
      return CodeBlock.of("$T.replicate($S, $L)", RuntimeTypes.ACTION, target, axis);
    }
    return CodeBlock.of(
        "$T.$L($S, $L, $L)",
        RuntimeTypes.ACTION,
        tile.wherePossible() ? "tileWherePossible" : "tile",
        target,
        dim(tile.dim()),
        axis);
  }

  private static CodeBlock dim(Dim dim) {
    if (dim instanceof Dim.Named named) {
      return CodeBlock.of("$T.named($S)", RuntimeTypes.DIM, named.name());
    } else if (dim instanceof Dim.Index index) {
      return CodeBlock.of("$T.index($L)", RuntimeTypes.DIM, index.index());
    }
    return CodeBlock.of("$T.firstDivisible()", RuntimeTypes.DIM);
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
