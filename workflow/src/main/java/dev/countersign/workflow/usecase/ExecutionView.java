package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.store.Execution;

/// An execution as answers show it.
final class ExecutionView {

  private ExecutionView() {}

  static JsonObject json(Execution execution) {
    return Json.object()
        .put("id", execution.id().toString())
        .put("proposal_id", execution.proposalId().toString())
        .put("state", execution.state().word())
        .put("phase", execution.phase().word())
        .put("authorized_by", execution.authorizedBy().word())
        .put("handler_version", execution.handlerVersion())
        .put("attempts", execution.attempts())
        .put("before", ShowProposal.unlessErased(execution.before()))
        .put("after", ShowProposal.unlessErased(execution.after()))
        .put("diff", execution.diff())
        .put("duration_micros", execution.duration().toNanos() / 1_000)
        .put("executed_at", execution.executedAt().toString())
        .put("next_attempt_at", execution.dueAt().map(time -> Json.of(time.toString())))
        .put(
            "parked",
            execution
                .parked()
                .map(parked ->
                    Json.object()
                        .put("code", parked.code())
                        .put("at", parked.at().toString())
                        .build()))
        .put(
            "rollback",
            execution
                .undone()
                .map(undone ->
                    Json.object()
                        .put("by", undone.by())
                        .put("at", undone.at().toString())
                        .put("reason", undone.reason())
                        .put("late", undone.late())
                        .build()))
        .put("overdue", execution.overdue())
        .put("outcome_due_at", execution.outcomeDueAt().map(time -> Json.of(time.toString())))
        .put("outcome_url", "/v1/executions/" + execution.id() + "/outcome")
        .build();
  }
}
