package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.OutcomeStore;
import java.util.UUID;

/// Shows executions with what came of them, and those that wait for a person.
public final class ShowExecutions {
  private final TenantTransactions transactions;
  private final ExecutionStore executions = new ExecutionStore();
  private final OutcomeStore outcomes = new OutcomeStore();

  public ShowExecutions(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  public JsonObject one(Principal principal, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var execution =
              executions
                  .read(transaction, id)
                  .orElseThrow(() -> new Refusal.NotFound("execution", id.toString()));
          return ExecutionView.json(execution)
              .with(
                  "outcomes",
                  Json.array(
                      outcomes.all(transaction, id).list().stream()
                          .map(ReportOutcome::view)
                          .toList()));
        });
  }

  /// The dead letters: what waits for a person, newest first.
  public JsonObject parked(Principal principal, Page page) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> executions.parked(transaction, page.before(), page.toRead()));
    return page.json("executions", found, ExecutionView::json, Execution::id);
  }
}
