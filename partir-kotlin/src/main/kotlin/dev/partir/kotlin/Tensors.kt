/** What [Tensor] offers to Kotlin besides its own methods. */
@file:JvmName("Tensors")

package dev.partir.kotlin

import dev.partir.dsl.Tensor
import dev.partir.dsl.Tracer
import dev.partir.ir.Module
import dev.partir.ir.TensorType

// Numbers on the left of an operator: 2 * x, 1.0 / x.

/** Returns the sum of a number and every element. */
public operator fun Number.plus(x: Tensor): Tensor = x.plus(toDouble())

/** Returns the number less every element. */
public operator fun Number.minus(x: Tensor): Tensor = x.unaryMinus().plus(toDouble())

/** Returns every element times the number. */
public operator fun Number.times(x: Tensor): Tensor = x.times(toDouble())

/** Returns the number over every element. */
public operator fun Number.div(x: Tensor): Tensor = x.scalar(toDouble()).div(x)

// Whole numbers on the right: x * 2.

/** Returns the sum of every element and a number. */
public operator fun Tensor.plus(number: Int): Tensor = plus(number.toDouble())

/** Returns every element less a number. */
public operator fun Tensor.minus(number: Int): Tensor = minus(number.toDouble())

/** Returns every element times a number. */
public operator fun Tensor.times(number: Int): Tensor = times(number.toDouble())

/** Returns every element over a number. */
public operator fun Tensor.div(number: Int): Tensor = div(number.toDouble())

// Reductions that keep what they reduce, as a dimension of size 1.

/**
 * Returns the sum over [dims], over all when none is named.
 *
 * @param keepDims whether the dimensions stay in the result, with size 1, so that it broadcasts
 *   against this tensor
 */
public fun Tensor.sum(vararg dims: Int, keepDims: Boolean): Tensor =
  sum(*dims).keeping(this, dims, keepDims)

/** Returns the mean over [dims], over all when none is named; [keepDims] as in [sum]. */
public fun Tensor.mean(vararg dims: Int, keepDims: Boolean): Tensor =
  mean(*dims).keeping(this, dims, keepDims)

/** Returns the maximum over [dims], over all when none is named; [keepDims] as in [sum]. */
public fun Tensor.reduceMax(vararg dims: Int, keepDims: Boolean): Tensor =
  reduceMax(*dims).keeping(this, dims, keepDims)

private fun Tensor.keeping(whole: Tensor, dims: IntArray, keepDims: Boolean): Tensor {
  if (!keepDims) {
    return this
  }
  val reduced = dims.map { if (it < 0) it + whole.rank() else it }
  return reshape(
    *LongArray(whole.rank()) { if (dims.isEmpty() || it in reduced) 1 else whole.dim(it) }
  )
}

// Arguments by name, most with what is usual for them.

/** Returns exp(x) over its sum along [dim], the last by default. */
public fun Tensor.softmax(dim: Int = -1): Tensor = softmax(dim)

/** Returns the logarithm of the softmax along [dim], the last by default. */
public fun Tensor.logSoftmax(dim: Int = -1): Tensor = logSoftmax(dim)

/** Returns this and [other] one behind the other along [dim], the last by default. */
public fun Tensor.concat(other: Tensor, dim: Int = -1): Tensor = concat(other, dim)

/** Returns the elements in [range] along [dim], the last by default. */
public fun Tensor.slice(range: IntRange, dim: Int = -1): Tensor =
  slice(dim, range.first.toLong(), range.last + 1L)

/**
 * Returns the general contraction: the batch dimensions, then what is left of this, then what is
 * left of [other].
 *
 * ```
 * scores = query.contract(key, over = listOf(3 to 3), batch = listOf(0 to 0, 2 to 2))
 * ```
 *
 * @param over the contracted dimensions of this, each with that of [other]
 * @param batch the batch dimensions of this, each with that of [other]; none by default
 */
public fun Tensor.contract(
  other: Tensor,
  over: List<Pair<Int, Int>>,
  batch: List<Pair<Int, Int>> = listOf(),
): Tensor =
  contract(
    other,
    batch.map { it.first }.toIntArray(),
    batch.map { it.second }.toIntArray(),
    over.map { it.first }.toIntArray(),
    over.map { it.second }.toIntArray(),
  )

/**
 * Returns the program that [body] computes of tensors of the given types, in their order.
 *
 * ```
 * val square = trace("x" to TensorType.of(ElementType.F32, 8, 4)) { (x) -> listOf(x * x) }
 * ```
 *
 * @param inputs the name and the type of every parameter
 * @param name the name of the program; letters, digits and underscores
 * @throws dev.partir.ir.PartirException when a result does not come from this trace
 */
public fun trace(
  vararg inputs: Pair<String, TensorType>,
  name: String = "model",
  body: (List<Tensor>) -> List<Tensor>,
): Module = Tracer.trace(name, inputs.map { (input, type) -> Tracer.Input(input, type) }, body)
