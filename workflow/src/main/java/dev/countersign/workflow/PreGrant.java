package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What somebody agrees to before it is proposed: his vote, kept for one request that fits.
///
/// It is used once or never, ends by itself, and is no more than a vote: who gave it is asked for
/// his role, and whether he may decide, when it is used.
///
/// @param endedAt when it was used, revoked or expired
/// @param usedBy the proposal that it was used for
public record PreGrant(
    UUID id,
    String grantor,
    State state,
    Scope scope,
    Instant expiresAt,
    Instant createdAt,
    Optional<Instant> endedAt,
    Optional<UUID> usedBy) {

  /// Who agrees for longer ahead agrees to what he can't foresee.
  public static final Duration LONGEST = Duration.ofDays(7);

  /// Where it stands; only an open one may be used, and nothing follows the others.
  public enum State {
    OPEN,
    USED,
    REVOKED,
    EXPIRED;

    public String word() {
      return Word.of(this);
    }

    public static State read(String word) {
      return Word.read(State.class, word);
    }
  }

  /// What it is for.
  public sealed interface Scope {
    /// Exactly one action.
    record OfAction(Digest digest) implements Scope {}

    /// Any one action that fits.
    record OfTemplate(GrantTemplate template) implements Scope {}
  }

  /// Whether it is for this action on this case.
  public boolean fits(ProposedAction action, Case subject, Transition transition) {
    return switch (scope) {
      case Scope.OfAction(var digest) -> digest.equals(action.digest());
      case Scope.OfTemplate(var template) ->
          template.fits(subject, transition, action.action().payload());
    };
  }

  public boolean open(Instant now) {
    return state == State.OPEN && now.isBefore(expiresAt);
  }

  /// The same once it is over. A template's payload is kept no longer.
  public PreGrant ended(State how, Instant now, Optional<UUID> by) {
    var left =
        switch (scope) {
          case Scope.OfAction _ -> scope;
          case Scope.OfTemplate(var template) -> new Scope.OfTemplate(template.forgotten());
        };
    return new PreGrant(id, grantor, how, left, expiresAt, createdAt, Optional.of(now), by);
  }

  public JsonObject json() {
    var json =
        Json.object()
            .put("grant_id", id.toString())
            .put("grantor", grantor)
            .put("state", state.word());
    switch (scope) {
      case Scope.OfAction(var digest) -> json.put("action_digest", digest.hex());
      case Scope.OfTemplate(var template) -> json.put("template", template.json());
    }
    return json.put("expires_at", expiresAt.toString())
        .put("created_at", createdAt.toString())
        .put("ended_at", endedAt.map(time -> Json.of(time.toString())))
        .put("proposal_id", usedBy.map(proposal -> Json.of(proposal.toString())))
        .build();
  }
}
