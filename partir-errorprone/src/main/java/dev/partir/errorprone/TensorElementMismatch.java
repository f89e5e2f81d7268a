package dev.partir.errorprone;

import com.google.auto.service.AutoService;
import com.google.errorprone.BugPattern;
import com.google.errorprone.bugpatterns.BugChecker;

/** Operations on element types that differ. */
@AutoService(BugChecker.class)
@BugPattern(
    summary = "Two tensors are combined whose element types differ",
    severity = BugPattern.SeverityLevel.ERROR,
    linkType = BugPattern.LinkType.CUSTOM,
    link = "docs/bugpatterns/TensorElementMismatch.md")
public final class TensorElementMismatch extends ShapeCheck {

  /** For Error Prone, which finds the check as a service. */
  public TensorElementMismatch() {
    super(Mismatch.Kind.ELEMENT);
  }
}
