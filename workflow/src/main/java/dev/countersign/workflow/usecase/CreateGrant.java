package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.GrantTemplate;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.PreGrant.Scope;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.PreGrantStore;
import java.time.Instant;
import java.util.Optional;

/// A person agrees to something before it is proposed.
public final class CreateGrant {
  /// Of one person. Who wants more wants a rule, which is a policy's business.
  static final int MOST_OPEN = 50;

  private final Ledger ledger;
  private final DefinitionStore definitions = new DefinitionStore();
  private final PreGrantStore grants = new PreGrantStore();

  public CreateGrant(Ledger ledger) {
    this.ledger = ledger;
  }

  /// What is asked for.
  public record Request(Scope scope, Instant expiresAt) {}

  /// Reads `{expires_at, action_digest?, template?}`, one of both; throws `Refusal.Invalid` with
  /// every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var digest = fields.optionalDigest("action_digest");
    var template = fields.optionalNested("template").map(GrantTemplate::read);
    var expiresAt = fields.moment("expires_at");
    if (digest.isPresent() == template.isPresent()) {
      fields.problem("", "wrong_value", "must have either an `action_digest` or a `template`");
    }
    fields.done();
    return new Request(
        template
            .<Scope>map(Scope.OfTemplate::new)
            .orElseGet(() -> new Scope.OfAction(digest.orElse(Digest.ZERO))),
        expiresAt);
  }

  /// The answer is the grant.
  public Recorded create(Call call, Request request) {
    return ledger.transact(
        call,
        new Attempt("grant.created", "grant", "new"),
        Rules.APPLY,
        transaction -> create(transaction, request));
  }

  private JsonObject create(LedgerTransaction transaction, Request request) {
    var now = transaction.now();
    if (request.scope() instanceof Scope.OfTemplate(var template)) {
      refuseUndefined(transaction, template);
    }
    if (!request.expiresAt().isAfter(now)) {
      throw new Refusal.Conflict("until_is_past", "a grant that has expired is good for nothing");
    }
    if (request.expiresAt().isAfter(now.plus(PreGrant.LONGEST))) {
      throw new Refusal.Conflict(
          "too_long", "a grant lasts at most %d days".formatted(PreGrant.LONGEST.toDays()));
    }
    var grantor = transaction.principal().actor();
    if (grants.open(transaction.tenant(), grantor, MOST_OPEN) >= MOST_OPEN) {
      throw new Refusal.Conflict(
          "too_many_grants", "at most %d of one person are open".formatted(MOST_OPEN));
    }
    var grant =
        new PreGrant(
            transaction.newId(),
            grantor,
            PreGrant.State.OPEN,
            request.scope(),
            request.expiresAt(),
            now,
            Optional.empty(),
            Optional.empty());
    grants.add(transaction.tenant(), grant);
    record(transaction, grant);
    return grant.json();
  }

  private void refuseUndefined(LedgerTransaction transaction, GrantTemplate template) {
    var transition =
        definitions
            .latest(transaction.tenant(), template.workflow())
            .orElseThrow(() -> new Refusal.NotFound("workflow", template.workflow()))
            .definition()
            .transition(template.transition())
            .orElseThrow(() -> new Refusal.NotFound("transition", template.transition()));
    if (template.amountUpTo().isPresent() && transition.amount().isEmpty()) {
      throw new Refusal.Conflict(
          "no_amount",
          "the transition `" + template.transition() + "` names no amount that could be limited");
    }
  }

  /// The payload is what somebody wrote; its digest says whether a grant was for it.
  private static void record(LedgerTransaction transaction, PreGrant grant) {
    var details = Json.object().put("expires_at", grant.expiresAt().toString());
    switch (grant.scope()) {
      case Scope.OfAction(var digest) -> details.put("action_digest", digest.hex());
      case Scope.OfTemplate(var template) ->
          details
              .put("template", template.json().without("payload"))
              .put("payload_digest", Digest.ofCanonical(template.payload()).hex());
    }
    transaction.record(
        "grant.created", "grant", grant.id().toString(), grant.id(), details.build());
  }
}
