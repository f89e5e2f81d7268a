package dev.partir.dsl;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a model's named dimensions: one choice of how large the model is. Shapes that a
 * model declares by name ({@code "embed, heads, head"}) get their sizes here.
 *
 * <pre>{@code
 * DimensionSizes sizes = DimensionSizes.NONE.with("embed", 512).with("layers", 8);
 * }</pre>
 */
public final class DimensionSizes {
  /** No sizes at all, for models whose shapes say every size. */
  public static final DimensionSizes NONE = new DimensionSizes(Map.of());

  private final Map<String, Long> sizes;

  private DimensionSizes(Map<String, Long> sizes) {
    this.sizes = sizes;
  }

  /** Returns these sizes and that of one more dimension; what it had before is replaced. */
  public DimensionSizes with(String name, long size) {
    Map<String, Long> more = new LinkedHashMap<>(sizes);
    more.put(name, size);
    return new DimensionSizes(more);
  }

  /** Returns the names, in the order in which they were given. */
  public Set<String> names() {
    return sizes.keySet();
  }

  /** Returns the size of a dimension, or null when it has none here. */
  public @Nullable Long get(String name) {
    return sizes.get(name);
  }

  /**
   * Returns the size of a dimension.
   *
   * @throws PartirException with {@link ErrorCode#INVALID_DIMS} when it has none here
   */
  public long size(String name) {
    Long size = sizes.get(name);
    if (size == null) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_DIMS, "", "dimension \"" + name + "\" has no size", unknown(name)));
    }
    return size;
  }

  /** Says what to do about a dimension without a size. */
  String unknown(String name) {
    return sizes.isEmpty()
        ? "Write its size, such as \""
            + name
            + "=512\", or name a record of sizes with @Partitioned(sizes = ...)"
        : NearestNames.remedy(name, sizes.keySet(), "dimensions with a size");
  }

  /**
   * Returns the shape that a text declares; see {@link NamedShape#parse}.
   *
   * @throws PartirException with {@link ErrorCode#INVALID_DIMS} when the text is not well formed
   */
  public NamedShape shape(ElementType element, String text) {
    return NamedShape.parse(element, text, this);
  }

  @Override
  public String toString() {
    return sizes.toString();
  }
}
