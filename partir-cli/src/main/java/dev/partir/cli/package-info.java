/**
 * The command line: it reads programs, partitions, simulates and runs them, and prints reports.
 * Each command is a thin layer over the runtime and the simulator, so that everything it shows can
 * be had from Java as well. Exit status 0 is success, 1 a finding in the user's program, 2 a
 * command line that was not understood.
 */
@NullMarked
package dev.partir.cli;

import org.jspecify.annotations.NullMarked;
