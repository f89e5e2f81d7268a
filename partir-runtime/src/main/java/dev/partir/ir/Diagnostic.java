package dev.partir.ir;

/**
 * One thing that is wrong, told to the author of a model: a stable code, the subject, what is wrong
 * with its numbers and what would be right.
 *
 * @param code the stable name of the error, which is also the name of its page in the documentation
 * @param subject what the message is about, such as {@code Attention.forward, parameter "x"}; may
 *     be empty when the location says it
 * @param problem what is wrong, with the actual numbers; a sentence without its full stop
 * @param remedy what would be right; a sentence without its full stop, or empty when nothing can be
 *     said
 * @param location the place in the source, {@link Location#UNKNOWN} when there is none
 */
public record Diagnostic(
    ErrorCode code, String subject, String problem, String remedy, Location location) {

  /** Returns a diagnostic without a location. */
  public static Diagnostic of(ErrorCode code, String subject, String problem, String remedy) {
    return new Diagnostic(code, subject, problem, remedy, Location.UNKNOWN);
  }

  /** Returns a diagnostic about a place in a file. */
  public static Diagnostic at(Location location, ErrorCode code, String problem, String remedy) {
    return new Diagnostic(code, "", problem, remedy, location);
  }

  /**
   * Returns the message without its location: {@code [partir:code] subject: problem. Remedy. See
   * docs/errors/code.md}.
   */
  public String message() {
    var text = new StringBuilder("[partir:").append(code.id()).append("] ");
    if (!subject.isEmpty()) {
      text.append(subject).append(": ");
    }
    text.append(problem).append('.');
    if (!remedy.isEmpty()) {
      text.append(' ').append(remedy).append('.');
    }
    return text.append(" See docs/errors/").append(code.id()).append(".md").toString();
  }

  /** Returns the message, preceded by {@code file:line:column: } where a position is known. */
  @Override
  public String toString() {
    return location.hasPosition() ? location + ": " + message() : message();
  }
}
