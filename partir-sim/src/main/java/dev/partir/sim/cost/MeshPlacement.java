package dev.partir.sim.cost;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.Interconnect;
import dev.partir.sim.profile.Interconnect.Topology;
import java.util.Arrays;

/**
 * How a mesh is taken to lie on the machine. Nothing in a program says so; these are the
 * assumptions:
 *
 * <ul>
 *   <li>Mesh axes fill a scale-up domain from the last, the fastest, outward. The first axis that
 *       does not fit is split: as many of its devices as divide its size and fit stay in the
 *       domain, and it and all axes before it continue across domains.
 *   <li>In a torus every mesh axis gets a torus axis of its own, the first that is long enough,
 *       while there are any. A mesh axis that is longer than any is folded over several torus axes,
 *       where a closed path exists, so that it is a ring with one link each way. When no torus axis
 *       is free, mesh axes share one: the later one's neighbours are as far apart as the axes
 *       before it are long, and its rings share links.
 *   <li>The slice is exactly as large as the mesh needs it; an axis of the torus wraps by the
 *       profile's {@link dev.partir.sim.profile.Wraparound} and its length in that slice.
 * </ul>
 */
final class MeshPlacement {
  private final AxisPlacement[] axes;

  private MeshPlacement(AxisPlacement[] axes) {
    this.axes = axes;
  }

  /** Returns the place of the mesh axis of that index. */
  AxisPlacement axis(int index) {
    return axes[index];
  }

  /**
   * Places a mesh.
   *
   * @throws PartirException with an {@link ErrorCode#UNSUPPORTED} finding when the mesh is larger
   *     than a domain and the profile knows no network beyond it
   */
  static MeshPlacement of(HardwareProfile profile, Mesh mesh) {
    Interconnect interconnect = profile.interconnect();
    if (profile.network() == null && mesh.deviceCount() > interconnect.domainDevices()) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.UNSUPPORTED,
              "mesh " + mesh,
              "it has "
                  + mesh.deviceCount()
                  + " devices, one domain of \""
                  + profile.name()
                  + "\" has "
                  + interconnect.domainDevices()
                  + ", and the profile has no network between domains",
              "Use a smaller mesh, or a profile with network.bytes_per_second"));
    }
    int[] inner = innerSizes(mesh, interconnect.domainDevices());
    AxisPlacement[] axes = new AxisPlacement[inner.length];
    boolean[] rings = new boolean[inner.length];
    int[] spacings = new int[inner.length];
    Arrays.fill(spacings, 1);
    if (interconnect.topology() == Topology.TORUS) {
      new Torus(interconnect, inner).place(mesh.fastestFirst(), rings, spacings);
    }
    for (int i = 0; i < axes.length; i++) {
      axes[i] = new AxisPlacement(inner[i], mesh.size(i) / inner[i], rings[i], spacings[i]);
    }
    return new MeshPlacement(axes);
  }

  /** Returns for each axis how many of its devices are in one domain. */
  private static int[] innerSizes(Mesh mesh, int domainDevices) {
    int[] inner = new int[mesh.axisCount()];
    long filled = 1;
    boolean full = false;
    for (int axis : mesh.fastestFirst()) {
      int size = mesh.size(axis);
      inner[axis] = full ? 1 : largestDivisor(size, domainDevices / filled);
      filled *= inner[axis];
      full |= inner[axis] < size;
    }
    return inner;
  }

  private static int largestDivisor(int number, long most) {
    for (int divisor = (int) Math.min(number, most); divisor > 1; divisor--) {
      if (number % divisor == 0) {
        return divisor;
      }
    }
    return 1;
  }

  /** Gives mesh axes their places in a torus. */
  private static final class Torus {
    private final Interconnect interconnect;
    private final int[] sizes;
    private final int[] used;
    private final int[] torusAxis;
    private final int[] end;

    Torus(Interconnect interconnect, int[] sizes) {
      this.interconnect = interconnect;
      this.sizes = sizes;
      used = new int[interconnect.torusShape().size()];
      Arrays.fill(used, 1);
      torusAxis = new int[sizes.length];
      end = new int[sizes.length];
    }

    void place(int[] fastestFirst, boolean[] rings, int[] spacings) {
      long slice = 1;
      for (int axis : fastestFirst) {
        slice *= sizes[axis];
        torusAxis[axis] = -1;
        if (sizes[axis] == 1) {
          continue;
        }
        int at = first(sizes[axis]);
        if (at < 0) {
          rings[axis] = true;
          spacings[axis] = fold(sizes[axis]);
        } else {
          spacings[axis] = used[at];
          used[at] *= sizes[axis];
          torusAxis[axis] = at;
          end[axis] = used[at];
        }
      }
      for (int axis = 0; axis < sizes.length; axis++) {
        int at = torusAxis[axis];
        // Only what reaches from end to end of the torus axis can close around it.
        if (at >= 0 && end[axis] == used[at]) {
          rings[axis] = interconnect.wraparound().wraps(used[at], slice);
        }
      }
    }

    private int length(int at) {
      return interconnect.torusShape().get(at);
    }

    /** Returns the torus axis for a mesh axis: a free one, else one with room, else -1. */
    private int first(int size) {
      int best = -1;
      for (int at = 0; at < used.length; at++) {
        if (length(at) / used[at] >= size && (best < 0 || used[at] < used[best])) {
          best = at;
        }
      }
      return best;
    }

    /** Takes the torus axes with most room until there is enough; returns the largest spacing. */
    private int fold(int size) {
      long room = 1;
      int spacing = 1;
      while (room < size) {
        int best = 0;
        for (int at = 1; at < used.length; at++) {
          if (length(at) / used[at] > length(best) / used[best]) {
            best = at;
          }
        }
        int gain = length(best) / used[best];
        if (gain <= 1) {
          return spacing;
        }
        room *= gain;
        spacing = Math.max(spacing, used[best]);
        used[best] = length(best);
      }
      return spacing;
    }
  }
}
