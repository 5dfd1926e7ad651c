package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// What a tenant does so that people look at what they agree to.
///
/// @param decoyRate for so many of its requests it shows a decoy as well, 0 to 1
/// @param missLimit whose share of decoys approved is surely over this does not decide alone
/// @param decisionsPerHour of one person; more is not looking
public record Vigilance(double decoyRate, double missLimit, Optional<Integer> decisionsPerHour) {

  /// What holds until an administrator says otherwise.
  public static final Vigilance OFF = new Vigilance(0, 0.5, Optional.empty());

  /// A decision every two seconds for an hour; a larger cap is none.
  public static final int LARGEST_CAP = 1_800;

  public Vigilance {
    if (!(decoyRate >= 0 && decoyRate <= 1) || !(missLimit > 0 && missLimit <= 1)) {
      throw new IllegalArgumentException("a rate is from 0 to 1");
    }
  }

  /// Whether somebody who approved so many of the decoys that he was shown may decide alone: unless
  /// his share is over the limit whatever chance did, by the lower end of its interval.
  public boolean mayDecideAlone(Share missed) {
    return missed.low() <= missLimit;
  }

  public JsonObject json() {
    return Json.object()
        .put("decoy_rate", decoyRate)
        .put("miss_limit", missLimit)
        .put("decisions_per_hour", decisionsPerHour.map(Json::of))
        .build();
  }
}
