package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No text whatever is answered with anything but a program or diagnostics with a place. */
final class MutationTest {
  private static final String[] PIECES = {
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "\"",
    "%",
    "%0",
    "#",
    "!",
    "@",
    "^bb0",
    "->",
    ":",
    "::",
    ",",
    "=",
    "-",
    "0x",
    "-1",
    "99999999999999999999",
    "tensor<",
    "dense<",
    "loc(",
    "#loc1",
    "\\",
    "//",
    "{-#",
    "#-}",
    "?",
    "x",
    "*",
    "\n",
    "\0",
    "\uD800",
    "\u00E9",
    "tensor<2x3xf32>",
    "tensor<999999999999x99999999999xf32>",
    "dense<[[",
    "%0:2",
    "%0#1",
    "%0#99999999999",
    "func.func",
    "\"func.func\"",
    "module",
    "stablehlo.add",
    "\"stablehlo.constant\"()",
    "complex<",
    "tuple<",
    "((((",
    "[[[[[[",
    "{a=",
    "<{",
    "dense<\"0x",
    "array<i64: ",
    "@\"",
    "loc(fused<",
    "callsite(",
    "1.0e",
    "e999",
    "0x7F800000",
    " : ",
    "stablehlo.return",
    "return",
    "^bb1:",
    "applies",
    "{dim = -5 : i64}",
    "[-1]",
    "[9223372036854775807]",
    "-9223372036854775808",
    "xi1>",
    "xi2>",
    "xui4>",
    "xbf16>",
    "\n#loc = loc(#loc)\n",
    "\n// -----\n"
  };

  /**
   * Returns short programs: those of the corpus, one that has a bit of everything, and the
   * functions of one with operations of every sort.
   */
  private static List<String> seeds() {
    List<String> seeds = new ArrayList<>();
    List<String> functions =
        Pattern.compile("^(?=  func\\.func)", Pattern.MULTILINE)
            .splitAsStream(Programs.operations())
            .toList();
    for (int i = 0; i < 30; i++) {
      seeds.add(Programs.everything());
      for (int f = 1; f < functions.size(); f++) {
        String end = f == functions.size() - 1 ? "" : "}\n";
        seeds.add(functions.get(0) + functions.get(f) + end);
      }
    }
    for (var file : Corpus.files()) {
      String text = Corpus.read(file);
      if (text.length() < 8_000) {
        seeds.add(text);
      }
    }
    return seeds;
  }

  private static void check(long seed, int mutants) {
    List<String> seeds = seeds();
    var random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < mutants; i++) {
      String text = mutate(seeds.get(random.nextInt(seeds.size())), random);
      if (accepts(text, "mutant " + i + " of seed " + seed)) {
        accepted++;
      }
    }
    assertThat(accepted).isGreaterThan(0);
  }

  private static boolean accepts(String text, String name) {
    Module module;
    try {
      module = MlirParser.parse("mutant.mlir", text);
    } catch (PartirException refusal) {
      for (Diagnostic diagnostic : refusal.diagnostics()) {
        assertWithMessage("%s: %s", name, diagnostic)
            .that(diagnostic.location().hasPosition())
            .isTrue();
        assertThat(SourceExcerpt.of(diagnostic, text)).startsWith(diagnostic.toString());
        // What the parser says of an exception of a verifier: it should have looked first.
        assertWithMessage("%s:\n%s", name, text)
            .that(diagnostic.toString())
            .doesNotContainMatch("make no sense \\(|could not be read \\(");
      }
      return false;
    } catch (RuntimeException | Error failure) {
      throw new AssertionError(name + ":\n" + text, failure);
    }
    try {
      Programs.assertRoundTrip(name, module);
    } catch (RuntimeException refusal) {
      throw new AssertionError(name + ", as it is printed:\n" + text, refusal);
    }
    return true;
  }

  private static String mutate(String seed, Random random) {
    var text = new StringBuilder(seed);
    for (int edits = 1 + random.nextInt(3); edits > 0 && text.length() > 10; edits--) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + 1 + random.nextInt(8));
      String piece = PIECES[random.nextInt(PIECES.length)];
      switch (random.nextInt(10)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(from, piece);
        case 2 -> text.replace(from, to, piece);
        case 3 -> text.insert(random.nextInt(text.length()), text.substring(from, to));
        case 4 -> text.setCharAt(from, (char) (32 + random.nextInt(95)));
        case 5 -> text.insert(from, piece.repeat(random.nextInt(300)));
        case 6 -> text.setLength(random.nextInt(20) == 0 ? from : text.length());
        case 7 -> line(text, from, random.nextBoolean());
        default -> digit(text, from, random);
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, int from, boolean twice) {
    int start = text.lastIndexOf("\n", from);
    int end = text.indexOf("\n", from + 1);
    if (start >= 0 && end > start) {
      if (twice) {
        text.insert(end, text.substring(start, end));
      } else {
        text.delete(start, end);
      }
    }
  }

  private static void digit(StringBuilder text, int from, Random random) {
    for (int p = from; p < text.length(); p++) {
      if (Character.isDigit(text.charAt(p))) {
        text.setCharAt(p, (char) ('0' + random.nextInt(10)));
        return;
      }
    }
  }

  @Test
  void mutantsAreReadOrRefused() {
    Corpus.folder();
    assertTimeoutPreemptively(Duration.ofMinutes(2), () -> check(20261123, 20_000));
  }

  @Test
  @Tag("nightly")
  void aMillionMutantsAreReadOrRefused() {
    Corpus.folder();
    for (int part = 0; part < 50; part++) {
      int seed = part;
      assertTimeoutPreemptively(Duration.ofMinutes(10), () -> check(seed, 20_000));
    }
  }

  @Test
  void everyPrefixIsReadOrRefused() {
    String text = Programs.everything();
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (int end = 0; end < text.length(); end++) {
            accepts(text.substring(0, end), "prefix of " + end + " characters");
          }
        });
  }
}
