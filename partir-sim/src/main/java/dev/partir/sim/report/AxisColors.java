package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import java.util.List;
import java.util.Locale;

/**
 * The colours of a mesh: every axis has a hue, every place along it a lightness. A device mixes the
 * colours of its places; a block of a value mixes those of the axes that tile it, so that blocks
 * look like the devices that hold them. Mixing takes the mean of hues, the darker the heavier, for
 * the mean of red, green and blue would be grey for most pairs.
 */
final class AxisColors {
  private static final int[] HUES = {214, 340, 150, 38, 276, 186, 12, 90};
  private static final double SATURATION = 0.68;
  private static final double LIGHTEST = 0.86;
  private static final double DARKEST = 0.5;

  private final List<MeshAxis> axes;

  AxisColors(List<MeshAxis> axes) {
    this.axes = axes;
  }

  /** A colour; red, green and blue from 0 to 1. */
  record Rgb(double red, double green, double blue) {
    private static final Rgb NEUTRAL = new Rgb(0.78, 0.79, 0.81);

    /** Returns the spelling in CSS. */
    String css() {
      return String.format(
          Locale.ROOT,
          "#%02x%02x%02x",
          Math.round(red * 255),
          Math.round(green * 255),
          Math.round(blue * 255));
    }

    /** Returns a colour that can be read on this one. */
    String ink() {
      // Relative luminance by the weights of sRGB, without its gamma: enough for two choices.
      return 0.299 * red + 0.587 * green + 0.114 * blue > 0.52 ? "#16181d" : "#ffffff";
    }
  }

  /** Returns the index of the axis of that name. */
  int indexOf(String name) {
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no axis " + name + " in " + axes);
  }

  /** Returns the colour of the axis as a whole. */
  Rgb axis(int axis) {
    return hsl(HUES[axis % HUES.length], SATURATION, 0.55);
  }

  /**
   * Returns the mean colour of places along axes; grey when there are none.
   *
   * @param coordinates for each axis of the mesh the place along it, or -1 for any
   */
  Rgb at(int[] coordinates) {
    double x = 0;
    double y = 0;
    double lightness = 0;
    int count = 0;
    for (int axis = 0; axis < coordinates.length; axis++) {
      if (coordinates[axis] >= 0) {
        double light = lightness(axis, coordinates[axis]);
        double angle = Math.toRadians(HUES[axis % HUES.length]);
        x += (1 - light) * Math.cos(angle);
        y += (1 - light) * Math.sin(angle);
        lightness += light;
        count++;
      }
    }
    if (count == 0) {
      return Rgb.NEUTRAL;
    }
    double hue = (Math.toDegrees(Math.atan2(y, x)) + 360) % 360;
    return hsl(hue, SATURATION, lightness / count);
  }

  private double lightness(int axis, int coordinate) {
    int size = axes.get(axis).size();
    double along = size == 1 ? 0.5 : (double) coordinate / (size - 1);
    return LIGHTEST + along * (DARKEST - LIGHTEST);
  }

  /** Returns a colour by hue in degrees, saturation and lightness (CSS Color 4, section 7). */
  private static Rgb hsl(double hue, double saturation, double lightness) {
    return new Rgb(
        channel(0, hue, saturation, lightness),
        channel(8, hue, saturation, lightness),
        channel(4, hue, saturation, lightness));
  }

  private static double channel(int n, double hue, double saturation, double lightness) {
    double k = (n + hue / 30) % 12;
    double a = saturation * Math.min(lightness, 1 - lightness);
    return lightness - a * Math.max(-1, Math.min(Math.min(k - 3, 9 - k), 1));
  }
}
