package dev.countersign.trust;

import dev.countersign.trust.StageChange.Cause;
import dev.countersign.trust.sequential.ChangeDetector;
import dev.countersign.trust.sequential.Suspicion;
import java.util.Optional;

/// What watches over an automatic mode, on its way through one event: the streak of harms, and the
/// detector of a rate that rose. The part of [Folding] that lowers; for one call, one thread.
///
/// Outcomes count as they come. One that was counted is not taken back: being lowered too early is
/// mended by new evidence, too late is not.
final class Watch {
  private final Setting setting;
  private int streak;
  private Optional<Suspicion> suspicion;

  Watch(Setting setting, int streak, Optional<Suspicion> suspicion) {
    this.setting = setting;
    this.streak = streak;
    this.suspicion = suspicion;
  }

  int streak() {
    return streak;
  }

  Optional<Suspicion> suspicion() {
    return suspicion;
  }

  /// A stage is entered, or its evidence begins anew.
  void anew() {
    streak = 0;
    suspicion = Optional.empty();
  }

  /// Counts a harm in `stage`; why it lowers, if it does.
  Optional<Cause> harm(Stage stage) {
    streak++;
    boolean rose = suspect(stage, true);
    // Every automatic stage has a step that leads to it; without one a single harm would do.
    if (streak >= setting.stepTo(stage).map(PromotionStep::streak).orElse(1)) {
      return Optional.of(Cause.HARM_STREAK);
    }
    return rose ? Optional.of(Cause.CHANGE_DETECTED) : Optional.empty();
  }

  /// Counts an outcome without harm.
  void harmless(Stage stage) {
    streak = 0;
    if (stage.automatic()) {
      suspect(stage, false);
    }
  }

  /// Whether with this outcome the rate of harm is found to have risen.
  ///
  /// Only where promotion knows the rate: what the demo's table raises at any rate, this would
  /// lower again and again.
  private boolean suspect(Stage stage, boolean harm) {
    if (setting.profile() != Profile.STANDARD) {
      return false;
    }
    var detector = ChangeDetector.of(setting.stepTo(stage).orElseThrow().harmBudget());
    var after = detector.next(suspicion.orElse(detector.start()), harm);
    suspicion = Optional.of(after);
    return detector.alarm(after);
  }
}
