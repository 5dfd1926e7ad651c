package dev.countersign.trust;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What a scope heard, and the state that came of it: as the log tells it, so that whoever has the
/// log can fold it again ([TrustReplay]).
///
/// @param ordinal which scope of its tenant and action type it is, from 1
/// @param number which of all that the scope heard it is, from 1: what is missing shows; absent in
///   entries of before there were numbers
/// @param edition by which rules the state came of it
/// @param state the digest of the state's stored text after it
public record Heard(
    UUID scopeId,
    ScopeKey key,
    long ordinal,
    Optional<Long> number,
    What what,
    Edition edition,
    Digest state) {

  public Heard {
    if (number.filter(one -> one < 1).isPresent()) {
      throw new IllegalArgumentException("what is heard is counted from 1");
    }
  }

  /// What there is to hear.
  public sealed interface What {
    /// An event that was counted.
    record Event(TrustEvent event) implements What {}

    /// The scope was split off another one.
    record Split(UUID from, Instant at) implements What {}
  }

  /// An event that was counted.
  public static Heard of(
      UUID scopeId, ScopeKey key, long number, TrustEvent event, TrustState after) {
    return told(scopeId, key, number, new What.Event(event), after);
  }

  /// That the scope was split off another one.
  public static Heard split(
      UUID scopeId, ScopeKey key, long number, UUID from, Instant at, TrustState after) {
    return told(scopeId, key, number, new What.Split(from, at), after);
  }

  private static Heard told(UUID scopeId, ScopeKey key, long number, What what, TrustState after) {
    return new Heard(
        scopeId, key, after.ordinal(), Optional.of(number), what, Edition.NOW, after.digest());
  }

  public JsonObject toJson() {
    return Json.object()
        .put("scope_id", scopeId.toString())
        .put("scope", key.toJson())
        .put("ordinal", ordinal)
        .put("number", number.map(Json::of))
        .put("heard", told(what))
        .put("edition", edition.number())
        .put("state", state.hex())
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else, or
  /// DateTimeException.
  public static Heard fromJson(JsonObject json) {
    var scope = Stored.object(json, "scope");
    return new Heard(
        Stored.word(json, "scope_id", Ids::parse),
        new ScopeKey(
            text(scope, "site"),
            text(scope, "queue"),
            text(scope, "action_type"),
            text(scope, "role_context")),
        Stored.count(json, "ordinal"),
        number(json),
        what(Stored.object(json, "heard")),
        edition(json),
        Stored.word(json, "state", Digest::parse));
  }

  private static Edition edition(JsonObject json) {
    if (json.member("edition").isEmpty()) {
      return Edition.FIRST;
    }
    long number = Stored.count(json, "edition");
    return Edition.numbered(number)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "it was folded by edition " + number + " of the rules, which is not known here"));
  }

  private static Optional<Long> number(JsonObject json) {
    return json.member("number").map(_ -> Stored.count(json, "number"));
  }

  private static String text(JsonObject json, String name) {
    return Stored.word(json, name, Optional::of);
  }

  private static JsonObject told(What what) {
    return switch (what) {
      case What.Event(var event) -> event(event).put("at", event.at().toString()).build();
      case What.Split(var from, var at) ->
          Json.object()
              .put("kind", "split")
              .put("from", from.toString())
              .put("at", at.toString())
              .build();
    };
  }

  private static Json.Builder event(TrustEvent event) {
    return switch (event) {
      case TrustEvent.Proposed proposed ->
          of("proposed", proposed.proposalId())
              .put("window", proposed.window().toString())
              .put("draw", proposed.draw().map(TrustEvent.Draw::toJson))
              .put("by", proposed.said().by().map(Json::of))
              .put("confidence", proposed.said().confidence().map(Json::of))
              .put("safety", proposed.said().safety().map(Json::of))
              .put("predicted", proposed.said().predicted().map(Json::of));
      case TrustEvent.Ended ended ->
          of(
              ended.ending() == TrustEvent.Ending.EXPIRED ? "expired" : "withdrawn",
              ended.proposalId());
      case TrustEvent.Decided decided ->
          of("decided", decided.proposalId())
              .put("approved", decided.approved())
              .put("independent", decided.independent())
              .put("occasion", decided.occasion().name())
              .put("by", decided.by().map(Json::of));
      case TrustEvent.Executed executed ->
          of("executed", executed.proposalId())
              .put("automatic", executed.automatic())
              .put("outcome_within", executed.outcomeWithin().toString());
      case TrustEvent.OutcomeObserved outcome ->
          of("outcome", outcome.proposalId())
              .put("success", outcome.success())
              .put("severity", outcome.severity().word())
              .put("saved_seconds", outcome.savedSeconds().map(Json::of))
              .put("manual_seconds", outcome.manualSeconds().map(Json::of))
              .put("by", outcome.by().map(Json::of));
      case TrustEvent.RolledBack rollback -> of("rolled_back", rollback.proposalId());
      case TrustEvent.OutcomeOverdue overdue -> of("overdue", overdue.proposalId());
      case TrustEvent.VersionsChanged changed ->
          Json.object()
              .put("kind", "versions")
              .put("versions", changed.versions())
              .put("proposal_id", changed.of().map(of -> Json.of(of.toString())));
      case TrustEvent.StageLowered lowered ->
          Json.object()
              .put("kind", "lowered")
              .put("to", lowered.to().word())
              .put("by", lowered.by());
      case TrustEvent.StageSigned signed ->
          Json.object().put("kind", "signed").put("to", signed.to().word()).put("by", signed.by());
    };
  }

  private static Json.Builder of(String kind, UUID proposal) {
    return Json.object().put("kind", kind).put("proposal_id", proposal.toString());
  }

  private static What what(JsonObject json) {
    var at = Stored.time(json, "at");
    var kind = text(json, "kind");
    return switch (kind) {
      case "split" -> new What.Split(Stored.word(json, "from", Ids::parse), at);
      case "versions" ->
          new What.Event(
              new TrustEvent.VersionsChanged(text(json, "versions"), at, proposal(json)));
      case "lowered" ->
          new What.Event(
              new TrustEvent.StageLowered(Stored.stage(json, "to"), text(json, "by"), at));
      case "signed" ->
          new What.Event(
              new TrustEvent.StageSigned(Stored.stage(json, "to"), text(json, "by"), at));
      default ->
          new What.Event(ofProposal(kind, Stored.word(json, "proposal_id", Ids::parse), at, json));
    };
  }

  private static Optional<UUID> proposal(JsonObject json) {
    return json.member("proposal_id").isEmpty()
        ? Optional.empty()
        : Optional.of(Stored.word(json, "proposal_id", Ids::parse));
  }

  private static TrustEvent ofProposal(String kind, UUID id, Instant at, JsonObject json) {
    return switch (kind) {
      case "proposed" ->
          new TrustEvent.Proposed(
              id,
              at,
              Duration.parse(text(json, "window")),
              json.object("draw").map(TrustEvent.Draw::fromJson),
              new TrustEvent.Said(
                  json.text("by"),
                  json.number("confidence"),
                  json.number("safety"),
                  json.number("predicted")));
      case "expired" -> new TrustEvent.Ended(id, TrustEvent.Ending.EXPIRED, at);
      case "withdrawn" -> new TrustEvent.Ended(id, TrustEvent.Ending.WITHDRAWN, at);
      case "decided" ->
          new TrustEvent.Decided(
              id,
              Stored.truth(json, "approved"),
              at,
              Stored.truth(json, "independent"),
              TrustEvent.Occasion.valueOf(text(json, "occasion")),
              json.text("by"));
      case "executed" ->
          new TrustEvent.Executed(
              id,
              at,
              Stored.truth(json, "automatic"),
              Duration.parse(text(json, "outcome_within")));
      case "outcome" ->
          new TrustEvent.OutcomeObserved(
              id,
              Stored.truth(json, "success"),
              Stored.word(json, "severity", Severity::parse),
              json.number("saved_seconds").map(Double::longValue),
              json.number("manual_seconds").map(Double::longValue),
              at,
              json.text("by"));
      case "rolled_back" -> new TrustEvent.RolledBack(id, at);
      case "overdue" -> new TrustEvent.OutcomeOverdue(id, at);
      default -> throw new IllegalArgumentException("nothing is heard as `" + kind + "`");
    };
  }
}
