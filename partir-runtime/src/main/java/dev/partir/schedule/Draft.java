package dev.partir.schedule;

import dev.partir.ir.ErrorCode;
import java.util.function.Function;

/**
 * A finding whose remedy is not yet known: to try a remedy one must know how many findings there
 * are without it.
 */
record Draft(
    ErrorCode code, String subject, String problem, Function<Remedies, String> remedy, Site site) {}
