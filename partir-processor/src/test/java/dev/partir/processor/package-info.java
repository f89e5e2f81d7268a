/** Tests of the processor: what it generates, and what it says of wrong models, where. */
@NullMarked
package dev.partir.processor;

import org.jspecify.annotations.NullMarked;
