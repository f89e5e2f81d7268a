package dev.partir.processor;

import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.TensorType;
import dev.partir.schedule.DeclaredShardings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads declared shapes such as {@code rows=1024, embed=512}. */
final class DimsParser {
  private static final Pattern DIMENSION = Pattern.compile("(?:(?<name>[^=]*)=)?(?<size>[^=]*)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern SIZE = Pattern.compile("[0-9]+(_+[0-9]+)*");
  private static final String REMEDY =
      "Write NAME=SIZE for every dimension, sizes from 1, separated by commas, for example"
          + " \"rows=1024, embed=512\"; \"\" for a scalar";

  private final Reporter reporter;

  DimsParser(Reporter reporter) {
    this.reporter = reporter;
  }

  /** A declared shape; a dimension named {@code ""} has no name. */
  record Shape(TensorType type, List<String> names) {}

  /**
   * Reads an annotation {@code @Dims}; returns null after reporting what is wrong with it.
   *
   * @param subject what messages call the value whose shape it is
   */
  @Nullable Shape parse(AnnotationView dims, String subject) {
    String element = dims.string("element");
    ElementType type = ElementType.parse(element);
    if (type == null) {
      List<String> known = Arrays.stream(ElementType.values()).map(ElementType::text).toList();
      reporter.error(
          dims.place("element"),
          ErrorCode.UNKNOWN_ELEMENT_TYPE,
          subject,
          "there is no element type \"" + element + "\"",
          remedy(element, known));
    }
    String text = dims.string("value");
    List<String> names = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    String problem = text.isBlank() ? null : split(text, names, sizes);
    if (problem == null && type != null) {
      TensorType shape = TensorType.of(type, sizes.stream().mapToLong(Long::longValue).toArray());
      if (DeclaredShardings.bytes(shape) != Long.MAX_VALUE) {
        return new Shape(shape, names);
      }
      problem = "it has more bytes than any memory";
    }
    if (problem != null) {
      String about = "shape \"" + text + "\": " + problem;
      reporter.error(dims.place("value"), ErrorCode.INVALID_DIMS, subject, about, REMEDY);
    }
    return null;
  }

  private static String remedy(String element, List<String> known) {
    String nearest = NearestNames.nearest(element, known);
    return nearest != null
        ? "The nearest is \"" + nearest + "\""
        : "The usual ones are \"f32\", \"bf16\", \"f16\", \"i32\", \"i1\"";
  }

  /** Fills in names and sizes; returns what is wrong, or null when nothing is. */
  private static @Nullable String split(String text, List<String> names, List<Long> sizes) {
    String[] parts = text.split(",", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i].strip();
      Matcher matcher = DIMENSION.matcher(part);
      if (part.isEmpty()) {
        return "dimension " + i + " is empty";
      }
      if (!matcher.matches()) {
        return "\"" + part + "\" is not NAME=SIZE";
      }
      String named = matcher.group("name");
      String name = named == null ? "" : named.strip();
      if (named != null && !NAME.matcher(name).matches()) {
        return name.isEmpty() ? "a name is missing" : "\"" + name + "\" is not a name";
      }
      if (named != null && names.contains(name)) {
        return "two dimensions are named \"" + name + "\"";
      }
      String size = matcher.group("size").strip();
      Long number = SIZE.matcher(size).matches() ? number(size.replace("_", "")) : null;
      if (number == null || number < 1) {
        return size.isEmpty() ? "a size is missing" : "\"" + size + "\" is not a size";
      }
      names.add(name);
      sizes.add(number);
    }
    return null;
  }

  private static @Nullable Long number(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
