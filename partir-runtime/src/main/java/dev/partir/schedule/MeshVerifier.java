package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Says whether a mesh as users write it is one. Checks, in this order:
 *
 * <ul>
 *   <li>it has an axis;
 *   <li>every axis has a name of letters, digits, {@code _}, {@code -} and {@code .} that does not
 *       begin with a digit, and no two have the same;
 *   <li>every axis has at least one device;
 *   <li>the devices together are at most {@link Mesh#MAX_DEVICES}.
 * </ul>
 */
public final class MeshVerifier {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final String EXAMPLE = "for example batch=4,model=2";

  private MeshVerifier() {}

  /** An axis as written: any name, any size. */
  public record RawAxis(String name, long size) {}

  /**
   * Checks axes, slowest first.
   *
   * @param subject what messages call the mesh, such as {@code Mlp} or {@code --mesh}
   */
  public static MeshVerification verify(String subject, List<RawAxis> axes) {
    List<Finding> findings = new ArrayList<>();
    if (axes.isEmpty()) {
      findings.add(
          finding(
              new Site.OfMesh(),
              ErrorCode.INVALID_MESH,
              subject,
              "the mesh has no axes",
              "Give it at least one axis with a name and a number of devices, " + EXAMPLE));
    }
    Map<String, Integer> first = new LinkedHashMap<>();
    for (int i = 0; i < axes.size(); i++) {
      verifyAxis(subject, axes, i, first, findings);
    }
    if (findings.isEmpty() && !fits(axes)) {
      findings.add(
          finding(
              new Site.OfMesh(),
              ErrorCode.INVALID_MESH,
              subject,
              "mesh " + text(axes) + " has more than " + Mesh.MAX_DEVICES + " devices",
              "Make its axes smaller"));
    }
    if (!findings.isEmpty()) {
      return new MeshVerification(findings, null);
    }
    List<MeshAxis> checked = new ArrayList<>();
    for (RawAxis axis : axes) {
      checked.add(new MeshAxis(axis.name(), (int) axis.size()));
    }
    return new MeshVerification(findings, Mesh.of(checked));
  }

  private static void verifyAxis(
      String subject,
      List<RawAxis> axes,
      int index,
      Map<String, Integer> first,
      List<Finding> findings) {
    RawAxis axis = axes.get(index);
    Integer earlier = first.putIfAbsent(axis.name(), index);
    if (!NAME.matcher(axis.name()).matches()) {
      findings.add(
          finding(
              new Site.OfAxis(index, Site.Part.AXIS),
              ErrorCode.INVALID_MESH,
              subject,
              "axis " + index + " of the mesh is named \"" + axis.name() + "\"",
              "Name it with letters, digits, '_', '-' and '.', beginning with a letter or '_'"));
    } else if (earlier != null) {
      findings.add(
          finding(
              new Site.OfAxis(index, Site.Part.AXIS),
              ErrorCode.DUPLICATE_AXIS,
              subject,
              "axes "
                  + earlier
                  + " and "
                  + index
                  + " of the mesh are both named \""
                  + axis.name()
                  + "\" (mesh "
                  + text(axes)
                  + ")",
              "Give every axis its own name"));
    }
    if (axis.size() < 1) {
      findings.add(
          finding(
              new Site.OfAxis(index, Site.Part.SIZE),
              ErrorCode.INVALID_MESH,
              subject,
              "axis \"" + axis.name() + "\" of the mesh has size " + axis.size(),
              "Give it at least 1 device"));
    }
  }

  /**
   * Checks a mesh in the text form {@code batch=4,model=2}.
   *
   * @param subject what messages call the mesh, such as {@code --mesh}
   */
  public static MeshVerification parse(String subject, String text) {
    List<RawAxis> axes = new ArrayList<>();
    if (text.isBlank()) {
      return verify(subject, axes);
    }
    List<Finding> findings = new ArrayList<>();
    String[] parts = text.split(",", -1);
    for (int i = 0; i < parts.length; i++) {
      String[] sides = parts[i].split("=", -1);
      try {
        if (sides.length == 2) {
          axes.add(new RawAxis(sides[0].strip(), Long.parseLong(sides[1].strip())));
          continue;
        }
      } catch (NumberFormatException e) {
        // Reported below, as any other text that is not NAME=SIZE.
      }
      findings.add(
          finding(
              new Site.OfAxis(i, Site.Part.WHOLE),
              ErrorCode.INVALID_MESH,
              subject,
              "\"" + parts[i].strip() + "\" is not an axis",
              "Write axes as NAME=SIZE, " + EXAMPLE));
    }
    return findings.isEmpty() ? verify(subject, axes) : new MeshVerification(findings, null);
  }

  private static boolean fits(List<RawAxis> axes) {
    long devices = 1;
    for (RawAxis axis : axes) {
      if (axis.size() > Mesh.MAX_DEVICES / devices) {
        return false;
      }
      devices *= axis.size();
    }
    return true;
  }

  private static String text(List<RawAxis> axes) {
    return String.join(", ", axes.stream().map(a -> a.name() + "=" + a.size()).toList());
  }

  private static Finding finding(
      Site site, ErrorCode code, String subject, String problem, String remedy) {
    return new Finding(Diagnostic.of(code, subject, problem, remedy), site);
  }
}
