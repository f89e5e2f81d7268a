package dev.partir.processor;

import dev.partir.dsl.DimensionSizes;
import dev.partir.dsl.NamedShape;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.TensorType;
import dev.partir.schedule.ValueModel;
import dev.partir.schedule.ValueModel.Use;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a model method declares of its values: shapes and shardings. A value whose shape
 * cannot be read takes part as a scalar that nothing shards, so that everything else that is said
 * of it is still checked.
 */
final class ValueReader {
  private static final NamedShape NO_SHAPE =
      new NamedShape(TensorType.of(ElementType.F32), List.of());

  private final Reporter reporter;
  private final TacticReader tactics;
  private final DimsParser dims;
  private final DimensionSizes sizes;
  private final String name;
  private final List<ValueModel> values = new ArrayList<>();
  private final List<DeclaredShape> inside = new ArrayList<>();

  ValueReader(Reporter reporter, TacticReader tactics, DimensionSizes sizes, String name) {
    this.reporter = reporter;
    this.tactics = tactics;
    this.dims = new DimsParser(reporter, sizes);
    this.sizes = sizes;
    this.name = name;
  }

  List<ValueModel> values() {
    return values;
  }

  /** Returns the shapes of the values that are no parameters, where they can be read. */
  List<DeclaredShape> inside() {
    return inside;
  }

  /**
   * Reads a parameter that is a tensor; returns its shape, or null when that cannot be read.
   *
   * @param weight the parameter whose state it is, or null
   */
  @Nullable DeclaredShape readParameter(Element parameter, @Nullable Element weight, Use use) {
    String parameterName = parameter.getSimpleName().toString();
    String subject = name + ", parameter \"" + parameterName + "\"";
    AnnotationView annotation = AnnotationView.on(parameter, AnnotationNames.DIMS);
    if (annotation == null && weight != null) {
      annotation = AnnotationView.on(weight, AnnotationNames.DIMS);
    }
    DeclaredShape shape = null;
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
    NamedShape known = shape == null ? NO_SHAPE : shape.shape();
    values.add(ValueModel.parameter(parameterName, known, use));
    var target = new TacticReader.Target(parameterName, subject, shape != null);
    Said said = Said.on(parameter).with(weight);
    said.shards().forEach(shard -> tactics.readShard(shard, target));
    said.replicas().forEach(replicate -> tactics.readReplicate(replicate, target));
    return shape;
  }

  /** Reads a parameter that is a record of tensors. */
  void readRecord(Element parameter, ParameterRecord record, @Nullable Element weight, Use use) {
    var reader = new LeafReader(reporter, dims, sizes, tactics, name, parameter);
    for (LeafReader.Leaf leaf : reader.read(record, weight)) {
      NamedShape known = leaf.shape() == null ? NO_SHAPE : leaf.shape();
      values.add(ValueModel.parameter(leaf.name(), known, use));
    }
  }

  /** Reads what the method says of its result, which needs to be nothing. */
  void readResult(ExecutableElement method, String selector) {
    Said said = Said.on(method);
    AnnotationView annotation = AnnotationView.on(method, AnnotationNames.DIMS);
    if (annotation == null && said.isEmpty()) {
      return;
    }
    String subject = name + ", result";
    if (!RecordReader.isTensor(method.getReturnType())) {
      reporter.error(
          annotation == null ? said.first().place() : annotation.place(),
          ErrorCode.INVALID_TREE,
          subject,
          "it is a record, of which the method's annotations cannot speak",
          "Leave it to propagation from the parameters");
      return;
    }
    DeclaredShape shape = null;
    if (annotation != null) {
      shape = dims.parse(annotation, subject);
    } else {
      reporter.error(
          said.first().place(),
          ErrorCode.INVALID_DIMS,
          subject,
          "the method has no @Dims",
          "Declare the shape of the result on the method, for example"
              + " @Dims(\"rows=1024, embed=512\")");
    }
    values.add(ValueModel.result(known(shape)));
    readActions(new TacticReader.Target(selector, subject, shape != null), said);
  }

  /**
   * Reads what is said of a named value.
   *
   * @param named whether its name stands for it alone; if not, that is already told
   */
  void readIntermediate(AnnotationView tag, boolean named) {
    String tagName = tag.string("name");
    String subject = name + ", value \"" + tagName + "\"";
    DeclaredShape shape = dims.parse(tag.annotation("dims"), subject);
    String selector = named ? tagName : "unnamed value " + values.size();
    values.add(ValueModel.intermediate(selector, known(shape)));
    readActions(new TacticReader.Target(selector, subject, shape != null), Said.in(tag));
  }

  private NamedShape known(@Nullable DeclaredShape shape) {
    if (shape == null) {
      return NO_SHAPE;
    }
    inside.add(shape);
    return shape.shape();
  }

  private void readActions(TacticReader.Target target, Said said) {
    said.shards().forEach(shard -> tactics.readShard(shard, target));
    said.replicas().forEach(replicate -> tactics.readReplicate(replicate, target));
  }
}
