/**
 * The intermediate representation: types, attributes, values, operations, regions, functions and
 * modules, with their source locations and the diagnostics that speak of them. It knows nothing of
 * any particular operation: what an operation means is said by its {@link dev.partir.ir.OpKind},
 * whose implementations live in {@code dev.partir.op}. Programs are built once by a {@link
 * dev.partir.ir.FunctionBuilder} and are immutable afterwards.
 */
@NullMarked
package dev.partir.ir;

import org.jspecify.annotations.NullMarked;
