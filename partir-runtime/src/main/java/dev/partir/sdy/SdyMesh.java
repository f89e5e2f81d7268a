package dev.partir.sdy;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A mesh as the sdy dialect writes it: {@code <["a"=3, "b"=2], device_ids=[0, 2, 4, 1, 3, 5]>}.
 *
 * @param axes the axes, slowest first; none for a single device
 * @param deviceIds which device stands at each place; empty where they stand in order
 */
public record SdyMesh(List<Axis> axes, List<Integer> deviceIds) {

  /** A named axis. */
  public record Axis(String name, int size) {
    @Override
    public String toString() {
      return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"=" + size;
    }
  }

  public SdyMesh {
    axes = List.copyOf(axes);
    deviceIds = List.copyOf(deviceIds);
  }

  /**
   * Reads {@code <["a"=3]>}, or the same behind {@code #sdy.mesh}.
   *
   * @throws PartirException SYNTAX when the text is something else
   */
  public static SdyMesh parse(String text, Location at) {
    SdyReader reader = new SdyReader(text, at);
    reader.skipName();
    SdyMesh mesh = reader.mesh();
    reader.end();
    return mesh;
  }

  /**
   * Reads the meshes among the declarations of a program, by name: {@code sdy.mesh @mesh =
   * <["x"=2]>} or its generic form.
   *
   * @throws PartirException when one is not well formed or not a mesh
   */
  public static Map<String, SdyMesh> declared(List<String> declarations) {
    Map<String, SdyMesh> meshes = new LinkedHashMap<>();
    for (String declaration : declarations) {
      SdyReader reader = new SdyReader(declaration, Location.UNKNOWN);
      String name;
      SdyMesh mesh;
      if (reader.accept("sdy.mesh ")) {
        name = reader.symbol();
        reader.expect("=");
        mesh = reader.mesh();
      } else if (reader.accept("\"sdy.mesh\"")) {
        reader.skipTo("#sdy.mesh");
        reader.skipName();
        mesh = reader.mesh();
        name = new SdyReader(named(declaration), Location.UNKNOWN).string();
      } else {
        continue;
      }
      mesh.check("mesh @" + name);
      meshes.put(name, mesh);
    }
    return meshes;
  }

  private static String named(String declaration) {
    int at = declaration.indexOf("sym_name");
    int from = at < 0 ? -1 : declaration.indexOf('"', at);
    return from < 0 ? "" : declaration.substring(from);
  }

  private void check(String subject) {
    Set<String> names = new HashSet<>();
    long devices = 1;
    for (Axis axis : axes) {
      if (!names.add(axis.name())) {
        throw invalid(
            ErrorCode.DUPLICATE_AXIS,
            subject,
            "it has two axes \"" + axis.name() + "\"",
            "Give each axis a name of its own");
      }
      if (axis.size() < 1) {
        throw invalid(
            ErrorCode.INVALID_MESH,
            subject,
            "axis \"" + axis.name() + "\" has " + axis.size() + " devices",
            "An axis has at least one device");
      }
      devices *= axis.size();
      if (devices > 1L << 30) {
        throw invalid(
            ErrorCode.INVALID_MESH, subject, "it has more than 2^30 devices", "Use fewer");
      }
    }
    if (!deviceIds.isEmpty() && !isMaximal()) {
      List<Integer> sorted = deviceIds.stream().sorted().toList();
      List<Integer> all = IntStream.range(0, (int) devices).boxed().toList();
      if (!sorted.equals(all)) {
        throw invalid(
            ErrorCode.INVALID_MESH,
            subject,
            "its device_ids are not the " + devices + " devices of its axes",
            "Name every device from 0 to " + (devices - 1) + " once");
      }
    }
  }

  private static PartirException invalid(
      ErrorCode code, String subject, String problem, String remedy) {
    return new PartirException(Diagnostic.of(code, subject, problem, remedy));
  }

  /** Returns the number of devices. */
  public int deviceCount() {
    int count = 1;
    for (Axis axis : axes) {
      count *= axis.size();
    }
    return count;
  }

  /**
   * Returns whether there is nothing to tile along: one device, or a mesh that is a placeholder.
   */
  public boolean isMaximal() {
    return axes.isEmpty();
  }

  /** Returns the axis of that name, or null. */
  public @Nullable Axis axis(String name) {
    for (Axis axis : axes) {
      if (axis.name().equals(name)) {
        return axis;
      }
    }
    return null;
  }

  /** Returns the names of the axes. */
  public List<String> names() {
    return axes.stream().map(Axis::name).toList();
  }

  /** Returns the number of devices along an axis or a part of one, which must exist. */
  public int size(AxisRef ref) {
    Axis axis = axis(ref.axis());
    return ref.isPart() ? ref.size() : axis == null ? 1 : axis.size();
  }

  /**
   * Returns where the devices of an axis or of a part of one stand, outermost first; it must exist
   * and fit.
   *
   * @throws PartirException UNSUPPORTED when the devices stand in an order that no strides describe
   */
  public List<AxisSpan> spans(AxisRef ref) {
    List<AxisSpan> digits = digits();
    int inner = deviceCount();
    for (Axis axis : axes) {
      inner /= axis.size();
      if (axis.name().equals(ref.axis())) {
        int before = ref.isPart() ? ref.before() : 1;
        int size = ref.isPart() ? ref.size() : axis.size();
        // The places that the part tells apart, from the fastest to the slowest.
        int from = inner * (axis.size() / (before * size));
        return DeviceOrder.cut(digits, from, size);
      }
    }
    return List.of();
  }

  /** Returns the digits of a place in the mesh, slowest first, as strides of device numbers. */
  private List<AxisSpan> digits() {
    if (deviceIds.isEmpty()) {
      return List.of(new AxisSpan(1, deviceCount()));
    }
    int[] ids = deviceIds.stream().mapToInt(Integer::intValue).toArray();
    List<AxisSpan> digits = DeviceOrder.digits(ids);
    if (digits == null) {
      throw invalid(
          ErrorCode.UNSUPPORTED,
          "mesh " + this,
          "its devices stand in an order that is no transposition",
          "Leave device_ids out, or list the devices of a mesh with its axes in another order");
    }
    return digits;
  }

  static String symbol(String name) {
    boolean plain = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      plain &= Character.isLetterOrDigit(name.charAt(i)) || "_$.-".indexOf(name.charAt(i)) >= 0;
    }
    return plain ? "@" + name : "@\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Returns the declaration of the mesh under a name. */
  public String declaration(String name) {
    return "sdy.mesh " + symbol(name) + " = " + this;
  }

  /** Returns {@code <["x"=2, "y"=4]>}. */
  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    axes.forEach(axis -> texts.add(axis.toString()));
    String ids =
        deviceIds.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    return "<["
        + String.join(", ", texts)
        + "]"
        + (deviceIds.isEmpty() ? "" : ", device_ids=" + ids)
        + ">";
  }
}
