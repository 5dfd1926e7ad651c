package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.predict.features.DecisionFeatures;
import dev.countersign.trust.predict.features.OutcomeFeatures;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.ScopeFacts;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Gate;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.GateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/// What was known when somebody proposed: all that models are told, in training as in serving, so
/// that nothing from later leaks in.
final class Features {
  private static final double SECONDS_PER_HOUR = 3_600;

  private final Predictors predictors;
  private final GateStore gates = new GateStore();

  Features(Predictors predictors) {
    this.predictors = predictors;
  }

  /// What the models that serve expect, with what they were told.
  Predictors.Expected expected(
      LedgerTransaction transaction,
      Case subject,
      Transition transition,
      Prediction claimed,
      ScopeFacts scope,
      Instant at) {
    var zone =
        transition.approval().calendar().map(calendar -> calendar.zone()).orElse(ZoneOffset.UTC);
    var past = predictors.past(transaction.tenant(), subject.queue(), at);
    return predictors.expect(
        transaction.tenant(),
        decision(subject, transition, claimed, scope, past, at.atZone(zone).getHour()),
        outcome(transaction, subject, transition, claimed, scope, at, zone),
        transaction.now());
  }

  private static Snapshot decision(
      Case subject,
      Transition transition,
      Prediction claimed,
      ScopeFacts scope,
      Predictors.Past past,
      int localHour) {
    return new DecisionFeatures(
            subject.queue(),
            transition.type(),
            claimed.confidence(),
            claimed.safety(),
            claimed.timeSavedSeconds(),
            scope.trust(),
            scope.stage(),
            scope.reliability(),
            scope.alignment(),
            past.approvalRate(),
            scope.recent().rejectionStreak(),
            localHour,
            past.lastHour(),
            Snapshot.facts(subject.attributes()))
        .snapshot();
  }

  private Snapshot outcome(
      LedgerTransaction transaction,
      Case subject,
      Transition transition,
      Prediction claimed,
      ScopeFacts scope,
      Instant at,
      ZoneId zone) {
    var local = at.atZone(zone);
    var gate =
        gates.read(transaction.tenant(), subject.workflow(), transition.type(), subject.site());
    // In a demo tenant a proposal may be dated before its case.
    var age = Math.max(0, Duration.between(subject.createdAt(), at).toSeconds());
    return new OutcomeFeatures(
            subject.queue(),
            transition.type(),
            subject.queue(),
            transition.to(),
            scope.trust(),
            scope.overrideRate(),
            scope.recent().successRate(),
            scope.recent().rollbacksBefore(at),
            scope.recent().executionsOfDay(at, zone),
            gate(gate.there().or(gate::everywhere).filter(Gate::authorized)),
            claimed.confidence(),
            claimed.safety(),
            local.getHour(),
            local.getDayOfWeek().getValue(),
            (double) age / SECONDS_PER_HOUR,
            Snapshot.facts(subject.attributes()))
        .snapshot();
  }

  /// How far it is open: without limits, up to a time or an amount, or not.
  private static String gate(Optional<Gate> authorized) {
    return authorized
        .map(gate -> gate.until().isPresent() || gate.upTo().isPresent() ? "limited" : "open")
        .orElse("closed");
  }

  /// What the case was like: for whoever looks for similar ones later.
  static JsonObject ofCase(Case subject) {
    return Json.object()
        .put("attributes", subject.attributes())
        .put("case_version", subject.version())
        .build();
  }
}
