package dev.countersign.trust;

import dev.countersign.trust.sequential.ChangeDetector;
import java.util.Optional;

/// How near an automatic stage is to being lowered by its outcomes, in numbers.
///
/// @param budget the rate of harm that the stage accepts, as a share
/// @param streak harmful executions in a row
/// @param streakLimit with so many the stage is lowered
/// @param suspicion of the change detector: about how many outcomes would look as bad by chance
///   alone; empty in the demo profile, where it does not watch
/// @param suspicionLine with this suspicion the stage is lowered: the line in force, found by
///   simulation
/// @param provedLine the line that needs no simulation, and alarms later; nothing acts on it
public record WatchFigures(
    double budget,
    int streak,
    int streakLimit,
    Optional<Double> suspicion,
    Optional<Double> suspicionLine,
    Optional<Double> provedLine) {

  /// Empty where people decide.
  public static Optional<WatchFigures> of(TrustState state, Setting setting) {
    if (!state.stage().automatic()) {
      return Optional.empty();
    }
    var step = setting.stepTo(state.stage()).orElseThrow();
    var detector = ChangeDetector.of(step.harmBudget());
    boolean watches = setting.profile() == Profile.STANDARD;
    double level = state.suspicion().orElse(detector.start()).level();
    return Optional.of(
        new WatchFigures(
            step.harmBudget(),
            state.streak(),
            step.streak(),
            watches ? Optional.of(level) : Optional.empty(),
            watches ? Optional.of(detector.line()) : Optional.empty(),
            watches ? Optional.of(detector.provedLine()) : Optional.empty()));
  }
}
