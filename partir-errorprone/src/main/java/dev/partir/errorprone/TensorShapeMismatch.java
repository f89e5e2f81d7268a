package dev.partir.errorprone;

import com.google.auto.service.AutoService;
import com.google.errorprone.BugPattern;
import com.google.errorprone.bugpatterns.BugChecker;

/** Sizes, dimension numbers and declared shapes that do not fit. */
@AutoService(BugChecker.class)
@BugPattern(
    summary = "A tensor has not the shape that its use needs",
    severity = BugPattern.SeverityLevel.ERROR,
    linkType = BugPattern.LinkType.CUSTOM,
    link = "docs/bugpatterns/TensorShapeMismatch.md")
public final class TensorShapeMismatch extends ShapeCheck {

  /** For Error Prone, which finds the check as a service. */
  public TensorShapeMismatch() {
    super(Mismatch.Kind.SHAPE);
  }
}
