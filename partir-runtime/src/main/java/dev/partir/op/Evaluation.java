package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Region;
import java.util.List;

/** What an operation may ask of whoever runs it. */
public interface Evaluation {
  /** Runs the operations of a region and returns what its terminator gives. */
  List<HostArray> run(Region region, List<HostArray> arguments);

  /** Runs another function of the program. */
  List<HostArray> call(String function, List<HostArray> arguments);

  /** Returns the number of the device that runs the operation, 0 where there is one only. */
  int device();

  /** Returns the number of devices that run the program. */
  int deviceCount();
}
