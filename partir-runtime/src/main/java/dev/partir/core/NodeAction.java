package dev.partir.core;

import dev.partir.schedule.ResolvedAction;

/**
 * An action on a node that stands for one value: an argument or an anchor.
 *
 * @param kind what to do
 * @param dim the dimension to tile, where the kind says one
 * @param axis the index of the axis in the mesh without sub-axes
 */
public record NodeAction(int node, ResolvedAction.Kind kind, int dim, int axis) {}
