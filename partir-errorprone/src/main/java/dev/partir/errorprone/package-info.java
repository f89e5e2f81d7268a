/**
 * Error Prone checks of model code. {@code Shape}s are followed through the methods of a
 * compilation unit as far as they are declared; where something is not known, nothing is said of
 * it. What each method of the DSL makes of shapes stands in one table, {@link
 * dev.partir.errorprone.TensorShapes}, and nothing here needs the DSL's classes: checks run on the
 * processor path of any build.
 */
@NullMarked
package dev.partir.errorprone;

import org.jspecify.annotations.NullMarked;
