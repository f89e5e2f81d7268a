/**
 * PartIR:Core: the loop nest of every operation, the actions tile and atomic, and propagation. A
 * program stays as it is; what a tactic changes are small integer arrays beside it, which a search
 * can copy. Knows nothing of collectives: {@code dev.partir.spmd} makes them from the loops, and
 * {@code dev.partir.schedule} says which actions to take.
 */
@NullMarked
package dev.partir.core;

import org.jspecify.annotations.NullMarked;
