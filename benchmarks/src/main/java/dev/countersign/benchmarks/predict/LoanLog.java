package dev.countersign.benchmarks.predict;

import dev.countersign.benchmarks.loans.LoanApplication;
import dev.countersign.trust.Stage;
import dev.countersign.trust.predict.Labelled;
import dev.countersign.trust.predict.Training;
import dev.countersign.trust.predict.Training.Trained;
import dev.countersign.trust.predict.features.DecisionFeatures;
import dev.countersign.trust.predict.features.OutcomeFeatures;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.features.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// Real loan applications (BPI Challenge 2012, first half), predicted at their submission from what
/// was known then: the amount, the hour and weekday, how many applications came in the hour before,
/// and how those that were decided in the week before went. The log's counts over the whole case
/// are not among it; as a check they are in the last run, and show what a leak looks like.
final class LoanLog {
  private static final Duration WEEK = Duration.ofDays(7);

  /// 95 of 100 human decisions were made within it.
  private static final Duration MONTH = Duration.ofDays(30);

  private LoanLog() {}

  static void report(Path data) throws IOException {
    var all = LoanApplication.read(data);
    Predictors.say("## loan log: %d applications", all.size());
    var decided =
        all.stream().filter(one -> one.byHuman() && !one.decision().equals("CANCELLED")).toList();
    for (var maturity : List.of(MONTH, Duration.ZERO)) {
      Predictors.say(
          "decision model: a person approves, of %d that people approved or declined; maturity %d"
              + " days",
          decided.size(), maturity.toDays());
      train(Predictor.DECISION, decisions(decided, false), maturity);
    }
    Predictors.say("outcome model: the bank's offer is accepted, all; maturity 30 days");
    train(Predictor.OUTCOME, outcomes(all), MONTH);
    Predictors.say("decision model with a leak: the events of the whole case; maturity 30 days");
    train(Predictor.DECISION, decisions(decided, true), MONTH);
  }

  private static void train(Predictor predictor, List<Labelled> labels, Duration maturity) {
    var asOf = labels.stream().map(Labelled::known).max(Comparator.naturalOrder()).orElseThrow();
    switch (new Training(Predictors.learner(), predictor, maturity).train(labels, asOf, 1)) {
      case Trained.ColdStart(var base) -> Predictors.say("  cold start: %s", base.toJson());
      case Trained.Fitted(var _, var manifest) -> {
        Predictors.say(
            "  trained on %d, calibrated on %d (%s), left out as unripe %d; from %s to %s",
            manifest.training().rate().of(),
            manifest.calibrated().rate().of(),
            manifest.calibration().getClass().getSimpleName(),
            manifest.leftOut(),
            manifest.training().from(),
            manifest.heldOut().to());
        Predictors.say(manifest.metrics());
      }
    }
  }

  private static UUID id(LoanApplication one) {
    return new UUID(0, Long.parseLong(one.number()));
  }

  private static List<Labelled> decisions(List<LoanApplication> all, boolean leak) {
    var labels = new ArrayList<Labelled>();
    for (var one : all) {
      var at = one.submitted().toInstant();
      var before =
          all.stream()
              .filter(other -> other.decided().isBefore(at))
              .sorted(Comparator.comparing(LoanApplication::decided).reversed())
              .toList();
      long week = before.stream().filter(other -> other.decided().isAfter(at.minus(WEEK))).count();
      long approved =
          before.stream()
              .filter(other -> other.decided().isAfter(at.minus(WEEK)) && approved(other))
              .count();
      long streak = before.stream().takeWhile(other -> !approved(other)).count();
      var facts = new TreeMap<String, Value>();
      facts.put("amount", Value.of(one.amount()));
      if (leak) {
        facts.put("events", Value.of(one.events()));
      }
      labels.add(
          new Labelled(
              id(one),
              decision(
                  one, all, week == 0 ? Optional.empty() : share(approved, week), streak, facts),
              at,
              one.decided(),
              approved(one)));
    }
    return labels;
  }

  private static Optional<Double> share(long some, long of) {
    return Optional.of((double) some / of);
  }

  private static boolean approved(LoanApplication one) {
    return one.decision().equals("APPROVED");
  }

  private static Snapshot decision(
      LoanApplication one,
      List<LoanApplication> all,
      Optional<Double> rate,
      long streak,
      SortedMap<String, Value> facts) {
    return new DecisionFeatures(
            "applications",
            "approve",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Stage.OBSERVE,
            Optional.empty(),
            Optional.empty(),
            rate,
            streak,
            one.submitted().getHour(),
            lastHour(one, all),
            facts)
        .snapshot();
  }

  private static long lastHour(LoanApplication one, List<LoanApplication> all) {
    var at = one.submitted().toInstant();
    return all.stream()
        .map(other -> other.submitted().toInstant())
        .filter(other -> other.isBefore(at) && other.isAfter(at.minus(Duration.ofHours(1))))
        .count();
  }

  private static List<Labelled> outcomes(List<LoanApplication> all) {
    var labels = new ArrayList<Labelled>();
    for (var one : all) {
      var at = one.submitted().toInstant();
      var facts = new TreeMap<String, Value>();
      facts.put("amount", Value.of(one.amount()));
      facts.put("last_hour", Value.of((double) lastHour(one, all)));
      var snapshot =
          new OutcomeFeatures(
                  "applications",
                  "offer",
                  "submitted",
                  "offered",
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  0,
                  0,
                  "open",
                  Optional.empty(),
                  Optional.empty(),
                  one.submitted().getHour(),
                  one.submitted().getDayOfWeek().getValue(),
                  0,
                  facts)
              .snapshot();
      labels.add(new Labelled(id(one), snapshot, at, one.decided(), one.accepted()));
    }
    return labels;
  }
}
