package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseState;
import dev.countersign.workflow.Task;
import dev.countersign.workflow.TaskTemplate;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.TaskStore;
import java.util.Optional;
import java.util.UUID;

/// Gives somebody something to do for a case. The case's version stays, so what was proposed for it
/// is not outlived by a task.
public final class OpenTask {
  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final TaskStore tasks = new TaskStore();
  private final NewTasks created = new NewTasks();

  public OpenTask(Ledger ledger) {
    this.ledger = ledger;
  }

  /// @param assignedTo the actor who is to do it
  public record Request(TaskTemplate template, Optional<String> assignedTo) {}

  /// Reads `{type, title?, role?, due_seconds?, assigned_to?}`; throws `Refusal.Invalid` with every
  /// problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var request = read(fields);
    fields.done();
    return request.orElseThrow();
  }

  /// Empty if it has a problem, which is noted.
  static Optional<Request> read(Fields fields) {
    var template = TaskTemplate.read(fields);
    var assignedTo = Task.actor(fields, "assigned_to");
    return template.map(known -> new Request(known, assignedTo));
  }

  /// The answer is the task.
  public Recorded open(Call call, UUID caseId, Request request) {
    HeldRoles.check(request.template(), "");
    return ledger.transact(
        call,
        new Attempt("task.opened", "case", caseId.toString(), Optional.of(caseId)),
        Rules.APPLY,
        transaction -> open(transaction, caseId, request));
  }

  private JsonObject open(LedgerTransaction transaction, UUID caseId, Request request) {
    var subject =
        cases
            .lock(transaction.tenant(), caseId)
            .orElseThrow(() -> new Refusal.NotFound("case", caseId.toString()));
    refuse(transaction, tasks, subject);
    return created.open(transaction, caseId, request.template(), request.assignedTo()).json();
  }

  /// Refuses a task of a case that has ended, or that has too many.
  static void refuse(LedgerTransaction transaction, TaskStore tasks, Case subject) {
    if (subject.state() != CaseState.OPEN && subject.state() != CaseState.HELD) {
      throw new Refusal.Conflict(
          "case_not_open", "case `%s` is %s".formatted(subject.id(), subject.state().word()));
    }
    if (tasks.open(transaction.tenant(), subject.id()) >= Task.MOST_OPEN) {
      throw new Refusal.Conflict(
          "too_many_tasks", "a case has at most " + Task.MOST_OPEN + " open tasks");
    }
  }
}
