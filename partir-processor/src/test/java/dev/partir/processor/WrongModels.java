package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static dev.partir.processor.Models.IMPORTS;

import com.google.testing.compile.Compilation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/**
 * Compiles wrong models, beside a class that uses their plan, and says what the compiler must say.
 * A {@code §} in a source marks where an error begins.
 */
final class WrongModels {
  private static final String USE =
      """
      package demo;

      final class Use {
        static Object use() {
          return java.util.List.of(
              MPlan.schedule(), MPlan.trace(), MPlan.partition(), MPlan.plan(), MPlan.MESH);
        }
      }
      """;

  static final String MP = "@Shard(tactic = \"MP\", dim = \"hidden\", axis = \"model\")";

  /** A right second parameter. */
  static final String UP = "@Dims(\"embed=512, hidden=2048\") " + MP + " Tensor up";

  private WrongModels() {}

  /** Says that the errors of a model are these and no others, at its marks in their order. */
  static void assertErrors(String marked, String... messages) {
    assertErrorsWith("", marked, messages);
  }

  static void assertErrorsWith(String options, String marked, String... messages) {
    assertErrorsWith(options, marked, true, messages);
  }

  /** As above; where the plan has other members than {@link #USE} uses, without that. */
  static void assertErrorsWith(String options, String marked, boolean used, String... messages) {
    List<String> expected = new ArrayList<>();
    var text = new StringBuilder();
    long line = 1;
    long column = 1;
    for (int i = 0; i < marked.length(); i++) {
      char c = marked.charAt(i);
      if (c == '§') {
        String message = expected.size() < messages.length ? messages[expected.size()] : "none";
        expected.add(line + ":" + column + ": " + message);
        continue;
      }
      text.append(c);
      column = c == '\n' ? 1 : column + 1;
      line = c == '\n' ? line + 1 : line;
    }
    JavaFileObject model = Models.source("demo.M", text.toString());
    Compilation compilation =
        used
            ? Models.compile(options, model, Models.source("demo.Use", USE))
            : Models.compile(options, model);
    List<String> actual =
        compilation.errors().stream()
            .sorted(
                Comparator.comparingLong(Diagnostic<? extends JavaFileObject>::getLineNumber)
                    .thenComparingLong(Diagnostic::getColumnNumber))
            .map(e -> e.getLineNumber() + ":" + e.getColumnNumber() + ": " + e.getMessage(null))
            .toList();
    assertThat(actual).containsExactlyElementsIn(expected).inOrder();
  }

  /** A model on a mesh of batch=4, model=2 with tactics BP and MP, given what its type holds. */
  static String model(String body) {
    return IMPORTS
        + """
        @Partitioned(
            mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
            tactics = {"BP", "MP"})
        final class M {
        """
        + body
        + "}\n";
  }

  /** A model method whose first parameter is complete, given its second. */
  static String method(String parameter) {
    return model(
        """
          static Tensor forward(
              @Dims("rows=1024, embed=512") @Shard(tactic = "BP", dim = "rows", axis = "batch")
              Tensor x,
        """
            + parameter
            + ") {\n    return x;\n  }\n");
  }

  /** The right model, with annotations before its method. */
  static String annotated(String annotations) {
    return method(UP).replace("  static Tensor forward", annotations + "  static Tensor forward");
  }
}
