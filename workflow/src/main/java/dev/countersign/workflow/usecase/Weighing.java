package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.ApprovalDemand;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseFacts;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ModeReason;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.Versions;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.FreezeStore;
import dev.countersign.workflow.store.GateStore;
import dev.countersign.workflow.store.TaskStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Asks everything that has a say about one action: freezes, gate, guard, policies, and what the
/// caller adds; and whose agreement it needs.
///
/// The transaction MUST hold the tenant's generation lock (`Rules.APPLY` or `Rules.CHANGE`): then
/// what is read here stays in force until it commits, and a revocation that was committed before is
/// seen.
public final class Weighing {
  /// What policies call that on which a transition acts.
  private static final String CASE = "case";

  private final PolicySnapshots policies;
  private final Predictors predictors;
  private final CompiledPredicates guards;
  private final CompiledPredicates conditions;
  private final GateStore gates = new GateStore();
  private final FreezeStore freezes = new FreezeStore();
  private final TaskStore tasks = new TaskStore();

  /// @param language of guards and of conditions of rules
  public Weighing(PolicySnapshots policies, Predicates language, Predictors predictors) {
    this.policies = policies;
    this.predictors = predictors;
    this.guards = new CompiledPredicates(language, WorkflowDefinition.GUARD_VARIABLES);
    this.conditions = new CompiledPredicates(language, CaseRule.VARIABLES);
  }

  /// Whether an expression of the guards' language holds; one that can't be evaluated does not.
  boolean holds(LedgerTransaction transaction, String condition, Case subject, Action action) {
    var facts = facts(transaction, subject);
    return guards.test(condition, Map.of("case", facts.json(), "action", action.json()))
        instanceof Outcome.Satisfied;
  }

  /// What evidence about this transition is evidence of, now.
  Versions versions(LedgerTransaction transaction, Transition transition, Optional<String> model) {
    var deciding = policies.load(transaction.tenant()).deciding(transition.type(), CASE);
    return Versions.of(deciding, transition, model);
  }

  PolicySnapshots policies() {
    return policies;
  }

  /// What our own models expect of a proposal.
  Predictors predictors() {
    return predictors;
  }

  /// Of rules.
  CompiledPredicates conditions() {
    return conditions;
  }

  /// What is asked about.
  ///
  /// @param proposer who proposed; later, when others act on it, policies still hear of him
  /// @param expected what our own models expect of it
  record Question(
      Principal proposer,
      Case subject,
      Transition transition,
      Action action,
      Prediction prediction,
      JsonObject context,
      Expected expected) {}

  /// What is expected of what is asked about.
  sealed interface Expected {
    /// Nothing was predicted, so nothing is known of its risk.
    record Nothing() implements Expected {}

    /// It was predicted just now.
    record Now(Predictors.Expected models) implements Expected {}

    /// It was predicted when it was proposed, and kept.
    record Kept(UUID proposalId) implements Expected {}
  }

  /// The answer.
  ///
  /// @param requirement of the transition and of the policies that require approval
  record Weighed(
      Decision decision, int policyVersion, ComposedMode mode, ApprovalRequirement requirement) {}

  /// @param further what has a say besides: the trust scope, or the people who agreed
  Weighed weigh(LedgerTransaction transaction, Question question, List<ModeReason> further) {
    var subject = question.subject();
    var transition = question.transition();
    var inForce = policies.load(transaction.tenant());
    var decision =
        inForce.decide(
            inForce.request(
                question.proposer(),
                new dev.countersign.policy.Action(question.action().type()),
                resource(subject),
                context(question)));
    var reasons = new ArrayList<ModeReason>();
    reasons.addAll(
        ComposedMode.freezes(
            freezes.active(transaction.tenant()),
            subject.site(),
            subject.queue(),
            transition.type()));
    reasons.addAll(ComposedMode.hold(subject));
    var gate =
        gates.read(transaction.tenant(), subject.workflow(), transition.type(), subject.site());
    reasons.addAll(
        ComposedMode.gate(gate.everywhere(), gate.there(), transition, subject, transaction.now()));
    reasons.addAll(ComposedMode.guard(transition, guard(transaction, question)));
    reasons.addAll(ComposedMode.policy(decision));
    reasons.addAll(ComposedMode.policyCeilings(decision));
    var requirement = requirement(transition, decision, reasons);
    reasons.addAll(ComposedMode.floor(question.prediction()));
    reasons.addAll(further);
    reasons.addAll(ComposedMode.reversibility(transition, reasons));
    return new Weighed(
        decision,
        inForce.version(),
        new ComposedMode(reasons).settled(() -> risk(transaction, question)),
        requirement);
  }

