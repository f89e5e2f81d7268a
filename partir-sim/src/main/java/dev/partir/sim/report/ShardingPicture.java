package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import dev.partir.sim.report.PlanReport.ValueRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws how a value is cut into blocks: the last dimension to the right, the one before it
 * downwards, all others as sheets side by side. Every block has the colour of its devices and,
 * where there is room, their numbers. Of many blocks the middle ones are left out; sheets that lie
 * behind the one drawn, for want of a tiling, are hinted at by their edges.
 */
final class ShardingPicture {
  static final int WIDTH = 200;
  static final int HEIGHT = 132;

  private static final int MOST_ACROSS = 8;
  private static final int FEW_ACROSS = 5;
  private static final int MOST_SHEETS = 3;
  private static final double GAP = 2;
  private static final double DEPTH = 5;
  private static final double BETWEEN = 10;

  /** A block is drawn at least this wide and high, whatever the shape of the value. */
  private static final double LEAST = 12;

  private static final double SCALAR = 44;
  private static final double ROW = 30;

  private final Html html;
  private final ValueRow value;
  private final List<MeshAxis> axes;
  private final AxisColors colors;

  private ShardingPicture(Html html, ValueRow value, List<MeshAxis> axes) {
    this.html = html;
    this.value = value;
    this.axes = axes;
    colors = new AxisColors(axes);
  }

  /** Draws into an area of {@link #WIDTH} by {@link #HEIGHT}. */
  static void draw(Html html, ValueRow value, List<MeshAxis> axes) {
    new ShardingPicture(html, value, axes).draw();
  }

  /** Returns the number of blocks of a dimension; 1 for a dimension that is not there. */
  private int blocks(int dim) {
    int count = 1;
    if (dim >= 0) {
      for (String axis : value.axes().get(dim)) {
        count *= axes.get(colors.indexOf(axis)).size();
      }
    }
    return count;
  }

  private double size(int dim) {
    return dim >= 0 ? Math.max(1, value.dims().get(dim)) : 1;
  }

  private void draw() {
    int rank = value.dims().size();
    int sheetCount = 1;
    double behind = 1;
    for (int dim = 0; dim < rank - 2; dim++) {
      sheetCount *= blocks(dim);
      behind *= size(dim) / blocks(dim);
    }
    int[] sheets = Elision.of(sheetCount, MOST_SHEETS);
    double depth = behind > 1 ? DEPTH : 0;
    double room = (WIDTH - 4.0 - BETWEEN * (sheets.length - 1)) / sheets.length - 2 * depth;
    double tall = HEIGHT - 4.0 - 2 * depth;
    double aspect = Math.max(0.4, Math.min(3.2, size(rank - 1) / size(rank - 2)));
    double width = Math.min(room, tall * aspect);
    double height = width / aspect;
    if (rank == 0) {
      width = SCALAR;
      height = SCALAR;
    } else if (rank == 1) {
      width = room;
      height = ROW;
    }
    int[] across = Elision.of(blocks(rank - 1), sheets.length > 1 ? FEW_ACROSS : MOST_ACROSS);
    int[] down = Elision.of(blocks(rank - 2), sheets.length > 1 ? FEW_ACROSS : MOST_ACROSS);
    width = Math.min(room, Math.max(width, across.length * LEAST));
    height = Math.min(tall, Math.max(height, down.length * LEAST));
    double all = sheets.length * (width + 2 * depth) + BETWEEN * (sheets.length - 1);
    double left = (WIDTH - all) / 2;
    double top = (HEIGHT - height - 2 * depth) / 2 + 2 * depth;
    for (int i = 0; i < sheets.length; i++) {
      double x = left + i * (width + 2 * depth + BETWEEN);
      if (sheets[i] == Elision.GAP) {
        mark(x + width / 2, top + height / 2, "…");
        continue;
      }
      if (depth > 0) {
        edges(x, top, width, height);
      }
      sheet(sheets[i], across, down, x, top, width, height);
    }
  }

  private void edges(double x, double y, double width, double height) {
    for (int back = 2; back > 0; back--) {
      html.leaf(
          "rect",
          "class",
          "behind",
          "x",
          at(x + back * DEPTH),
          "y",
          at(y - back * DEPTH),
          "width",
          at(width),
          "height",
          at(height),
          "rx",
          "2");
    }
  }

