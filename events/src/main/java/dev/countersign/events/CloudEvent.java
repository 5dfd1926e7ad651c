package dev.countersign.events;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// One entry as others are told of it: CloudEvents 1.0 in its structured JSON format.
///
/// `id` is the entry's, so whoever is told twice knows; with `source`, the log's name, it is one in
/// the world. `logindex` is a string, since integers of CloudEvents end at 2^31. `caseid` is there
/// where the entry tells its case: what has the same is told in the order of `logindex`. The salt
/// of the entry is never told: with it an erased content could still be confirmed.
///
/// @param action the entry's; the type is made from it
public record CloudEvent(String action, JsonObject json) {
  public static final String MEDIA_TYPE = "application/cloudevents+json";

  /// What every type begins with.
  public static final String TYPES = "dev.countersign.";

  /// What is told by a test; no entry has this action.
  public static final String PING = "ping";

  /// An entry whose content is there.
  ///
  /// @param entry as the log has it
  public static CloudEvent of(String origin, long logIndex, JsonObject entry) {
    var action = text(entry, "action");
    var subject = text(entry, "resource") + "/" + text(entry, "resource_id");
    return new CloudEvent(
        action,
        head(origin, text(entry, "id"), action)
            .put("subject", subject)
            .put("time", text(entry, "time"))
            .put("correlationid", text(entry, "correlation_id"))
            .put("caseid", caseOf(entry).map(id -> Json.of(id.toString())))
            .put("tenant", text(entry, "tenant"))
            .put("logindex", Long.toString(logIndex))
            .put("datacontenttype", "application/json")
            .put("data", entry)
            .build());
  }

  /// The case that an entry belongs to: the one that it is about, or the one that it names as
  /// `case_id`. Empty for what belongs to none, and for a refusal of something else than the case
  /// itself: it says what was tried, and changes none.
  ///
  /// @param entry as the log has it
  public static Optional<UUID> caseOf(JsonObject entry) {
    return entry
        .text("resource")
        .filter("case"::equals)
        .flatMap(_ -> entry.text("resource_id"))
        .flatMap(Ids::parse)
        .or(() ->
            entry
                .object("details")
                .flatMap(details -> details.text("case_id"))
                .flatMap(Ids::parse));
  }

  /// An entry whose content was erased before it was told: only that it stood there.
  public static CloudEvent erased(
      String origin,
      long logIndex,
      TenantId tenant,
      UUID id,
      UUID correlationId,
      Instant time,
      String action) {
    return new CloudEvent(
        action,
        head(origin, id.toString(), action)
            .put("time", time.toString())
            .put("correlationid", correlationId.toString())
            .put("tenant", tenant.toString())
            .put("logindex", Long.toString(logIndex))
            .put("datacontenttype", "application/json")
            .put("data", Json.object().put("erased", true).build())
            .build());
  }

  /// What a person sends to see whether anything arrives; it is no entry and has no index.
  public static CloudEvent ping(
      String origin, TenantId tenant, UUID id, UUID webhookId, Instant time) {
    return new CloudEvent(
        PING,
        head(origin, id.toString(), PING)
            .put("subject", "webhook/" + webhookId)
            .put("time", time.toString())
            .put("tenant", tenant.toString())
            .put("datacontenttype", "application/json")
            .put("data", Json.object().put("webhook_id", webhookId.toString()).build())
            .build());
  }

  public Optional<String> id() {
    return json.text("id");
  }

  private static Json.Builder head(String origin, String id, String action) {
    return Json.object()
        .put("specversion", "1.0")
        .put("id", id)
        .put("source", origin)
        .put("type", TYPES + action);
  }

  private static String text(JsonObject entry, String member) {
    return entry.text(member).orElseThrow();
  }
}
