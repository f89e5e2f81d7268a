/**
 * Shardings as programs carry them: attributes of Shardy's {@code sdy} dialect and the {@code
 * mhlo.sharding} strings of GSPMD, read into data and printed back. What they mean for a program is
 * decided in the package {@code schedule}; the operations of the dialect are in {@code op}.
 */
@NullMarked
package dev.partir.sdy;

import org.jspecify.annotations.NullMarked;
