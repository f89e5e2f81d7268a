package dev.partir.processor;

/** The qualified names of the annotations; strings, as the processor never loads them. */
final class AnnotationNames {
  private static final String PACKAGE = "dev.partir.annotations.";

  static final String PARTITIONED = PACKAGE + "Partitioned";
  static final String DIMS = PACKAGE + "Dims";
  static final String SHARD = PACKAGE + "Shard";
  static final String REPLICATE = PACKAGE + "Replicate";
  static final String INTERMEDIATE = PACKAGE + "Intermediate";
  static final String SCHEDULE = PACKAGE + "Schedule";
  static final String TACTIC = PACKAGE + "Tactic";
  static final String BUDGET = PACKAGE + "Budget";
  static final String SIZE = PACKAGE + "Size";
  static final String REPEAT = PACKAGE + "Repeat";
  static final String AT = PACKAGE + "At";
  static final String STATE_OF = PACKAGE + "StateOf";

  /** The simple name of the nested types that hold several of a repeatable annotation. */
  static final String REPEATED = "Repeated";

  private AnnotationNames() {}
}
