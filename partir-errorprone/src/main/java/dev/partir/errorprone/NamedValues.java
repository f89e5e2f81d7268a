package dev.partir.errorprone;

import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.TreeScanner;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/**
 * The names that a method gives to values, itself or through methods of the same compilation unit.
 * Where it calls other code, that code may give any name.
 */
final class NamedValues extends TreeScanner<@Nullable Void, @Nullable Void> {
  private final UnitShapes unit;
  private final Set<String> names = new HashSet<>();
  private final Set<MethodSymbol> seen = new HashSet<>();
  private final Deque<MethodTree> open = new ArrayDeque<>();
  private boolean any;

  private NamedValues(UnitShapes unit) {
    this.unit = unit;
  }

  static NamedValues of(MethodTree method, UnitShapes unit) {
    NamedValues values = new NamedValues(unit);
    for (MethodTree next = method; next != null; next = values.open.poll()) {
      values.scan(next.getBody(), null);
    }
    return values;
  }

  /** Whether certainly no value gets a name; a pattern may stand for any. */
  boolean lacks(String name) {
    return !any && !name.contains("*") && !names.contains(name);
  }

  @Override
  public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
    MethodSymbol method = ASTHelpers.getSymbol(tree);
    if (Tensors.isNaming(method)) {
      String name = ASTHelpers.constValue(tree.getArguments().get(0), String.class);
      any |= name == null;
      if (name != null) {
        names.add(name);
      }
    } else {
      follow(method);
    }
    return super.visitMethodInvocation(tree, null);
  }

  @Override
  public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void unused) {
    MethodSymbol method = ASTHelpers.getSymbol(tree);
    any |= Tensors.isNaming(method);
    follow(method);
    return super.visitMemberReference(tree, null);
  }

  @Override
  public @Nullable Void visitNewClass(NewClassTree tree, @Nullable Void unused) {
    follow(ASTHelpers.getSymbol(tree));
    return super.visitNewClass(tree, null);
  }

  private void follow(MethodSymbol method) {
    MethodTree tree = unit.method(method);
    if (tree != null && unit.follows(method)) {
      if (seen.add(method)) {
        open.add(tree);
      }
    } else if (!givesNoNames(method)) {
      any = true;
    }
  }

  /** Whether a method that is not followed is known to leave names alone. */
  private static boolean givesNoNames(MethodSymbol method) {
    String owner = method.owner.getQualifiedName().toString();
    return Tensors.isOperation(method)
        || owner.startsWith("java.")
        || owner.startsWith("dev.partir.ir.")
        || owner.startsWith("dev.partir.array.")
        || Declared.component(method) != null
        || (method.isConstructor() && method.owner.getKind() == ElementKind.RECORD);
  }
}
