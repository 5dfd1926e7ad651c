package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.Task;
import dev.countersign.workflow.TaskState;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.TaskStore;
import java.util.Optional;
import java.util.UUID;

/// Moves a task on, or gives it to somebody. Of two who change it at once the second is told the
/// state it is in.
///
/// Who moves it on holds its role, if it has one, and has had a hand in the case from then on. To
/// assign moves nothing on, so nobody can keep another from approving by giving him work.
public final class ChangeTask {
  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final TaskStore tasks = new TaskStore();
  private final Agreed agreed = new Agreed();
  private final Reactions reactions;

  public ChangeTask(Ledger ledger, Reactions reactions) {
    this.ledger = ledger;
    this.reactions = reactions;
  }

  /// @param version the version that the caller saw
  /// @param assigns whether to assign it, to somebody or to nobody
  public record Request(
      int version, Optional<TaskState> state, boolean assigns, Optional<String> assignedTo) {

    /// The action of the entry that success writes.
    String entry() {
      return state
          .map(to -> to == TaskState.IN_PROGRESS ? "task.started" : "task." + to.word())
          .orElse("task.assigned");
    }
  }

  /// Reads `{version, state?, assigned_to?}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var version = (int) fields.integer("version", 1, Integer.MAX_VALUE);
    var state =
        fields.optionalWord("state", "in_progress", "completed", "failed").map(TaskState::read);
    var assignedTo = Task.actor(fields, "assigned_to");
    boolean nobody = fields.any("assigned_to").filter(JsonNull.class::isInstance).isPresent();
    if (state.isEmpty() && assignedTo.isEmpty() && !nobody) {
      fields.problem("", "nothing_to_change", "must have `state` or `assigned_to`");
    }
    fields.done();
    return new Request(version, state, nobody || assignedTo.isPresent(), assignedTo);
  }

  /// The answer is the task.
  public Recorded change(Call call, UUID caseId, UUID taskId, Request request) {
    return ledger.transact(
        call,
        new Attempt(request.entry(), "task", taskId.toString(), Optional.of(caseId)),
        Rules.APPLY,
        transaction -> change(transaction, caseId, taskId, request));
  }

  private JsonObject change(
      LedgerTransaction transaction, UUID caseId, UUID taskId, Request request) {
    var subject =
        cases
            .lock(transaction.tenant(), caseId)
            .orElseThrow(() -> new Refusal.NotFound("case", caseId.toString()));
    var task =
        tasks
            .read(transaction.tenant(), caseId, taskId)
            .orElseThrow(() -> new Refusal.NotFound("task", taskId.toString()));
    if (request.state().isPresent()) {
      refuseWithoutRole(transaction, task);
      agreed.refuse(transaction, subject);
    }
    if (task.version() != request.version()) {
      throw new Refusal.Conflict(
          "stale_task",
          "task `%s` is %s at version %d, not %d"
              .formatted(taskId, task.state().word(), task.version(), request.version()));
    }
    var changed = changed(transaction, task, request);
    tasks.change(transaction.tenant(), changed);
    record(transaction, task, changed, request.entry());
    ended(changed).ifPresent(kind -> tell(transaction, subject, changed, kind));
    return changed.json();
  }

  private static Optional<CaseEvent.Kind> ended(Task task) {
    return switch (task.state()) {
      case PENDING, IN_PROGRESS -> Optional.empty();
      case COMPLETED -> Optional.of(CaseEvent.Kind.TASK_COMPLETED);
      case FAILED -> Optional.of(CaseEvent.Kind.TASK_FAILED);
    };
  }

  private void tell(LedgerTransaction transaction, Case subject, Task task, CaseEvent.Kind kind) {
    var data =
        Json.object()
            .put("task_id", task.id().toString())
            .put("task_type", task.what().type())
            .build();
    reactions.tell(transaction, subject, NewEvents.What.of(kind, data));
  }

  private static void refuseWithoutRole(LedgerTransaction transaction, Task task) {
    var role = task.what().role();
    if (role.isPresent() && !transaction.principal().roles().contains(role.get())) {
      throw new Refusal.Forbidden("role_missing", "the task is for the role `" + role.get() + "`");
    }
  }

  private static Task changed(LedgerTransaction transaction, Task task, Request request) {
    var assignee = request.assigns() ? request.assignedTo() : task.assignedTo();
    return request
        .state()
        .map(to -> task.moved(to, assignee, transaction.principal().actor(), transaction.now()))
        .orElseGet(() -> task.assigned(assignee, transaction.now()));
  }

  static void record(LedgerTransaction transaction, Task before, Task after, String entry) {
    transaction.record(
        entry,
        "task",
        after.id().toString(),
        after.caseId(),
        Json.object()
            .put("case_id", after.caseId().toString())
            .put("type", after.what().type())
            .put("was", before.state().word())
            .put("state", after.state().word())
            .put("version", after.version())
            .put("assigned_to", after.assignedTo().map(Json::of))
            .build());
  }
}
