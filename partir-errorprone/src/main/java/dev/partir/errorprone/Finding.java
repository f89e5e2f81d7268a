package dev.partir.errorprone;

import com.sun.source.tree.Tree;

/**
 * Shapes that do not fit.
 *
 * @param at the call or the {@code return}
 * @param where what is given in the calls that lead to it, empty if that does not matter
 */
record Finding(Tree at, Mismatch mismatch, String where) {

  String message() {
    return mismatch.problem() + ". " + mismatch.remedy() + "." + where;
  }
}
