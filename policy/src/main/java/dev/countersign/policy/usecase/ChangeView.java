package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.lifecycle.PendingChange;
import java.time.Instant;

/// A change that waits, as callers see it.
final class ChangeView {
  private ChangeView() {}

  static JsonObject of(PendingChange change, Instant now) {
    boolean expired = change.state() == PendingChange.State.PENDING && change.expired(now);
    return ChangeInForce.details(change.proposed())
        .put("id", change.id().toString())
        .put("kind", change.proposed().kind())
        .put("state", expired ? "expired" : change.state().word())
        .put("reasons", Json.strings(change.reasons()))
        .put("base_version", change.baseVersion())
        .put("requested_by", change.requestedBy())
        .put("requested_at", change.requestedAt().toString())
        .put("expires_at", change.expiresAt().toString())
        .put("decided_by", change.decision().map(decided -> Json.of(decided.by())))
        .put("decided_at", change.decision().map(decided -> Json.of(decided.at().toString())))
        .build();
  }
}
