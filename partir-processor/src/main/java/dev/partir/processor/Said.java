package dev.partir.processor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/** The shardings and replications that one place in the source says. */
record Said(List<AnnotationView> shards, List<AnnotationView> replicas) {
  Said {
    shards = List.copyOf(shards);
    replicas = List.copyOf(replicas);
  }

  /** Returns what stands on an element. */
  static Said on(Element element) {
    return new Said(
        AnnotationView.allOn(element, AnnotationNames.SHARD),
        AnnotationView.allOn(element, AnnotationNames.REPLICATE));
  }

  /** Returns what stands inside an annotation that has members for both. */
  static Said in(AnnotationView holder) {
    return new Said(holder.annotations("shard"), holder.annotations("replicate"));
  }

  boolean isEmpty() {
    return shards.isEmpty() && replicas.isEmpty();
  }

  AnnotationView first() {
    return (shards.isEmpty() ? replicas : shards).get(0);
  }

  /** Returns the names of the tactics that are spoken of. */
  Set<String> tactics() {
    Set<String> tactics = new HashSet<>();
    shards.forEach(shard -> tactics.add(shard.string("tactic")));
    replicas.forEach(replicate -> tactics.add(replicate.string("tactic")));
    return tactics;
  }

  /** Returns this and, for the tactics that it does not speak of, what stands on {@code other}. */
  Said with(@Nullable Element other) {
    if (other == null) {
      return this;
    }
    Said more = on(other).without(tactics());
    List<AnnotationView> allShards = new ArrayList<>(shards);
    allShards.addAll(more.shards);
    List<AnnotationView> allReplicas = new ArrayList<>(replicas);
    allReplicas.addAll(more.replicas);
    return new Said(allShards, allReplicas);
  }

  /** Returns what is said of other tactics than {@code excluded}. */
  Said without(Set<String> excluded) {
    return new Said(
        shards.stream().filter(s -> !excluded.contains(s.string("tactic"))).toList(),
        replicas.stream().filter(r -> !excluded.contains(r.string("tactic"))).toList());
  }
}
