package dev.countersign.identity.usecase;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Pepper;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Roles;
import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Makes a key and shows its secret, once.
public final class IssueKey {
  private final Ledger ledger;
  private final Pepper pepper;
  private final Ids ids;

  public IssueKey(Ledger ledger, Pepper pepper, Ids ids) {
    this.ledger = ledger;
    this.pepper = pepper;
    this.ids = ids;
  }

  /// What is asked for.
  ///
  /// @param limit empty only for keys of a demo tenant that measure and replay
  public record Request(
      String name,
      SortedSet<String> roles,
      String site,
      Optional<RateLimit> limit,
      Optional<Instant> expiresAt) {

    /// The body of `POST /api/admin/keys`.
    public static Request parse(Json body) {
      var fields = Fields.of(body);
      var name = fields.string("name", 1, 100);
      var roles = new TreeSet<>(fields.strings("roles", 20, 60));
      var site = fields.optionalString("site", 1, 100).orElse(Principal.DEFAULT_SITE);
      var limit = fields.optionalInteger("limit", 1, 1_000_000);
      var burst = fields.optionalInteger("burst", 1, 1_000_000);
      var expires = fields.optionalTime("expires_at");
      if (roles.isEmpty()) {
        roles.add(Roles.AGENT);
      }
      for (var role : roles) {
        if (!Roles.grantable(role)) {
          fields.problem("roles", "unknown_role", "`" + role + "` is not a role");
        }
      }
      fields.done();
      return new Request(
          name,
          roles,
          site,
          Optional.of(
              new RateLimit(
                  limit.orElse((long) RateLimit.DEFAULT.limit()).intValue(),
                  burst.orElse((long) RateLimit.DEFAULT.burst()).intValue())),
          expires);
    }
  }

  /// Issues a key in the caller's tenant. A key gets its roles when it is made and keeps them, so
  /// nobody can give a role to the key he holds.
  public Recorded in(Call call, Request request) {
    return ledger.transact(
        withoutReplay(call),
        new Attempt("key.created", "api_key", request.name()),
        Rules.CHANGE,
        transaction -> {
          if (request.expiresAt().filter(end -> !end.isAfter(transaction.now())).isPresent()) {
            throw new Refusal.Invalid("/expires_at", "wrong_value", "must be in the future");
          }
          transaction.tenant().raise(Counter.CREDENTIALS);
          return issue(transaction, request);
        });
  }

  /// The answer holds a secret, which is never stored: a repetition makes another key.
  private static Call withoutReplay(Call call) {
    return new Call(call.principal(), call.traceId(), call.source(), Optional.empty());
  }

  /// Issues a key within a transaction that raised the counter of credentials.
  JsonObject issue(LedgerTransaction transaction, Request request) {
    var key = ApiKey.generate(ids);
    KeyStore.insert(
        transaction.tenant(),
        new KeyStore.Fresh(
            key.keyId(),
            request.name(),
            pepper.hash(key.secret()),
            request.roles(),
            request.site(),
            request.limit(),
            request.expiresAt()),
        transaction.principal().actor(),
        transaction.now());
    transaction.record(
        "key.created",
        "api_key",
        key.keyId(),
        transaction.newId(),
        Json.object()
            .put("name", request.name())
            .put("roles", Json.strings(request.roles()))
            .build());
    return Json.object()
        .put("id", key.keyId())
        .put("name", request.name())
        .put("roles", Json.strings(request.roles()))
        .put("site", request.site())
        .put("key", key.text())
        .build();
  }
}
