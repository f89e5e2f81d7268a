/** Tests of the build step on models that they compile. */
@NullMarked
package dev.partir.build;

import org.jspecify.annotations.NullMarked;
