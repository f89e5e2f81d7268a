/** The build step as a goal of Maven; what it does is {@link dev.partir.build.PlanStep}'s. */
@NullMarked
package dev.partir.maven;

import org.jspecify.annotations.NullMarked;
