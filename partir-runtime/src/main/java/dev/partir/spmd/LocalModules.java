package dev.partir.spmd;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.op.ShardingAttributes;
import java.util.ArrayList;
import java.util.List;

/** Puts the device-local forms of partitioned functions into one program. */
public final class LocalModules {
  private LocalModules() {}

  /**
   * Returns a program with the device-local form of each function: under its own name where it
   * carries annotations or is not alone, else as {@code main}.
   */
  public static Module of(List<Partitioning> partitionings, DeviceMode mode) {
    int devices = partitionings.get(0).mesh().deviceCount();
    List<Function> functions = new ArrayList<>();
    List<String> declarations = new ArrayList<>();
    for (Partitioning partitioning : partitionings) {
      String name =
          partitionings.size() > 1 || isAnnotated(partitioning.function())
              ? partitioning.function().name()
              : "main";
      LocalProgram local = LocalProgram.of(partitioning.result(), name);
      if (mode == DeviceMode.REPLICA) {
        functions.add(local.main());
      } else {
        PartitionMode wrapped = PartitionMode.of(local, partitioning.function());
        functions.add(wrapped.function());
        if (!declarations.contains(wrapped.mesh())) {
          declarations.add(wrapped.mesh());
        }
      }
    }
    boolean partitions = mode == DeviceMode.PARTITION;
    Attributes attributes =
        Attributes.builder()
            .put(
                "mhlo.num_partitions", new Attribute.Int(partitions ? devices : 1, ElementType.I32))
            .put("mhlo.num_replicas", new Attribute.Int(partitions ? 1 : devices, ElementType.I32))
            .build();
    String name = partitionings.get(0).function().name() + "_local";
    return Module.of(name, attributes, functions, declarations);
  }

  private static boolean isAnnotated(Function function) {
    boolean annotated = false;
    for (int i = 0; i < function.arguments().size(); i++) {
      annotated |= function.argumentAttributes(i).has(ShardingAttributes.SHARDING);
    }
    for (int i = 0; i < function.results().size(); i++) {
      annotated |= function.resultAttributes(i).has(ShardingAttributes.SHARDING);
    }
    return annotated;
  }
}
