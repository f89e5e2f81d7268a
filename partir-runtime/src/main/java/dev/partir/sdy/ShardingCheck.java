package dev.partir.sdy;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.NearestNames;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks shardings against the mesh and the value that they are for. */
public final class ShardingCheck {
  private final SdyMesh mesh;
  private final String subject;
  private final Location at;
  private final List<Diagnostic> findings = new ArrayList<>();

  private ShardingCheck(SdyMesh mesh, String subject, Location at) {
    this.mesh = mesh;
    this.subject = subject;
    this.at = at;
  }

  /**
   * Returns what is wrong with a sharding (Shardy, TensorShardingAttr, "Constraints"): every axis
   * is one of the mesh, stands once, and a part of it fits; there is a list of axes per dimension.
   *
   * @param type the type of the value, or null when that is not known
   * @param subject how messages call what carries the sharding
   */
  public static List<Diagnostic> check(
      TensorSharding sharding,
      SdyMesh mesh,
      @Nullable TensorType type,
      String subject,
      Location at) {
    ShardingCheck check = new ShardingCheck(mesh, subject, at);
    check.sharding(sharding, type);
    return check.findings;
  }

  private void sharding(TensorSharding sharding, @Nullable TensorType type) {
    if (mesh.isMaximal() && sharding.axes().isEmpty()) {
      return;
    }
    if (type != null && type.rank() != sharding.dims().size()) {
      report(
          ErrorCode.TYPE_MISMATCH,
          "its sharding "
              + sharding
              + " has "
              + sharding.dims().size()
              + " dimensions, the value, a "
              + type
              + ", has "
              + type.rank(),
          "Give a list of axes for each of the " + type.rank() + " dimensions");
      return;
    }
    boolean known = true;
    for (AxisRef ref : sharding.axes()) {
      known &= fits(ref);
    }
    if (!known) {
      return;
    }
    once(sharding.axes());
    for (int d = 0; d < sharding.dims().size(); d++) {
      DimSharding dim = sharding.dims().get(d);
      if (dim.priority() != DimSharding.NO_PRIORITY && !dim.open() && dim.axes().isEmpty()) {
        report(
            ErrorCode.INVALID_SHARDING,
            "dimension " + d + " has the priority " + dim.priority() + ", but nothing to do",
            "A closed dimension with a priority has at least one axis");
      }
      if (type != null && type.dim(d) == 0 && !dim.axes().isEmpty()) {
        report(
            ErrorCode.INVALID_SHARDING,
            "dimension " + d + " of size 0 is tiled along " + AxisRef.text(dim.axes()),
            "Tile no dimension of size 0");
      }
      mergeable(dim.axes());
    }
  }

  private void mergeable(List<AxisRef> axes) {
    for (int i = 1; i < axes.size(); i++) {
      AxisRef outer = axes.get(i - 1);
      AxisRef inner = axes.get(i);
      if (outer.isPart()
          && inner.isPart()
          && outer.axis().equals(inner.axis())
          && outer.before() * outer.size() == inner.before()) {
        SdyMesh.Axis axis = mesh.axis(inner.axis());
        int size = outer.size() * inner.size();
        boolean whole = axis != null && axis.size() == size;
        report(
            ErrorCode.INVALID_SHARDING,
            "the parts " + outer + " and " + inner + " follow each other",
            "Write them as one: "
                + (whole
                    ? AxisRef.of(inner.axis())
                    : new AxisRef(inner.axis(), outer.before(), size)));
      }
    }
  }

  /** Checks that an axis is one of the mesh, and that a part of it is a part. */
  private boolean fits(AxisRef ref) {
    SdyMesh.Axis axis = mesh.axis(ref.axis());
    if (axis == null) {
      report(
          ErrorCode.UNKNOWN_AXIS,
          "the mesh " + mesh + " has no axis \"" + ref.axis() + "\"",
          mesh.axes().isEmpty()
              ? "It has no axes at all"
              : NearestNames.question("", ref.axis(), mesh.names()));
      return false;
    }
    if (!ref.isPart()) {
      return true;
    }
    long reach = (long) ref.before() * ref.size();
    if (ref.before() < 1
        || ref.size() < 2
        || axis.size() % ref.size() != 0
        || axis.size() % Math.max(1, ref.before()) != 0
        || axis.size() % reach != 0) {
      report(
          ErrorCode.INVALID_SHARDING,
          "the part " + ref + " does not fit the axis of size " + axis.size(),
          "In \"x\":(m)k the part has k > 1 devices behind m, and m * k divides the axis");
      return false;
    }
    if (ref.size() == axis.size()) {
      report(
          ErrorCode.INVALID_SHARDING,
          "the part " + ref + " is the whole axis",
          "Write " + AxisRef.of(ref.axis()));
      return false;
    }
    return true;
  }

  private void once(List<AxisRef> axes) {
    Set<String> reported = new HashSet<>();
    for (int i = 0; i < axes.size(); i++) {
      for (int j = 0; j < i; j++) {
        AxisRef one = axes.get(j);
        AxisRef other = axes.get(i);
        if (one.axis().equals(other.axis()) && overlap(one, other) && reported.add(one.axis())) {
          report(
              ErrorCode.AXIS_REUSED,
              one.equals(other)
                  ? "axis " + one + " stands twice in its sharding"
                  : "the parts " + one + " and " + other + " of an axis overlap",
              "An axis tiles one dimension, or none");
        }
      }
    }
  }

  private static boolean overlap(AxisRef one, AxisRef other) {
    if (!one.isPart() || !other.isPart()) {
      return true;
    }
    return one.before() < other.before() * other.size()
        && other.before() < one.before() * one.size();
  }

  private void report(ErrorCode code, String problem, String remedy) {
    findings.add(new Diagnostic(code, subject, problem, remedy, at));
  }
}
