package dev.partir.examples.kotlin

import com.google.common.truth.Truth.assertThat
import dev.partir.interp.EquivalenceCheck
import dev.partir.interp.SeededArrays
import dev.partir.spmd.Partitioner
import dev.partir.spmd.Partitioning
import dev.partir.spmd.Reshard
import org.junit.jupiter.api.Test

class KotlinExamplesTest {
  private fun counts(partitioning: Partitioning): Map<Reshard, Int> =
    partitioning.result().collectives().groupingBy { it.step().kind() }.eachCount()

  private fun assertVerified(partitioning: Partitioning) {
    val arguments = SeededArrays.forArguments(partitioning.function(), 3)
    val outcome = EquivalenceCheck.verify(partitioning.function(), partitioning.local(), arguments)
    assertThat(outcome.mismatches()).isEmpty()
  }

  @Test
  fun perceptronIsPlannedAsInJava() {
    val partitioning = MlpPlan.partition()
    assertThat(counts(partitioning)).containsExactly(Reshard.ALL_GATHER, 2, Reshard.ALL_REDUCE, 1)
    assertVerified(partitioning)
  }

  @Test
  fun decoderBlockIsPlannedAsInJava() {
    val partitioning = DecoderBlockPlan.partition()
    assertThat(counts(partitioning)).containsExactly(Reshard.ALL_GATHER, 7, Reshard.ALL_REDUCE, 3)
    assertVerified(partitioning)
  }

  @Test
  fun decoderOfDataClasses() {
    val scored = DecoderPlan.Score.partition()
    assertThat(counts(scored)).containsExactly(Reshard.ALL_GATHER, 33, Reshard.ALL_REDUCE, 8)
    assertVerified(scored)
    assertVerified(DecoderPlan.Serve.partition())
    val larger = DecoderPlan.Score.plan(DecoderPlan.Score.SIZES.copy(layers = 5, embed = 32))
    assertThat(larger.model().parameters().map { it.name() })
      .contains("params/blocks/4/feedForward/up")
    assertVerified(Partitioner.partition(larger))
  }

  @Test
  fun reportsAreOnTheClassPath() {
    val resource = "META-INF/partir/dev.partir.examples.kotlin.DecoderBlock.json"
    assertThat(javaClass.classLoader.getResource(resource)).isNotNull()
  }
}
