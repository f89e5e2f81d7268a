package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.mesh.Sharding;
import dev.partir.op.Monoid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReshardPlannerTest {
  private static final Mesh MESH =
      Mesh.of(List.of(new MeshAxis("a", 2), new MeshAxis("b", 2), new MeshAxis("c", 4)));
  private static final int A = 0;
  private static final int B = 1;
  private static final int C = 2;

  private static Sharding layout(int[]... dims) {
    return Sharding.of(dims, new int[0], null);
  }

  private static int[] axes(int... axes) {
    return axes;
  }

  private static List<Reshard.Step> plan(Sharding from, Sharding to) {
    long[] dims = new long[from.rank()];
    Arrays.fill(dims, 16);
    return ReshardPlanner.plan(MESH, TensorType.of(ElementType.F32, dims), from, to);
  }

  private static List<Reshard> kinds(Sharding from, Sharding to) {
    return plan(from, to).stream().map(Reshard.Step::kind).toList();
  }

  @Test
  void equalLayoutsNeedNothing() {
    assertThat(kinds(layout(axes(A), axes()), layout(axes(A), axes()))).isEmpty();
  }

  @Test
  void aReplicatedValueIsSliced() {
    assertThat(kinds(layout(axes(), axes()), layout(axes(A, B), axes(C))))
        .containsExactly(Reshard.ALL_SLICE, Reshard.ALL_SLICE);
  }

  @Test
  void severalAxesOfOneDimensionAreGatheredAtOnce() {
    List<Reshard.Step> steps = plan(layout(axes(A, B), axes()), layout(axes(), axes()));
    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).kind()).isEqualTo(Reshard.ALL_GATHER);
    assertThat(steps.get(0).axes()).containsExactly(A, B).inOrder();
  }

  @Test
  void theOuterAxisStaysWhereItIs() {
    List<Reshard.Step> steps = plan(layout(axes(A, B), axes()), layout(axes(A), axes()));
    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).axes()).containsExactly(B);
  }

  @Test
  void anAxisMovesToAnotherDimension() {
    assertThat(kinds(layout(axes(A), axes()), layout(axes(), axes(A))))
        .containsExactly(Reshard.ALL_TO_ALL);
  }

  @Test
  void theOrderOfAxesIsPermuted() {
    assertThat(kinds(layout(axes(A, C)), layout(axes(C, A))))
        .containsExactly(Reshard.COLLECTIVE_PERMUTE);
  }

  @Test
  void anAxisOfTheSameSizeIsPermutedIn() {
    // Slicing by b first would leave blocks of the wrong layout behind.
    assertThat(kinds(layout(axes(A)), layout(axes(B)))).containsExactly(Reshard.COLLECTIVE_PERMUTE);
  }

  @Test
  void aPendingSumIsScatteredWhereItCanBe() {
    Sharding pending = Sharding.of(new int[][] {axes(), axes()}, axes(A, B), Monoid.ADD);
    assertThat(kinds(pending, layout(axes(), axes(A))))
        .containsExactly(Reshard.REDUCE_SCATTER, Reshard.ALL_REDUCE)
        .inOrder();
    assertThat(kinds(pending, layout(axes(), axes()))).containsExactly(Reshard.ALL_REDUCE);
  }

  @Test
  void aPendingSumIsSlicedBeforeItIsReduced() {
    Sharding pending = Sharding.of(new int[][] {axes(), axes()}, axes(A), Monoid.ADD);
    assertThat(kinds(pending, layout(axes(C), axes())))
        .containsExactly(Reshard.ALL_SLICE, Reshard.ALL_REDUCE)
        .inOrder();
  }

  @Test
  void aGatherTakesNoMoreThanItMust() {
    // c must go and a can move: nothing needs to be whole on the way, and a moves while blocks are
    // small.
    List<Reshard.Step> steps = plan(layout(axes(A, C), axes()), layout(axes(), axes(A)));
    assertThat(steps.stream().map(Reshard.Step::kind).toList())
        .containsExactly(Reshard.ALL_TO_ALL, Reshard.ALL_GATHER)
        .inOrder();
    assertThat(steps.get(1).axes()).containsExactly(C);
  }

  @Test
  void everyPlanEndsAtItsTargetAndEveryStepIsValid() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 5_000; i++) {
      Sharding from = random(random, true);
      Sharding to = random(random, false);
      List<Reshard.Step> steps = plan(from, to);
      assertWithMessage("%s to %s: %s", from, to, steps).that(steps.size()).isAtMost(12);
      Sharding last = steps.isEmpty() ? from : steps.get(steps.size() - 1).result();
      assertThat(last).isEqualTo(to);
      for (Reshard.Step step : steps) {
        List<Integer> used = new ArrayList<>();
        for (int d = 0; d < step.result().rank(); d++) {
          Arrays.stream(step.result().dim(d)).forEach(used::add);
        }
        Arrays.stream(step.result().pending()).forEach(used::add);
        assertWithMessage("%s to %s: %s", from, to, step).that(used).containsNoDuplicates();
      }
    }
  }

  private static Sharding random(SplittableRandom random, boolean pending) {
    List<List<Integer>> dims = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    List<Integer> partial = new ArrayList<>();
    int first = random.nextInt(3);
    for (int i = 0; i < 3; i++) {
      int axis = (first + i) % 3;
      int at = random.nextInt(5);
      if (at < 3) {
        dims.get(at).add(axis);
      } else if (at == 3 && pending) {
        partial.add(axis);
      }
    }
    int[][] axes =
        dims.stream()
            .map(d -> d.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    int[] rest = partial.stream().mapToInt(Integer::intValue).toArray();
    return Sharding.of(axes, rest, rest.length == 0 ? null : Monoid.ADD);
  }
}
