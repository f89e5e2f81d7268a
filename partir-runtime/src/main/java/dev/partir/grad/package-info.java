/**
 * Reverse-mode differentiation: walks back over the operations of a block and adds the cotangents
 * of its values. What an operation's derivative is stands with the operation ({@link
 * dev.partir.op.Op#pullback}); here is the way of cotangents through a program and its control
 * flow.
 */
@NullMarked
package dev.partir.grad;

import org.jspecify.annotations.NullMarked;
