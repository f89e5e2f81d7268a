/**
 * Runs programs: a function on one device, a device-local program on any number of virtual devices
 * in lock-step, and the proof that the second computes what the first does. Everything above is
 * tested by it; how operations compute is in {@code dev.partir.op}, with what kernels in {@code
 * dev.partir.array}.
 */
@NullMarked
package dev.partir.interp;

import org.jspecify.annotations.NullMarked;
