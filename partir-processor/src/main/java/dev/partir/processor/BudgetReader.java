package dev.partir.processor;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.PartirException;
import dev.partir.processor.DeclaredModel.DeclaredBudget;
import dev.partir.schedule.Budget;

/** Reads what a step of a model may take. */
final class BudgetReader {
  private BudgetReader() {}

  static DeclaredBudget read(AnnotationView budget, Reporter reporter, String name) {
    Budget limits = Budget.NONE;
    String member = "memory";
    try {
      if (!budget.string("memory").isBlank()) {
        limits = limits.memory(budget.string("memory"));
      }
      member = "collectivesPerStep";
      if (budget.has(member)) {
        limits = limits.collectives(budget.number(member)).checked();
      }
      member = "stepMillis";
      if (budget.has(member)) {
        limits = limits.millis(budget.real(member)).checked();
      }
    } catch (PartirException e) {
      Diagnostic found = e.diagnostics().get(0);
      reporter.error(budget.place(member), found.code(), name, found.problem(), found.remedy());
    }
    return new DeclaredBudget(limits, budget);
  }
}
