package dev.partir.op;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the dimensions of the arrays of a convolution mean, in the form {@code [b, 0, 1, f]x[0, 1,
 * i, o]->[b, 0, 1, f]}: batch, spatial dimension 0 and 1, features; of the kernel, input and output
 * features. A dimension {@code ?} means nothing.
 */
final class ConvolutionNumbers {
  private static final Pattern WRITTEN =
      Pattern.compile("\\[([^\\]]*)\\]\\s*x\\s*\\[([^\\]]*)\\]\\s*->\\s*\\[([^\\]]*)\\]");
  private static final Pattern SPELLED =
      Pattern.compile("([a-z_]+)\\s*=\\s*(?:(-?[0-9]+)|\\[([-0-9,\\s]*)\\])");

  private final String[] input;
  private final String[] kernel;
  private final String[] output;

  ConvolutionNumbers(String[] input, String[] kernel, String[] output) {
    this.input = input.clone();
    this.kernel = kernel.clone();
    this.output = output.clone();
  }

  /**
   * Returns the dimension numbers that the text of an attribute {@code #stablehlo.conv<...>} says,
   * or null when it says none. The older form names fields: {@code raw input_batch_dimension = 0,
   * ...}.
   */
  static @Nullable ConvolutionNumbers parse(String text) {
    int open = text.indexOf('<');
    if (open < 0 || !text.substring(0, open).strip().equals("#stablehlo.conv")) {
      return null;
    }
    Matcher written = WRITTEN.matcher(text);
    if (written.find()) {
      return new ConvolutionNumbers(
          words(written.group(1)), words(written.group(2)), words(written.group(3)));
    }
    return spelled(text.substring(open));
  }

  private static String[] words(String list) {
    String[] words = list.isBlank() ? new String[0] : list.split(",", -1);
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].strip();
    }
    return words;
  }

  private static @Nullable ConvolutionNumbers spelled(String text) {
    List<List<String[]>> arrays = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Matcher fields = SPELLED.matcher(text);
    while (fields.find()) {
      String name = fields.group(1);
      int array = name.startsWith("input_") ? 0 : name.startsWith("kernel_") ? 1 : 2;
      String meaning = name.substring(name.indexOf('_') + 1);
      String[] dims = fields.group(2) != null ? words(fields.group(2)) : words(fields.group(3));
      for (int i = 0; i < dims.length; i++) {
        String word =
            switch (meaning) {
              case "batch_dimension" -> "b";
              case "feature_dimension" -> "f";
              case "input_feature_dimension" -> "i";
              case "output_feature_dimension" -> "o";
              case "spatial_dimensions" -> Integer.toString(i);
              default -> "?";
            };
        arrays.get(array).add(new String[] {dims[i], word});
      }
    }
    String[][] all = new String[3][];
    for (int a = 0; a < 3; a++) {
      all[a] = new String[arrays.get(a).size()];
      for (String[] dim : arrays.get(a)) {
        int at = dim[0].length() > 6 ? -1 : Integer.parseInt(dim[0]);
        if (at < 0 || at >= all[a].length) {
          return null;
        }
        all[a][at] = dim[1];
      }
      for (String word : all[a]) {
        if (word == null) {
          return null;
        }
      }
    }
    return all[0].length == 0 ? null : new ConvolutionNumbers(all[0], all[1], all[2]);
  }

  int inputRank() {
    return input.length;
  }

  int kernelRank() {
    return kernel.length;
  }

  int outputRank() {
    return output.length;
  }

  /**
   * Returns the dimensions of the input that are [batch, feature, spatial dimensions]; see dims.
   */
  int @Nullable [] inputDims() {
    return dims(input, "b", "f");
  }

  /** Returns those of the kernel that are [input feature, output feature, spatial dimensions]. */
  int @Nullable [] kernelDims() {
    return dims(kernel, "i", "o");
  }

  /** Returns those of the output that are [batch, feature, spatial dimensions]. */
  int @Nullable [] outputDims() {
    return dims(output, "b", "f");
  }

  /** Returns null unless every meaning is there once and there is no other. */
  private static int @Nullable [] dims(String[] words, String first, String second) {
    int[] dims = new int[words.length];
    for (int meaning = 0; meaning < dims.length; meaning++) {
      String word = meaning == 0 ? first : meaning == 1 ? second : Integer.toString(meaning - 2);
      dims[meaning] = List.of(words).indexOf(word);
      if (dims[meaning] < 0) {
        return null;
      }
    }
    return dims;
  }

  @Override
  public String toString() {
    return text(input) + "x" + text(kernel) + "->" + text(output);
  }

  private static String text(String[] words) {
    return "[" + String.join(", ", words) + "]";
  }
}
