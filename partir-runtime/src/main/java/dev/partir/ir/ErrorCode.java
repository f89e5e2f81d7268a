package dev.partir.ir;

import java.util.Locale;

/**
 * The stable names of everything that can be wrong with a program, a mesh, a sharding or a run. The
 * name in a message and of the page under {@code docs/errors} is the constant's in lower case with
 * dashes.
 */
public enum ErrorCode {
  // Programs as text.
  /** The text is not MLIR. */
  SYNTAX,
  /** A name is used that nothing defines. */
  UNDEFINED,
  /** A name is defined twice. */
  REDEFINED,
  /** An operation that this version does not know. */
  UNKNOWN_OP,
  /** An operation breaks a constraint of its specification. */
  INVALID_OP,
  /** A type is not what its use needs. */
  TYPE_MISMATCH,
  /** The text nests deeper, or holds larger literals, than can be taken. */
  LIMIT,
  /** The program has no function to plan or run. */
  NO_FUNCTION,

  // Meshes, shardings, schedules.
  /** A mesh has no axes, or an axis of size below 1 or without a name. */
  INVALID_MESH,
  /** A mesh names an axis twice. */
  DUPLICATE_AXIS,
  /** An axis that the mesh does not have. */
  UNKNOWN_AXIS,
  /** An axis shards one value twice. */
  AXIS_REUSED,
  /** A sharding in the program that is none: a part of an axis that does not fit, for one. */
  INVALID_SHARDING,
  /** A dimension that the value does not have. */
  UNKNOWN_DIMENSION,
  /** A dimension's size does not divide by the axes that shard it. */
  INDIVISIBLE,
  /** A value is both sharded and replicated along an axis by one tactic. */
  SHARD_AND_REPLICATE,
  /** A tactic that shards nothing. */
  EMPTY_TACTIC,
  /** A tactic that is named but not declared. */
  UNKNOWN_TACTIC,
  /** A tactic's name or text is not well formed, or declared twice. */
  INVALID_TACTIC,
  /** A value that the program does not have. */
  UNKNOWN_VALUE,
  /** Parameters exceed the memory of a device. */
  OUT_OF_MEMORY,
  /** A hardware profile that is not known. */
  UNKNOWN_PROFILE,
  /** A hardware profile that cannot be read. */
  INVALID_PROFILE,

  // Annotated models.
  /** A declared shape that is not well formed, or missing. */
  INVALID_DIMS,
  /** An element type that does not exist. */
  UNKNOWN_ELEMENT_TYPE,
  /** A dimension name that stands for two sizes. */
  INCONSISTENT_DIMENSION,
  /** A record of parameters, or of sizes, whose components a plan cannot use. */
  INVALID_TREE,
  /** A limit of a budget that is none. */
  INVALID_BUDGET,
  /** A step takes more than its budget. */
  OVER_BUDGET,
  /** An axis of the mesh that no tactic uses. */
  UNUSED_AXIS,
  /** One tactic shards a dimension of one name along different axes. */
  MISMATCHED_AXES,
  /** A model method that cannot be traced. */
  UNTRACEABLE,
  /** An operation of a loss that cannot be differentiated. */
  NO_DERIVATIVE,
  /** Propagation was asked for two things at once, and nobody allowed that. */
  CONFLICT,
  /** A baseline of plans that cannot be read. */
  INVALID_BASELINE,
  /** Real arguments that are not what the model declares. */
  INVALID_ARGUMENT,

  // Runs.
  /** A file that cannot be read or written. */
  FILE,
  /** A schedule file that is not well formed. */
  INVALID_SCHEDULE,
  /** Command-line words that make no sense together. */
  USAGE,
  /** A check inside a program failed. */
  CHECK_FAILED,
  /** Something that a run would need and that this version cannot do. */
  UNSUPPORTED;

  /** Returns the name in messages, such as {@code unknown-axis}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
