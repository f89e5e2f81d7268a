package dev.partir.errorprone;

import com.google.auto.service.AutoService;
import com.google.errorprone.BugPattern;
import com.google.errorprone.bugpatterns.BugChecker;

/** Elementwise operations on shapes that do not broadcast. */
@AutoService(BugChecker.class)
@BugPattern(
    summary = "Two tensors are combined whose shapes do not broadcast",
    severity = BugPattern.SeverityLevel.ERROR,
    linkType = BugPattern.LinkType.CUSTOM,
    link = "docs/bugpatterns/TensorBroadcastMismatch.md")
public final class TensorBroadcastMismatch extends ShapeCheck {

  /** For Error Prone, which finds the check as a service. */
  public TensorBroadcastMismatch() {
    super(Mismatch.Kind.BROADCAST);
  }
}
