package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import java.util.Arrays;
import java.util.List;

/**
 * Draws a mesh: the last axis to the right, the one before it downwards, all others as sheets
 * beside each other. Every device has its number and the colour of its place. Of long axes the
 * middle is left out.
 */
final class MeshPicture {
  private static final int MOST_ACROSS = 8;
  private static final int MOST_SHEETS = 4;
  private static final int WIDTH = 46;
  private static final int HEIGHT = 30;
  private static final int SPACE = 4;
  private static final int LEFT = 64;
  private static final int TOP = 44;

  private final Html html;
  private final List<MeshAxis> axes;
  private final AxisColors colors;

  private MeshPicture(Html html, List<MeshAxis> axes) {
    this.html = html;
    this.axes = axes;
    colors = new AxisColors(axes);
  }

  static void draw(Html html, List<MeshAxis> axes) {
    new MeshPicture(html, axes).draw();
  }

  private void draw() {
    int rank = axes.size();
    int[] across = Elision.of(axes.get(rank - 1).size(), MOST_ACROSS);
    int[] down = rank < 2 ? new int[] {0} : Elision.of(axes.get(rank - 2).size(), MOST_ACROSS);
    int sheetCount = 1;
    for (int axis = 0; axis < rank - 2; axis++) {
      sheetCount *= axes.get(axis).size();
    }
    int[] sheets = Elision.of(sheetCount, MOST_SHEETS);
    int sheetWidth = LEFT + across.length * (WIDTH + SPACE) + 12;
    int width = sheets.length * sheetWidth;
    int height = TOP + down.length * (HEIGHT + SPACE) + 4;
    html.open(
        "svg",
        "class",
        "mesh",
        "role",
        "img",
        "aria-label",
        "the mesh",
        "viewBox",
        "0 0 " + width + " " + height,
        "width",
        Integer.toString(width),
        "height",
        Integer.toString(height));
    for (int i = 0; i < sheets.length; i++) {
      if (sheets[i] == Elision.GAP) {
        label(i * sheetWidth + sheetWidth / 2, height / 2, "middle", "…");
      } else {
        sheet(i * sheetWidth, sheets[i], across, down);
      }
    }
    html.close();
  }

  private void sheet(int left, int sheet, int[] across, int[] down) {
    int rank = axes.size();
    int[] coordinates = new int[rank];
    int rest = sheet;
    for (int axis = rank - 3; axis >= 0; axis--) {
      coordinates[axis] = rest % axes.get(axis).size();
      rest /= axes.get(axis).size();
    }
    int middle = left + LEFT + across.length * (WIDTH + SPACE) / 2;
    label(middle, 13, "middle", heading(coordinates) + axes.get(rank - 1).name() + " →");
    if (rank > 1) {
      label(left + LEFT - 10, TOP - 8, "end", axes.get(rank - 2).name() + " ↓");
    }
    for (int column = 0; column < across.length; column++) {
      int x = left + LEFT + column * (WIDTH + SPACE);
      label(x + WIDTH / 2, TOP - 8, "middle", text(across[column]));
      for (int row = 0; row < down.length; row++) {
        int y = TOP + row * (HEIGHT + SPACE);
        if (column == 0 && rank > 1) {
          label(left + LEFT - 10, y + HEIGHT / 2 + 4, "end", text(down[row]));
        }
        if (across[column] == Elision.GAP || down[row] == Elision.GAP) {
          label(x + WIDTH / 2, y + HEIGHT / 2 + 4, "middle", "·");
        } else {
          coordinates[rank - 1] = across[column];
          if (rank > 1) {
            coordinates[rank - 2] = down[row];
          }
          device(x, y, coordinates);
        }
      }
    }
  }

  private String heading(int[] coordinates) {
    var heading = new StringBuilder();
    for (int axis = 0; axis < axes.size() - 2; axis++) {
      heading.append(axes.get(axis).name()).append(' ').append(coordinates[axis]).append(", ");
    }
    return heading.toString();
  }

  private void device(int x, int y, int[] coordinates) {
    long number = 0;
    for (int axis = 0; axis < coordinates.length; axis++) {
      number = number * axes.get(axis).size() + coordinates[axis];
    }
    AxisColors.Rgb color = colors.at(coordinates);
    html.open("g");
    html.element("title", "device " + number + " at " + Arrays.toString(coordinates));
    html.leaf(
        "rect",
        "class",
        "device",
        "x",
        Integer.toString(x),
        "y",
        Integer.toString(y),
        "width",
        Integer.toString(WIDTH),
        "height",
        Integer.toString(HEIGHT),
        "rx",
        "5",
        "fill",
        color.css());
    html.element(
        "text",
        Long.toString(number),
        "x",
        Integer.toString(x + WIDTH / 2),
        "y",
        Integer.toString(y + HEIGHT / 2 + 4),
        "text-anchor",
        "middle",
        "fill",
        color.ink());
    html.close();
  }

  private static String text(int place) {
    return place == Elision.GAP ? "…" : Integer.toString(place);
  }

  private void label(int x, int y, String anchor, String text) {
    html.element(
        "text",
        text,
        "class",
        "label",
        "x",
        Integer.toString(x),
        "y",
        Integer.toString(y),
        "text-anchor",
        anchor);
  }
}
