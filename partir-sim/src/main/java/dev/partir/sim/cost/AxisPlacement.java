package dev.partir.sim.cost;

/**
 * Where one mesh axis lies on the machine.
 *
 * @param inner the devices along the axis that are in one scale-up domain
 * @param outer the domains along the axis; {@code inner * outer} is the size of the axis
 * @param ring whether, in a torus, the line of the inner devices closes to a ring
 * @param spacing in a torus, how many links lie between neighbours along the axis: as many rings
 *     share each link
 */
record AxisPlacement(int inner, int outer, boolean ring, int spacing) {

  /** Returns how many links of a device the axis can receive on at once, one way each. */
  double links() {
    return (ring ? 2.0 : 1.0) / spacing;
  }

  /** Returns the links between the devices that are farthest from each other. */
  int farthest() {
    return (ring ? inner / 2 : inner - 1) * spacing;
  }

  /**
   * Returns how often the busiest link of the axis carries one device's payload when every device
   * sends equal shares of its payload to all devices along the axis. Cutting a line of n devices in
   * the middle cuts floor(n/2) * ceil(n/2) pairs, each with 1/n of a payload; a ring has two cuts.
   */
  double allToAllLoad() {
    long left = inner / 2;
    double pairs = (double) (left * (inner - left));
    return pairs / inner * spacing / (ring ? 2 : 1);
  }
}
