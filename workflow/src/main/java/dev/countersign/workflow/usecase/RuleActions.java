package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.RuleAction;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.ProposalStore;
import dev.countersign.workflow.store.TaskStore;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;

/// Does what a rule says, with the rule as the actor, to a case that is locked. Refuses what can't
/// be done; whoever called undoes what was begun.
final class RuleActions {
  /// More at once would be a workload, not a reaction.
  private static final int MOST_ASSIGNED = 20;

  private final Proposing proposing;
  private final Holding holding;
  private final NewTasks created = new NewTasks();
  private final TaskStore tasks = new TaskStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

  RuleActions(Proposing proposing, TrustScopes scopes) {
    this.proposing = proposing;
    this.holding = new Holding(scopes);
  }

  /// What was done.
  ///
  /// @param made a task or a proposal
  /// @param subject the case as it is now
  record Done(Optional<UUID> made, Case subject) {}

  Done act(LedgerTransaction transaction, Case subject, CaseEvent event, CaseRule rule) {
    return switch (rule.action()) {
      case RuleAction.OpenTask(var template, var assignedTo) -> {
        OpenTask.refuse(transaction, tasks, subject);
        var task = created.open(transaction, subject.id(), template, assignedTo);
        yield new Done(Optional.of(task.id()), subject);
      }
      case RuleAction.AssignTasks(var type, var to) -> {
        assign(transaction, subject, type, to);
        yield new Done(Optional.empty(), subject);
      }
      case RuleAction.Hold() ->
          new Done(Optional.empty(), holding.hold(transaction, subject, Optional.of(event.id())));
      case RuleAction.Escalate() -> {
        escalate(transaction, subject);
        yield new Done(Optional.empty(), subject);
      }
      case RuleAction.Notify(var topic) -> {
        notify(transaction, event, rule, topic);
        yield new Done(Optional.empty(), subject);
      }
      case RuleAction.Propose(var action) -> {
        refuseDeep(event);
        var request =
            new ProposalRequest(
                subject.id(),
                subject.version(),
                action,
                Prediction.NONE,
                Json.object().put("event_id", event.id().toString()).build(),
                Optional.of(rule.author()),
                Optional.empty(),
                event.occurredAt());
        var proposed = proposing.propose(transaction, request, Optional.of(rule.conditionBy()));
        yield new Done(proposed.text("proposal_id").map(UUID::fromString), subject);
      }
    };
  }

  private void assign(LedgerTransaction transaction, Case subject, String type, String to) {
    var others =
        tasks.openOf(transaction.tenant(), subject.id(), type, MOST_ASSIGNED).stream()
            .filter(task -> !task.assignedTo().equals(Optional.of(to)))
            .toList();
    if (others.isEmpty()) {
      throw new Refusal.Conflict("nothing_to_assign", "the case has no such task for him");
    }
    for (var task : others) {
      var assigned = task.assigned(Optional.of(to), transaction.now());
      tasks.change(transaction.tenant(), assigned);
      ChangeTask.record(transaction, task, assigned, "task.assigned");
    }
  }

  /// What waits for people of a transition that names whom to ask next.
  private void escalate(LedgerTransaction transaction, Case subject) {
    var escalated = new ArrayList<UUID>();
    for (var live : proposals.lockLive(transaction.tenant(), subject.id())) {
      approvals
          .lockOfProposal(transaction.tenant(), live.id())
          .filter(request -> request.state() == ApprovalState.PENDING)
          .filter(request -> !request.escalated() && request.escalatesAt().isPresent())
          .ifPresent(request -> {
            EscalateApprovals.escalate(transaction, approvals, request, Optional.of(subject.id()));
            escalated.add(request.id());
          });
    }
    if (escalated.isEmpty()) {
      throw new Refusal.Conflict("nothing_to_escalate", "nothing waits that could be escalated");
    }
  }

  private static void notify(
      LedgerTransaction transaction, CaseEvent event, CaseRule rule, String topic) {
    transaction.record(
        "rule.notified",
        "case",
        event.caseId().toString(),
        event.caseId(),
        Json.object()
            .put("topic", topic)
            .put("rule_id", rule.id().toString())
            .put("event_id", event.id().toString())
            .put("event_type", event.type())
            .build());
  }

  private static void refuseDeep(CaseEvent event) {
    if (event.depth() >= CaseRule.DEEPEST) {
      throw new Refusal.Conflict(
          "too_deep", CaseRule.DEEPEST + " executions in a row follow from rules alone");
    }
  }
}
