package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The mode of one action: the strictest of all that has a say, with every reason listed, strictest
/// first.
///
/// ```java
/// var mode =
///     ComposedMode.of(
///         List.of(ComposedMode.gate(gate, transition, now), ComposedMode.trust(Mode.OBSERVE)));
/// ```
public record ComposedMode(List<ModeReason> reasons) {

  /// Under these the caller himself says that a person should look.
  static final double CONFIDENCE_FLOOR = 0.50;

  static final double SAFETY_FLOOR = 0.60;

  /// Chance gave it to people, so that what they decide is evidence about what runs by itself.
  public static final ModeReason AUDIT =
      new ModeReason("audit", Mode.PROPOSE, "drawn for the random share that people decide first");

  private static final List<String> EARNED = List.of("trust", "version", "ceiling", "audit");

  public ComposedMode {
    var sorted = new ArrayList<>(reasons);
    sorted.sort(Comparator.comparing(ModeReason::mode)); // stable: equals stay in their order
    reasons = List.copyOf(sorted);
  }

  /// The strictest; blocked where nothing had a say, because silence is no permission.
  public Mode mode() {
    return reasons.isEmpty() ? Mode.BLOCKED : reasons.getFirst().mode();
  }

  public boolean blocked() {
    return mode() == Mode.BLOCKED;
  }

  /// Whether people are to decide without knowing what is predicted, so that what they decide is
  /// evidence about it: something allows no more than observe.
  public boolean hidesPredictions() {
    return reasons.stream().anyMatch(reason -> reason.mode() == Mode.OBSERVE);
  }

  /// What was said of trust and of its bounds. What is made in this action's place is held to the
  /// same, also to what hides predictions.
  public List<ModeReason> earned() {
    return reasons.stream().filter(reason -> EARNED.contains(reason.source())).toList();
  }

  /// The reasons that block, for a refusal.
  public List<Violation> blocking() {
    return reasons.stream()
        .filter(reason -> reason.mode() == Mode.BLOCKED)
        .map(ModeReason::violation)
        .toList();
  }

  /// Whether something of that source blocks.
  public boolean blockedBy(String source) {
    return reasons.stream()
        .anyMatch(reason -> reason.mode() == Mode.BLOCKED && reason.source().equals(source));
  }

  /// Whether anything but `source` blocks.
  public boolean blockedByOtherThan(String source) {
    return reasons.stream()
        .anyMatch(reason -> reason.mode() == Mode.BLOCKED && !reason.source().equals(source));
  }

  public JsonArray json() {
    return Json.array(reasons.stream().map(ModeReason::json).toList());
  }

  /// The same without its texts, which may repeat what was erased.
  public ComposedMode forgotten() {
    return new ComposedMode(
        reasons.stream()
            .map(reason -> new ModeReason(reason.source(), reason.mode(), "erased"))
            .toList());
  }

  public static ComposedMode read(JsonArray json) {
    return new ComposedMode(
        json.items().stream().map(item -> ModeReason.read((JsonObject) item)).toList());
  }

  /// Each freeze that covers the action.
  public static List<ModeReason> freezes(
      List<Freeze> freezes, String site, String queue, String actionType) {
    return freezes.stream()
        .filter(freeze -> freeze.covers(site, queue, actionType))
        .map(freeze -> new ModeReason("freeze", Mode.BLOCKED, freeze.describe()))
        .toList();
  }

  /// Blocks while a rule holds the case.
  public static List<ModeReason> hold(Case subject) {
    return subject.hold().stream()
        .map(hold ->
            new ModeReason(
                "hold",
                Mode.BLOCKED,
                "the case is on hold by `%s` since %s".formatted(hold.by(), hold.since())))
        .toList();
  }

  /// Blocks unless the gate is open for exactly this transition of this case; a gate that nobody
  /// ever authorized is closed.
  ///
  /// @param everywhere what was said of it for the tenant
  /// @param there what was said of it for the case's site
  public static List<ModeReason> gate(
      Optional<Gate> everywhere,
      Optional<Gate> there,
      Transition transition,
      Case subject,
      Instant now) {
    var amount = transition.amount().flatMap(subject::amount);
    return Gate.objection(everywhere, there, transition, amount, now)
        .map(text -> new ModeReason("gate", Mode.BLOCKED, text))
        .stream()
        .toList();
  }

  /// Blocks unless the transition's guard holds of the case. One that can't be evaluated blocks as
  /// well, because then nobody knows.
  public static List<ModeReason> guard(Transition transition, Outcome outcome) {
    var text = transition.guard().orElse("");
    return switch (outcome) {
      case Outcome.Satisfied() -> List.of();
      case Outcome.Unsatisfied() ->
          List.of(new ModeReason("guard", Mode.BLOCKED, "the guard does not hold: " + text));
      case Outcome.Errored(var why) ->
          List.of(
              new ModeReason(
                  "guard", Mode.BLOCKED, "the guard can't be evaluated (" + why + "): " + text));
    };
  }

  /// What the policies say.
  public static List<ModeReason> policy(Decision decision) {
    return switch (decision) {
      case Decision.Permit(var _) -> List.of();
      case Decision.RequireApproval(var _) ->
          List.of(
              new ModeReason(
                  "policy", Mode.PROPOSE, "policy `" + decision.reason() + "` requires approval"));
      case Decision.Forbid(var _) ->
          List.of(
              new ModeReason("policy", Mode.BLOCKED, "policy `" + decision.reason() + "` forbids"));
    };
  }

