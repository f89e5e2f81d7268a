package dev.partir.ir;

/**
 * What an operation is. The implementations, which say all about an operation, live in {@code
 * dev.partir.op}.
 */
public interface OpKind {
  /** Returns the full name in MLIR text, such as {@code stablehlo.add}. */
  String opName();
}
