package dev.countersign.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the evidence says about a scope's next step: recommended only if every condition is met.
///
/// @param to where the step leads
/// @param conditions all of them, met or not, in the order in which they are shown
public record Recommendation(Stage to, List<Condition> conditions) {

  /// No promotion while the lower 95% bound of the override rate is over this.
  static final double MOST_OVERRIDES = 0.10;

  /// No promotion while the lower 95% bound of the error rate is over this.
  static final double MOST_ERRORS = 0.05;

  public Recommendation {
    conditions = List.copyOf(conditions);
    if (conditions.isEmpty()) {
      // An empty list would be met: fail closed.
      throw new IllegalArgumentException("a step has conditions");
    }
  }

  /// Weighs the step that leads up from the state's stage; empty at the top.
  public static Optional<Recommendation> of(TrustState state, Setting setting) {
    return setting
        .stepFrom(state.stage())
        .map(step -> new Recommendation(step.to(), conditions(step, state, setting)));
  }

  /// Whether the step can be given at all: a quick look at what is mostly missing. If not, [#of]
  /// says everything that is missing, and in words.
  static boolean possible(TrustState state, Setting setting) {
    var step = setting.stepFrom(state.stage());
    return step.isPresent()
        && state.since().reaches(step.get())
        && state.score(setting.weights()).over(step.get().required()).isPresent()
        && (setting.profile() != Profile.STANDARD
            || StandardGate.possible(state, step.get(), setting));
  }

  public boolean given() {
    return conditions.stream().allMatch(Condition::met);
  }

  /// The conditions that are not met.
  public List<Condition> missing() {
    return conditions.stream().filter(condition -> !condition.met()).toList();
  }

  private static List<Condition> conditions(PromotionStep step, TrustState state, Setting setting) {
    var conditions = new ArrayList<Condition>();
    var score = state.score(setting.weights());
    for (var part : step.required()) {
      var known = score.part(part);
      conditions.add(
          new Condition(
              part.word() + "_known",
              known.isPresent(),
              "`" + part.word() + "` is known",
              known.map(Recommendation::shown).orElse("unknown")));
    }
    var mean = score.over(step.required());
    conditions.add(
        new Condition(
            "score",
            mean.filter(value -> value >= step.atLeast()).isPresent(),
            "a weighted mean of "
                + step.required().stream().map(Part::word).collect(Collectors.joining(", "))
                + " of at least "
                + shown(step.atLeast()),
            mean.map(Recommendation::shown).orElse("unknown")));
    conditions.add(
        new Condition(
            "evidence",
            state.since().reaches(step),
            step.minimum() + " " + step.counted().shown() + " since the stage was entered",
            state.since().count(step.counted())
                + ", weighing "
                + shown(state.since().weight(step.counted()))));
    conditions.add(bound("override_rate", state.overrideBound(), MOST_OVERRIDES));
    conditions.add(bound("error_rate", state.errorBound(), MOST_ERRORS));
    if (setting.profile() == Profile.STANDARD) {
      conditions.addAll(StandardGate.conditions(state, step, setting));
    }
    return conditions;
  }

  private static Condition bound(String name, double bound, double most) {
    return new Condition(
        name, bound <= most, "a lower 95% bound of at most " + shown(most), shown(bound));
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
