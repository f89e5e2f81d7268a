package dev.partir.processor;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/** Finds the lines that models are declared in, for tools that tell of them after the compiler. */
final class SourcePlaces {
  private final Elements elements;
  private final @Nullable Trees trees;

  SourcePlaces(ProcessingEnvironment environment) {
    elements = environment.getElementUtils();
    Trees found;
    try {
      found = Trees.instance(environment);
    } catch (IllegalArgumentException | LinkageError e) {
      found = null; // Another compiler, or a wrapped environment.
    }
    trees = found;
  }

  /**
   * A place in a file.
   *
   * @param file the folders of the package and the name of the file, with slashes
   */
  record SourcePlace(String file, long line, long column) {}

  /** Returns where something stands; null where the compiler cannot tell. */
  @Nullable SourcePlace of(Place place) {
    TreePath path = trees == null ? null : trees.getPath(place.element());
    if (trees == null || path == null || isStub(place.element())) {
      return null;
    }
    Tree tree = tree(trees, place, path);
    CompilationUnitTree unit = path.getCompilationUnit();
    long position = trees.getSourcePositions().getStartPosition(unit, tree);
    String folder =
        elements.getPackageOf(place.element()).getQualifiedName().toString().replace('.', '/');
    String file = unit.getSourceFile().getName().replace('\\', '/');
    return new SourcePlace(
        (folder.isEmpty() ? "" : folder + "/") + file.substring(file.lastIndexOf('/') + 1),
        unit.getLineMap().getLineNumber(position),
        unit.getLineMap().getColumnNumber(position));
  }

  private static Tree tree(Trees trees, Place place, TreePath path) {
    AnnotationMirror annotation = place.annotation();
    if (annotation == null) {
      return path.getLeaf();
    }
    Tree repeated = RepeatedAnnotationTrees.find(path.getLeaf(), place);
    Tree tree = repeated != null ? repeated : trees.getTree(place.element(), annotation);
    return tree != null ? tree : path.getLeaf();
  }

  /** Whether kapt made the source: its lines are not those of the user's file. */
  private static boolean isStub(Element element) {
    for (Element e = element; e != null; e = e.getEnclosingElement()) {
      for (AnnotationMirror annotation : e.getAnnotationMirrors()) {
        if (AnnotationView.nameOf(annotation).equals("kotlin.Metadata")) {
          return true;
        }
      }
    }
    return false;
  }
}
