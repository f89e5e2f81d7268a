package dev.partir.processor;

import dev.partir.dsl.DimensionSizes;
import dev.partir.dsl.NamedShape;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.schedule.ValueSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/**
 * Reads a parameter that is a record of tensors: its leaves, and what annotations anywhere in the
 * tree say of them. Repetitions of a leaf are spoken of by one pattern, {@code params/blocks/#/up}.
 */
final class LeafReader {
  /** More leaves than any model has, and few enough to check while compiling. */
  private static final long MOST_LEAVES = 1_000_000;

  private final Reporter reporter;
  private final DimsParser dims;
  private final DimensionSizes sizes;
  private final TacticReader tactics;
  private final String name;
  private final Element parameter;
  private final List<Leaf> leaves = new ArrayList<>();
  private final Map<String, Occurrence> occurrences = new LinkedHashMap<>();
  private final Map<String, @Nullable NamedShape> shapes = new HashMap<>();
  private final List<Deviation> deviations = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();

  /** A tensor. */
  record Leaf(String name, @Nullable NamedShape shape) {}

  /** A component that is a tensor, at one place of the tree with all its repetitions. */
  private record Occurrence(String pattern, Said said, boolean hasShape, List<String> names) {}

  /** What an annotation {@code @At} says of the leaves that its pattern matches. */
  private record Deviation(String pattern, AnnotationView at, Said said, Set<String> tactics) {}

  /** What is said of all leaves under a part of the tree. */
  private record Group(String pattern, Said said) {}

  LeafReader(
      Reporter reporter,
      DimsParser dims,
      DimensionSizes sizes,
      TacticReader tactics,
      String name,
      Element parameter) {
    this.reporter = reporter;
    this.dims = dims;
    this.sizes = sizes;
    this.tactics = tactics;
    this.name = name;
    this.parameter = parameter;
  }

  /**
   * Returns the leaves in order, and adds what is said of them to the tactics.
   *
   * @param weight the parameter whose state this one is, or null; what stands on it holds for this
   *     one too in the tactics that this one does not speak of
   */
  List<Leaf> read(ParameterRecord record, @Nullable Element weight) {
    String root = parameter.getSimpleName().toString();
    Set<String> own = new HashSet<>(Said.on(parameter).tactics());
    for (AnnotationView at : AnnotationView.allOn(parameter, AnnotationNames.AT)) {
      own.addAll(Said.in(at).tactics());
    }
    addDeviations(root, parameter, Set.of());
    if (weight != null) {
      addDeviations(root, weight, own);
    }
    Said said = Said.on(parameter).with(weight);
    addGroup(root, said.without(only(own, Said.on(parameter))));
    walk(record, root, root, true);
    if (leaves.size() >= MOST_LEAVES) {
      reporter.error(
          Place.of(parameter),
          ErrorCode.LIMIT,
          subject(root),
          "it has " + MOST_LEAVES + " leaves or more",
          "Repeat less often, or hold what repeats in one tensor with a dimension for it");
    }
    occurrences.values().forEach(this::act);
    for (int i = 0; i < deviations.size(); i++) {
      act(i);
    }
    groups.forEach(this::act);
    return leaves;
  }

  /** Returns the tactics of {@code own} of which {@code said} itself does not speak. */
  private static Set<String> only(Set<String> own, Said said) {
    Set<String> others = new HashSet<>(own);
    others.removeAll(said.tactics());
    return others;
  }

  private void addDeviations(String prefix, Element element, Set<String> excluded) {
    for (AnnotationView at : AnnotationView.allOn(element, AnnotationNames.AT)) {
      Said said = Said.in(at).without(excluded);
      if (Said.in(at).isEmpty()) {
        reporter.error(
            at.place(),
            ErrorCode.INVALID_TREE,
            subject(prefix),
            "@At says neither shard nor replicate",
            "Say what the leaves do otherwise, or leave it out");
      }
      deviations.add(new Deviation(prefix + "/" + at.string("value"), at, said, said.tactics()));
    }
  }

  private void addGroup(String prefix, Said said) {
    if (!said.isEmpty()) {
      groups.add(new Group(prefix + "/*", said));
    }
  }

  /**
   * Goes through a record.
   *
   * @param path the names of its leaves begin so
   * @param pattern the same with {@code #} for the numbers of repetitions
   * @param first whether nothing was read yet under this pattern
   */
  private void walk(ParameterRecord record, String path, String pattern, boolean first) {
    for (ParameterRecord.Component component : record.components()) {
      String part = "/" + component.name();
      String parts = part + (component.repeat() == null ? "" : "/#");
      ParameterRecord inner = component.record();
      if (first && inner != null) {
        addDeviations(pattern + parts, component.element(), Set.of());
        addGroup(pattern + parts, Said.on(component.element()));
      }
      long count = count(record, component);
      for (long i = 0; i < count && leaves.size() < MOST_LEAVES; i++) {
        String place = path + part + (component.repeat() == null ? "" : "/" + i);
        if (inner != null) {
          walk(inner, place, pattern + parts, first && i == 0);
        } else {
          leaf(component, place, pattern + parts);
        }
      }
    }
  }

  /** Returns how often a component occurs; 1 after reporting that its dimension has no size. */
  private long count(ParameterRecord record, ParameterRecord.Component component) {
    String repeat = component.repeat();
    if (repeat == null) {
      return 1;
    }
    Long count = sizes.get(repeat);
    AnnotationView view = AnnotationView.on(component.element(), AnnotationNames.REPEAT);
    if (view != null && count == null) {
      reporter.error(
          view.place("value"),
          ErrorCode.INVALID_DIMS,
          name
              + ", record "
              + record.type().getSimpleName()
              + ", component \""
              + component.name()
              + "\"",
          "\"" + repeat + "\" has no size",
          sizes.names().isEmpty()
              ? "Name a record of sizes that has it with @Partitioned(sizes = ...)"
              : NearestNames.remedy(repeat, sizes.names(), "sizes"));
    }
    return count == null ? 1 : count;
  }

