package dev.partir;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packages are the stations that a program passes, in order; each may use only those before it
 * (docs/architecture.md).
 */
final class RoomsTest {
  private static final List<String> STATIONS =
      List.of(
          "ir",
          "array",
          "sdy",
          "op",
          "grad",
          "text",
          "dsl",
          "nn",
          "mesh",
          "schedule",
          "core",
          "spmd",
          "interp");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.partir");

  static List<String> stations() {
    return STATIONS;
  }

  @ParameterizedTest
  @MethodSource("stations")
  void usesOnlyWhatStandsBeforeIt(String station) {
    int index = STATIONS.indexOf(station);
    String[] later =
        STATIONS.subList(index + 1, STATIONS.size()).stream()
            .map(name -> "dev.partir." + name + "..")
            .toArray(String[]::new);
    if (later.length > 0) {
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("dev.partir." + station + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .check(CLASSES);
    }
  }
}
