package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseState;
import dev.countersign.workflow.Task;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.SlaStore;
import dev.countersign.workflow.store.TaskStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Shows the cases.
public final class ShowCases {
  /// As many as a page of anything.
  private static final int TASKS_SHOWN = Page.MOST;

  private final TenantTransactions transactions;
  private final Clock clock;
  private final SlaStore slas = new SlaStore();
  private final CaseStore cases = new CaseStore();
  private final TaskStore tasks = new TaskStore();

  public ShowCases(TenantTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /// A case with its newest tasks; all of them are a list.
  public JsonObject one(Principal principal, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            shown(transaction, List.of(read(transaction, id)))
                .getFirst()
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

  /// Which cases are asked for, as a caller says it.
  ///
  /// @param overdue only those that have stayed in their queue for too long
  public record Wanted(
      Optional<String> workflow,
      Optional<String> reference,
      Optional<String> queue,
      Optional<CaseState> state,
      Optional<String> site,
      boolean overdue) {

    CaseStore.Filter at(Instant now) {
      return new CaseStore.Filter(
          workflow, reference, queue, state, site, overdue ? Optional.of(now) : Optional.empty());
    }
  }

  public JsonObject list(Principal principal, Wanted wanted, Page page) {
    return list(principal, wanted.at(clock.instant()), page);
  }

  /// Newest first.
  public JsonObject list(Principal principal, CaseStore.Filter filter, Page page) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var found = cases.page(transaction, filter, page.before(), page.toRead());
          return page.json(
              "cases",
              shown(transaction, found),
              Function.identity(),
              shown -> UUID.fromString(shown.text("case_id").orElseThrow()));
        });
  }

  /// Cases with the time that they have.
  private List<JsonObject> shown(TenantTransaction transaction, List<Case> found) {
    var timers = slas.of(transaction, found.stream().map(Case::id).toList());
    var now = clock.instant();
    return found.stream()
        .map(subject -> {
          var timer = Optional.ofNullable(timers.get(subject.id()));
          return timer
              .map(running ->
                  subject
                      .json()
                      .with("sla_due_at", Json.of(running.dueAt().toString()))
                      .with("overdue", Json.of(running.overdue(now))))
              .orElseGet(subject::json);
        })
        .toList();
  }
}
