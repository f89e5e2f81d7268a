package dev.partir.cli;

import dev.partir.core.CorePrinter;
import dev.partir.spmd.Partitioning;
import dev.partir.spmd.SpmdPrinter;
import dev.partir.text.MlirPrinter;

/** The forms in which a partitioned program can be printed. */
enum EmitLevel {
  /** The program with its loops. */
  CORE,
  /** The program over global types with collectives that name axes. */
  SPMD,
  /** The program that each device runs. */
  LOCAL,
  /** The program with Shardy's annotations. */
  SDY;

  String print(Partitioning partitioning) {
    return switch (this) {
      case CORE -> CorePrinter.print(partitioning.core());
      case SPMD -> SpmdPrinter.print(partitioning.result());
      case LOCAL -> MlirPrinter.print(partitioning.local().module());
      case SDY -> SpmdPrinter.printSdy(partitioning.core());
    };
  }
}
