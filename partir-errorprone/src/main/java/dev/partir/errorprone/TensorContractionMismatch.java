package dev.partir.errorprone;

import com.google.auto.service.AutoService;
import com.google.errorprone.BugPattern;
import com.google.errorprone.bugpatterns.BugChecker;

/** Contractions of sizes that differ. */
@AutoService(BugChecker.class)
@BugPattern(
    summary = "Two tensors are contracted along dimensions of different sizes",
    severity = BugPattern.SeverityLevel.ERROR,
    linkType = BugPattern.LinkType.CUSTOM,
    link = "docs/bugpatterns/TensorContractionMismatch.md")
public final class TensorContractionMismatch extends ShapeCheck {

  /** For Error Prone, which finds the check as a service. */
  public TensorContractionMismatch() {
    super(Mismatch.Kind.CONTRACTION);
  }
}
