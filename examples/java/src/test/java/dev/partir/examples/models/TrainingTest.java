package dev.partir.examples.models;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.interp.PartitionedRun;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.TensorType;
import dev.partir.schedule.Plan;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The models learn: their losses fall on real data, and partitioned over eight devices they are
 * those of one device.
 */
final class TrainingTest {
  private static final int STEPS = 50;

  /** How far losses may be apart, relative to the first: rounding, grown over fifty steps. */
  private static final double BOUND = 1e-3;

  /** The same where products are rounded to the eight bits of bf16. */
  private static final double BOUND_IN_BF16 = 5e-2;

  @Test
  void aTransformerLearnsTheGettysburgAddress() {
    List<Double> losses = learns(T32Plan.Tiny.plan(), "BP+MP+Z3+EMB", Samples.texts(8, 8), BOUND);
    // It knows more than that there are 32 letters.
    assertThat(losses.get(STEPS - 1)).isLessThan(Math.log(32));
  }

  @Test
  void aDiffusionModelLearnsTheNoiseInDigits() {
    HostArray digits = Samples.digits(8);
    HostArray noise = SeededArrays.random(digits.type(), new SplittableRandom(5));
    HostArray times = HostArray.zeros(TensorType.of(ElementType.F32, 8));
    HostArray noisy = HostArray.zeros(digits.type());
    for (int i = 0; i < digits.length(); i++) {
      double share = (1 + i / 64) / 8.0;
      times.set(i / 64, 1 + i / 64);
      noisy.set(i, Math.sqrt(1 - share) * digits.get(i) + Math.sqrt(share) * noise.get(i));
    }
    learns(UnetPlan.Tiny.plan(), "BP+Z3", List.of(noisy, times, noise), BOUND);
  }

  @Test
  void aGraphNetworkLearnsHowAClubSplit() {
    Samples.Club club = Samples.club();
    learns(
        GnsPlan.Tiny.plan(),
        "ES",
        List.of(club.members(), club.meetings(), club.from(), club.to(), club.parts()),
        BOUND);
  }

  @Test
  void aMultimodalDecoderLearnsTextBetweenPictures() {
    List<HostArray> texts = Samples.texts(8, 8);
    HostArray picture = Samples.digits(8);
    HostArray pictures = HostArray.zeros(TensorType.of(ElementType.F32, 8, 1, 8, 8, 1));
    for (int i = 0; i < picture.length(); i++) {
      pictures.set(i, picture.get(i));
    }
    // Half the text, a picture, the other half, the same as a film, and silence.
    int[] places = {0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17};
    HostArray order = HostArray.zeros(TensorType.of(ElementType.I32, places.length));
    HostArray targets = HostArray.zeros(TensorType.of(ElementType.I32, 8, places.length));
    HostArray counts = HostArray.zeros(TensorType.of(ElementType.F32, 8, places.length));
    for (int i = 0; i < places.length; i++) {
      order.setLong(i, places[i]);
      for (int b = 0; places[i] < 8 && b < 8; b++) {
        targets.setLong(b * places.length + i, texts.get(1).getLong(b * 8 + places[i]));
        counts.set(b * places.length + i, 1);
      }
    }
    HostArray silence = HostArray.zeros(TensorType.of(ElementType.F32, 8, 2, 4));
    List<HostArray> data =
        List.of(texts.get(0), pictures, pictures, silence, order, targets, counts);
    learns(Partitioner.partition(GeminiPlan.Tiny.plan()), data, BOUND);
    Plan inBf16 = GeminiPlan.Tiny.plan(withBits(GeminiPlan.Tiny.SIZES, 16));
    learns(Partitioner.partition(inBf16), data, BOUND_IN_BF16);
  }

  private static MultimodalDecoder.Sizes withBits(MultimodalDecoder.Sizes sizes, int bits) {
    return new MultimodalDecoder.Sizes(
        sizes.batch(),
        sizes.text(),
        sizes.images(),
        sizes.films(),
        sizes.height(),
        sizes.width(),
        sizes.colours(),
        sizes.edge(),
        sizes.pixels(),
        sizes.sounds(),
        sizes.waves(),
        sizes.seq(),
        sizes.layers(),
        sizes.embed(),
        sizes.heads(),
        sizes.head(),
        sizes.hidden(),
        sizes.vocab(),
        bits);
  }

  /** Trains a model whole and partitioned; returns the losses. */
  private static List<Double> learns(
      Plan plan, String schedule, List<HostArray> data, double bound) {
    return learns(
        Partitioner.partition(PublishedTables.scheduled(plan, schedule, PublishedTables.Zero.ALL)),
        data,
        bound);
  }

  private static List<Double> learns(
      Partitioning partitioning, List<HostArray> data, double bound) {
    Function whole = partitioning.function();
    PartitionedRun devices = new PartitionedRun(partitioning);
    List<Double> losses = train(whole, data, arguments -> Interpreter.run(whole, arguments));
    List<Double> partitioned = train(whole, data, devices::run);
    assertWithMessage("%s", losses).that(losses.get(STEPS - 1)).isLessThan(losses.get(0) / 2);
    for (int i = 0; i < STEPS; i++) {
      assertThat(partitioned.get(i)).isWithin(bound * losses.get(0)).of(losses.get(i));
    }
    return losses;
  }

  private static List<Double> train(
      Function step, List<HostArray> data, UnaryOperator<List<HostArray>> run) {
    List<HostArray> state = initial(step, data.size());
    List<Double> losses = new ArrayList<>();
    for (int i = 1; i <= STEPS; i++) {
      List<HostArray> arguments = new ArrayList<>(state);
      arguments.add(HostArray.scalar(ElementType.F32, i));
      arguments.addAll(data);
      List<HostArray> results = run.apply(arguments);
      state = results.subList(0, state.size());
      losses.add(results.get(state.size()).get(0));
    }
    return losses;
  }

  /** Returns parameters to begin with, and zeros for what Adam keeps. */
  private static List<HostArray> initial(Function step, int data) {
    SplittableRandom random = new SplittableRandom(11);
    List<HostArray> state = new ArrayList<>();
    for (int i = 0; i < step.arguments().size() - data - 1; i++) {
      String name = step.argumentName(i);
      TensorType type = step.arguments().get(i).tensor();
      HostArray array = HostArray.zeros(type);
      if (name.startsWith("params/") && type.rank() > 1) {
        array = SeededArrays.random(type, random.split());
        shrink(array, fanIn(type));
      } else if (name.startsWith("params/") && name.matches(".*[sS]cale")) {
        for (int j = 0; j < array.length(); j++) {
          array.set(j, 1);
        }
      }
      state.add(array);
    }
    return state;
  }

  private static long fanIn(TensorType type) {
    return type.elementCount() / type.dim(type.rank() - 1);
  }

  private static void shrink(HostArray array, long fanIn) {
    double scale =
        Math.sqrt((double) array.type().dim(array.type().rank() - 2) / Math.max(1, fanIn));
    for (int j = 0; j < array.length(); j++) {
      array.set(j, array.get(j) * scale);
    }
  }
}