  private void sheet(
      int sheet, int[] across, int[] down, double left, double top, double width, double height) {
    int rank = value.dims().size();
    int[] block = new int[rank];
    int rest = sheet;
    for (int dim = rank - 3; dim >= 0; dim--) {
      block[dim] = rest % blocks(dim);
      rest /= blocks(dim);
    }
    double cellWidth = (width - GAP * (across.length - 1)) / across.length;
    double cellHeight = (height - GAP * (down.length - 1)) / down.length;
    for (int row = 0; row < down.length; row++) {
      for (int column = 0; column < across.length; column++) {
        double x = left + column * (cellWidth + GAP);
        double y = top + row * (cellHeight + GAP);
        if (across[column] == Elision.GAP || down[row] == Elision.GAP) {
          mark(x + cellWidth / 2, y + cellHeight / 2, "·");
          continue;
        }
        if (rank > 0) {
          block[rank - 1] = across[column];
        }
        if (rank > 1) {
          block[rank - 2] = down[row];
        }
        cell(block, x, y, cellWidth, cellHeight);
      }
    }
  }

  private void cell(int[] block, double x, double y, double width, double height) {
    int[] coordinates = coordinates(block);
    AxisColors.Rgb color = colors.at(coordinates);
    html.open("g");
    html.element("title", tooltip(block, coordinates));
    html.leaf(
        "rect",
        "class",
        "block",
        "x",
        at(x),
        "y",
        at(y),
        "width",
        at(width),
        "height",
        at(height),
        "rx",
        "2",
        "fill",
        color.css());
    String label = label(coordinates, (int) (width / 6.4));
    if (!label.isEmpty() && height >= 11) {
      html.element(
          "text",
          label,
          "x",
          at(x + width / 2),
          "y",
          at(y + height / 2 + 3.5),
          "text-anchor",
          "middle",
          "fill",
          color.ink());
    }
    html.close();
  }

  /** Returns for each axis of the mesh where along it the devices of a block are; -1 for all. */
  private int[] coordinates(int[] block) {
    int[] coordinates = new int[axes.size()];
    Arrays.fill(coordinates, -1);
    for (int dim = 0; dim < block.length; dim++) {
      int rest = block[dim];
      List<String> names = value.axes().get(dim);
      for (int i = names.size() - 1; i >= 0; i--) {
        int axis = colors.indexOf(names.get(i));
        coordinates[axis] = rest % axes.get(axis).size();
        rest /= axes.get(axis).size();
      }
    }
    return coordinates;
  }

  private String tooltip(int[] block, int[] coordinates) {
    List<String> parts = new ArrayList<>();
    for (int dim = 0; dim < block.length; dim++) {
      long size = value.localDims().get(dim);
      parts.add(block[dim] * size + ":" + (block[dim] + 1) * size);
    }
    List<String> places = new ArrayList<>();
    for (int axis = 0; axis < coordinates.length; axis++) {
      if (coordinates[axis] >= 0) {
        places.add(axes.get(axis).name() + "=" + coordinates[axis]);
      }
    }
    return parts
        + " on "
        + (places.isEmpty() ? "every device" : "devices with " + String.join(", ", places));
  }

  /** Returns the numbers of the devices of a block as far as there is room; empty for none. */
  private String label(int[] coordinates, int room) {
    if (Arrays.stream(coordinates).allMatch(c -> c < 0)) {
      return room >= 3 ? "all" : "";
    }
    long first = 0;
    long last = 0;
    long count = 1;
    for (int axis = 0; axis < coordinates.length; axis++) {
      int size = axes.get(axis).size();
      boolean any = coordinates[axis] < 0;
      first = first * size + (any ? 0 : coordinates[axis]);
      last = last * size + (any ? size - 1 : coordinates[axis]);
      count *= any ? size : 1;
    }
    String separator = last - first + 1 == count ? (count == 2 ? "," : "–") : "…";
    String label = count == 1 ? Long.toString(first) : first + separator + last;
    return label.length() <= room ? label : "";
  }

  private void mark(double x, double y, String text) {
    html.element(
        "text", text, "class", "label", "x", at(x), "y", at(y + 4), "text-anchor", "middle");
  }

  private static String at(double position) {
    String text = Double.toString(Math.round(position * 10) / 10.0);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
