/**
 * Layers of neural networks and optimizers, as functions on {@link dev.partir.dsl.Tensor}s and
 * records of parameters. Nothing here knows of devices.
 */
@NullMarked
package dev.partir.nn;

import org.jspecify.annotations.NullMarked;
