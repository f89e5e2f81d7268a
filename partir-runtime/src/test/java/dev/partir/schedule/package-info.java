/** Tests of schedules: what they name, and what is refused with which words. */
@NullMarked
package dev.partir.schedule;

import org.jspecify.annotations.NullMarked;
