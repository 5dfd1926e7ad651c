package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Fields;
import java.time.Instant;
import java.util.Optional;

/// What kind of tenant asks.
///
/// @param demo whether it may say when something happened, so that an old log can be replayed
/// @param replays whether the caller's key is one of a demo tenant that measures and replays: no
///   person decides by it, so nobody asks how much he does in an hour
public record TenantProfile(boolean demo, boolean replays) {

  public static final TenantProfile DEMO = new TenantProfile(true, true);
  public static final TenantProfile STANDARD = new TenantProfile(false, false);

  public TenantProfile {
    if (replays && !demo) {
      throw new IllegalArgumentException("nothing is replayed into a tenant that is no demo");
    }
  }

  /// The field `occurred_at`, which is a problem unless the tenant is a demo.
  Optional<Instant> occurredAt(Fields fields) {
    var time = fields.optionalTime("occurred_at");
    if (time.isPresent() && !demo) {
      fields.problem("occurred_at", "demo_only", "is accepted in a demo tenant only");
    }
    return time;
  }
}
