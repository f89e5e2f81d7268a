package dev.partir.processor;

import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.TensorType;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;

/**
 * Reads what a model's method declares of its values: shapes and shardings. A value whose shape
 * cannot be read takes part as a scalar that nothing shards, so that everything else that is said
 * of it is still checked.
 */
final class ValueReader {
  private static final DimsParser.Shape NO_SHAPE =
      new DimsParser.Shape(TensorType.of(ElementType.F32), List.of());

  private final Reporter reporter;
  private final TacticReader tactics;
  private final DimsParser dims;
  private final String name;
  private final List<ValueModel> values = new ArrayList<>();

  ValueReader(Reporter reporter, TacticReader tactics, String name) {
    this.reporter = reporter;
    this.tactics = tactics;
    this.dims = new DimsParser(reporter);
    this.name = name;
  }

  List<ValueModel> values() {
    return values;
  }

  void readParameter(VariableElement parameter) {
    String parameterName = parameter.getSimpleName().toString();
    String subject = name + ", parameter \"" + parameterName + "\"";
    AnnotationView annotation = AnnotationView.on(parameter, AnnotationNames.DIMS);
    DimsParser.Shape shape = null;
    if (annotation == null) {
      reporter.error(
          Place.of(parameter),
          ErrorCode.INVALID_DIMS,
          subject,
          "it has no @Dims",
          "Declare its shape, for example @Dims(\"rows=1024, embed=512\"); @Dims(\"\") for a"
              + " scalar");
    } else {
      shape = dims.parse(annotation, subject);
    }
    DimsParser.Shape known = shape == null ? NO_SHAPE : shape;
    values.add(ValueModel.parameter(parameterName, known.type(), names(known)));
    readActions(
        new TacticReader.Target(parameterName, subject, shape != null),
        AnnotationView.allOn(parameter, AnnotationNames.SHARD),
        AnnotationView.allOn(parameter, AnnotationNames.REPLICATE));
  }

  /** Reads what the method says of its result, which needs to be nothing. */
  void readResult(ExecutableElement method, String selector) {
    List<AnnotationView> shards = AnnotationView.allOn(method, AnnotationNames.SHARD);
    List<AnnotationView> replicas = AnnotationView.allOn(method, AnnotationNames.REPLICATE);
    AnnotationView annotation = AnnotationView.on(method, AnnotationNames.DIMS);
    if (annotation == null && shards.isEmpty() && replicas.isEmpty()) {
      return;
    }
    String subject = name + ", result";
    DimsParser.Shape shape = null;
    if (annotation != null) {
      shape = dims.parse(annotation, subject);
    } else {
      reporter.error(
          (shards.isEmpty() ? replicas : shards).get(0).place(),
          ErrorCode.INVALID_DIMS,
          subject,
          "the method has no @Dims",
          "Declare the shape of the result on the method, for example"
              + " @Dims(\"rows=1024, embed=512\")");
    }
    DimsParser.Shape known = shape == null ? NO_SHAPE : shape;
    values.add(ValueModel.result(known.type(), names(known)));
    readActions(new TacticReader.Target(selector, subject, shape != null), shards, replicas);
  }

  /**
   * Reads what is said of a named value.
   *
   * @param named whether its name stands for it alone; if not, that is already told
   */
  void readIntermediate(AnnotationView tag, boolean named) {
    String tagName = tag.string("name");
    String subject = name + ", value \"" + tagName + "\"";
    DimsParser.Shape shape = dims.parse(tag.annotation("dims"), subject);
    DimsParser.Shape known = shape == null ? NO_SHAPE : shape;
    String selector = named ? tagName : "unnamed value " + values.size();
    values.add(ValueModel.intermediate(selector, known.type(), names(known)));
    readActions(
        new TacticReader.Target(selector, subject, shape != null),
        tag.annotations("shard"),
        tag.annotations("replicate"));
  }

  private void readActions(
      TacticReader.Target target, List<AnnotationView> shards, List<AnnotationView> replicas) {
    for (AnnotationView shard : shards) {
      tactics.readShard(shard, target);
    }
    for (AnnotationView replicate : replicas) {
      tactics.readReplicate(replicate, target);
    }
  }

  private static String[] names(DimsParser.Shape shape) {
    return shape.names().toArray(String[]::new);
  }
}
