/** Tests of the checks: that they say what the DSL does, of which code, and where. */
@NullMarked
package dev.partir.errorprone;

import org.jspecify.annotations.NullMarked;
