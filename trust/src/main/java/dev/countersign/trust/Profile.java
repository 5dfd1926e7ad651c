package dev.countersign.trust;

import static dev.countersign.trust.Part.ALIGNMENT;
import static dev.countersign.trust.Part.RELIABILITY;
import static dev.countersign.trust.Part.SAFETY;
import static dev.countersign.trust.PromotionStep.Counted.DECIDED;
import static dev.countersign.trust.PromotionStep.Counted.OBSERVED;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How much evidence a tenant's promotions ask for.
public enum Profile {
  /// The numbers of the table alone, so that a presentation moves; marked wherever it is shown.
  DEMO("demo"),

  /// The table, and the statistical gate, several reviewers, other sources, and days
  /// ([StandardGate]).
  STANDARD("standard");

  private static final List<PromotionStep> STEPS =
      List.of(
          new PromotionStep(
              Stage.OBSERVE, Stage.PROPOSE, List.of(RELIABILITY), 0.40, DECIDED, 6, 0.10),
          new PromotionStep(
              Stage.PROPOSE,
              Stage.GUARDED_AUTO,
              List.of(RELIABILITY, ALIGNMENT),
              0.60,
              DECIDED,
              3,
              0.05),
          new PromotionStep(
              Stage.GUARDED_AUTO,
              Stage.CONDITIONAL_AUTO,
              List.of(RELIABILITY, ALIGNMENT, SAFETY),
              0.75,
              OBSERVED,
              3,
              0.02),
          new PromotionStep(
              Stage.CONDITIONAL_AUTO,
              Stage.FULL_AUTO,
              List.of(RELIABILITY, ALIGNMENT, SAFETY),
              0.85,
              OBSERVED,
              6,
              0.01));

  private final String word;

  Profile(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /// The table of steps, lowest first.
  public List<PromotionStep> steps() {
    return STEPS;
  }

  /// The step that leads up from `stage`; empty at the top.
  public Optional<PromotionStep> stepFrom(Stage stage) {
    return STEPS.stream().filter(step -> step.from() == stage).findFirst();
  }

  /// The step that led to `stage`; empty at the bottom.
  Optional<PromotionStep> stepTo(Stage stage) {
    return STEPS.stream().filter(step -> step.to() == stage).findFirst();
  }

  public static Optional<Profile> parse(String word) {
    return Arrays.stream(values()).filter(profile -> profile.word.equals(word)).findFirst();
  }
}
