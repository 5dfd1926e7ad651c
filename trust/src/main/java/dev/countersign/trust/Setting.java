package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a tenant lets trust be earned.
///
/// @param budgets the harm that each step accepts, lowest step first; a higher one accepts no more
/// @param risk how likely a wrong promotion of any scope of one action type may be, one in a
///   million to 10%
/// @param weights of the parts of the score, which is one necessary condition of each step
public record Setting(
    Profile profile,
    Promotion promotion,
    List<HarmBudget> budgets,
    double risk,
    ScoreWeights weights) {

  /// 10%, 5%, 2% and 1%, as the table of steps says.
  public static final List<HarmBudget> DEFAULT_BUDGETS =
      Profile.STANDARD.steps().stream().map(step -> new HarmBudget(step.harmBudget())).toList();

  public static final double DEFAULT_RISK = 0.01;

  /// Who accepts more than one wrong promotion in ten needs no test.
  public static final double LARGEST_RISK = 0.10;

  /// Nobody has so many action types that one in a million would not do.
  public static final double SMALLEST_RISK = 1e-6;

  /// What holds for a tenant that set nothing: the strictest there is.
  public static final Setting STRICTEST = new Setting(Profile.STANDARD, Promotion.SIGNED);

  public Setting {
    budgets = List.copyOf(budgets);
    if (budgets.size() != profile.steps().size()) {
      throw new IllegalArgumentException("every step has its harm budget");
    }
    for (int i = 1; i < budgets.size(); i++) {
      if (budgets.get(i).rate() > budgets.get(i - 1).rate()) {
        throw new IllegalArgumentException("a higher stage accepts no more harm than a lower one");
      }
    }
    // Written so that NaN fails too.
    if (!(risk >= SMALLEST_RISK && risk <= LARGEST_RISK)) {
      throw new IllegalArgumentException(
          "a risk is at least one in a million and at most " + LARGEST_RISK);
    }
  }

  /// With the usual weights.
  public Setting(Profile profile, Promotion promotion, List<HarmBudget> budgets, double risk) {
    this(profile, promotion, budgets, risk, ScoreWeights.USUAL);
  }

  /// With the default budgets and risk, and the usual weights.
  public Setting(Profile profile, Promotion promotion) {
    this(profile, promotion, DEFAULT_BUDGETS, DEFAULT_RISK);
  }

  /// What a tenant of a profile begins with: a presentation shall move, elsewhere a person signs.
  public static Setting beginning(Profile profile) {
    return new Setting(
        profile,
        switch (profile) {
          case DEMO -> Promotion.AUTOMATIC;
          case STANDARD -> Promotion.SIGNED;
        });
  }

  /// The step that leads up from `stage`, with the tenant's budget; empty at the top.
  public Optional<PromotionStep> stepFrom(Stage stage) {
    return profile.stepFrom(stage).map(this::own);
  }

  /// The step that led to `stage`, with the tenant's budget; empty at the bottom.
  public Optional<PromotionStep> stepTo(Stage stage) {
    return profile.stepTo(stage).map(this::own);
  }

  /// What the stage accepts of harm: the terms of the step that led to it; empty at the bottom.
  public Optional<HarmBudget> budgetOf(Stage stage) {
    return stage == Stage.OBSERVE ? Optional.empty() : Optional.of(budget(stage.below()));
  }

  /// The highest rate of harm that conditional automation accepts: what its thresholds of risk have
  /// to be certified for.
  public double conditionalHarm() {
    return budget(Stage.GUARDED_AUTO).rate();
  }

  /// The terms of the step that leads up from `stage`; empty at the top.
  Optional<HarmBudget> termsFrom(Stage stage) {
    return stage == Stage.FULL_AUTO ? Optional.empty() : Optional.of(budget(stage));
  }

  /// The mildest outcome that is a harm to what was proposed at `stage`: the step that leads up
  /// from there says so, at the top the one that led there.
  Severity harmFrom(Stage stage) {
    return budget(stage == Stage.FULL_AUTO ? stage.below() : stage).from();
  }

  /// As people, programs and the log read it: the entry `trust.settings_set` has it.
  public JsonObject toJson() {
    var steps = new ArrayList<JsonObject>();
    for (int i = 0; i < budgets.size(); i++) {
      var step = profile.steps().get(i);
      steps.add(
          Json.object()
              .put("from", step.from().word())
              .put("to", step.to().word())
              .put("budget", budgets.get(i).rate())
              .put("harm_from", budgets.get(i).from().word())
              .build());
    }
    return Json.object()
        .put("profile", profile.word())
        .put("promotion", promotion.word())
        .put("risk", risk)
        .put("steps", Json.array(steps))
        .put("score_weights", weights.toJson())
        .build();
  }

  /// Reads what [#toJson] wrote, also where nobody spoke of weights yet: then they are the usual
  /// ones. Throws IllegalArgumentException for anything else.
  public static Setting fromJson(JsonObject json) {
    var budgets = new ArrayList<HarmBudget>();
    for (var item : json.items("steps")) {
      if (!(item instanceof JsonObject step)) {
        throw new IllegalArgumentException("the stored steps are damaged");
      }
      budgets.add(
          new HarmBudget(
              Stored.number(step, "budget"), Stored.word(step, "harm_from", Severity::parse)));
    }
    return new Setting(
        Stored.word(json, "profile", Profile::parse),
        Stored.word(json, "promotion", Promotion::parse),
        budgets,
        Stored.number(json, "risk"),
        json.member("score_weights").isEmpty()
            ? ScoreWeights.USUAL
            : ScoreWeights.fromJson(Stored.object(json, "score_weights")));
  }

  private PromotionStep own(PromotionStep step) {
    return step.accepting(budget(step.from()).rate());
  }

  private HarmBudget budget(Stage from) {
    int index = 0;
    while (profile.steps().get(index).from() != from) {
      index++;
    }
    return budgets.get(index);
  }
}
