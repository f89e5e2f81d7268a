package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.OpKind;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramModelTest {
  private static final TensorType TYPE = TensorType.of(ElementType.F32, 8);
  private static final OpKind OP = () -> "test.op";

  /**
   * Two arguments; an operation named h with another, of the same name, in its region; a return.
   */
  private static Function function(int results) {
    var builder = new FunctionBuilder("main");
    Value x = builder.argument(TYPE, "arg0", Attributes.EMPTY, Location.named("params/x"));
    builder.argument(TYPE, "y");
    var inner = builder.body().nested();
    Value deep =
        inner
            .add(OP, List.of(x), Attributes.EMPTY, List.of(), List.of(TYPE), List.of(), named("h"))
            .result();
    inner.add(OP, List.of(deep), Attributes.EMPTY, List.of());
    Value h =
        builder
            .body()
            .add(
                OP,
                List.of(x),
                Attributes.EMPTY,
                List.of(new Region(inner.build())),
                List.of(TYPE),
                List.of(),
                named("h"))
            .result();
    Value last = builder.body().add(OP, List.of(h), Attributes.EMPTY, List.of(TYPE)).result();
    builder.resultAttributes(Attributes.builder().put("jax.result_info", "[0]['loss']").build());
    builder
        .body()
        .add(OP, results == 1 ? List.of(last) : List.of(last, h), Attributes.EMPTY, List.of());
    return builder.build();
  }

  private static Location named(String name) {
    return Location.named(name);
  }

  @Test
  void namesArgumentsResultsAndTaggedValues() {
    Function function = function(1);
    ProgramModel model = ProgramModel.of(function);
    assertThat(model.name()).isEqualTo("main");
    assertThat(model.values())
        .containsExactly(
            new ValueModel("params/x", List.of("arg0"), ValueModel.Role.PARAMETER, TYPE, List.of()),
            new ValueModel("y", List.of("arg1"), ValueModel.Role.PARAMETER, TYPE, List.of()),
            new ValueModel(
                "result",
                List.of("[0]['loss']", "result0"),
                ValueModel.Role.RESULT,
                TYPE,
                List.of()),
            new ValueModel("h", List.of(), ValueModel.Role.INTERMEDIATE, TYPE, List.of()),
            new ValueModel("h", List.of(), ValueModel.Role.INTERMEDIATE, TYPE, List.of()))
        .inOrder();
    List<Value> values = ProgramModel.valuesOf(function);
    assertThat(values).hasSize(5);
    assertThat(values.get(0)).isSameInstanceAs(function.arguments().get(0));
    assertThat(values.get(2)).isSameInstanceAs(function.results().get(0));
  }

  @Test
  void aTaggedResultIsListedOnce() {
    ProgramModel model = ProgramModel.of(function(2));
    assertThat(model.values().stream().map(ValueModel::name).toList())
        .containsExactly("params/x", "y", "result0", "result1", "h")
        .inOrder();
    assertThat(new ValueIndex(model).select(new ValueSelector("h"))).containsExactly(3, 4);
    assertThat(new ValueIndex(model).select(new ValueSelector("arg1"))).containsExactly(1);
  }
}
