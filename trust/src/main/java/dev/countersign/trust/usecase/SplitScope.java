package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.Heard;
import dev.countersign.trust.ScopeKey;
import java.util.Optional;
import java.util.UUID;

/// An administrator declares that a scope is split off another one: a queue was renamed, a role was
/// divided. The new one begins at observe, with the harms and the attempts of the other and none of
/// its merits, so that splitting gains nothing.
public final class SplitScope {
  private final Ledger ledger;
  private final TrustScopes scopes;

  public SplitScope(Ledger ledger, TrustScopes scopes) {
    this.ledger = ledger;
    this.scopes = scopes;
  }

  /// In what the new scope differs; at least one is there.
  public record Request(
      Optional<String> site, Optional<String> queue, Optional<String> roleContext) {

    ScopeKey off(ScopeKey from) {
      return new ScopeKey(
          site.orElse(from.site()),
          queue.orElse(from.queue()),
          from.actionType(),
          roleContext.orElse(from.roleContext()));
    }
  }

  /// Reads `{queue?, site?, role_context?}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var request =
        new Request(part(fields, "site"), part(fields, "queue"), part(fields, "role_context"));
    if (request.equals(new Request(Optional.empty(), Optional.empty(), Optional.empty()))) {
      fields.problem("", "missing", "must name a site, a queue or a role context");
    }
    fields.done();
    return request;
  }

  private static Optional<String> part(Fields fields, String name) {
    var part = fields.optionalString(name, 1, ScopeKey.LONGEST_PART);
    if (part.filter(String::isBlank).isPresent()) {
      fields.problem(name, "wrong_value", "must not be blank");
    }
    return part;
  }

  /// The answer is the new scope.
  public Recorded split(Call call, UUID from, Request request) {
    return ledger.transact(
        call,
        new Attempt("scope.split", "trust_scope", from.toString()),
        Rules.CHANGE,
        transaction -> split(transaction, from, request));
  }

  private JsonObject split(LedgerTransaction transaction, UUID from, Request request) {
    var made = scopes.split(transaction.tenant(), from, request::off, transaction.now());
    transaction.record(
        "scope.split",
        "trust_scope",
        made.id().toString(),
        transaction.newId(),
        Json.object()
            .put("from", from.toString())
            .put("scope", made.key().toJson())
            .put("ordinal", made.state().ordinal())
            .build());
    transaction.evidence(
        Heard.split(made.id(), made.key(), made.version(), from, transaction.now(), made.state())
            .toJson());
    return scopes.one(transaction.tenant(), made.id());
  }
}
