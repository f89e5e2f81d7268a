/**
 * JMH benchmarks of the figures that the project promises, over programs that it makes itself and,
 * where the corpus of outside programs is at hand, over those. {@code scripts/benchmark.sh} runs
 * them; {@code docs/performance.md} keeps what they said.
 */
@NullMarked
package dev.partir.benchmarks;

import org.jspecify.annotations.NullMarked;
