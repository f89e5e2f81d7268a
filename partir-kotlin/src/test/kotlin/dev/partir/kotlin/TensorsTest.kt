package dev.partir.kotlin

import com.google.common.truth.Truth.assertThat
import dev.partir.array.HostArray
import dev.partir.dsl.Tensor
import dev.partir.interp.Interpreter
import dev.partir.ir.ElementType
import dev.partir.ir.TensorType
import org.junit.jupiter.api.Test

class TensorsTest {
  private val x = HostArray.of(TensorType.of(ElementType.F32, 2, 3), 1f, 2f, 4f, 5f, 8f, 10f)
  private val y = HostArray.of(TensorType.of(ElementType.F32, 2, 3), 6f, 5f, 4f, 3f, 2f, 1f)

  /** Traces [body] over [x] and [y], runs it, and returns its result. */
  private fun run(body: (Tensor, Tensor) -> Tensor): HostArray {
    val program = trace("x" to x.type(), "y" to y.type()) { (x, y) -> listOf(body(x, y)) }
    return Interpreter.run(program, listOf(x, y)).single()
  }

  private fun elements(array: HostArray) = List(array.type().elementCount().toInt()) { array[it] }

  private fun compute(body: (Tensor, Tensor) -> Tensor): List<Double> = elements(run(body))

  @Test
  fun numbersOnEitherSide() {
    assertThat(compute { x, _ -> 1 + 2.0 * x })
      .containsExactly(3.0, 5.0, 9.0, 11.0, 17.0, 21.0)
      .inOrder()
    assertThat(compute { x, _ -> 10 - x }).containsExactly(9.0, 8.0, 6.0, 5.0, 2.0, 0.0).inOrder()
    assertThat(compute { x, _ -> 20f / x })
      .containsExactly(20.0, 10.0, 5.0, 4.0, 2.5, 2.0)
      .inOrder()
    assertThat(compute { x, _ -> (x * 2 - 2 + 4) / 2 })
      .containsExactly(2.0, 3.0, 5.0, 6.0, 9.0, 11.0)
      .inOrder()
  }

  @Test
  fun reductionsThatKeepDimensions() {
    val sum = run { x, _ -> x.sum(-1, keepDims = true) }
    assertThat(sum.type()).isEqualTo(TensorType.of(ElementType.F32, 2, 1))
    assertThat(elements(sum)).containsExactly(7.0, 23.0).inOrder()
    assertThat(run { x, _ -> x.mean(keepDims = true) }.type().dims().toList())
      .containsExactly(1L, 1L)
    assertThat(run { x, _ -> x.reduceMax(0, keepDims = false) }.type().dims().toList())
      .containsExactly(3L)
    assertThat(compute { x, _ -> x / x.sum(1, keepDims = true) * 7 * 23 })
      .isEqualTo(compute { x, _ -> x.div(x.sum(1).reshape(2, 1)).times(7.0).times(23.0) })
  }

  @Test
  fun argumentsByNameOrByDefault() {
    assertThat(compute { x, _ -> x.softmax() }).isEqualTo(compute { x, _ -> x.softmax(-1) })
    assertThat(compute { x, _ -> x.logSoftmax(dim = 0) })
      .isEqualTo(compute { x, _ -> x.logSoftmax(0) })
    assertThat(compute { x, y -> x.concat(y).slice(2..3) })
      .containsExactly(4.0, 6.0, 10.0, 3.0)
      .inOrder()
    assertThat(compute { x, _ -> x.slice(1..1, dim = 0) }).containsExactly(5.0, 8.0, 10.0).inOrder()
    assertThat(compute { x, y -> x.contract(y, over = listOf(1 to 1)) })
      .containsExactly(32.0, 11.0, 110.0, 41.0)
      .inOrder()
    assertThat(compute { x, y -> x.contract(y, batch = listOf(0 to 0), over = listOf(1 to 1)) })
      .containsExactly(32.0, 41.0)
      .inOrder()
  }

  @Test
  fun programsHaveTheNamesOfTheirInputs() {
    val program =
      trace("rows" to TensorType.of(ElementType.F32, 4), name = "double") { (rows) ->
        listOf(2 * rows)
      }
    assertThat(program.main().argumentName(0)).isEqualTo("rows")
    assertThat(program.name()).isEqualTo("double")
  }
}
