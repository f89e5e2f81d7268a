package dev.partir.dsl;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A global shape whose dimensions have names.
 *
 * @param type the shape and the element type
 * @param dimensionNames a name per dimension, null where a dimension has none
 */
public record NamedShape(TensorType type, List<@Nullable String> dimensionNames) {
  private static final Pattern DIMENSION = Pattern.compile("(?:(?<name>[^=]*)=)?(?<size>[^=]*)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern SIZE = Pattern.compile("[0-9]+(_+[0-9]+)*");
  private static final String REMEDY =
      "Write NAME=SIZE for every dimension, sizes from 1, separated by commas, for example"
          + " \"rows=1024, embed=512\"; \"\" for a scalar";

  public NamedShape {
    dimensionNames = Collections.unmodifiableList(new ArrayList<>(dimensionNames));
  }

  /**
   * Returns the shape that a text declares: dimensions from the outermost, separated by commas,
   * each {@code NAME=SIZE}, a {@code SIZE} alone for a dimension without a name, or a {@code NAME}
   * alone whose size {@code sizes} gives. The empty text is a scalar.
   *
   * @throws PartirException with {@link ErrorCode#INVALID_DIMS} and no subject when the text is not
   *     well formed, a name has no size, or the tensor has more bytes than any memory; with {@link
   *     ErrorCode#INCONSISTENT_DIMENSION} when a size is not that of {@code sizes}
   */
  public static NamedShape parse(ElementType element, String text, DimensionSizes sizes) {
    List<@Nullable String> names = new ArrayList<>();
    List<Long> dims = new ArrayList<>();
    if (!text.isBlank()) {
      String[] parts = text.split(",", -1);
      for (int i = 0; i < parts.length; i++) {
        add(text, parts[i].strip(), i, sizes, names, dims);
      }
    }
    TensorType type = TensorType.of(element, dims.stream().mapToLong(Long::longValue).toArray());
    if (isBeyondMemory(type)) {
      throw invalid(text, "it has more bytes than any memory", REMEDY);
    }
    return new NamedShape(type, names);
  }

  private static void add(
      String text,
      String part,
      int position,
      DimensionSizes sizes,
      List<@Nullable String> names,
      List<Long> dims) {
    Matcher matcher = DIMENSION.matcher(part);
    if (part.isEmpty()) {
      throw invalid(text, "dimension " + position + " is empty", REMEDY);
    }
    if (!matcher.matches()) {
      throw invalid(text, "\"" + part + "\" is not NAME=SIZE", REMEDY);
    }
    String given = matcher.group("name");
    String size = matcher.group("size").strip();
    boolean symbol = given == null && NAME.matcher(size).matches();
    String name = symbol ? size : given == null ? null : given.strip();
    if (name != null && !NAME.matcher(name).matches()) {
      throw invalid(
          text, name.isEmpty() ? "a name is missing" : "\"" + name + "\" is not a name", REMEDY);
    }
    if (name != null && names.contains(name)) {
      throw invalid(text, "two dimensions are named \"" + name + "\"", REMEDY);
    }
    Long known = name == null ? null : sizes.get(name);
    Long number =
        symbol ? known : SIZE.matcher(size).matches() ? number(size.replace("_", "")) : null;
    if (symbol && number == null) {
      throw invalid(text, "\"" + name + "\" has no size", sizes.unknown(size));
    }
    if (number == null || number < 1) {
      throw invalid(
          text, size.isEmpty() ? "a size is missing" : "\"" + size + "\" is not a size", REMEDY);
    }
    if (known != null && !known.equals(number)) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INCONSISTENT_DIMENSION,
              "",
              "dimension \""
                  + name
                  + "\" has size "
                  + number
                  + " here, but "
                  + known
                  + " in the model's sizes",
              "Write \"" + name + "\" without a size, or give this dimension another name"));
    }
    names.add(name);
    dims.add(number);
  }

  private static @Nullable Long number(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static boolean isBeyondMemory(TensorType type) {
    double bytes = type.element().bytes(1);
    for (long size : type.dims()) {
      bytes *= size;
    }
    return bytes >= Long.MAX_VALUE;
  }

  private static PartirException invalid(String text, String problem, String remedy) {
    return new PartirException(
        Diagnostic.of(ErrorCode.INVALID_DIMS, "", "shape \"" + text + "\": " + problem, remedy));
  }
}
