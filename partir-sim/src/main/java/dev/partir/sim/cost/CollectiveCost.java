package dev.partir.sim.cost;

import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.Interconnect;
import dev.partir.sim.profile.Interconnect.Topology;
import dev.partir.sim.profile.Network;
import dev.partir.spmd.Reshard;

/**
 * The time of collectives over axes of a mesh on a machine.
 *
 * <p>Let D be the devices of a group that are in one domain and M the number of domains. Bytes V
 * are those that a device holds of the larger of operand and result, W is what a link carries one
 * way, B = links * W what a device does, w a device's share of the network between domains. In
 * seconds:
 *
 * <table>
 * <caption>Transfer within a domain</caption>
 * <tr><th>collective<th>torus<th>switch<th>full mesh
 * <tr><td>all_gather, reduce_scatter<td>V (D-1)/D / (L W)<td>V (D-1)/D / B<td>V / (D W)
 * <tr><td>all_reduce<td colspan="3">twice that: a reduce_scatter and an all_gather
 * <tr><td>all_to_all<td>max over axes of V c / W<td>V (D-1)/D / B<td>V / (D W)
 * <tr><td>collective_permute<td>max of V / W and all_to_all<td>V / B<td>V / W
 * </table>
 *
 * <p>On a torus L counts, over the axes of the collective, two links for a ring and one for a line,
 * whose last device hears from one side only; all axes work at once. c is the number of payloads
 * over the busiest link: n/8 on a ring of n devices, n/4 on a line. (jax-ml scaling book, "Sharded
 * matrices" and "How to think about TPUs", with (D-1)/D kept, which it drops for large D; on a
 * switch its chapter on GPUs, and the bus bandwidth of nccl-tests.) A permutation is taken to send
 * each device's block to a device anywhere in the group, as a change of the order of axes does.
 *
 * <p>Between domains an all_gather takes V (M-1)/M / (D w), since the D devices of a domain share
 * the work, an all_to_all V (M-1)/M / w, a permutation V / w. Both levels work at once, so that the
 * slower one counts.
 *
 * <p>Latency is the launch and, per step, that of a hop: D-1 steps on a switch, the links to the
 * farthest device on a torus, one in a full mesh, twice as many for an all_reduce; between domains
 * log2(M) steps, rounded up, as tree and PAT algorithms have. Links are not shared with other
 * collectives. Reduction inside a switch is not modelled.
 */
public final class CollectiveCost {
  private final Interconnect interconnect;
  private final Network network;
  private final MeshPlacement placement;

  private CollectiveCost(Interconnect interconnect, Network network, MeshPlacement placement) {
    this.interconnect = interconnect;
    this.network = network;
    this.placement = placement;
  }

  /**
   * Returns the costs of collectives on a mesh of such devices, placed as {@link MeshPlacement}
   * says.
   *
   * @throws PartirException with an {@link dev.partir.ir.ErrorCode#UNSUPPORTED} finding when the
   *     mesh is larger than a domain and the profile knows no network beyond it
   */
  public static CollectiveCost of(HardwareProfile profile, Mesh mesh) {
    Network network = profile.network();
    return new CollectiveCost(
        profile.interconnect(),
        // Without a network no mesh leaves the domain, and this is never asked.
        network == null ? new Network(1, 0) : network,
        MeshPlacement.of(profile, mesh));
  }

  /**
   * Returns the time of a collective.
   *
   * @param axes the mesh axes over which it goes, by index
   * @param bytes the bytes that one device holds of the larger of operand and result, as {@link
   *     dev.partir.spmd.SpmdProgram.CollectiveUse#bytes} gives them
   */
  public CollectiveTime time(Reshard kind, int[] axes, long bytes) {
    if (!kind.isCollective()) {
      return CollectiveTime.NONE;
    }
    int inner = 1;
    int outer = 1;
    for (int axis : axes) {
      inner *= placement.axis(axis).inner();
      outer *= placement.axis(axis).outer();
    }
    if (inner * (long) outer == 1) {
      return CollectiveTime.NONE;
    }
    double latency = interconnect.launchLatencySeconds();
    double transfer = 0;
    int rounds = kind == Reshard.ALL_REDUCE ? 2 : 1;
    if (inner > 1) {
      latency += rounds * steps(axes, inner) * interconnect.hopLatencySeconds();
      transfer = rounds * within(kind, axes, inner, outer, (double) bytes);
    }
    if (outer > 1) {
      latency += rounds * ceilLog2(outer) * network.latencySeconds();
      transfer = Math.max(transfer, rounds * between(kind, inner, outer, (double) bytes));
    }
    return new CollectiveTime(latency, transfer);
  }

  private int steps(int[] axes, int inner) {
    return switch (interconnect.topology()) {
      case SWITCH -> inner - 1;
      case FULL_MESH -> 1;
      case TORUS -> {
        int farthest = 0;
        for (int axis : axes) {
          farthest += placement.axis(axis).farthest();
        }
        yield farthest;
      }
    };
  }

  private double within(Reshard kind, int[] axes, int inner, int outer, double bytes) {
    double others = (inner - 1.0) / inner;
    return switch (kind) {
      case ALL_GATHER, ALL_REDUCE, REDUCE_SCATTER -> bytes * others / gatherRate(axes, inner);
      // What goes to another domain does not load the links of this one.
      case ALL_TO_ALL -> allToAll(axes, inner, bytes / outer);
      case COLLECTIVE_PERMUTE ->
          interconnect.topology() == Topology.SWITCH
              ? bytes / interconnect.deviceBytesPerSecond()
              : permute(axes, bytes);
      case ALL_SLICE -> 0;
    };
  }

  /** Returns what a device receives per second when every device of its group sends to it. */
  private double gatherRate(int[] axes, int inner) {
    double link = interconnect.linkBytesPerSecond();
    return switch (interconnect.topology()) {
      case SWITCH -> interconnect.deviceBytesPerSecond();
      case FULL_MESH -> (inner - 1) * link;
      case TORUS -> {
        double links = 0;
        for (int axis : axes) {
          AxisPlacement place = placement.axis(axis);
          links += place.inner() > 1 ? place.links() : 0;
        }
        yield links * link;
      }
    };
  }

  private double allToAll(int[] axes, int inner, double bytes) {
    return interconnect.topology() == Topology.TORUS
        ? bytes * busiestLink(axes) / interconnect.linkBytesPerSecond()
        : bytes * ((inner - 1.0) / inner) / gatherRate(axes, inner);
  }

  private double permute(int[] axes, double bytes) {
    double load = interconnect.topology() == Topology.TORUS ? busiestLink(axes) : 1;
    return bytes * Math.max(1, load) / interconnect.linkBytesPerSecond();
  }

  private double busiestLink(int[] axes) {
    double load = 0;
    for (int axis : axes) {
      load = Math.max(load, placement.axis(axis).allToAllLoad());
    }
    return load;
  }

  private double between(Reshard kind, int inner, int outer, double bytes) {
    double others = (outer - 1.0) / outer;
    double rate = network.deviceBytesPerSecond();
    return switch (kind) {
      case ALL_GATHER, ALL_REDUCE, REDUCE_SCATTER -> bytes * others / (inner * rate);
      case ALL_TO_ALL -> bytes * others / rate;
      case COLLECTIVE_PERMUTE -> bytes / rate;
      case ALL_SLICE -> 0;
    };
  }

  private static int ceilLog2(int number) {
    return 32 - Integer.numberOfLeadingZeros(number - 1);
  }
}
