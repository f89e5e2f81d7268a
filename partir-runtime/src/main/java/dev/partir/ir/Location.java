package dev.partir.ir;

import org.jspecify.annotations.Nullable;

/**
 * Where something comes from: a place in a file, a name that the program gives it, or both. Lines
 * and columns count from 1; 0 means not known.
 *
 * @param file the file's path as the user gave it, or null when the thing does not come from a file
 * @param name the name given in the source ({@code loc("name"(...))}), or null
 */
public record Location(@Nullable String file, int line, int column, @Nullable String name) {
  /** The location of things that come from nowhere in particular. */
  public static final Location UNKNOWN = new Location(null, 0, 0, null);

  public static Location of(String file, int line, int column) {
    return new Location(file, line, column, null);
  }

  /** Returns the location of a thing that is known by name only. */
  public static Location named(String name) {
    return new Location(null, 0, 0, name);
  }

  public Location withName(@Nullable String newName) {
    return new Location(file, line, column, newName);
  }

  /** Returns whether a file and a line are known. */
  public boolean hasPosition() {
    return file != null && line > 0;
  }

  /** Returns {@code file:line:column}, or the name, or {@code unknown location}. */
  @Override
  public String toString() {
    if (hasPosition()) {
      return file + ":" + line + ":" + column;
    }
    return name != null ? "\"" + name + "\"" : "unknown location";
  }
}
