package dev.partir.ir;

import java.util.Locale;

/**
 * The stable names of everything that can be wrong with a program, a mesh, a sharding or a run. The
 * name in a message and of the page under {@code docs/errors} is the constant's in lower case with
 * dashes.
 */
public enum ErrorCode {
  // Programs as text.
  SYNTAX("The text is not MLIR."),
  UNDEFINED("A name is used that nothing defines."),
  REDEFINED("A name is defined twice."),
  UNKNOWN_OP("An operation that this version does not know."),
  INVALID_OP("An operation breaks a constraint of its specification."),
  TYPE_MISMATCH("A type is not what its use needs."),
  LIMIT("The text nests deeper, or holds larger literals, than can be taken."),
  NO_FUNCTION("The program has no function to plan or run."),

  // Meshes, shardings, schedules.
  INVALID_MESH("A mesh has no axes, or an axis of size below 1 or without a name."),
  DUPLICATE_AXIS("A mesh names an axis twice."),
  UNKNOWN_AXIS("An axis that the mesh does not have."),
  AXIS_REUSED("An axis shards one value twice."),
  INVALID_SHARDING(
      "A sharding in the program that is none: a part of an axis that does not fit, for one."),
  UNKNOWN_DIMENSION("A dimension that the value does not have."),
  INDIVISIBLE("A dimension's size does not divide by the axes that shard it."),
  WHOLE_DIMENSION("A dimension is tiled that every operation on the value must have whole."),
  SHARD_AND_REPLICATE("A value is both sharded and replicated along an axis by one tactic."),
  EMPTY_TACTIC("A tactic that shards nothing."),
  UNKNOWN_TACTIC("A tactic that is named but not declared."),
  INVALID_TACTIC("A tactic's name or text is not well formed, or declared twice."),
  UNKNOWN_VALUE("A value that the program does not have."),
  OUT_OF_MEMORY("Parameters exceed the memory of a device."),
  UNKNOWN_PROFILE("A hardware profile that is not known."),
  INVALID_PROFILE("A hardware profile that cannot be read."),

  // Annotated models.
  INVALID_DIMS("A declared shape that is not well formed, or missing."),
  UNKNOWN_ELEMENT_TYPE("An element type that does not exist."),
  INCONSISTENT_DIMENSION("A dimension name that stands for two sizes."),
  INVALID_TREE("A record of parameters, or of sizes, whose components a plan cannot use."),
  INVALID_BUDGET("A limit of a budget that is none."),
  OVER_BUDGET("A step takes more than its budget."),
  UNUSED_AXIS("An axis of the mesh that no tactic uses."),
  MISMATCHED_AXES("One tactic shards a dimension of one name along different axes."),
  UNTRACEABLE("A model method that cannot be traced."),
  NO_DERIVATIVE("An operation of a loss that cannot be differentiated."),
  CONFLICT("Propagation was asked for two things at once, and nobody allowed that."),
  INVALID_BASELINE("A baseline of plans that cannot be read."),
  INVALID_ARGUMENT("Real arguments that are not what the model declares."),

  // Runs.
  FILE("A file that cannot be read or written."),
  INVALID_SCHEDULE("A schedule file that is not well formed."),
  USAGE("Command-line words that make no sense together."),
  CHECK_FAILED("A check inside a program failed."),
  UNSUPPORTED("Something that a run would need and that this version cannot do.");

  private final String summary;

  ErrorCode(String summary) {
    this.summary = summary;
  }

  /** Returns what is wrong, in a sentence: the first of the page. */
  public String summary() {
    return summary;
  }

  /** Returns the name in messages, such as {@code unknown-axis}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
