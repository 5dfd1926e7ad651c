package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Task;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.TaskStore;
import java.util.Optional;
import java.util.UUID;

/// Shows the cases.
public final class ShowCases {
  /// As many as a page of anything.
  private static final int TASKS_SHOWN = Page.MOST;

  private final TenantTransactions transactions;
  private final CaseStore cases = new CaseStore();
  private final TaskStore tasks = new TaskStore();

  public ShowCases(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  /// A case with its newest tasks; all of them are a list.
  public JsonObject one(Principal principal, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            read(transaction, id)
                .json()
                .with("open_tasks", Json.of(tasks.open(transaction, id)))
                .with(
                    "tasks",
                    Json.array(
                        tasks.page(transaction, id, Optional.empty(), TASKS_SHOWN).stream()
                            .map(Task::json)
                            .toList())));
  }

  /// The tasks of a case, newest first.
  public JsonObject tasks(Principal principal, UUID id, Page page) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          read(transaction, id);
          return page.json(
              "tasks",
              tasks.page(transaction, id, page.before(), page.toRead()),
              Task::json,
              Task::id);
        });
  }

  private Case read(TenantTransaction transaction, UUID id) {
    return cases
        .read(transaction, id)
        .orElseThrow(() -> new Refusal.NotFound("case", id.toString()));
  }

  /// Newest first.
  public JsonObject list(Principal principal, CaseStore.Filter filter, Page page) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> cases.page(transaction, filter, page.before(), page.toRead()));
    return page.json("cases", found, Case::json, Case::id);
  }
}
