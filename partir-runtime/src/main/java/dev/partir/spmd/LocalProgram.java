package dev.partir.spmd;

import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import java.util.List;

/**
 * The program that every device runs on its blocks: StableHLO with collectives over replica groups.
 *
 * @param module a module whose main function takes and gives blocks
 * @param mesh the devices; device numbers are replica numbers
 * @param inputs how the arguments are cut into blocks
 * @param outputs how the results are put together
 */
public record LocalProgram(
    Module module, Mesh mesh, List<Sharding> inputs, List<Sharding> outputs) {
  public LocalProgram {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Returns the device-local form of a program. */
  public static LocalProgram of(SpmdProgram program) {
    return of(program, "main");
  }

  /** Returns the device-local form of a program as a function of a name. */
  public static LocalProgram of(SpmdProgram program, String name) {
    return LocalEmitter.emit(program, name);
  }

  /** Returns the function that every device runs. */
  public Function main() {
    return module.main();
  }
}
