package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Task;
import dev.countersign.workflow.TaskTemplate;
import dev.countersign.workflow.store.TaskStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Opens tasks of a case that is locked, each with its entry. A title is what somebody wrote, so it
/// stays out of the entry.
final class NewTasks {
  private final TaskStore tasks = new TaskStore();

  Task open(
      LedgerTransaction transaction,
      UUID caseId,
      TaskTemplate template,
      Optional<String> assignedTo) {
    var task = task(transaction, caseId, template, assignedTo);
    tasks.add(transaction.tenant(), task);
    record(transaction, task, Optional.empty());
    return task;
  }

  /// What a transition opens, in its order, once for each proposal.
  void open(LedgerTransaction transaction, UUID caseId, List<TaskTemplate> opens, UUID proposalId) {
    for (int i = 0; i < opens.size(); i++) {
      var task = task(transaction, caseId, opens.get(i), Optional.empty());
      tasks.addOfProposal(transaction.tenant(), task, proposalId, i);
      record(transaction, task, Optional.of(proposalId));
    }
  }

  /// What an execution opened that was taken back: nobody has to do it any more.
  void close(LedgerTransaction transaction, UUID proposalId) {
    for (var task : tasks.openOfProposal(transaction.tenant(), proposalId)) {
      var closed = task.calledOff(transaction.now());
      tasks.change(transaction.tenant(), closed);
      transaction.record(
          "task.failed",
          "task",
          task.id().toString(),
          task.caseId(),
          Json.object()
              .put("case_id", task.caseId().toString())
              .put("type", task.what().type())
              .put("was", task.state().word())
              .put("state", closed.state().word())
              .put("version", closed.version())
              .put("proposal_id", proposalId.toString())
              .build());
    }
  }

  private Task task(
      LedgerTransaction transaction,
      UUID caseId,
      TaskTemplate template,
      Optional<String> assignedTo) {
    return Task.opened(
        transaction.newId(),
        caseId,
        tasks.next(transaction.tenant(), caseId),
        template,
        assignedTo,
        transaction.principal().actor(),
        transaction.now());
  }

  private static void record(LedgerTransaction transaction, Task task, Optional<UUID> proposalId) {
    transaction.record(
        "task.opened",
        "task",
        task.id().toString(),
        task.caseId(),
        Json.object()
            .put("case_id", task.caseId().toString())
            .put("type", task.what().type())
            .put("role", task.what().role().map(Json::of))
            .put("assigned_to", task.assignedTo().map(Json::of))
            .put("proposal_id", proposalId.map(id -> Json.of(id.toString())))
            .build());
  }
}
