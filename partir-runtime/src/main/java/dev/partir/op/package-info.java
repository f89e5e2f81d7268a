/**
 * Every operation: one class, or one row of an enum for the elementwise families, says all about
 * it: its name, its text form, what the verifier checks, its factor rule, its evaluation on host
 * arrays, its cost and how it becomes device-local. Knows nothing of meshes or schedules. To add an
 * operation is to add its class and a line in {@link dev.partir.op.Ops}.
 */
@NullMarked
package dev.partir.op;

import org.jspecify.annotations.NullMarked;
