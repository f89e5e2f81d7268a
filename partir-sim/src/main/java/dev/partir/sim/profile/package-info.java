/**
 * What a machine can do: its arithmetic, its memory, the links between its devices and the network
 * beyond them, read from one small file per chip. Shipped profiles and those of users have the same
 * form and are found the same way; every number has its source in its file. What a program costs on
 * a machine is computed in {@code dev.partir.sim.cost}, never here.
 */
@NullMarked
package dev.partir.sim.profile;

import org.jspecify.annotations.NullMarked;