  private void leaf(ParameterRecord.Component component, String place, String pattern) {
    Occurrence occurrence = occurrences.get(pattern);
    if (occurrence == null) {
      AnnotationView annotation = AnnotationView.on(component.element(), AnnotationNames.DIMS);
      DeclaredShape shape = null;
      if (annotation == null) {
        reporter.error(
            Place.of(component.element()),
            ErrorCode.INVALID_TREE,
            subject(pattern),
            "it has no @Dims",
            "Declare its shape, for example @Dims(\"embed, hidden\"); @Dims(\"\") for a scalar");
      } else {
        shape = dims.parse(annotation, subject(pattern));
      }
      shapes.put(pattern, shape == null ? null : shape.shape());
      occurrence =
          new Occurrence(pattern, Said.on(component.element()), shape != null, new ArrayList<>());
      occurrences.put(pattern, occurrence);
    }
    occurrence.names().add(place);
    leaves.add(new Leaf(place, shapes.get(pattern)));
  }

  private void act(Occurrence occurrence) {
    for (AnnotationView shard : occurrence.said().shards()) {
      String selector = without(occurrence, shard.string("tactic"));
      if (selector != null) {
        tactics.readShard(shard, target(occurrence.pattern(), selector, occurrence.hasShape()));
      }
    }
    for (AnnotationView replicate : occurrence.said().replicas()) {
      String selector = without(occurrence, replicate.string("tactic"));
      if (selector != null) {
        tactics.readReplicate(
            replicate, target(occurrence.pattern(), selector, occurrence.hasShape()));
      }
    }
  }

  private void act(int index) {
    Deviation deviation = deviations.get(index);
    if (leaves.stream().noneMatch(l -> ValueSelector.matches(deviation.pattern(), l.name()))) {
      String path = deviation.at().string("value");
      String root = deviation.pattern().substring(0, deviation.pattern().length() - path.length());
      List<String> paths = new ArrayList<>();
      for (Leaf leaf : leaves) {
        if (ValueSelector.matches(root + "*", leaf.name())) {
          paths.add(leaf.name().substring(Math.min(root.length(), leaf.name().length())));
        }
      }
      reporter.error(
          deviation.at().place("value"),
          ErrorCode.UNKNOWN_VALUE,
          subject(root.substring(0, root.length() - 1)),
          "\"" + path + "\" matches no leaf",
          NearestNames.remedy(path, paths, "leaves"));
      return;
    }
    for (AnnotationView shard : deviation.said().shards()) {
      tactics.readShard(shard, target(deviation, index, shard));
    }
    for (AnnotationView replicate : deviation.said().replicas()) {
      tactics.readReplicate(replicate, target(deviation, index, replicate));
    }
  }

  private TacticReader.Target target(Deviation deviation, int index, AnnotationView said) {
    var selector = new ValueSelector(deviation.pattern());
    for (Deviation outer : deviations.subList(0, index)) {
      boolean overlaps =
          leaves.stream()
              .anyMatch(
                  l ->
                      ValueSelector.matches(outer.pattern(), l.name())
                          && ValueSelector.matches(deviation.pattern(), l.name()));
      if (overlaps && outer.tactics().contains(said.string("tactic"))) {
        selector = selector.except(outer.pattern());
      }
    }
    return target(deviation.pattern(), selector.text(), true);
  }

  private void act(Group group) {
    for (AnnotationView shard : group.said().shards()) {
      tactics.readShardOfMany(shard, target(group, shard));
    }
    for (AnnotationView replicate : group.said().replicas()) {
      tactics.readReplicate(replicate, target(group, replicate));
    }
  }

  private TacticReader.Target target(Group group, AnnotationView said) {
    var selector = new ValueSelector(group.pattern());
    for (Deviation deviation : deviations) {
      boolean overlaps =
          leaves.stream()
              .anyMatch(
                  l ->
                      ValueSelector.matches(deviation.pattern(), l.name())
                          && ValueSelector.matches(group.pattern(), l.name()));
      if (overlaps && deviation.tactics().contains(said.string("tactic"))) {
        selector = selector.except(deviation.pattern());
      }
    }
    return target(group.pattern(), selector.text(), true);
  }

  /**
   * Returns the pattern of a leaf without what deviations say otherwise in a tactic, or null when
   * they leave nothing.
   */
  private @Nullable String without(Occurrence occurrence, String tactic) {
    var selector = new ValueSelector(occurrence.pattern());
    Set<String> left = new HashSet<>(occurrence.names());
    for (Deviation deviation : deviations) {
      if (deviation.tactics().contains(tactic)
          && occurrence.names().stream()
              .anyMatch(leaf -> ValueSelector.matches(deviation.pattern(), leaf))) {
        left.removeIf(leaf -> ValueSelector.matches(deviation.pattern(), leaf));
        selector = selector.except(deviation.pattern());
      }
    }
    return left.isEmpty() ? null : selector.text();
  }

  private TacticReader.Target target(String pattern, String selector, boolean hasShape) {
    return new TacticReader.Target(selector, subject(pattern), hasShape);
  }

  private String subject(String pattern) {
    return name + ", parameter \"" + pattern + "\"";
  }
}
