/**
 * The search behind automatic tactics: a tree of tile and replicate actions, each followed by
 * propagation, rewarded by the simulator. Knows nothing of reports or of the command line. What a
 * plan costs is said by {@code dev.partir.sim.cost}.
 */
@NullMarked
package dev.partir.sim.search;

import org.jspecify.annotations.NullMarked;
