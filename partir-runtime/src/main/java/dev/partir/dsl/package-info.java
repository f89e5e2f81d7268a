/**
 * The language that models are written in: {@link dev.partir.dsl.Tensor}, whose operations are
 * recorded rather than run, and {@link dev.partir.dsl.Tracer}, which makes a program of what a
 * model's method recorded. Knows nothing of meshes or schedules: how a model is spread is said
 * apart from its code.
 */
@NullMarked
package dev.partir.dsl;

import org.jspecify.annotations.NullMarked;
