package dev.countersign.events;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/// What a tenant wants to be told, and where.
///
/// @param description for people; may be empty
/// @param createdBy the actor
public record Webhook(
    UUID id,
    WebhookUrl url,
    ActionFilter actions,
    String description,
    WebhookState state,
    String createdBy,
    Instant createdAt) {
  public static final int LONGEST_DESCRIPTION = 200;

  /// What the entries about delivering begin with. They are told by no webhook: two receivers that
  /// fail would otherwise go on telling each other so without an end.
  public static final String DEAD_LETTERED = "webhook.dead_lettered";

  public Webhook {
    if (description.length() > LONGEST_DESCRIPTION) {
      throw new IllegalArgumentException(
          "a description has at most " + LONGEST_DESCRIPTION + " characters");
    }
  }

  /// Whether an entry of this action is sent.
  public boolean takes(String action) {
    return !action.equals(DEAD_LETTERED) && actions.takes(action);
  }

  public JsonObject json() {
    return Json.object()
        .put("webhook_id", id.toString())
        .put("url", url.text())
        .put("actions", Json.strings(actions.patterns()))
        .put("description", description)
        .put("state", state.word())
        .put("created_by", createdBy)
        .put("created_at", createdAt.toString())
        .build();
  }

  /// What the ledger says of it: of the address only where it is, for its path may hold a secret of
  /// the receiver, and nothing that a person wrote.
  public JsonObject recorded() {
    return Json.object()
        .put("receiver", url.origin())
        .put("actions", Json.strings(actions.patterns()))
        .put("state", state.word())
        .build();
  }
}