  /// How far the policies that decided let it go by itself: the obligation `autonomy` names a
  /// ceiling. One that is not understood blocks, because nobody could tell how far.
  public static List<ModeReason> policyCeilings(Decision decision) {
    var reasons = new ArrayList<ModeReason>();
    for (var obligation : decision.grounds().obligations()) {
      if (obligation.name().equals("autonomy")) {
        reasons.add(policyCeiling(obligation.arguments()));
      }
    }
    return List.copyOf(reasons);
  }

  private static ModeReason policyCeiling(JsonObject arguments) {
    try {
      var fields = Fields.of(arguments);
      var ceiling =
          fields.word(
              "ceiling", "observe", "propose", "guarded_auto", "conditional_auto", "full_auto");
      fields.done();
      return new ModeReason(
          "policy", Mode.read(ceiling), "a policy's ceiling is `" + ceiling + "`");
    } catch (Refusal.Invalid notUnderstood) {
      return new ModeReason(
          "policy",
          Mode.BLOCKED,
          "the obligation `autonomy` of a policy is not understood: " + notUnderstood.getMessage());
    }
  }

  /// The tenant's ceiling, if it holds anything back.
  public static List<ModeReason> ceiling(AutonomySetting setting) {
    return setting.ceiling() == Mode.FULL_AUTO
        ? List.of()
        : List.of(
            new ModeReason(
                "ceiling",
                setting.ceiling(),
                "the tenant's ceiling is `" + setting.ceiling().word() + "`"));
  }

  /// The ceiling of the model that is declared, or of those who declare none, if there is one.
  public static List<ModeReason> modelCeiling(AutonomySetting setting, Optional<String> model) {
    return setting
        .ceilingOf(model)
        .filter(ceiling -> ceiling != Mode.FULL_AUTO)
        .map(ceiling ->
            new ModeReason(
                "ceiling",
                ceiling,
                model
                    .map(name -> "the ceiling of model `" + name + "` is `" + ceiling.word() + "`")
                    .orElse(
                        "no model is declared, for which the ceiling is `%s`"
                            .formatted(ceiling.word()))))
        .stream()
        .toList();
  }

  /// What is proven for versions that the scope's evidence is not of.
  ///
  /// @param named those that it is of
  public static ModeReason versions(Mode proven, Versions versions, String named) {
    return new ModeReason(
        "version",
        proven,
        "the evidence is of other versions (%s); for these `%s` is proven"
            .formatted(String.join("; ", versions.differences(named)), proven.word()));
  }

  /// A transition to which people always have to agree.
  public static List<ModeReason> always(Transition transition) {
    return transition.alwaysAsks()
        ? List.of(
            new ModeReason(
                "transition",
                Mode.PROPOSE,
                "people always decide about `" + transition.type() + "`"))
        : List.of();
  }

  /// Where something allows no more than guarded_auto: that runs only what can be taken back, so
  /// people decide about anything else.
  ///
  /// @param said all that has a say besides
  public static List<ModeReason> reversibility(Transition transition, List<ModeReason> said) {
    boolean guarded = said.stream().anyMatch(reason -> reason.mode() == Mode.GUARDED_AUTO);
    return guarded && !transition.reversible()
        ? List.of(
            new ModeReason(
                "reversibility",
                Mode.PROPOSE,
                "`guarded_auto` runs only what can be taken back, and nothing takes `%s` back"
                    .formatted(transition.type())))
        : List.of();
  }

  /// The same, and what follows from it: conditional_auto runs only what carries little risk.
  ///
  /// @param risk asked only there
  public ComposedMode settled(Supplier<ModeReason> risk) {
    if (mode() != Mode.CONDITIONAL_AUTO) {
      return this;
    }
    var all = new ArrayList<>(reasons);
    all.add(risk.get());
    return new ComposedMode(all);
  }

  /// What is predicted of an action, against what may run by itself.
  public static ModeReason risk(boolean admitted, String why) {
    return new ModeReason("threshold", admitted ? Mode.CONDITIONAL_AUTO : Mode.PROPOSE, why);
  }

  /// Whether it may run without a person's word.
  public boolean automatic() {
    return mode().compareTo(Mode.GUARDED_AUTO) >= 0;
  }

  /// What the trust scope has earned.
  public static ModeReason trust(Mode earned) {
    return new ModeReason("trust", earned, "the trust scope is at stage `" + earned.word() + "`");
  }

  /// An alarm about an hour of the trust scope that was unlike the others: people look first.
  public static ModeReason anomaly(String kind, String hour) {
    return new ModeReason(
        "anomaly",
        Mode.PROPOSE,
        "the alarm `%s` about the hour from %s on is in force".formatted(kind, hour));
  }

  /// The floor under which a proposal falls back to a person.
  public static List<ModeReason> floor(Prediction prediction) {
    var reasons = new ArrayList<ModeReason>();
    if (prediction.confidence().filter(value -> value < CONFIDENCE_FLOOR).isPresent()) {
      reasons.add(new ModeReason("floor", Mode.PROPOSE, "confidence is under 0.50"));
    }
    if (prediction.safety().filter(value -> value < SAFETY_FLOOR).isPresent()) {
      reasons.add(new ModeReason("floor", Mode.PROPOSE, "safety is under 0.60"));
    }
    return List.copyOf(reasons);
  }
}
