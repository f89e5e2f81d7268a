/**
 * Meshes of devices with named axes, and shardings: how the dimensions of one value are laid out
 * over them. Knows nothing of programs or schedules; {@code dev.partir.schedule} says which values
 * are sharded, {@code dev.partir.core} spreads it.
 */
@NullMarked
package dev.partir.mesh;

import org.jspecify.annotations.NullMarked;
