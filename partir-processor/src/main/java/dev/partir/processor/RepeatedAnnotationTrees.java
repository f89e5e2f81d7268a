package dev.partir.processor;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.List;
import java.util.Map;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages on annotations that are repeated. The compiler wraps those into a container that is
 * nowhere in the source, and its own messager then only finds the annotated element. The syntax
 * tree knows better. It is asked for positions alone, never for what a model means, so that the
 * processor does the same where there is no tree, as in Eclipse.
 */
final class RepeatedAnnotationTrees {
  private final Trees trees;

  private RepeatedAnnotationTrees(Trees trees) {
    this.trees = trees;
  }

  /** Returns the trees of the compiler, or null where it has none to give. */
  static @Nullable RepeatedAnnotationTrees of(ProcessingEnvironment environment) {
    try {
      return new RepeatedAnnotationTrees(Trees.instance(environment));
    } catch (IllegalArgumentException | LinkageError e) {
      // Another compiler, or a wrapped environment: positions are then those of elements.
      return null;
    }
  }

  /**
   * Prints a message if it belongs to a repeated annotation that the tree has; else does nothing.
   */
  boolean print(Diagnostic.Kind kind, String message, Place place) {
    TreePath path = place.annotation() == null ? null : trees.getPath(place.element());
    Tree tree = path == null ? null : find(path.getLeaf(), place);
    if (path == null || tree == null) {
      return false;
    }
    trees.printMessage(kind, message, tree, path.getCompilationUnit());
    return true;
  }

  /** Returns the tree of a repeated annotation on a declaration, or of a value of one. */
  static @Nullable Tree find(Tree declaration, Place place) {
    for (AnnotationMirror mirror : place.element().getAnnotationMirrors()) {
      String name = AnnotationView.nameOf(mirror);
      if (!name.endsWith("." + AnnotationNames.REPEATED)) {
        continue;
      }
      String repeated = name.substring(0, name.length() - AnnotationNames.REPEATED.length() - 1);
      String simple = repeated.substring(repeated.lastIndexOf('.') + 1);
      AnnotationValue several = mirror.getElementValues().values().iterator().next();
      int position = 0;
      for (AnnotationTree tree : annotations(declaration)) {
        if (simpleName(tree).equals(simple)) {
          Object one = ((AnnotationValue) ((List<?>) several.getValue()).get(position)).getValue();
          Tree found = find(tree, (AnnotationMirror) one, place);
          if (found != null) {
            return found;
          }
          position++;
        }
      }
    }
    return null;
  }

  private static List<? extends AnnotationTree> annotations(Tree declaration) {
    ModifiersTree modifiers = null;
    if (declaration instanceof VariableTree variable) {
      modifiers = variable.getModifiers();
    } else if (declaration instanceof MethodTree method) {
      modifiers = method.getModifiers();
    } else if (declaration instanceof ClassTree type) {
      modifiers = type.getModifiers();
    }
    return modifiers == null ? List.of() : modifiers.getAnnotations();
  }

  private static String simpleName(AnnotationTree tree) {
    String name = tree.getAnnotationType().toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Walks an annotation and its tree side by side, to the annotation or value that is wanted. */
  private static @Nullable Tree find(AnnotationTree tree, AnnotationMirror mirror, Place place) {
    if (mirror.equals(place.annotation()) && place.value() == null) {
      return tree;
    }
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        mirror.getElementValues().entrySet()) {
      ExpressionTree argument = argument(tree, entry.getKey().getSimpleName().toString());
      Tree found = argument == null ? null : find(argument, entry.getValue(), place);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable Tree find(ExpressionTree tree, AnnotationValue value, Place place) {
    if (value.equals(place.value())) {
      return tree;
    }
    if (value.getValue() instanceof AnnotationMirror mirror) {
      return tree instanceof AnnotationTree annotation ? find(annotation, mirror, place) : null;
    }
    if (!(value.getValue() instanceof List<?> values)) {
      return null;
    }
    List<? extends ExpressionTree> elements =
        tree instanceof NewArrayTree array ? array.getInitializers() : List.of(tree);
    for (int i = 0; i < Math.min(values.size(), elements.size()); i++) {
      Tree found = find(elements.get(i), (AnnotationValue) values.get(i), place);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable ExpressionTree argument(AnnotationTree tree, String member) {
    for (ExpressionTree argument : tree.getArguments()) {
      if (argument instanceof AssignmentTree assignment
          && assignment.getVariable() instanceof IdentifierTree name) {
        if (name.getName().contentEquals(member)) {
          return assignment.getExpression();
        }
      } else if (member.equals("value")) {
        return argument;
      }
    }
    return null;
  }
}
