/** Models of the published tables of collectives, as they are trained and served. */
@NullMarked
package dev.partir.examples.models;

import org.jspecify.annotations.NullMarked;
