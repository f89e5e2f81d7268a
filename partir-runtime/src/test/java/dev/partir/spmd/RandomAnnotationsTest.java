package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.ShardingAttributes;
import dev.partir.schedule.Annotations;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.DimSharding;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random programs with random annotations: what the devices compute together is what the program
 * computes, and arguments and results have the layouts that are asked for.
 */
final class RandomAnnotationsTest {
  private static final List<String> MESHES =
      List.of(
          "<[\"x\"=4]>",
          "<[\"x\"=2, \"y\"=2]>",
          "<[\"x\"=2, \"y\"=3]>",
          "<[\"x\"=2, \"y\"=4]>",
          "<[\"x\"=4, \"y\"=2], device_ids=[0, 4, 1, 5, 2, 6, 3, 7]>",
          "<[\"x\"=2, \"y\"=2, \"z\"=2]>");

  /** Annotates a program over a random mesh. */
  private static final class Generator {
    private final SplittableRandom random;
    private final SdyMesh mesh;

    Generator(long seed) {
      random = new SplittableRandom(seed);
      mesh = SdyMesh.parse(MESHES.get(random.nextInt(MESHES.size())), Location.UNKNOWN);
    }

    private TensorSharding sharding(TensorType type) {
      List<AxisRef> axes = new ArrayList<>();
      for (SdyMesh.Axis axis : mesh.axes()) {
        if (axis.size() == 4 && random.nextInt(3) == 0) {
          axes.add(new AxisRef(axis.name(), 1, 2));
          axes.add(random.nextInt(axes.size() + 1), new AxisRef(axis.name(), 2, 2));
        } else {
          axes.add(random.nextInt(axes.size() + 1), AxisRef.of(axis.name()));
        }
      }
      List<DimSharding> dims = new ArrayList<>();
      for (int d = 0; d < type.rank(); d++) {
        List<AxisRef> own = new ArrayList<>();
        if (!axes.isEmpty() && type.dim(d) > 1 && random.nextInt(5) < 3) {
          own.add(axes.remove(0));
          boolean follows =
              !axes.isEmpty()
                  && axes.get(0).isPart()
                  && axes.get(0).before() == 2
                  && own.get(0).isPart();
          if (!axes.isEmpty() && !follows && random.nextInt(4) == 0) {
            own.add(axes.remove(0));
          }
        }
        boolean open = random.nextInt(3) == 0;
        int priority =
            (open || !own.isEmpty()) && random.nextInt(3) == 0
                ? random.nextInt(3)
                : DimSharding.NO_PRIORITY;
        dims.add(new DimSharding(own, open, priority));
      }
      List<AxisRef> replicated =
          !axes.isEmpty() && random.nextInt(5) == 0 ? List.of(axes.get(0)) : List.of();
      return new TensorSharding("mesh", null, dims, replicated, List.of());
    }

    private Attributes maybe(Value value, int outOf) {
      return value.type() instanceof TensorType type && random.nextInt(outOf) == 0
          ? Attributes.of(
              ShardingAttributes.SHARDING, new Attribute.Raw(sharding(type).attribute()))
          : Attributes.EMPTY;
    }

    Module annotate(Module plain) {
      Function source = plain.main();
      FunctionBuilder builder = new FunctionBuilder("main");
      Copier copier = new Copier(source);
      for (Value argument : source.arguments()) {
        copier.put(
            argument,
            builder.argument(
                argument.type(), argument.name(), maybe(argument, 1), Location.UNKNOWN));
      }
      for (Operation operation : source.body().operations()) {
        Attributes attributes = operation.attributes();
        if (operation.results().size() == 1 && random.nextInt(4) == 0) {
          TensorSharding sharding = sharding(operation.result().tensor());
          attributes =
              attributes.with(
                  ShardingAttributes.SHARDING,
                  new Attribute.Raw(TensorSharding.attribute(List.of(sharding))));
        }
        copier.copy(operation, attributes, builder.body());
      }
      for (Value result : source.results()) {
        builder.resultAttributes(maybe(result, 2));
      }
      return Module.of(
          "m", Attributes.EMPTY, List.of(builder.build()), List.of(mesh.declaration("mesh")));
    }
  }

  private static void check(long first, int count) {
    int collectives = 0;
    for (long seed = first; seed < first + count; seed++) {
      Generator generator = new Generator(seed);
      Module module = generator.annotate(RandomPrograms.of(seed).module());
      try {
        Partitioning partitioning =
            Partitioner.partition(Annotations.of(module, null), null, RandomPrograms.options(seed))
                .get(0);
        assertWithMessage("seed %s", seed)
            .that(
                EquivalenceCheck.verify(
                        partitioning, SeededArrays.forArguments(partitioning.function(), seed))
                    .mismatches())
            .isEmpty();
        checkLayouts(module.main(), partitioning.local());
        collectives += partitioning.result().collectives().size();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(collectives).isAtLeast(count);
  }

  /** Checks that closed dimensions are as they are annotated, and open ones at least that. */
  private static void checkLayouts(Function function, LocalProgram local) {
    for (int i = 0; i < function.arguments().size(); i++) {
      checkLayout(function.argumentAttributes(i), local.inputs().get(i), local.mesh());
    }
    for (int i = 0; i < function.results().size(); i++) {
      checkLayout(function.resultAttributes(i), local.outputs().get(i), local.mesh());
    }
  }

  private static void checkLayout(Attributes attributes, Sharding actual, Mesh laid) {
    String text = ShardingAttributes.text(attributes, ShardingAttributes.SHARDING);
    if (text == null) {
      return;
    }
    TensorSharding asked = TensorSharding.parse(text, Location.UNKNOWN);
    for (int d = 0; d < asked.dims().size(); d++) {
      List<String> names = new ArrayList<>();
      for (AxisRef axis : asked.dims().get(d).axes()) {
        names.add(axis.toString().replace("\"", ""));
      }
      List<String> have = laid.names(actual.dim(d));
      String wanted = String.join(", ", names);
      if (asked.dims().get(d).open()) {
        // A part that goes on is printed as one with what follows it.
        int[] axes = actual.dim(d);
        boolean starts = names.isEmpty();
        for (int n = 1; n <= axes.length && !starts; n++) {
          starts = String.join(", ", laid.names(java.util.Arrays.copyOf(axes, n))).equals(wanted);
        }
        assertWithMessage("%s for %s", have, asked).that(starts).isTrue();
      } else {
        assertWithMessage("%s", asked).that(String.join(", ", have)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void onFiveHundredRandomPrograms() {
    check(0, 500);
  }

  @Tag("nightly")
  @Test
  void onFiftyThousandRandomPrograms() {
    check(1_000_000, 50_000);
  }
}
