/**
 * MLIR text: reads programs of the dialects StableHLO, CHLO and func, and writes them again. {@link
 * dev.partir.text.MlirParser} turns text into the modules of {@link dev.partir.ir}, checks every
 * operation with what {@link dev.partir.op} knows of it, and answers whatever it cannot take with
 * diagnostics that point into the text. {@link dev.partir.text.MlirPrinter} writes what the parser
 * reads back as the same program, and what MLIR's own parser takes.
 */
@NullMarked
package dev.partir.text;

import org.jspecify.annotations.NullMarked;
