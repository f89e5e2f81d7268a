package dev.partir.ir;

import org.jspecify.annotations.Nullable;

/** Who may call a function, as its text says it (MLIR, "Symbol Visibility"). */
public enum Visibility {
  /** Nothing is said: whoever, as of {@link #PUBLIC}. */
  UNSAID(null),
  /** Whoever: it is an entry of the module. */
  PUBLIC("public"),
  /** Only its module. */
  PRIVATE("private"),
  /** Its module and what is around that. */
  NESTED("nested");

  private final @Nullable String word;

  Visibility(@Nullable String word) {
    this.word = word;
  }

  /** Returns the word that says it; null where nothing is said. */
  public @Nullable String word() {
    return word;
  }

  /** Returns the visibility that {@code word} says, or null where it is none. */
  public static @Nullable Visibility find(@Nullable String word) {
    for (Visibility visibility : values()) {
      if (word == null ? visibility.word == null : word.equals(visibility.word)) {
        return visibility;
      }
    }
    return null;
  }

  /** Returns whether a module can be entered by the function. */
  public boolean isPublic() {
    return this == UNSAID || this == PUBLIC;
  }
}
