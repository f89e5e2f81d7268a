package dev.partir.processor;

import com.palantir.javapoet.ClassName;

/**
 * The types of the runtime that generated code uses; by name, so as not to load them into javac.
 */
final class RuntimeTypes {
  static final ClassName HOST_ARRAY = ClassName.get("dev.partir.array", "HostArray");
  static final ClassName TENSOR = ClassName.get("dev.partir.dsl", "Tensor");
  static final ClassName TRACER = ClassName.get("dev.partir.dsl", "Tracer");
  static final ClassName DIMENSION_SIZES = ClassName.get("dev.partir.dsl", "DimensionSizes");
  static final ClassName TREE = ClassName.get("dev.partir.dsl", "Tree");
  static final ClassName TREE_BUILDER = ClassName.get("dev.partir.dsl", "TreeBuilder");
  static final ClassName TREE_READER = ClassName.get("dev.partir.dsl", "TreeReader");
  static final ClassName ELEMENT_TYPE = ClassName.get("dev.partir.ir", "ElementType");
  static final ClassName MODULE = ClassName.get("dev.partir.ir", "Module");
  static final ClassName TENSOR_TYPE = ClassName.get("dev.partir.ir", "TensorType");
  static final ClassName MESH = ClassName.get("dev.partir.mesh", "Mesh");
  static final ClassName MESH_AXIS = ClassName.get("dev.partir.mesh", "MeshAxis");
  static final ClassName ACTION = ClassName.get("dev.partir.schedule", "Action");
  static final ClassName AUTOMATIC_TACTIC = ClassName.get("dev.partir.schedule", "AutomaticTactic");
  static final ClassName BUDGET = ClassName.get("dev.partir.schedule", "Budget");
  static final ClassName DIM = ClassName.get("dev.partir.schedule", "Dim");
  static final ClassName MANUAL_TACTIC = ClassName.get("dev.partir.schedule", "ManualTactic");
  static final ClassName PLAN = ClassName.get("dev.partir.schedule", "Plan");
  static final ClassName PROGRAM_MODEL = ClassName.get("dev.partir.schedule", "ProgramModel");
  static final ClassName SCHEDULE = ClassName.get("dev.partir.schedule", "Schedule");
  static final ClassName VALUE_MODEL = ClassName.get("dev.partir.schedule", "ValueModel");
  static final ClassName PARTITIONER = ClassName.get("dev.partir.spmd", "Partitioner");
  static final ClassName PARTITIONING = ClassName.get("dev.partir.spmd", "Partitioning");

  private RuntimeTypes() {}
}