  /// What blocks an action that is no transition of the case's: that it is none, and whatever stops
  /// every action there. Gates, guards and policies are about transitions and have no say.
  ComposedMode undefined(LedgerTransaction transaction, Case subject, String type, String why) {
    var reasons = new ArrayList<ModeReason>();
    reasons.add(new ModeReason("transition", Mode.BLOCKED, why));
    reasons.addAll(
        ComposedMode.freezes(
            freezes.active(transaction.tenant()), subject.site(), subject.queue(), type));
    reasons.addAll(ComposedMode.hold(subject));
    return new ComposedMode(reasons);
  }

  private ModeReason risk(LedgerTransaction transaction, Question question) {
    var tenant = transaction.tenant();
    var type = question.transition().type();
    var now = transaction.now();
    var risk =
        switch (question.expected()) {
          case Expected.Nothing() -> Predictors.UNTOLD;
          case Expected.Now(var models) -> predictors.risk(tenant, type, models, now);
          case Expected.Kept(var proposal) -> predictors.risk(tenant, type, proposal, now);
        };
    return ComposedMode.risk(risk.admitted(), risk.why());
  }

  private Outcome guard(LedgerTransaction transaction, Question question) {
    var guard = question.transition().guard();
    if (guard.isEmpty()) {
      return new Outcome.Satisfied();
    }
    var facts = facts(transaction, question.subject());
    return guards.test(
        guard.get(), Map.of("case", facts.json(), "action", question.action().json()));
  }

  CaseFacts facts(LedgerTransaction transaction, Case subject) {
    return new CaseFacts(subject, tasks.open(transaction.tenant(), subject.id()));
  }

  /// A policy whose demand is not understood blocks: nobody could tell who has to agree.
  private static ApprovalRequirement requirement(
      Transition transition, Decision decision, List<ModeReason> reasons) {
    var requirement = transition.requirement();
    if (!(decision instanceof Decision.RequireApproval(var grounds))) {
      return requirement;
    }
    for (var obligation : grounds.obligations()) {
      if (!obligation.name().equals(ApprovalDemand.OBLIGATION)) {
        continue;
      }
      try {
        requirement = requirement.and(ApprovalDemand.read(obligation.arguments()));
      } catch (Refusal.Invalid | IllegalArgumentException notUnderstood) {
        reasons.add(
            new ModeReason(
                "policy",
                Mode.BLOCKED,
                "the obligation `approval` of a policy is not understood: "
                    + notUnderstood.getMessage()));
      }
    }
    return requirement;
  }

  private static Entity resource(Case subject) {
    return new Entity(
        CASE,
        subject.id().toString(),
        Json.object()
            .put("reference", subject.reference())
            .put("workflow", subject.workflow())
            .put("workflow_version", subject.workflowVersion())
            .put("site", subject.site())
            .put("queue", subject.queue())
            .put("state", subject.state().word())
            .put("version", subject.version())
            .put("attributes", subject.attributes())
            .build());
  }

  /// The caller's own context stands one level down, so that no member of it passes for ours.
  private static JsonObject context(Question question) {
    return Json.object()
        .put("payload", question.action().payload())
        .put("prediction", question.prediction().json())
        .put("request", question.context())
        .build();
  }
}
