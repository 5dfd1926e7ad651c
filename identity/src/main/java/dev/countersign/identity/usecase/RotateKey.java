package dev.countersign.identity.usecase;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.KeyState;
import dev.countersign.identity.Pepper;
import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Gives a key another secret and shows it, once; the key keeps its id, roles, limits and networks.
///
/// Both secrets are good until the overlap ends. Without an overlap the old ones end at once, on
/// every node: no answer is committed for them afterwards.
public final class RotateKey {
  private static final Duration USUAL_OVERLAP = Duration.ofHours(1);

  /// Whoever has not changed over within a week has forgotten it.
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(7);

  private final Ledger ledger;
  private final Pepper pepper;
  private final Ids ids;

  public RotateKey(Ledger ledger, Pepper pepper, Ids ids) {
    this.ledger = ledger;
    this.pepper = pepper;
    this.ids = ids;
  }

  /// What is asked for.
  ///
  /// @param overlap zero ends every older secret at once
  public record Request(Duration overlap) {

    /// The body of `POST /api/admin/keys/{id}/rotate`.
    public static Request parse(Json body) {
      var fields = Fields.of(body);
      var overlap = fields.optionalInteger("overlap_seconds", 0, LONGEST_OVERLAP.toSeconds());
      fields.done();
      return new Request(overlap.map(Duration::ofSeconds).orElse(USUAL_OVERLAP));
    }
  }

  public Recorded in(Call call, String keyId, Request request) {
    return ledger.transact(
        IssueKey.withoutReplay(call),
        new Attempt("key.rotated", "api_key", keyId),
        Rules.CHANGE,
        transaction -> {
          var key =
              KeyStore.lock(transaction.tenant(), keyId)
                  .orElseThrow(() -> new Refusal.NotFound("api_key", keyId));
          IssueKey.refuseBeyondOwnScopes(transaction.principal(), key.scopes());
          refuseUnlessPossible(key, request, transaction.now());
          transaction.tenant().raise(Counter.CREDENTIALS);
          return rotate(transaction, key, request);
        });
  }

  private static void refuseUnlessPossible(KeyStore.Listed key, Request request, Instant now) {
    switch (key.state(now)) {
      case ACTIVE -> {}
      case ROTATING -> {
        if (!request.overlap().isZero()) {
          throw new Refusal.Conflict(
              "already_rotating",
              "two secrets of key `"
                  + key.keyId()
                  + "` are in force already; wait for the overlap to end or rotate with"
                  + " `overlap_seconds` 0, which ends both");
        }
      }
      case REVOKED ->
          throw new Refusal.Conflict(
              "already_revoked", "key `" + key.keyId() + "` is revoked; make another one");
      case EXPIRED ->
          throw new Refusal.Conflict(
              "key_expired", "key `" + key.keyId() + "` is expired; make another one");
    }
  }

  private JsonObject rotate(LedgerTransaction transaction, KeyStore.Listed key, Request request) {
    var now = transaction.now();
    var fresh = ApiKey.generate(ids).secret();
    var until =
        request.overlap().isZero()
            ? Optional.<Instant>empty()
            : Optional.of(now.plus(request.overlap()));
    KeyStore.rotate(transaction.tenant(), key.keyId(), pepper.hash(fresh), until, now);
    transaction.record(
        "key.rotated",
        "api_key",
        key.keyId(),
        transaction.newId(),
        Json.object()
            .put("name", key.name())
            .put("overlap_seconds", request.overlap().toSeconds())
            .build());
    var state = until.isPresent() ? KeyState.ROTATING : KeyState.ACTIVE;
    return Json.object()
        .put("id", key.keyId())
        .put("name", key.name())
        .put("state", state.word())
        .put("rotated_at", now.toString())
        .put("former_until", until.map(end -> Json.of(end.toString())))
        .put("key", new ApiKey(key.keyId(), fresh).text())
        .build();
  }
}
