/**
 * Arrays on the host, of every element type, and kernels over their primitive storage. Knows
 * nothing of operations, functions or meshes: {@code dev.partir.op} says which kernel an operation
 * runs.
 */
@NullMarked
package dev.partir.array;

import org.jspecify.annotations.NullMarked;
