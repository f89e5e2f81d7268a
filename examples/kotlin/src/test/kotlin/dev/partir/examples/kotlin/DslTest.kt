package dev.partir.examples.kotlin

import com.google.common.truth.Truth.assertThat
import dev.partir.array.HostArray
import dev.partir.dsl.DimensionSizes
import dev.partir.dsl.Tensor
import dev.partir.dsl.Tracer
import dev.partir.dsl.TreeBuilder
import dev.partir.interp.Interpreter
import dev.partir.ir.ElementType
import dev.partir.ir.PartirException
import dev.partir.ir.TensorType
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

/** The DSL as Kotlin sees it: operators, lambdas behind the call, variable arguments. */
class DslTest {
  private val x = HostArray.of(TensorType.of(ElementType.F32, 2, 3), 1f, 2f, 3f, 4f, 5f, 6f)
  private val y = HostArray.of(TensorType.of(ElementType.F32, 2, 3), 6f, 5f, 4f, 3f, 2f, 1f)

  /** Traces [body] over [arguments], runs it, and returns the elements of its result. */
  private fun run(vararg arguments: HostArray, body: (List<Tensor>) -> Tensor): List<Double> {
    val inputs = arguments.mapIndexed { i, array -> Tracer.Input("in$i", array.type()) }
    val program = Tracer.trace("model", inputs) { listOf(body(it)) }
    val result = Interpreter.run(program, arguments.toList()).single()
    return List(result.type().elementCount().toInt()) { result[it] }
  }

  @Test
  fun operators() {
    assertThat(run(x, y) { (a, b) -> a + b }).containsExactly(7.0, 7.0, 7.0, 7.0, 7.0, 7.0)
    assertThat(run(x, y) { (a, b) -> a - b })
      .containsExactly(-5.0, -3.0, -1.0, 1.0, 3.0, 5.0)
      .inOrder()
    assertThat(run(x, y) { (a, b) -> a * b })
      .containsExactly(6.0, 10.0, 12.0, 12.0, 10.0, 6.0)
      .inOrder()
    assertThat(run(x) { (a) -> a / 2.0 }).containsExactly(0.5, 1.0, 1.5, 2.0, 2.5, 3.0).inOrder()
    assertThat(run(x) { (a) -> -a + 1.0 })
      .containsExactly(0.0, -1.0, -2.0, -3.0, -4.0, -5.0)
      .inOrder()
    assertThat(run(x) { (a) -> a * 2.0 - 1.0 })
      .containsExactly(1.0, 3.0, 5.0, 7.0, 9.0, 11.0)
      .inOrder()
  }

  @Test
  fun operatorsBindAsInArithmetic() {
    val byOperators = run(x, y) { (a, b) -> a + b * a - -b / 2.0 }
    val byCalls = run(x, y) { (a, b) -> a.plus(b.times(a)).minus(b.unaryMinus().div(2.0)) }
    assertThat(byOperators).isEqualTo(byCalls)
  }

  @Test
  fun dimensionsAsVariableArguments() {
    assertThat(run(x) { (a) -> a.sum(1) }).containsExactly(6.0, 15.0).inOrder()
    assertThat(run(x) { (a) -> a.sum() }).containsExactly(21.0)
    assertThat(run(x) { (a) -> a.reshape(3, 2).transpose(1, 0) })
      .containsExactly(1.0, 3.0, 5.0, 2.0, 4.0, 6.0)
      .inOrder()
    assertThat(run(x, y) { (a, b) -> a.matmul(b.transpose(1, 0)) })
      .containsExactly(28.0, 10.0, 73.0, 28.0)
      .inOrder()
  }

  @Test
  fun chainsOfFunctions() {
    val relu = run(x, y) { (a, b) -> (a - b).relu().let { it * it }.also { it.named("square") } }
    assertThat(relu).containsExactly(0.0, 0.0, 0.0, 1.0, 9.0, 25.0).inOrder()
    val softmax = run(x) { (a) -> a.softmax(-1).sum(-1) }
    softmax.forEach { assertThat(it).isWithin(1e-6).of(1.0) }
  }

  @Test
  fun mistakesAreRefusedWhereTheyAreMade() {
    val refused = assertThrows(PartirException::class.java) { run(x, y) { (a, b) -> a.matmul(b) } }
    assertThat(refused).hasMessageThat().contains("[partir:")
  }

  private data class Layer(val up: Tensor, val down: Tensor)

  private data class Stack(val layers: List<Layer>, val last: Tensor)

  @Test
  fun treesOfDataClasses() {
    val sizes = DimensionSizes.NONE.with("layers", 2).with("embed", 3).with("hidden", 4)
    val layer =
      TreeBuilder<Layer>(sizes)
        .leaf("up", { it.up }, ElementType.F32, "embed, hidden")
        .leaf("down", { it.down }, ElementType.F32, "hidden, embed")
        .build { Layer(it.tensor(), it.tensor()) }
    val stack =
      TreeBuilder<Stack>(sizes)
        .trees("layers", { it.layers }, layer, "layers")
        .leaf("last", { it.last }, ElementType.F32, "embed")
        .build { Stack(it.trees(layer, sizes.size("layers")), it.tensor()) }
    assertThat(stack.paths())
      .containsExactly("layers/0/up", "layers/0/down", "layers/1/up", "layers/1/down", "last")
      .inOrder()
    val inputs = stack.leaves().map { Tracer.Input(it.path(), it.shape()!!.type()) }
    Tracer.trace("trees", inputs) { leaves ->
      val read = stack.unflatten(leaves)
      assertThat(stack.flatten(read)).isEqualTo(leaves)
      assertThrows(PartirException::class.java) {
        stack.flatten(read.copy(layers = read.layers.take(1)))
      }
      listOf(read.last)
    }
  }
}
