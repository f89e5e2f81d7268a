package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.testing.compile.Compilation;
import dev.partir.array.HostArray;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Plan;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.ShardingVerifier;
import dev.partir.schedule.ValueModel;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

/** Runs generated plans. */
class GeneratedPlanTest {

  /** Defines the classes of a compilation. */
  private static final class Classes extends ClassLoader {
    private final Map<String, byte[]> bytes = new HashMap<>();

    Classes(Compilation compilation) throws IOException {
      super(GeneratedPlanTest.class.getClassLoader());
      for (JavaFileObject file : compilation.generatedFiles()) {
        if (file.getKind() == JavaFileObject.Kind.CLASS) {
          String path = file.toUri().getPath();
          String name = path.substring("/CLASS_OUTPUT/".length(), path.length() - 6);
          try (var in = file.openInputStream()) {
            bytes.put(name.replace('/', '.'), in.readAllBytes());
          }
        }
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] code = bytes.get(name);
      if (code == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, code, 0, code.length);
    }
  }

  private static Class<?> load(String model, String text, String plan) throws Exception {
    return new Classes(Models.compile(model, text)).loadClass(plan);
  }

  private static Object call(Class<?> type, String name, Object... arguments) throws Exception {
    Class<?>[] types = Arrays.stream(arguments).map(Object::getClass).toArray(Class<?>[]::new);
    Method method = type.getDeclaredMethod(name, types);
    method.setAccessible(true);
    Object result = method.invoke(null, arguments);
    return result == null ? "void" : result;
  }

  @Test
  void perceptron() throws Exception {
    Class<?> type = load("demo.Mlp", Models.MLP, "demo.MlpPlan");
    var plan = (Plan) call(type, "plan");
    assertThat(plan.name()).isEqualTo("demo.Mlp");
    assertThat(plan.schedule()).isSameInstanceAs(call(type, "schedule"));
    assertThat(plan.schedule().mesh())
        .isEqualTo(Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2))));
    var module = (Module) call(type, "trace");
    assertThat(module.main().argumentName(1)).isEqualTo("up");
    var partitioning = (Partitioning) call(type, "partition");
    assertThat(partitioning.stages()).hasSize(3);
  }

  @Test
  void validatesArguments() throws Exception {
    Class<?> type = load("demo.Mlp", Models.MLP, "demo.MlpPlan");
    HostArray x = HostArray.zeros(TensorType.of(ElementType.F32, 1024, 512));
    HostArray up = HostArray.zeros(TensorType.of(ElementType.F32, 512, 2048));
    HostArray down = HostArray.zeros(TensorType.of(ElementType.F32, 2048, 512));
    assertThat(call(type, "validate", x, up, down)).isEqualTo("void");
    var thrown =
        assertThrows(InvocationTargetException.class, () -> call(type, "validate", x, down, down));
    assertThat(thrown).hasCauseThat().isInstanceOf(PartirException.class);
    assertThat(thrown)
        .hasCauseThat()
        .hasMessageThat()
        .isEqualTo(
            "[partir:invalid-argument] Mlp.forward, parameter \"up\": dimension \"embed\" has size"
                + " 2048, not 512; dimension \"hidden\" has size 512, not 2048. Pass (embed=512,"
                + " hidden=2048) of f32. See docs/errors/invalid-argument.md");
  }

  @Test
  void recordsAndSchedules() throws Exception {
    var classes = new Classes(Models.compile("demo.Decoder", Models.DECODER));
    for (String schedule : List.of("Train", "Serve")) {
      Class<?> type = classes.loadClass("demo.DecoderPlan$" + schedule);
      var plan = (Plan) call(type, "plan");
      assertThat(plan.model().parameters().stream().map(ValueModel::name).toList())
          .containsAtLeast("params/embedding", "params/blocks/2/mlp/up", "momentum/gains/1", "x");
      assertEqualWhenRun(plan);
      var partitioning = (Partitioning) call(type, "partition");
      assertThat(partitioning.stages().get(0).conflicts()).isEmpty();
    }
    Class<?> sizesType = classes.loadClass("demo.Decoder$Sizes");
    var constructor =
        sizesType.getDeclaredConstructor(int.class, int.class, int.class, int.class, long.class);
    Object sizes = constructor.newInstance(4, 5, 8, 16, 32L);
    var larger = (Plan) call(classes.loadClass("demo.DecoderPlan$Train"), "plan", sizes);
    assertThat(larger.model().parameters().stream().map(ValueModel::name).toList())
        .contains("params/blocks/4/mlp/down");
    assertThat(larger.budget().collectivesPerStep().getAsLong()).isEqualTo(40);
    assertEqualWhenRun(larger);
  }

  private static void assertEqualWhenRun(Plan plan) {
    Partitioning partitioning = Partitioner.partition(plan);
    List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), 7);
    EquivalenceCheck.Outcome outcome = EquivalenceCheck.verify(partitioning, arguments);
    assertThat(outcome.mismatches()).isEmpty();
  }

  @Test
  void theScheduleAlsoHoldsForTheTracedProgram() throws Exception {
    Class<?> type = load("demo.Outer", Models.EVERYTHING, "demo.Outer_InnerPlan");
    var plan = (Plan) call(type, "plan");
    var schedule = (Schedule) call(type, "schedule");
    var traced = ProgramModel.of(plan.trace().main()).withDimensionNames(plan.model());
    assertThat(ShardingVerifier.verify(plan.model(), schedule).findings()).isEmpty();
    assertThat(ShardingVerifier.verify(traced, schedule).findings()).isEmpty();
  }
}
