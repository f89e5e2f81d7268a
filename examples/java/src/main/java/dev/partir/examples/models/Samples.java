package dev.partir.examples.models;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What the models are trained on in small: real data that comes with them. */
public final class Samples {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz ,.-\n";

  private Samples() {}

  /**
   * Returns a batch of texts and of the same one letter later: (batch, length) of i32 each, from 0
   * to 31.
   */
  public static List<HostArray> texts(int batch, int length) {
    String text = read("address.txt").toLowerCase(Locale.ROOT);
    TensorType type = TensorType.of(ElementType.I32, batch, length);
    HostArray tokens = HostArray.zeros(type);
    HostArray targets = HostArray.zeros(type);
    for (int i = 0; i < batch * length; i++) {
      tokens.setLong(i, letter(text.charAt(i)));
      targets.setLong(i, letter(text.charAt(i + 1)));
    }
    return List.of(tokens, targets);
  }

  private static int letter(char c) {
    int known = LETTERS.indexOf(c);
    return known < 0 ? LETTERS.length() : known;
  }

  /** Returns handwritten digits: (batch, 8, 8, 1) of f32, from -1 to 1. */
  public static HostArray digits(int batch) {
    String[] lines = read("digits.txt").split("\n", -1);
    HostArray images = HostArray.zeros(TensorType.of(ElementType.F32, batch, 8, 8, 1));
    for (int i = 0; i < images.length(); i++) {
      images.set(i, Character.digit(lines[i / 64].charAt(i % 64), 17) / 8.0 - 1);
    }
    return images;
  }

  /**
   * A club whose members were friends, and which split in two.
   *
   * @param members (members, 1) of f32: zeros, for nothing else is known of them
   * @param meetings (edges, 1) of f32: how much two friends met
   * @param from (edges) of i32: one of the friends
   * @param to (edges) of i32: the other; every friendship stands twice. The last edges are of
   *     nobody, which makes their number a multiple of eight
   * @param parts (members, 2) of f32: 1 for the part with which each went
   */
  public record Club(
      HostArray members, HostArray meetings, HostArray from, HostArray to, HostArray parts) {}

  /** Returns the karate club of Zachary (1977). */
  public static Club club() {
    String[] lines = read("club.txt").strip().split("\n", -1);
    String[] sides = lines[0].split(" ", -1);
    int known = lines.length - 1;
    int edges = (known + 7) / 8 * 8;
    HostArray meetings = HostArray.zeros(TensorType.of(ElementType.F32, edges, 1));
    HostArray from = HostArray.zeros(TensorType.of(ElementType.I32, edges));
    HostArray to = HostArray.zeros(TensorType.of(ElementType.I32, edges));
    for (int i = 0; i < known; i++) {
      String[] words = lines[i + 1].split(" ", -1);
      from.setLong(i, Long.parseLong(words[0]));
      to.setLong(i, Long.parseLong(words[1]));
      meetings.set(i, Double.parseDouble(words[2]));
    }
    for (int i = known; i < edges; i++) {
      from.setLong(i, sides.length);
      to.setLong(i, sides.length);
    }
    HostArray parts = HostArray.zeros(TensorType.of(ElementType.F32, sides.length, 2));
    for (int i = 0; i < sides.length; i++) {
      parts.set(2 * i + Integer.parseInt(sides[i]), 1);
    }
    TensorType members = TensorType.of(ElementType.F32, sides.length, 1);
    return new Club(HostArray.zeros(members), meetings, from, to, parts);
  }

  private static String read(String name) {
    try (InputStream in = Samples.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not beside the models");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
