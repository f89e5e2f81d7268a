/**
 * What operations and collectives cost on a machine: from a hardware profile, a mesh and sizes to
 * seconds. Formulas stand in the Javadoc of the class that has them, each with its source and its
 * assumptions. Knows nothing of programs beyond one operation; {@code dev.partir.sim} walks them.
 */
@NullMarked
package dev.partir.sim.cost;

import org.jspecify.annotations.NullMarked;
