/** Tests of users' own models, as a JUnit 5 extension: devices compute what the model does. */
@NullMarked
package dev.partir.junit;

import org.jspecify.annotations.NullMarked;
