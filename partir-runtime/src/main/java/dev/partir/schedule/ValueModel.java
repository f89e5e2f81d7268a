package dev.partir.schedule;

import dev.partir.dsl.NamedShape;
import dev.partir.dsl.Tree;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule can know of a value: its names and its shape.
 *
 * @param name the name by which messages speak of it
 * @param aliases other names by which a selector may speak of it
 * @param role what it is to the program
 * @param type its global type
 * @param dimensionNames a name per dimension, null where a dimension has none; an empty list stands
 *     for no names at all
 * @param use what a parameter is for, as far as the model says it
 */
public record ValueModel(
    String name,
    List<String> aliases,
    Role role,
    TensorType type,
    List<@Nullable String> dimensionNames,
    Use use) {

  /** What a value is to its program. */
  public enum Role {
    /** An input of the program: data or a parameter proper. */
    PARAMETER,
    /** What the program gives back. */
    RESULT,
    /** A value in between that has a name. */
    INTERMEDIATE
  }

  /** What a parameter of a program is for. */
  public enum Use {
    /** Nobody said; whatever is no parameter of the program. */
    UNKNOWN,
    /** What the program computes on: a batch of examples. */
    DATA,
    /** A parameter of the network, which training changes. */
    WEIGHT,
    /** What an optimizer keeps for a weight, of the weight's shape. */
    STATE
  }

  /** A value of which nobody says what it is for. */
  public ValueModel(
      String name,
      List<String> aliases,
      Role role,
      TensorType type,
      List<@Nullable String> dimensionNames) {
    this(name, aliases, role, type, dimensionNames, Use.UNKNOWN);
  }

  public ValueModel {
    aliases = List.copyOf(aliases);
    // List.copyOf takes no nulls.
    List<@Nullable String> names = new ArrayList<>(dimensionNames);
    if (names.isEmpty()) {
      for (int i = 0; i < type.rank(); i++) {
        names.add(null);
      }
    }
    if (names.size() != type.rank()) {
      throw new IllegalArgumentException(
          names.size() + " dimension names for " + type + ": " + dimensionNames);
    }
    dimensionNames = Collections.unmodifiableList(names);
  }

  /** Returns a parameter; a dimension named {@code ""} has no name. */
  public static ValueModel parameter(String name, TensorType type, String... dimensionNames) {
    return of(name, Role.PARAMETER, type, dimensionNames);
  }

  /** Returns the only result; a dimension named {@code ""} has no name. */
  public static ValueModel result(TensorType type, String... dimensionNames) {
    ValueModel result = of("result", Role.RESULT, type, dimensionNames);
    return new ValueModel(
        result.name, List.of("result0"), result.role, result.type, result.dimensionNames);
  }

  /** Returns a named value in between; a dimension named {@code ""} has no name. */
  public static ValueModel intermediate(String name, TensorType type, String... dimensionNames) {
    return of(name, Role.INTERMEDIATE, type, dimensionNames);
  }

  /**
   * Returns a parameter of a named shape. What has a dimension {@code batch} is {@link Use#DATA},
   * unless it is what an optimizer keeps.
   */
  public static ValueModel parameter(String name, NamedShape shape, Use use) {
    boolean isData = use != Use.STATE && shape.dimensionNames().contains("batch");
    return new ValueModel(
        name,
        List.of(),
        Role.PARAMETER,
        shape.type(),
        shape.dimensionNames(),
        isData ? Use.DATA : use);
  }

  /** Returns the only result, of a named shape. */
  public static ValueModel result(NamedShape shape) {
    return new ValueModel(
        "result", List.of("result0"), Role.RESULT, shape.type(), shape.dimensionNames());
  }

  /** Returns a named value in between, of a named shape. */
  public static ValueModel intermediate(String name, NamedShape shape) {
    return new ValueModel(name, List.of(), Role.INTERMEDIATE, shape.type(), shape.dimensionNames());
  }

  /** Returns a parameter for every leaf of a tree, named {@code prefix/path}; see above. */
  public static List<ValueModel> parameters(String prefix, Tree<?> tree, Use use) {
    List<ValueModel> parameters = new ArrayList<>();
    for (Tree.Leaf leaf : tree.leaves()) {
      NamedShape shape = leaf.shape();
      if (shape == null) {
        throw new IllegalArgumentException("leaf " + leaf.path() + " has no shape");
      }
      parameters.add(parameter(prefix + "/" + leaf.path(), shape, use));
    }
    return parameters;
  }

  private static ValueModel of(String name, Role role, TensorType type, String... dimensionNames) {
    List<@Nullable String> names = new ArrayList<>();
    for (String dimension : dimensionNames) {
      names.add(dimension.isEmpty() ? null : dimension);
    }
    return new ValueModel(name, List.of(), role, type, names);
  }

  ValueModel named(List<@Nullable String> names, Use purpose) {
    return new ValueModel(name, aliases, role, type, names, purpose);
  }

  ValueModel withType(TensorType other) {
    return new ValueModel(name, aliases, role, other, dimensionNames, use);
  }

  /** Returns {@code parameter "x"}, {@code result} or {@code value "hidden"}. */
  public String describe() {
    return switch (role) {
      case PARAMETER -> "parameter \"" + name + "\"";
      case RESULT -> name;
      case INTERMEDIATE -> "value \"" + name + "\"";
    };
  }

  /** Returns {@code dimension "rows"}, or {@code dimension 0} where it has no name of its own. */
  public String describeDimension(int index) {
    String dimension = dimensionNames.get(index);
    return dimension != null && Collections.frequency(dimensionNames, dimension) == 1
        ? "dimension \"" + dimension + "\""
        : "dimension " + index;
  }

  /** Returns the shape with its names, such as {@code rows=1024, embed=512}. */
  public String shape() {
    return shape(type.dims());
  }

  /** Returns {@code sizes} with the names of this value's dimensions. */
  String shape(long[] sizes) {
    if (sizes.length != dimensionNames.size()) {
      return Arrays.toString(sizes);
    }
    var text = new StringBuilder();
    for (int i = 0; i < sizes.length; i++) {
      text.append(i == 0 ? "" : ", ");
      String dimension = dimensionNames.get(i);
      text.append(dimension == null ? "" : dimension + "=");
      text.append(sizes[i] == TensorType.DYNAMIC ? "?" : Long.toString(sizes[i]));
    }
    return text.toString();
  }
}
