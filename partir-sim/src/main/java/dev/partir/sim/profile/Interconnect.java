package dev.partir.sim.profile;

import java.util.List;
import java.util.Locale;

/**
 * The links between the devices of one scale-up domain: a TPU slice, a GPU node or an NVLink rack.
 *
 * @param topology how the links run
 * @param linksPerDevice the number of links of one device
 * @param linkBytesPerSecond what one link carries one way in long transfers; where a measurement is
 *     known this is lower than the data sheet's figure
 * @param hopLatencySeconds the time that one step of a collective takes with no data
 * @param launchLatencySeconds the time from the start of a collective to its first step
 * @param domainDevices the most devices that one domain has
 * @param torusShape the most devices along each axis of the torus, in the order in which mesh axes
 *     take them; empty when the topology is no torus
 * @param wraparound when an axis of the torus closes to a ring
 */
public record Interconnect(
    Topology topology,
    int linksPerDevice,
    double linkBytesPerSecond,
    double hopLatencySeconds,
    double launchLatencySeconds,
    int domainDevices,
    List<Integer> torusShape,
    Wraparound wraparound) {
  public Interconnect {
    torusShape = List.copyOf(torusShape);
  }

  /** How links run. The constant in lower case is its spelling in profile files. */
  public enum Topology {
    /** Each device has a link both ways along every axis of a two- or three-dimensional torus. */
    TORUS,
    /** All links of a device lead to switches; any device reaches any other at full rate. */
    SWITCH,
    /** Each device has one link to every other. */
    FULL_MESH;

    /** Returns the spelling in profile files, such as {@code full-mesh}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Returns what all links of a device carry one way, in bytes per second. */
  public double deviceBytesPerSecond() {
    return linksPerDevice * linkBytesPerSecond;
  }
}
