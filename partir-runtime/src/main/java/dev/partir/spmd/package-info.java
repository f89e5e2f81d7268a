/**
 * PartIR:HLO and the device-local program: where the loops of {@code dev.partir.core} leave a value
 * laid out otherwise than a use needs it, a reshard stands; collectives name mesh axes at first and
 * replica groups at last. Knows nothing of engines or of hardware: {@code dev.partir.interp} runs
 * what comes out.
 */
@NullMarked
package dev.partir.spmd;

import org.jspecify.annotations.NullMarked;
