package dev.partir.sim.cost;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.sim.profile.Arithmetic;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.profile.Interconnect;
import dev.partir.sim.profile.Interconnect.Topology;
import dev.partir.sim.profile.Network;
import dev.partir.sim.profile.Wraparound;
import dev.partir.spmd.Reshard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Links carry 10 bytes a second, a hop takes 1 s, a launch 100 s; the network 1 byte and 1000 s.
 */
final class CollectiveCostTest {
  private static HardwareProfile toy(
      Topology topology, int links, int domain, List<Integer> shape, Wraparound wraparound) {
    return new HardwareProfile(
        "toy",
        "Toy",
        Map.of(Arithmetic.F32, 1.0, Arithmetic.BF16, 1.0),
        1,
        1,
        1,
        1,
        0,
        new Interconnect(topology, links, 10, 1, 100, domain, shape, wraparound),
        new Network(1, 1000),
        "made up",
        "");
  }

  private static HardwareProfile torus(Wraparound.Kind kind, Integer... shape) {
    int devices = Arrays.stream(shape).mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
    return toy(Topology.TORUS, 2 * shape.length, devices, List.of(shape), new Wraparound(kind, 0));
  }

  private static final HardwareProfile RINGS = torus(Wraparound.Kind.ALWAYS, 16, 16);
  private static final HardwareProfile LINES = torus(Wraparound.Kind.NEVER, 16, 16);
  private static final HardwareProfile SWITCH =
      toy(Topology.SWITCH, 4, 8, List.of(), new Wraparound(Wraparound.Kind.NEVER, 0));
  private static final HardwareProfile FULL_MESH =
      toy(Topology.FULL_MESH, 7, 8, List.of(), new Wraparound(Wraparound.Kind.NEVER, 0));

  private static Mesh mesh(int... sizes) {
    List<MeshAxis> axes = new ArrayList<>();
    for (int size : sizes) {
      axes.add(new MeshAxis("a" + axes.size(), size));
    }
    return Mesh.of(axes);
  }

  private static CollectiveTime time(
      HardwareProfile profile, Mesh mesh, Reshard kind, long bytes, int... axes) {
    return CollectiveCost.of(profile, mesh).time(kind, axes, bytes);
  }

  @ParameterizedTest
  @CsvSource({
    // 3/4 of 800 bytes over two links of 10; two hops to the farthest.
    "ALL_GATHER, 30, 102",
    "REDUCE_SCATTER, 30, 102",
    "ALL_REDUCE, 60, 104",
    // On a ring of 4 half a payload crosses every link: V/(4 W) with V = 3200 and W = 20.
    "ALL_TO_ALL, 40, 102",
    "COLLECTIVE_PERMUTE, 80, 102",
    "ALL_SLICE, 0, 0",
  })
  void ring(Reshard kind, double transfer, double latency) {
    assertThat(time(RINGS, mesh(4), kind, 800, 0)).isEqualTo(new CollectiveTime(latency, transfer));
  }

  @ParameterizedTest
  @CsvSource({
    "ALL_GATHER, 60, 103",
    "REDUCE_SCATTER, 60, 103",
    "ALL_REDUCE, 120, 106",
    "ALL_TO_ALL, 80, 103",
    "COLLECTIVE_PERMUTE, 80, 103",
  })
  void lineTakesTwiceAsLongAsARing(Reshard kind, double transfer, double latency) {
    assertThat(time(LINES, mesh(4), kind, 800, 0)).isEqualTo(new CollectiveTime(latency, transfer));
  }

  @ParameterizedTest
  @CsvSource({
    // 31/32 of 3200 bytes over the four links of two rings; 4 + 2 hops.
    "ALL_GATHER, 77.5, 106",
    "ALL_REDUCE, 155, 112",
    // The longer axis decides: 8/8 of a payload over each of its links.
    "ALL_TO_ALL, 320, 106",
  })
  void axesOfATorusWorkAtOnce(Reshard kind, double transfer, double latency) {
    assertThat(time(RINGS, mesh(8, 4), kind, 3200, 0, 1))
        .isEqualTo(new CollectiveTime(latency, transfer));
  }

  @ParameterizedTest
  @CsvSource({
    // 7/8 of 800 bytes at 40 bytes a second; 7 steps.
    "ALL_GATHER, 17.5, 107",
    "REDUCE_SCATTER, 17.5, 107",
    "ALL_REDUCE, 35, 114",
    "ALL_TO_ALL, 17.5, 107",
    "COLLECTIVE_PERMUTE, 20, 107",
  })
  void switchCarriesAnyPatternAtTheRateOfADevice(Reshard kind, double transfer, double latency) {
    assertThat(time(SWITCH, mesh(8), kind, 800, 0))
        .isEqualTo(new CollectiveTime(latency, transfer));
  }

  @ParameterizedTest
  @CsvSource({
    // Each of 7 links carries an eighth of 800 bytes.
    "ALL_GATHER, 10, 101",
    "ALL_REDUCE, 20, 102",
    "ALL_TO_ALL, 10, 101",
    // One link to the one destination.
    "COLLECTIVE_PERMUTE, 80, 101",
  })
  void fullMeshHasOneLinkToEachPeer(Reshard kind, double transfer, double latency) {
    assertThat(time(FULL_MESH, mesh(8), kind, 800, 0))
        .isEqualTo(new CollectiveTime(latency, transfer));
  }

