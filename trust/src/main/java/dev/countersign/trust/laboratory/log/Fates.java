package dev.countersign.trust.laboratory.log;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.laboratory.Share;
import java.util.Optional;

/// How many proposals had which fate.
///
/// @param rejected a person did not want them
/// @param failed approved, and failed
/// @param unobserved approved, and nobody learned what came of them
/// @param succeeded approved, and a success
public record Fates(long rejected, long failed, long unobserved, long succeeded) {
  static final Fates NONE = new Fates(0, 0, 0, 0);

  public long all() {
    return rejected + failed + unobserved + succeeded;
  }

  /// The share that was rejected or failed; what nobody learned of is none. Its interval is that of
  /// independent proposals, which those of a log are not quite. Empty if there are none.
  public Optional<Share> harm() {
    return share(rejected + failed);
  }

  /// The share that counts as harm for promotion: also where nobody learned what came of it.
  public Optional<Share> counted() {
    return share(rejected + failed + unobserved);
  }

  private Optional<Share> share(long count) {
    return all() == 0 ? Optional.empty() : Optional.of(new Share(count, all()));
  }

  Fates plus(Fate fate) {
    return switch (fate) {
      case REJECTED -> new Fates(rejected + 1, failed, unobserved, succeeded);
      case FAILED -> new Fates(rejected, failed + 1, unobserved, succeeded);
      case UNOBSERVED -> new Fates(rejected, failed, unobserved + 1, succeeded);
      case SUCCEEDED -> new Fates(rejected, failed, unobserved, succeeded + 1);
    };
  }

  Fates plus(Fates other) {
    return new Fates(
        rejected + other.rejected,
        failed + other.failed,
        unobserved + other.unobserved,
        succeeded + other.succeeded);
  }

  JsonObject toJson() {
    return Json.object()
        .put("all", all())
        .put("rejected", rejected)
        .put("failed", failed)
        .put("unobserved", unobserved)
        .put("succeeded", succeeded)
        .put("harm", harm().map(Share::toJson))
        .put("counted", counted().map(Share::toJson))
        .build();
  }
}
