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
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.Queue;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Opens a case of a workflow's latest version.
public final class OpenCase {
  private static final int LONGEST = 100;

  /// As many as a transition may open.
  private static final int MOST_TASKS = 20;

  private final Ledger ledger;
  private final Reactions reactions;
  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final NewTasks tasks = new NewTasks();
  private final SlaTimers slas = new SlaTimers();

  public OpenCase(Ledger ledger, Reactions reactions) {
    this.ledger = ledger;
    this.reactions = reactions;
  }

  /// What is asked for.
  ///
  /// @param reference unique in the workflow; the case's id if none is given
  /// @param site where the case belongs; the caller's own if none is given
  /// @param queue the workflow's first if none is given
  /// @param tasks what there is to do from the start
  public record Request(
      String workflow,
      Optional<String> reference,
      Optional<String> site,
      Optional<String> queue,
      JsonObject attributes,
      List<OpenTask.Request> tasks,
      Optional<Instant> occurredAt) {

    public Request {
      tasks = List.copyOf(tasks);
    }

    /// One with nothing to do from the start.
    public Request(
        String workflow,
        Optional<String> reference,
        Optional<String> site,
        Optional<String> queue,
        JsonObject attributes,
        Optional<Instant> occurredAt) {
      this(workflow, reference, site, queue, attributes, List.of(), occurredAt);
    }
  }

  /// Throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var workflow = fields.string("workflow", 1, LONGEST);
    var reference = fields.optionalString("reference", 1, LONGEST);
    var site = fields.optionalString("site", 1, LONGEST);
    var queue = fields.optionalString("queue", 1, LONGEST);
    var attributes = Case.kept(fields, "attributes");
    var tasks = new ArrayList<OpenTask.Request>();
    for (var task : fields.nestedList("tasks", MOST_TASKS)) {
      OpenTask.read(task).ifPresent(tasks::add);
      task.closed();
    }
    var occurredAt = profile.occurredAt(fields);
    fields.done();
    return new Request(workflow, reference, site, queue, attributes, tasks, occurredAt);
  }

  /// The answer is the case, as rules left it.
  public Recorded open(Call call, Request request) {
    HeldRoles.check(request.tasks().stream().map(OpenTask.Request::template).toList(), "/tasks/");
    return ledger.transact(
        call,
        new Attempt("case.opened", "workflow", request.workflow()),
        Rules.APPLY,
        transaction -> open(transaction, request));
  }

  JsonObject open(LedgerTransaction transaction, Request request) {
    var definition =
        definitions
            .latest(transaction.tenant(), request.workflow())
            .orElseThrow(() -> new Refusal.NotFound("workflow", request.workflow()))
            .definition();
    var queue = request.queue().orElse(definition.firstQueue().name());
    if (definition.queue(queue).isEmpty()) {
      throw new Refusal.Conflict(
          "unknown_queue",
          "the workflow `%s` has no queue `%s`".formatted(definition.key(), queue));
    }
    if (!definition.startsIn(queue)) {
      throw new Refusal.Conflict(
          "not_a_start",
          "cases of `%s` are not opened in the queue `%s`, but in: %s"
              .formatted(
                  definition.key(),
                  queue,
                  definition.queues().stream()
                      .map(Queue::name)
                      .filter(definition::startsIn)
                      .collect(Collectors.joining(", "))));
    }
    var objections = definition.objections(request.attributes(), "/attributes");
    if (!objections.isEmpty()) {
      throw new Refusal.Invalid(objections);
    }
    var id = transaction.newId();
    var opened =
        new Case(
            id,
            request.reference().orElse(id.toString()),
            request.site().orElse(transaction.principal().site()),
            definition.key(),
            definition.version(),
            queue,
            definition.stateIn(queue),
            1,
            request.attributes(),
            transaction.now());
    if (!cases.add(
        transaction.tenant(), opened, transaction.principal().actor(), request.occurredAt())) {
      throw new Refusal.Conflict(
          "reference_taken",
          "the workflow `%s` has a case `%s` already"
              .formatted(definition.key(), opened.reference()));
    }
    transaction.record(
        "case.opened",
        "case",
        id.toString(),
        id,
        Json.object()
            .put("reference", opened.reference())
            .put("workflow", opened.workflow())
            .put("workflow_version", opened.workflowVersion())
            .put("site", opened.site())
            .put("queue", opened.queue())
            .put("occurred_at", request.occurredAt().map(time -> Json.of(time.toString())))
            .build());
    slas.restart(transaction, opened, definition, transaction.now());
    for (var task : request.tasks()) {
      tasks.open(transaction, id, task.template(), task.assignedTo());
    }
    var what =
        new NewEvents.What(
            CaseEvent.Kind.OPENED.type(),
            Json.object().put("queue", queue).build(),
            request.occurredAt(),
            0);
    return reactions.tell(transaction, opened, what).json();
  }
}
