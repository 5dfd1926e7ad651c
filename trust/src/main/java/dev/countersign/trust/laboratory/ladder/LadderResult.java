package dev.countersign.trust.laboratory.ladder;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.Stage;
import dev.countersign.trust.laboratory.Share;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What the scopes of one scenario came to.
///
/// @param steps by the stage that each leads to, lowest first
/// @param falsely scopes that were ever promoted falsely, at any step and attempt
/// @param belongs the highest stage whose budget is over a constant rate
/// @param changes of the stage, up and down
/// @param lowered those that went down
/// @param first those among the first 10,000 proposals, which are mostly the climb
/// @param settled those after a scope first reached where it belongs; empty if none did, or for a
///   rate that is not constant
/// @param automaticAtChange scopes that ran by themselves when it got worse
/// @param medianDelay of those, proposals from there to the first demotion; the rest of the life if
///   there was none
/// @param harmLetThrough harms carried out without a person, a scope in the mean
/// @param harmShare those among all harms
/// @param workSaved share of proposals that no person had to decide
/// @param agreed scopes that production itself moved at the same proposals, of those that it played
public record LadderResult(
    List<Step> steps,
    Share falsely,
    Optional<Stage> belongs,
    Frequency changes,
    Frequency lowered,
    Frequency first,
    Optional<Frequency> settled,
    Optional<Share> automaticAtChange,
    OptionalLong medianDelay,
    double harmLetThrough,
    double harmShare,
    double workSaved,
    Share agreed) {

  public LadderResult {
    steps = List.copyOf(steps);
  }

  /// The step to one stage.
  ///
  /// @param reached scopes that ever did
  /// @param median of those, proposals until they first did
  /// @param falsely scopes that were promoted to it falsely
  /// @param curve share of scopes at this stage or over it, along the life
  public record Step(
      Stage to, Share reached, OptionalLong median, Share falsely, List<Double> curve) {
    public Step {
      curve = List.copyOf(curve);
    }

    JsonObject toJson() {
      return Json.object()
          .put("to", to.word())
          .put("reached", reached.toJson())
          .put("median_proposals", number(median))
          .put("falsely", falsely.toJson())
          .put("curve", Json.array(curve.stream().map(Json::of).toList()))
          .build();
    }
  }

  JsonObject toJson() {
    return Json.object()
        .put("steps", Json.array(steps.stream().map(Step::toJson).toList()))
        .put("falsely", falsely.toJson())
        .put("belongs", belongs.map(stage -> Json.of(stage.word())))
        .put("changes_per_10000", changes.toJson())
        .put("lowered_per_10000", lowered.toJson())
        .put("changes_in_first_10000", first.toJson())
        .put("settled_changes_per_10000", settled.map(Frequency::toJson))
        .put("automatic_at_change", automaticAtChange.map(Share::toJson))
        .put("median_delay", number(medianDelay))
        .put("harm_let_through", harmLetThrough)
        .put("harm_share", harmShare)
        .put("work_saved", workSaved)
        .put("agreed", agreed.toJson())
        .build();
  }

  private static Json number(OptionalLong value) {
    return value.isPresent() ? Json.of(value.getAsLong()) : Json.NULL;
  }
}
