package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.laboratory.ladder.Natures.Adversary;
import dev.countersign.trust.laboratory.ladder.Natures.Bursts;
import dev.countersign.trust.laboratory.ladder.Natures.Climber;
import dev.countersign.trust.laboratory.ladder.Natures.Colluding;
import dev.countersign.trust.laboratory.ladder.Natures.Drift;
import dev.countersign.trust.laboratory.ladder.Natures.Late;
import dev.countersign.trust.laboratory.ladder.Natures.Restarter;
import dev.countersign.trust.laboratory.ladder.Natures.Sleeper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// A story about scopes that live through all four steps.
public final class LadderScenario {

  /// The longest life, in proposals.
  public static final int LONGEST = 200_000;

  /// The constant rates: what a scope can be, every budget of the usual setting itself, where each
  /// promotion over it is false and nothing is easier to mistake, and nine tenths of each, where
  /// the right stage is hardest to hold.
  private static final List<Double> RATES =
      List.of(0.0, 0.001, 0.005, 0.009, 0.01, 0.018, 0.02, 0.045, 0.05, 0.09, 0.10, 0.20, 0.50);

  /// Of the usual setting.
  private static final double SMALLEST_BUDGET = 0.01;

  /// A little over the budget of the third step.
  private static final double OVER = 1.02 * 0.02;

  /// Where people decide about each.
  private static final int SHORT = 20_000;

  /// More than twice the climb of a flawless scope.
  private static final int LONG = 60_000;

  private static final int USUAL_WINDOW = 5;

  private final String word;
  private final String shown;
  private final OptionalDouble rate;
  private final int length;
  private final int window;
  private final int parts;
  private final int change;
  private final boolean keepsNull;
  private final Nature nature;

  private LadderScenario(
      String word,
      String shown,
      OptionalDouble rate,
      int length,
      int window,
      int parts,
      int change,
      boolean keepsNull,
      Nature nature) {
    this.word = word;
    this.shown = shown;
    this.rate = rate;
    this.length = length;
    this.window = window;
    this.parts = parts;
    this.change = change;
    this.keepsNull = keepsNull;
    this.nature = nature;
  }

  private static LadderScenario constant(double rate) {
    var percent = String.format(Locale.ROOT, "%.1f", 100 * rate).replace(".0", "");
    int length = rate >= 0.09 ? SHORT : rate >= 0.015 || rate <= 0.001 ? LONG : LONGEST;
    return new LadderScenario(
        "rate_" + percent,
        "always " + percent + "% harm",
        OptionalDouble.of(rate),
        length,
        USUAL_WINDOW,
        1,
        0,
        rate >= SMALLEST_BUDGET,
        Nature.constant(rate));
  }

  private static LadderScenario story(
      String word, String shown, int length, int window, Nature nature) {
    return new LadderScenario(
        word, shown, OptionalDouble.empty(), length, window, 1, 0, true, nature);
  }

  private static LadderScenario changing(
      String word, String shown, int length, int change, Nature nature) {
    return new LadderScenario(
        word, shown, OptionalDouble.empty(), length, USUAL_WINDOW, 1, change, false, nature);
  }

  /// All of them, the constant rates first.
  public static List<LadderScenario> all() {
    var all = new ArrayList<>(RATES.stream().map(LadderScenario::constant).toList());
    all.addAll(
        List.of(
            story(
                "ladder_adversary",
                "at the next step's budget while clean, half harmful once a harm was seen",
                20_000,
                USUAL_WINDOW,
                new Adversary()),
            story(
                "ladder_restarter",
                "at the next step's budget; what looks bad it wipes out by a severe harm",
                20_000,
                USUAL_WINDOW,
                new Restarter()),
            story(
                "ladder_climber",
                "cheats at each step at its budget, then earns it; wipes out all at the last",
                100_000,
                USUAL_WINDOW,
                new Climber()),
            story(
                "ladder_delayed_harm",
                "2.04% harm, known 1 to 200 proposals later",
                60_000,
                200,
                new Late(OVER, 1, 200, 1, false)),
            story(
                "ladder_missing_outcomes",
                "2.04% harm, half of it never reported",
                60_000,
                50,
                new Late(OVER, 1, 1, 0.5, true)),
            story(
                "ladder_selective_reviewers",
                "2.04% harm, eight in ten known only 150 to 300 proposals later",
                60_000,
                300,
                new Late(OVER, 150, 300, 0.8, false)),
            story(
                "ladder_sparse_evidence",
                "5.1% harm, 400 proposals in all",
                400,
                USUAL_WINDOW,
                Nature.constant(0.051)),
            new LadderScenario(
                "ladder_splitting",
                "5% harm, the work split into 20 scopes",
                OptionalDouble.empty(),
                20_000,
                USUAL_WINDOW,
                20,
                0,
                true,
                Nature.constant(0.05)),
            changing(
                "ladder_sleeper",
                "clean for 40,000, then 5% harm",
                50_000,
                40_000,
                new Sleeper(40_000, 0, 0.05)),
            changing(
                "ladder_drift",
                "0.1% harm for 50,000, then rising to 10% over 20,000",
                80_000,
                50_000,
                new Drift(50_000, 70_000, 0.001, 0.10)),
            changing(
                "ladder_bursts",
                "0.05% harm, and of 10,000 the last 60 half harmful",
                100_000,
                49_940,
                new Bursts(10_000, 60, 0.0005)),
            changing(
                "ladder_colluding_reviewers",
                "5% harm, of which reviewers hide nine in ten",
                50_000,
                0,
                new Colluding(0.05))));
    return List.copyOf(all);
  }

  public static Optional<LadderScenario> parse(String word) {
    return all().stream().filter(scenario -> scenario.word.equals(word)).findFirst();
  }

  public String word() {
    return word;
  }

  /// What happens, for people.
  public String shown() {
    return shown;
  }

  /// The rate of harm, where it is constant over the whole life of one scope.
  public OptionalDouble rate() {
    return rate;
  }

  /// How many proposals a scope has, all its parts together.
  public int length() {
    return length;
  }

  /// Whether the promise is about it: people see the harm that they look at, and some proposals are
  /// as likely to do harm as some step's budget says, so that a promotion can be false.
  public boolean keepsNull() {
    return keepsNull;
  }

  /// How many proposals after it a proposal's observation window closes.
  int window() {
    return window;
  }

  /// Into how many scopes the same work is split; each has its proposals one after the other.
  int parts() {
    return parts;
  }

  /// The moment at which it gets worse; 0 if it never changes.
  int change() {
    return change;
  }

  Nature nature() {
    return nature;
  }

  @Override
  public String toString() {
    return word;
  }
}
