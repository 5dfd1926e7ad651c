package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Fields;
import java.time.Instant;
import java.util.Optional;

/// What kind of tenant asks.
///
/// @param demo whether it may say when something happened, so that an old log can be replayed
public record TenantProfile(boolean demo) {

  public static final TenantProfile DEMO = new TenantProfile(true);
  public static final TenantProfile STANDARD = new TenantProfile(false);

  /// The field `occurred_at`, which is a problem unless the tenant is a demo.
  Optional<Instant> occurredAt(Fields fields) {
    var time = fields.optionalTime("occurred_at");
    if (time.isPresent() && !demo) {
      fields.problem("occurred_at", "demo_only", "is accepted in a demo tenant only");
    }
    return time;
  }
}
