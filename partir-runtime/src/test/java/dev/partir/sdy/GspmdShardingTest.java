package dev.partir.sdy;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GspmdShardingTest {
  private static GspmdSharding parse(String text) {
    List<GspmdSharding> all = GspmdSharding.parse(text, Location.UNKNOWN);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static AxisSpan span(int stride, int size) {
    return new AxisSpan(stride, size);
  }

  @Test
  void wordsForWholeValues() {
    assertThat(parse("{replicated}").kind()).isEqualTo(GspmdSharding.Kind.REPLICATED);
    assertThat(parse("{maximal device=3}").kind()).isEqualTo(GspmdSharding.Kind.MAXIMAL);
    assertThat(parse("{manual}").kind()).isEqualTo(GspmdSharding.Kind.MANUAL);
    assertThat(parse("{unknown}").kind()).isEqualTo(GspmdSharding.Kind.UNKNOWN);
  }

  @Test
  void devicesInOrder() {
    GspmdSharding sharding = parse("{devices=[4,1,2]<=[8] last_tile_dim_replicate}");
    assertThat(sharding.dims()).containsExactly(List.of(span(2, 4)), List.of()).inOrder();
    assertThat(sharding.devices()).isEqualTo(8);
  }

  @Test
  void devicesTransposed() {
    GspmdSharding sharding = parse("{devices=[1,2,4]<=[4,2]T(1,0) last_tile_dim_replicate}");
    assertThat(sharding.dims()).containsExactly(List.of(), List.of(span(1, 2))).inOrder();
    // A dimension over what lies at both ends of the order.
    assertThat(parse("{devices=[8,2]<=[2,4,2]T(2,0,1)}").dims())
        .containsExactly(List.of(span(1, 2), span(4, 4)), List.of(span(2, 2)))
        .inOrder();
  }

  @Test
  void devicesOneByOne() {
    assertThat(parse("{devices=[2,2]0,1,2,3}").dims())
        .containsExactly(List.of(span(2, 2)), List.of(span(1, 2)))
        .inOrder();
    assertThat(parse("{devices=[2,2]0,2,1,3}").dims())
        .containsExactly(List.of(span(1, 2)), List.of(span(2, 2)))
        .inOrder();
    assertThat(parse("{devices=[2,3]0,2,4,1,3,5}").dims())
        .containsExactly(List.of(span(1, 2)), List.of(span(2, 3)))
        .inOrder();
  }

  @Test
  void manualAlongSomeDevices() {
    GspmdSharding sharding = parse("{devices=[1,1,4,2]<=[8] last_tile_dims={manual, replicated}}");
    assertThat(sharding.dims()).containsExactly(List.of(), List.of());
    assertThat(sharding.manual()).containsExactly(span(2, 4));
  }

  @Test
  void oneForEachResult() {
    List<GspmdSharding> all =
        GspmdSharding.parse(
            "{{devices=[2]<=[2]}, {replicated}, {devices=[1,2]<=[2] last_tile_dims={manual}}}",
            Location.UNKNOWN);
    assertThat(all).hasSize(3);
    assertThat(all.get(1).kind()).isEqualTo(GspmdSharding.Kind.REPLICATED);
    assertThat(all.get(2).manual()).containsExactly(span(1, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "replicated",
        "{devices=[2,2]}",
        "{devices=[2,2]<=[5]}",
        "{devices=[2,2]0,1,2}",
        "{devices=[2,2]<=[2,2]T(1,2)}",
        "{devices=[]<=[1]}",
        "{tiles}"
      })
  void whatIsNoShardingIsAnError(String text) {
    assertThat(
            assertThrows(PartirException.class, () -> GspmdSharding.parse(text, Location.UNKNOWN))
                .diagnostics()
                .get(0)
                .code())
        .isEqualTo(ErrorCode.SYNTAX);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{devices=[4]0,2,3,1}", "{devices=[3,4]<=[6,2]T(1,0)}"})
  void ordersThatNoAxesHaveAreRefused(String text) {
    assertThat(
            assertThrows(PartirException.class, () -> GspmdSharding.parse(text, Location.UNKNOWN))
                .diagnostics()
                .get(0)
                .code())
        .isEqualTo(ErrorCode.UNSUPPORTED);
  }
}
