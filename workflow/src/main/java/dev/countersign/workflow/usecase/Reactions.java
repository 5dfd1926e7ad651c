package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.Outcome;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.store.RuleRun;
import dev.countersign.workflow.store.RuleRunStore;
import dev.countersign.workflow.store.RuleStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// Tells what happened to a case, and lets rules react to it, in the transaction in which it
/// happened: once an event is answered, what follows from it is in force.
///
/// Each rule acts in a part of its own (`LedgerTransaction#part`): what it throws undoes what it
/// did, is kept as its result, and stops neither the other rules nor what happened. What rules do
/// is recorded with the rule as the actor. It is told no rule, so one event lets loose each rule
/// once at most; only an execution of what a rule proposed leads on, to [CaseRule#DEEPEST] without
/// a person.
public final class Reactions {
  private final Weighing weighing;
  private final RuleActions actions;
  private final NewEvents events = new NewEvents();
  private final RuleStore rules = new RuleStore();
  private final RuleRunStore runs = new RuleRunStore();

  public Reactions(Weighing weighing, TrustScopes scopes, Ids ids) {
    this.weighing = weighing;
    this.actions = new RuleActions(new Proposing(weighing, scopes, ids), scopes);
  }

  /// Appends what happened and lets rules react; yields the case as they left it.
  Case tell(LedgerTransaction transaction, Case subject, NewEvents.What what) {
    return react(transaction, subject, events.append(transaction, subject.id(), what));
  }

  /// Whether a rule may react to what happens to the case.
  boolean answers(LedgerTransaction transaction, Case subject, CaseEvent.Kind kind) {
    return !rules.reacting(transaction.tenant(), kind.type(), subject.workflow()).isEmpty();
  }

  /// MUST be the last that a transaction does but for reading; the case MUST be locked.
  Case react(LedgerTransaction transaction, Case subject, CaseEvent event) {
    var reacting = rules.reacting(transaction.tenant(), event.type(), subject.workflow());
    var now = subject;
    var done = new ArrayList<RuleRun>();
    for (int i = 0; i < reacting.size(); i++) {
      var acted = react(transaction, now, event, reacting.get(i), reacting.size() - i);
      acted.map(Acted::run).ifPresent(done::add);
      now = acted.map(Acted::subject).orElse(now);
    }
    count(transaction, done);
    return now;
  }

  private record Acted(RuleRun run, Case subject) {}

  /// @param left how many rules may still need an entry, this one included
  private Optional<Acted> react(
      LedgerTransaction transaction, Case subject, CaseEvent event, CaseRule rule, int left) {
    var facts = weighing.facts(transaction, subject);
    var outcome =
        weighing
            .conditions()
            .test(rule.condition(), Map.of("case", facts.json(), "event", event.facts()));
    return switch (outcome) {
      case Outcome.Unsatisfied() -> Optional.empty();
      case Outcome.Satisfied() ->
          Optional.of(
              act(transaction.as(principal(transaction, rule)), subject, event, rule, left));
      case Outcome.Errored(var _) ->
          Optional.of(
              failed(
                  transaction.as(principal(transaction, rule)),
                  subject,
                  event,
                  rule,
                  RuleRun.NOT_EVALUATED));
    };
  }

  private Acted act(
      LedgerTransaction transaction, Case subject, CaseEvent event, CaseRule rule, int left) {
    try {
      return transaction.part(
          left,
          () -> {
            var done = actions.act(transaction, subject, event, rule);
            record(transaction, event, rule, "rule.fired", RuleRun.DONE, done.made());
            return new Acted(
                keep(transaction, event, rule, RuleRun.DONE, done.made()), done.subject());
          });
    } catch (Refusal refusal) {
      return failed(transaction, subject, event, rule, refusal.code());
    } catch (RuntimeException unforeseen) {
      // Whatever is wrong with one rule, what happened has happened. If it is the connection, the
      // next statement says so.
      return failed(transaction, subject, event, rule, RuleRun.FAILED);
    }
  }

  private Acted failed(
      LedgerTransaction transaction, Case subject, CaseEvent event, CaseRule rule, String result) {
    record(transaction, event, rule, "rule.failed", result, Optional.empty());
    return new Acted(keep(transaction, event, rule, result, Optional.empty()), subject);
  }

  private RuleRun keep(
      LedgerTransaction transaction,
      CaseEvent event,
      CaseRule rule,
      String result,
      Optional<UUID> made) {
    var run =
        new RuleRun(
            transaction.newId(),
            rule.id(),
            rule.version(),
            event.caseId(),
            event.id(),
            result,
            made,
            transaction.now());
    runs.add(transaction.tenant(), run);
    return run;
  }

  private static void record(
      LedgerTransaction transaction,
      CaseEvent event,
      CaseRule rule,
      String entry,
      String result,
      Optional<UUID> made) {
    transaction.record(
        entry,
        "rule",
        rule.id().toString(),
        event.caseId(),
        Json.object()
            .put("case_id", event.caseId().toString())
            .put("rule_version", rule.version())
            .put("event_id", event.id().toString())
            .put("event_type", event.type())
            .put("action", rule.action().kind())
            .put("result", result)
            .put("made", made.map(thing -> Json.of(thing.toString())))
            .build());
  }

  private void count(LedgerTransaction transaction, List<RuleRun> done) {
    done.stream()
        .sorted(Comparator.comparing(RuleRun::ruleId))
        .forEach(run -> rules.count(transaction.tenant(), run));
  }

  /// The rule as an actor: it holds the role of rules and none of its author's, and no credential.
  private static Principal principal(LedgerTransaction transaction, CaseRule rule) {
    return new Principal(
        transaction.principal().tenant(),
        Principal.Kind.RULE,
        rule.id().toString(),
        rule.title(),
        new TreeSet<>(List.of(CaseRule.ROLE)),
        Principal.DEFAULT_SITE,
        0);
  }
}
