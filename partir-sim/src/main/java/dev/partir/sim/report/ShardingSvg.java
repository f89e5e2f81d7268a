package dev.partir.sim.report;

import dev.partir.core.CoreProgram;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.mesh.Sharding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The picture of how one value is cut into blocks, as an SVG file that stands by itself. */
public final class ShardingSvg {
  private static final int TITLE = 36;
  private static final String STYLE =
      "text { font-family: sans-serif; font-size: 10px; } .label { fill: #5b6270; font-size: 11px; }"
          + " .behind { fill: #eceef2; stroke: #5b6270; stroke-opacity: 0.45; stroke-width: 0.7; }";

  private ShardingSvg() {}

  /**
   * Draws a value of a program.
   *
   * @param slot the slot that its uses read
   * @param name what to write above it
   * @throws IllegalArgumentException when it is not a tensor
   */
  public static String of(CoreProgram program, int slot, String name) {
    TensorType type = program.graph().type(slot);
    if (type == null) {
      throw new IllegalArgumentException(name + " is not a tensor");
    }
    Sharding sharding = program.sharding(slot);
    Mesh mesh = program.mesh();
    TensorType local = sharding.localType(type, mesh);
    List<List<String>> axes = new ArrayList<>();
    for (int d = 0; d < type.rank(); d++) {
      axes.add(Arrays.stream(sharding.dim(d)).mapToObj(mesh::name).toList());
    }
    var value =
        new PlanReport.ValueRow(
            name,
            type.element().text(),
            Arrays.stream(type.dims()).boxed().toList(),
            Arrays.stream(local.dims()).boxed().toList(),
            axes,
            type.byteCount(),
            local.byteCount());
    int height = ShardingPicture.HEIGHT + TITLE;
    Html svg = new Html();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "role",
        "img",
        "aria-label",
        "blocks of " + name,
        "width",
        Integer.toString(2 * ShardingPicture.WIDTH),
        "viewBox",
        "0 0 " + ShardingPicture.WIDTH + " " + height);
    svg.element("style", STYLE);
    svg.element("text", name + ": " + type.shapeText(), "class", "label", "x", "2", "y", "12");
    svg.element("text", sharding.text(mesh), "class", "label", "x", "2", "y", "27");
    svg.open("g", "transform", "translate(0 " + TITLE + ")");
    ShardingPicture.draw(svg, value, slowestFirst(mesh));
    svg.close();
    svg.close();
    return svg.toString();
  }

  /** Returns the axes of a mesh, sub-axes too, the slowest first, as pictures number devices. */
  static List<MeshAxis> slowestFirst(Mesh mesh) {
    List<MeshAxis> axes = new ArrayList<>();
    int[] fastestFirst = mesh.fastestFirst();
    for (int i = fastestFirst.length - 1; i >= 0; i--) {
      axes.add(mesh.axes().get(fastestFirst[i]));
    }
    return axes;
  }
}
