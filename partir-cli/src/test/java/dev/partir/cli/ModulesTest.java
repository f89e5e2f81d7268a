package dev.partir.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * Modules depend downward only, and what runs inside a compiler stays light (docs/architecture.md).
 */
final class ModulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.partir");

  private static final String[] RUNTIME = {
    "dev.partir.ir..", "dev.partir.array..", "dev.partir.op..", "dev.partir.text..",
    "dev.partir.dsl..", "dev.partir.mesh..", "dev.partir.schedule..", "dev.partir.core..",
    "dev.partir.spmd..", "dev.partir.interp.."
  };

  @Test
  void theRuntimeKnowsNoHardwareAndNoCommandLine() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAnyPackage(RUNTIME)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.partir.sim..", "dev.partir.cli..")
        .check(CLASSES);
  }

  @Test
  void theSimulatorKnowsNoCommandLine() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("dev.partir.sim..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.partir.cli..")
        .check(CLASSES);
  }

  @Test
  void pricesKnowNoReportsAndNoSearch() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAnyPackage("dev.partir.sim.cost..", "dev.partir.sim.profile..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.partir.sim.report..", "dev.partir.sim.search..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineAndTheBuildStepReadJson() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackages("dev.partir.cli..", "dev.partir.build..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.gson..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineParsesOptions() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage("dev.partir.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "dev.partir.cli..")
        .check(CLASSES);
  }
}
