package dev.countersign.trust.predict.features;

import static dev.countersign.trust.predict.features.Value.Kind.AMOUNT;
import static dev.countersign.trust.predict.features.Value.Kind.WORD;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is predicted of a proposal, and what may be known for it.
///
/// Of both, case facts are the last feature, with as many columns as the workflow has attributes.
public enum Predictor {

  /// That a person approves. Its label is true for an approval.
  DECISION("decision", 50, 10),

  /// That the execution succeeds. Its label is true for a success, false for a harm.
  OUTCOME("outcome", 30, 5);

  private static final List<Feature> OF_A_DECISION =
      List.of(
          new Feature("queue", WORD),
          new Feature("action_type", WORD),
          new Feature("caller_confidence", AMOUNT),
          new Feature("caller_safety", AMOUNT),
          new Feature("time_saved_seconds", AMOUNT),
          new Feature("scope_trust", AMOUNT),
          new Feature("stage", WORD),
          new Feature("reliability", AMOUNT),
          new Feature("alignment", AMOUNT),
          new Feature("queue_approval_rate_7d", AMOUNT),
          new Feature("rejection_streak", AMOUNT),
          new Feature("local_hour", AMOUNT),
          new Feature("events_last_hour", AMOUNT));

  private static final List<Feature> OF_AN_OUTCOME =
      List.of(
          new Feature("queue", WORD),
          new Feature("action_type", WORD),
          new Feature("from", WORD),
          new Feature("to", WORD),
          new Feature("scope_trust", AMOUNT),
          new Feature("override_rate", AMOUNT),
          new Feature("success_rate_last_20", AMOUNT),
          new Feature("rollbacks_7d", AMOUNT),
          new Feature("executions_today", AMOUNT),
          new Feature("gate_state", WORD),
          new Feature("caller_confidence", AMOUNT),
          new Feature("caller_safety", AMOUNT),
          new Feature("local_hour", AMOUNT),
          new Feature("weekday", AMOUNT),
          new Feature("case_age_hours", AMOUNT));

  private final String word;
  private final int fewest;
  private final int fewestNegatives;

  Predictor(String word, int fewest, int fewestNegatives) {
    this.word = word;
    this.fewest = fewest;
    this.fewestNegatives = fewestNegatives;
  }

  public String word() {
    return word;
  }

  /// With fewer labels there is no model: a cold start.
  public int fewest() {
    return fewest;
  }

  /// With fewer rejections, or failures, there is no model: a cold start.
  public int fewestNegatives() {
    return fewestNegatives;
  }

  /// The named features, in the order of their columns; facts come after them.
  public List<Feature> features() {
    return switch (this) {
      case DECISION -> OF_A_DECISION;
      case OUTCOME -> OF_AN_OUTCOME;
    };
  }

  /// The feature called `name`, or empty if this predictor has none.
  public Optional<Feature> feature(String name) {
    return features().stream().filter(feature -> feature.name().equals(name)).findFirst();
  }

  public static Optional<Predictor> parse(String word) {
    return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
  }
}
