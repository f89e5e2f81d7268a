/** Tests of the goal; the examples run it in every build. */
@NullMarked
package dev.partir.maven;

import org.jspecify.annotations.NullMarked;
