package dev.partir.cli;

import dev.partir.core.CorePrinter;
import dev.partir.spmd.DeviceMode;
import dev.partir.spmd.LocalModules;
import dev.partir.spmd.Partitioning;
import dev.partir.spmd.SdyPrinter;
import dev.partir.spmd.SpmdPrinter;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

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

  String print(List<Partitioning> partitionings, DeviceMode mode) {
    return switch (this) {
      case CORE -> each(partitionings, partitioning -> CorePrinter.print(partitioning.core()));
      case SPMD -> each(partitionings, partitioning -> SpmdPrinter.print(partitioning.result()));
      case LOCAL ->
          MlirPrinter.print(LocalModules.of(partitionings, mode), PrintOptions.PRETTY.locations());
      case SDY -> SdyPrinter.print(partitionings);
    };
  }

  private static String each(
      List<Partitioning> partitionings, Function<Partitioning, String> printer) {
    return partitionings.stream().map(printer).collect(Collectors.joining("\n// -----\n\n"));
  }
}
