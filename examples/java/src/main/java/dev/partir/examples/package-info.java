/**
 * Models written in Java, from ten lines to a full decoder. Each one is compiled with the PartIR
 * annotation processor, as a user's project would be. They are documentation that is compiled and
 * tested with everything else.
 */
@NullMarked
package dev.partir.examples;

import org.jspecify.annotations.NullMarked;
