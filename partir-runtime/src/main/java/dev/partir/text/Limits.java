package dev.partir.text;

/** What the parser takes at most, so that no text whatever exhausts the stack or the memory. */
final class Limits {
  /** Characters of a text. */
  static final int CHARACTERS = 1 << 30;

  /** Levels of regions, attributes and types within each other. */
  static final int DEPTH = 200;

  /** Dimensions of a tensor. */
  static final int RANK = 128;

  /** Bytes that a tensor's type may stand for. */
  static final long TENSOR_BYTES = 1L << 56;

  /** Results of one operation. */
  static final int RESULTS = 1 << 20;

  /** Diagnostics after which the parser gives up. */
  static final int DIAGNOSTICS = 100;

  private Limits() {}
}
