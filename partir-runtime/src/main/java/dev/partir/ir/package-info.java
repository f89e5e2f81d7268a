/**
 * The program itself: types, values, operations, regions, functions and modules, with a builder and
 * a verifier. It says where every value comes from, so that a diagnostic can name the place. It
 * knows nothing of any particular op; those are in {@code dev.partir.op}.
 */
@NullMarked
package dev.partir.ir;

import org.jspecify.annotations.NullMarked;