  @Test
  void aGroupOfOneCostsNothing() {
    assertThat(time(SWITCH, mesh(8, 1), Reshard.ALL_REDUCE, 800, 1)).isEqualTo(CollectiveTime.NONE);
    assertThat(time(SWITCH, mesh(8), Reshard.ALL_REDUCE, 800)).isEqualTo(CollectiveTime.NONE);
  }

  @Test
  void theLastAxisStaysInTheDomainAndTheFirstLeavesIt() {
    Mesh mesh = mesh(4, 8);
    assertThat(time(SWITCH, mesh, Reshard.ALL_GATHER, 800, 1))
        .isEqualTo(new CollectiveTime(107, 17.5));
    // 3/4 of 800 bytes through one device's share of the network, in two steps.
    assertThat(time(SWITCH, mesh, Reshard.ALL_GATHER, 800, 0))
        .isEqualTo(new CollectiveTime(2100, 600));
    // The 8 devices of a domain share the work; the network is still the slower level.
    assertThat(time(SWITCH, mesh, Reshard.ALL_GATHER, 800, 0, 1))
        .isEqualTo(new CollectiveTime(2107, 75));
    assertThat(time(SWITCH, mesh, Reshard.ALL_REDUCE, 800, 0, 1))
        .isEqualTo(new CollectiveTime(4114, 150));
    assertThat(time(SWITCH, mesh, Reshard.ALL_TO_ALL, 800, 0, 1))
        .isEqualTo(new CollectiveTime(2107, 600));
  }

  @Test
  void anAxisThatDoesNotFitTheDomainIsSplit() {
    // 6 = 3 in the domain times 2 domains, beside an inner axis of 2.
    MeshPlacement placement = MeshPlacement.of(SWITCH, mesh(5, 6, 2));
    assertThat(placement.axis(2)).isEqualTo(new AxisPlacement(2, 1, false, 1));
    assertThat(placement.axis(1)).isEqualTo(new AxisPlacement(3, 2, false, 1));
    assertThat(placement.axis(0)).isEqualTo(new AxisPlacement(1, 5, false, 1));
  }

  @Test
  void moreMeshAxesThanTorusAxesShareLinks() {
    HardwareProfile one = torus(Wraparound.Kind.ALWAYS, 16);
    MeshPlacement placement = MeshPlacement.of(one, mesh(2, 8));
    assertThat(placement.axis(1)).isEqualTo(new AxisPlacement(8, 1, false, 1));
    assertThat(placement.axis(0)).isEqualTo(new AxisPlacement(2, 1, true, 8));
    // Half of 800 bytes over two links that eight rings share.
    assertThat(time(one, mesh(2, 8), Reshard.ALL_GATHER, 800, 0).transferSeconds())
        .isWithin(1e-9)
        .of(160);
  }

  @Test
  void anAxisLongerThanTheTorusIsFoldedToARing() {
    MeshPlacement placement = MeshPlacement.of(LINES, mesh(64));
    assertThat(placement.axis(0)).isEqualTo(new AxisPlacement(64, 1, true, 1));
  }

  @Test
  void aTorusWrapsByTheRuleOfItsChip() {
    HardwareProfile v5e = HardwareProfiles.findOrThrow("tpu-v5e");
    assertThat(MeshPlacement.of(v5e, mesh(16, 4)).axis(0).ring()).isTrue();
    assertThat(MeshPlacement.of(v5e, mesh(16, 4)).axis(1).ring()).isFalse();
    HardwareProfile v4 = HardwareProfiles.findOrThrow("tpu-v4");
    assertThat(MeshPlacement.of(v4, mesh(4, 4, 4)).axis(0).ring()).isTrue();
    assertThat(MeshPlacement.of(v4, mesh(4, 4)).axis(0).ring()).isFalse();
  }

  @Test
  void aMeshBeyondTheDomainNeedsANetwork() {
    HardwareProfile v3 = HardwareProfiles.findOrThrow("tpu-v3");
    assertThat(time(v3, mesh(32, 32), Reshard.ALL_REDUCE, 1 << 20, 0).seconds()).isGreaterThan(0);
    var thrown = assertThrows(PartirException.class, () -> CollectiveCost.of(v3, mesh(2048)));
    assertThat(thrown)
        .hasMessageThat()
        .startsWith(
            "[partir:unsupported] mesh a0=2048: it has 2048 devices, one domain of \"tpu-v3\" has"
                + " 1024, and the profile has no network between domains.");
  }

  /** More bytes never take less time, whatever the machine and the axes. */
  @ParameterizedTest
  @EnumSource(Reshard.class)
  void timeGrowsWithBytes(Reshard kind) {
    for (String name : HardwareProfiles.names()) {
      HardwareProfile profile = HardwareProfiles.findOrThrow(name);
      CollectiveCost cost =
          CollectiveCost.of(profile, profile.network() == null ? mesh(4, 8) : mesh(8, 4, 64));
      for (int axis = 0; axis < 2; axis++) {
        double last = 0;
        for (long bytes = 1; bytes < 1L << 32; bytes *= 4) {
          double seconds = cost.time(kind, new int[] {axis}, bytes).seconds();
          assertThat(seconds).isAtLeast(last);
          last = seconds;
        }
      }
    }
  }
}
