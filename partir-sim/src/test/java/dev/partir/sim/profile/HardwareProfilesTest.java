package dev.partir.sim.profile;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class HardwareProfilesTest {
  private static final String MINIMAL =
      """
      title = Toy
      source = made up
      peak_flops_per_second.f32 = 1e12
      peak_flops_per_second.bf16 = 2e12
      memory_bytes = 1000000000
      memory_bytes_per_second = 1e11
      op_latency_seconds = 0
      link.topology = switch
      link.count = 2
      link.bytes_per_second = 1e10
      link.hop_latency_seconds = 1e-6
      link.launch_latency_seconds = 2e-6
      domain.devices = 8
      """;

  static Stream<String> shipped() {
    return HardwareProfiles.names().stream().filter(name -> !name.equals("abacus-9000"));
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void everyShippedProfileIsReadAndSaysWhereItsNumbersAreFrom(String name) {
    HardwareProfile profile = HardwareProfiles.findOrThrow(name);
    assertThat(profile.name()).isEqualTo(name);
    assertThat(profile.source()).isNotEmpty();
    assertThat(profile.note()).isNotEmpty();
    assertThat(profile.peakFlopsPerSecond(ElementType.BF16)).isAtLeast(1e14);
    assertThat(profile.memoryBytes()).isAtLeast(16L << 30);
    assertThat(profile.opLatencySeconds()).isLessThan(1e-5);
    assertThat(profile.interconnect().domainDevices()).isAtLeast(8);
  }

  @Test
  void theIndexListsTheFolder() throws IOException, URISyntaxException {
    List<URL> indexes =
        Collections.list(
            HardwareProfiles.class
                .getClassLoader()
                .getResources(HardwareProfiles.FOLDER + "index"));
    assertThat(indexes).hasSize(2);
    Set<String> inFolders = new TreeSet<>();
    for (URL index : indexes) {
      for (String file : new File(index.toURI()).getParentFile().list()) {
        if (file.endsWith(".properties")) {
          inFolders.add(file.substring(0, file.length() - ".properties".length()));
        }
      }
    }
    assertThat(HardwareProfiles.names()).containsExactlyElementsIn(inFolders).inOrder();
    assertThat(HardwareProfiles.names())
        .containsAtLeast("tpu-v3", "tpu-v4", "tpu-v5e", "tpu-v5p", "a100-80", "h100");
  }

  /** The figures of the data sheets, as the table of hardware facts has them. */
  @ParameterizedTest
  @CsvSource({
    "tpu-v3, 123e12, 34359738368, 900e9, TORUS, 4, 1024",
    "tpu-v4, 275e12, 34359738368, 1228e9, TORUS, 6, 4096",
    "tpu-v5e, 197e12, 17179869184, 819e9, TORUS, 4, 256",
    "tpu-v5p, 459e12, 102005473280, 2765e9, TORUS, 6, 8960",
    "a100-80, 312e12, 85899345920, 2039e9, SWITCH, 12, 8",
    "h100, 989e12, 85899345920, 3350e9, SWITCH, 18, 8",
    "mi300x, 1307e12, 206158430208, 5300e9, FULL_MESH, 7, 8",
  })
  void figuresAreThoseOfTheDataSheets(
      String name,
      double bf16,
      long memoryBytes,
      double memoryRate,
      Interconnect.Topology topology,
      int links,
      int domain) {
    HardwareProfile profile = HardwareProfiles.findOrThrow(name);
    assertThat(profile.peakFlopsPerSecond(Arithmetic.BF16)).isEqualTo(bf16);
    assertThat(profile.memoryBytes()).isEqualTo(memoryBytes);
    assertThat(profile.memoryBytesPerSecond()).isEqualTo(memoryRate);
    assertThat(profile.interconnect().topology()).isEqualTo(topology);
    assertThat(profile.interconnect().linksPerDevice()).isEqualTo(links);
    assertThat(profile.interconnect().domainDevices()).isEqualTo(domain);
  }

  @Test
  void arithmeticWithoutARateOfItsOwnRunsAtThatOfItsSubstitute() {
    HardwareProfile v3 = HardwareProfiles.findOrThrow("tpu-v3");
    assertThat(v3.peakFlopsPerSecond(ElementType.I8)).isEqualTo(123e12);
    assertThat(v3.peakFlopsPerSecond(ElementType.I4)).isEqualTo(123e12);
    assertThat(v3.peakFlopsPerSecond(ElementType.F64)).isEqualTo(123e12);
    HardwareProfile h100 = HardwareProfiles.findOrThrow("h100");
    assertThat(h100.peakFlopsPerSecond(ElementType.I8)).isEqualTo(1979e12);
    assertThat(h100.peakFlopsPerSecond(ElementType.F64)).isEqualTo(494e12);
  }

  @Test
  void aNameIsFoundWhateverItsCaseAndNeverLeavesItsFolder() {
    assertThat(HardwareProfiles.findOrThrow("TPU-v3").name()).isEqualTo("tpu-v3");
    assertThat(HardwareProfiles.find("../profiles/h100")).isNull();
    assertThat(HardwareProfiles.find("")).isNull();
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearest() {
    var thrown = assertThrows(PartirException.class, () -> HardwareProfiles.findOrThrow("tpu-v33"));
    assertThat(thrown)
        .hasMessageThat()
        .isEqualTo(
            "[partir:unknown-profile] there is no hardware profile \"tpu-v33\". The nearest is"
                + " \"tpu-v3\". See docs/errors/unknown-profile.md");
    assertThat(HardwareProfiles.nearest("A100-8")).isEqualTo("a100-80");
    assertThat(HardwareProfiles.nearest("abacus")).isNull();
  }

  @Test
  void aUsersFileIsRead(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("toy.properties"), MINIMAL);
    HardwareProfile profile = HardwareProfiles.resolve(file.toString());
    assertThat(profile.name()).isEqualTo("toy");
    assertThat(profile.title()).isEqualTo("Toy");
    assertThat(profile.network()).isNull();
    assertThat(profile.sustainedFlopsFraction()).isEqualTo(1.0);
    assertThat(profile.interconnect().deviceBytesPerSecond()).isEqualTo(2e10);
  }

  @Test
  void aUsersProfileOnTheClassPathIsFoundAndListed() {
    assertThat(HardwareProfiles.findOrThrow("abacus-9000").title()).isEqualTo("Abacus, two rods");
    assertThat(HardwareProfiles.names()).contains("abacus-9000");
  }

  @Test
  void aMissingFileIsSaid(@TempDir Path folder) {
    String path = folder.resolve("no.properties").toString();
    var thrown = assertThrows(PartirException.class, () -> HardwareProfiles.resolve(path));
    assertThat(thrown.diagnostics().get(0).code()).isEqualTo(ErrorCode.FILE);
    assertThat(thrown).hasMessageThat().contains(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "memory_bytes = 1000000000 | memory_bytes = much | 5 | \"memory_bytes\" is \"much\". Write a"
            + " positive number such as 9e11.",
        "memory_bytes = 1000000000 | memory_bytes = -1 | 5 | \"memory_bytes\" is \"-1\". Write a"
            + " positive number such as 9e11.",
        "op_latency_seconds = 0 | op_latency_seconds = NaN | 7 | \"op_latency_seconds\" is \"NaN\"."
            + " Write a number such as 1e-6.",
        "link.count = 2 | link.count = 2.5 | 9 | \"link.count\" is \"2.5\". Write a whole number"
            + " from 1.",
        "link.topology = switch | link.topology = ring | 8 | \"link.topology\" is \"ring\". Write"
            + " one of \"torus\", \"switch\", \"full-mesh\".",
        "title = Toy | titel = Toy | 1 | \"title\" is missing. Add a line \"title = ...\".",
        "domain.devices = 8 | domain.devices = 8\\u0020 | 13 | ",
        "domain.devices = 8 | domain.devicse = 8 | 13 | there is no key \"domain.devicse\". The"
            + " nearest is \"domain.devices\".",
        "domain.devices = 8 | link.count = 8 | 13 | \"link.count\" stands here and on line 9. Keep"
            + " one.",
        "link.topology = switch | link.topology = full-mesh | 13 | with 2 links a device has that"
            + " many neighbours, not 7. Write 3 or fewer.",
        "source = made up | source = made up\\u00zz | 2 | \\u is not followed by four hexadecimal"
            + " digits. Write a backslash as \\\\.",
      })
  void whatIsWrongIsSaidWithItsLine(String was, String is, int line, String problem)
      throws IOException {
    String text = MINIMAL.replace(was, is);
    assertThat(text).isNotEqualTo(MINIMAL);
    if (problem == null) {
      assertThat(ProfileReader.read("toy", "toy.properties", text).title()).isEqualTo("Toy");
      return;
    }
    var thrown =
        assertThrows(
            PartirException.class, () -> ProfileReader.read("toy", "toy.properties", text));
    List<String> messages = thrown.diagnostics().stream().map(Diagnostic::toString).toList();
    assertWithMessage("%s", messages)
        .that(messages)
        .contains(
            "toy.properties:"
                + line
                + ":1: [partir:invalid-profile] "
                + problem
                + " See docs/errors/invalid-profile.md");
  }

  @Test
  void torusKeysBelongToATorus() {
    String torus =
        MINIMAL
            .replace("switch", "torus")
            .replace("domain.devices = 8", "domain.shape = 4x4\nlink.wraparound = cubes:4");
    var thrown = assertThrows(PartirException.class, () -> ProfileReader.read("toy", "toy", torus));
    assertThat(thrown)
        .hasMessageThat()
        .contains("toy:9:1: [partir:invalid-profile] a torus of 2 axes has 4 links, not 2.");
    HardwareProfile read =
        ProfileReader.read("toy", "toy", torus.replace("link.count = 2", "link.count = 4"));
    assertThat(read.interconnect().torusShape()).containsExactly(4, 4);
    assertThat(read.interconnect().wraparound())
        .isEqualTo(new Wraparound(Wraparound.Kind.CUBES, 4));
    var useless =
        assertThrows(
            PartirException.class,
            () -> ProfileReader.read("toy", "toy", MINIMAL + "link.wraparound = always\n"));
    assertThat(useless)
        .hasMessageThat()
        .contains("toy:14:1: [partir:invalid-profile] \"link.wraparound\" says nothing about");
  }

  @Test
  void wraparoundFollowsTheRuleOfTheChip() {
    var v5e = new Wraparound(Wraparound.Kind.EXACTLY, 16);
    assertThat(v5e.wraps(16, 64)).isTrue();
    assertThat(v5e.wraps(8, 64)).isFalse();
    var v4 = new Wraparound(Wraparound.Kind.CUBES, 4);
    assertThat(v4.wraps(8, 128)).isTrue();
    assertThat(v4.wraps(8, 32)).isFalse();
    assertThat(v4.wraps(6, 192)).isFalse();
  }
}
