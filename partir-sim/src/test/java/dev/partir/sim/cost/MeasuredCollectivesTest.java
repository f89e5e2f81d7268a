package dev.partir.sim.cost;

import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.spmd.Reshard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares with NVLink collectives that XLA ships as measured. Nothing in a profile was fitted to
 * these points. The folder of measurements is the system property {@code partir.data}, by default
 * {@code ../shared/data} beside the project.
 */
final class MeasuredCollectivesTest {
  private static final String FILE = "collectives_measured.csv";

  private static Path file() {
    String property = System.getProperty("partir.data");
    if (property != null) {
      return Path.of(property, FILE);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
    }
    return folder == null ? Path.of(FILE) : folder.resolveSibling("shared/data").resolve(FILE);
  }

  private record Point(Reshard kind, int devices, long bytes, double seconds) {}

  private static List<Point> points(String device) throws IOException {
    List<Point> points = new ArrayList<>();
    for (String line : Files.readAllLines(file())) {
      String[] cells = line.split(",", -1);
      if (cells[0].equals(device)) {
        points.add(
            new Point(
                Reshard.valueOf(cells[1].replace('-', '_').toUpperCase(Locale.ROOT)),
                Integer.parseInt(cells[4]),
                Long.parseLong(cells[5]),
                Double.parseDouble(cells[7]) * 1e-6));
      }
    }
    return points;
  }

  private static double ratio(HardwareProfile hardware, Point point) {
    Mesh mesh = Mesh.of(List.of(new MeshAxis("x", point.devices())));
    CollectiveCost cost = CollectiveCost.of(hardware, mesh);
    return cost.time(point.kind(), new int[] {0}, point.bytes()).seconds() / point.seconds();
  }

  /**
   * Bounds are what the model reaches. Groups of 2 and 4 reach half to nine tenths of a device's
   * rate on the real machines, which the model does not know; they are left out here.
   */
  @ParameterizedTest
  @CsvSource({"sm_90, h100, 0.18, 0.10", "sm_100, b200, 0.32, 0.20"})
  void longTransfersOverANode(String device, String profile, double worst, double mean)
      throws IOException {
    assumeTrue(Files.exists(file()), () -> "no measurements here: " + FILE + " is missing");
    HardwareProfile hardware = HardwareProfiles.findOrThrow(profile);
    List<Double> errors = new ArrayList<>();
    for (Point point : points(device)) {
      if (point.devices() == 8 && point.bytes() >= 1 << 27) {
        double error = Math.abs(ratio(hardware, point) - 1);
        assertWithMessage("%s", point).that(error).isLessThan(worst);
        errors.add(error);
      }
    }
    assertWithMessage("points").that(errors.size()).isAtLeast(10);
    assertWithMessage("mean error")
        .that(errors.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
        .isLessThan(mean);
  }

  /** Latency decides here. The first call of a run, of 1 or 2 KiB, is often a slow one. */
  @ParameterizedTest
  @CsvSource({"sm_90, h100", "sm_100, b200"})
  void shortTransfersOverANodeAreWithinAFactorOfTwoAndAQuarter(String device, String profile)
      throws IOException {
    assumeTrue(Files.exists(file()), () -> "no measurements here: " + FILE + " is missing");
    HardwareProfile hardware = HardwareProfiles.findOrThrow(profile);
    for (Point point : points(device)) {
      if (point.devices() == 8 && point.bytes() >= 1 << 12) {
        double ratio = ratio(hardware, point);
        assertWithMessage("%s", point).that(ratio).isLessThan(2.25);
        assertWithMessage("%s", point).that(ratio).isGreaterThan(1 / 2.25);
      }
    }
  }
}
