package dev.partir.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** Takes the version from the jar's manifest, so that it is written down in one place only. */
final class PartirVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    @Nullable String version = Partir.class.getPackage().getImplementationVersion();
    return new String[] {
      "partir " + (version == null ? "(unpackaged)" : version),
      "Java " + Runtime.version() + ", " + System.getProperty("java.vendor")
    };
  }
}
