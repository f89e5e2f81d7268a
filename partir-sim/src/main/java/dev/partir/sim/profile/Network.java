package dev.partir.sim.profile;

/**
 * The network between scale-up domains: the data-centre network of TPU slices, the network cards of
 * GPU nodes.
 *
 * @param deviceBytesPerSecond one device's share of its host's cards, one way
 * @param latencySeconds the time that one step between domains takes with no data
 */
public record Network(double deviceBytesPerSecond, double latencySeconds) {}
