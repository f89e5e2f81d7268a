package dev.partir.sdy;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sharding as GSPMD writes it (arXiv 2105.04663, section 3.1): how many tiles each dimension has,
 * and which device has each. It names no axes; what is told here is how far apart the devices of
 * each dimension stand.
 *
 * @param dims one list of spans per dimension, outermost first; none for what is not tiled
 * @param manual the spans along which each device has something of its own
 * @param devices the number of devices; 0 where the text does not say
 */
public record GspmdSharding(
    Kind kind, List<List<AxisSpan>> dims, List<AxisSpan> manual, int devices) {
  private static final Pattern LIST = Pattern.compile("devices=\\[([0-9, ]+)\\]");
  private static final Pattern IOTA = Pattern.compile("<=\\[([0-9, ]+)\\](?:T\\(([0-9, ]+)\\))?");
  private static final Pattern EXPLICIT = Pattern.compile("^\\s*([0-9]+(?:,[0-9]+)*)");
  private static final Pattern LAST = Pattern.compile("last_tile_dims=\\{([^}]*)\\}");

  /** What the text says. */
  public enum Kind {
    /** Every device has all of it. */
    REPLICATED,
    /** One device has it. */
    MAXIMAL,
    /** It is a device's own part already, along all axes. */
    MANUAL,
    /** It is tiled. */
    TILED,
    /** Nothing is known. */
    UNKNOWN
  }

  /**
   * Reads a sharding such as {@code {devices=[4,1,2]<=[8] last_tile_dim_replicate}}, or several in
   * braces for an operation of several results.
   *
   * @throws PartirException SYNTAX when the text is something else, UNSUPPORTED when its devices
   *     stand in an order that is no transposition
   */
  public static List<GspmdSharding> parse(String text, Location at) {
    String inner = text.strip();
    if (!inner.startsWith("{") || !inner.endsWith("}")) {
      throw malformed(text, at);
    }
    inner = inner.substring(1, inner.length() - 1).strip();
    if (!inner.startsWith("{")) {
      return List.of(one(inner, text, at));
    }
    List<GspmdSharding> all = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      if (c == '{' && depth++ == 0) {
        from = i + 1;
      } else if (c == '}' && --depth == 0) {
        all.add(one(inner.substring(from, i).strip(), text, at));
      }
    }
    return all;
  }

  private static GspmdSharding one(String words, String text, Location at) {
    if (words.startsWith("replicated")) {
      return new GspmdSharding(Kind.REPLICATED, List.of(), List.of(), 0);
    }
    if (words.startsWith("maximal")) {
      return new GspmdSharding(Kind.MAXIMAL, List.of(), List.of(), 0);
    }
    if (words.startsWith("manual")) {
      return new GspmdSharding(Kind.MANUAL, List.of(), List.of(), 0);
    }
    if (words.startsWith("unknown")) {
      return new GspmdSharding(Kind.UNKNOWN, List.of(), List.of(), 0);
    }
    Matcher list = LIST.matcher(words);
    if (!list.lookingAt()) {
      throw malformed(text, at);
    }
    int[] tiles = numbers(list.group(1), text, at);
    String rest = words.substring(list.end());
    List<AxisSpan> order = order(rest, tiles, text, at);
    List<String> last = new ArrayList<>();
    Matcher types = LAST.matcher(rest);
    if (types.find()) {
      for (String type : types.group(1).split(",", -1)) {
        last.add(type.strip());
      }
    } else if (rest.contains("last_tile_dim_replicate")) {
      last.add("replicated");
    }
    int rank = tiles.length - last.size();
    List<List<AxisSpan>> dims = new ArrayList<>();
    List<AxisSpan> manual = new ArrayList<>();
    int places = product(tiles);
    int from = places;
    for (int t = 0; t < tiles.length; t++) {
      from /= tiles[t];
      List<AxisSpan> spans;
      try {
        spans = DeviceOrder.cut(order, from, tiles[t]);
      } catch (IllegalArgumentException uneven) {
        throw untold(text, at);
      }
      if (t < rank) {
        dims.add(spans);
      } else if (last.get(t - rank).equals("manual")) {
        manual.addAll(spans);
      }
    }
    return new GspmdSharding(Kind.TILED, List.copyOf(dims), List.copyOf(manual), places);
  }

  /** Returns the digits of a tile's number as strides of devices, slowest first. */
  private static List<AxisSpan> order(String rest, int[] tiles, String text, Location at) {
    Matcher iota = IOTA.matcher(rest);
    if (iota.lookingAt()) {
      int[] sizes = numbers(iota.group(1), text, at);
      if (product(sizes) != product(tiles)) {
        throw malformed(text, at);
      }
      int[] strides = new int[sizes.length];
      int stride = 1;
      for (int i = sizes.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= sizes[i];
      }
      @Nullable String transposed = iota.group(2);
      int[] places = transposed == null ? null : numbers(transposed, text, at);
      List<AxisSpan> digits = new ArrayList<>();
      for (int i = 0; i < sizes.length; i++) {
        int source = places == null ? i : i < places.length ? places[i] : sizes.length;
        if (source >= sizes.length) {
          throw malformed(text, at);
        }
        digits.add(new AxisSpan(strides[source], sizes[source]));
      }
      return DeviceOrder.merged(digits);
    }
    Matcher explicit = EXPLICIT.matcher(rest);
    if (!explicit.find()) {
      throw malformed(text, at);
    }
    int[] ids = numbers(explicit.group(1), text, at);
    List<AxisSpan> digits = ids.length == product(tiles) ? DeviceOrder.digits(ids) : null;
    if (ids.length != product(tiles)) {
      throw malformed(text, at);
    }
    if (digits == null) {
      throw untold(text, at);
    }
    return digits;
  }

  private static int[] numbers(String list, String text, Location at) {
    String[] words = list.split(",", -1);
    int[] numbers = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      String word = words[i].strip();
      if (word.isEmpty() || word.length() > 9) {
        throw malformed(text, at);
      }
      numbers[i] = Integer.parseInt(word);
    }
    return numbers;
  }

  private static int product(int[] numbers) {
    long product = 1;
    for (int number : numbers) {
      product = Math.min(Integer.MAX_VALUE, product * number);
    }
    return (int) product;
  }

  private static PartirException malformed(String text, Location at) {
    return new PartirException(
        new Diagnostic(
            ErrorCode.SYNTAX,
            "mhlo.sharding",
            "\"" + text + "\" is no sharding of GSPMD",
            "Write it as in {devices=[4,1,2]<=[8] last_tile_dim_replicate} or {replicated}",
            at));
  }

  private static PartirException untold(String text, Location at) {
    return new PartirException(
        new Diagnostic(
            ErrorCode.UNSUPPORTED,
            "mhlo.sharding",
            "the devices of \"" + text + "\" stand in an order that no axes of a mesh have",
            "Use a transposition of an array of all devices, as in <=[4,2]T(1,0)",
            at));
  }
}
