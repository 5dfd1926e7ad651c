package dev.countersign.trust.predict;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// When a new model is due. A pure rule: whoever asks says what happened and what time it is.
public final class Retraining {
  private static final long ENOUGH = 50;

  /// Where there are many labels, so few more teach nothing: a twentieth of those that are known.
  private static final long PART = 20;

  /// A stage that moves asks for less; where hundreds of scopes do, still for something.
  private static final long SMALL_PART = 100;

  private static final Duration LONG_AGO = Duration.ofHours(24);

  private Retraining() {}

  /// Why a model is trained, the most urgent first.
  public enum Reason {
    DEMAND,
    STAGE_CHANGE,
    DRIFT,
    NEW_LABELS,
    DAILY;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What happened since the last training.
  ///
  /// @param trainedAt when that was; empty if there was none
  /// @param newLabels labels after its watermark, corrected ones included
  /// @param labels how many there are to learn from
  /// @param demanded whether a person asked; `stageChanged` and `drifted` likewise since then
  public record Since(
      Optional<Instant> trainedAt,
      long newLabels,
      long labels,
      boolean demanded,
      boolean stageChanged,
      boolean drifted) {}

  /// Why a model is due at `now`. Never without a new label, whoever demands it: the same labels
  /// would make the same model.
  public static Optional<Reason> due(Since since, Instant now) {
    if (since.newLabels() <= 0) {
      return Optional.empty();
    }
    if (since.demanded()) {
      return Optional.of(Reason.DEMAND);
    }
    if (since.stageChanged() && since.newLabels() >= since.labels() / SMALL_PART) {
      return Optional.of(Reason.STAGE_CHANGE);
    }
    if (since.drifted()) {
      return Optional.of(Reason.DRIFT);
    }
    if (since.newLabels() >= Math.max(ENOUGH, since.labels() / PART)) {
      return Optional.of(Reason.NEW_LABELS);
    }
    // Without an earlier training the first day has not begun: the cold start's numbers decide.
    boolean old = since.trainedAt().filter(at -> !now.isBefore(at.plus(LONG_AGO))).isPresent();
    return old ? Optional.of(Reason.DAILY) : Optional.empty();
  }
}
