/**
 * The step of a build that comes after the compiler: loads the compiled models of a project,
 * applies their plans, writes reports, compares with a baseline and refuses what exceeds a budget.
 * The Maven plugin and the command line are thin shells around {@link dev.partir.build.PlanStep}.
 */
@NullMarked
package dev.partir.build;

import org.jspecify.annotations.NullMarked;
