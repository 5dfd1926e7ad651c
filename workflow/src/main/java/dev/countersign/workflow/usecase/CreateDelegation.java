package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.Delegation;
import dev.countersign.workflow.store.DelegationStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// A person names another who decides for him, for a time.
public final class CreateDelegation {
  /// Of one who lends, and to one who decides: an inbox is read for each of them.
  static final int MOST_OPEN = 20;

  private static final int LONGEST_ROLE = 60;

  private final Ledger ledger;
  private final Deciders deciders = new Deciders();
  private final DelegationStore delegations = new DelegationStore();

  public CreateDelegation(Ledger ledger) {
    this.ledger = ledger;
  }

  /// What is asked for.
  ///
  /// @param delegate an actor, as the ledger names him
  /// @param roles which of the caller's; empty for all that he holds whenever it is used
  /// @param from now if none is given
  public record Request(
      String delegate, SortedSet<String> roles, Optional<Instant> from, Instant until) {}

  /// Reads `{delegate, until, roles?, from?}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var delegate = fields.string("delegate", 1, DecisionRequest.LONGEST_ACTOR);
    var roles =
        new TreeSet<>(fields.strings("roles", ApprovalRequirement.MOST_ROLES, LONGEST_ROLE));
    var from = fields.optionalTime("from");
    var until = fields.moment("until");
    fields.done();
    return new Request(delegate, roles, from, until);
  }

  /// The answer is the delegation.
  public Recorded create(Call call, Request request) {
    return ledger.transact(
        call,
        new Attempt("delegation.created", "actor", request.delegate()),
        Rules.APPLY,
        transaction -> create(transaction, request));
  }

  private JsonObject create(LedgerTransaction transaction, Request request) {
    var now = transaction.now();
    var from = request.from().filter(now::isBefore).orElse(now);
    refuseTimes(from, request.until(), now);
    refusePeople(transaction, request);
    var delegator = transaction.principal().actor();
    var delegation =
        new Delegation(
            transaction.newId(),
            delegator,
            request.delegate(),
            request.roles(),
            from,
            request.until(),
            now,
            Optional.empty());
    refuseMore(transaction, delegation);
    delegations.add(transaction.tenant(), delegation);
    transaction.record(
        "delegation.created",
        "delegation",
        delegation.id().toString(),
        delegation.id(),
        Json.object()
            .put("delegator", delegator)
            .put("delegate", delegation.delegate())
            .put("roles", Json.strings(delegation.roles()))
            .put("from", delegation.startsAt().toString())
            .put("until", delegation.endsAt().toString())
            .build());
    return delegation.json(now);
  }

  private static void refuseTimes(Instant from, Instant until, Instant now) {
    if (!until.isAfter(from)) {
      throw new Refusal.Conflict(
          "until_is_past", "a delegation that ends before it begins lends nothing");
    }
    if (until.isAfter(from.plus(Delegation.LONGEST))
        || from.isAfter(now.plus(Delegation.FURTHEST))) {
      throw new Refusal.Conflict(
          "too_long",
          "a delegation lasts at most %d days and begins within %d"
              .formatted(Delegation.LONGEST.toDays(), Delegation.FURTHEST.toDays()));
    }
  }

  private void refusePeople(LedgerTransaction transaction, Request request) {
    var delegator = transaction.principal();
    if (delegator.actor().equals(request.delegate())) {
      throw new Refusal.Conflict("own_delegate", "nobody is his own delegate");
    }
    if (!delegator.roles().containsAll(request.roles())) {
      throw new Refusal.Conflict("role_not_held", "nobody lends a role that he does not hold");
    }
    if (deciders.decider(transaction.tenant(), request.delegate(), transaction.now()).isEmpty()) {
      throw new Refusal.Conflict(
          "not_a_decider",
          "`%s` is nobody whose credential is in force and lets him decide"
              .formatted(request.delegate()));
    }
  }

  /// Counted without a lock, so those who ask at once may pass the bound by as many as they are.
  private void refuseMore(LedgerTransaction transaction, Delegation wanted) {
    var given = delegations.openOf(transaction.tenant(), wanted.delegator(), wanted.createdAt());
    boolean twice =
        given.stream()
            .filter(one -> one.delegate().equals(wanted.delegate()))
            .anyMatch(one -> overlap(one, wanted));
    if (twice) {
      throw new Refusal.Conflict(
          "delegated_already", "he decides for you already in a part of that time");
    }
    var taken = delegations.openTo(transaction.tenant(), wanted.delegate(), wanted.createdAt());
    if (List.of(given, taken).stream().anyMatch(open -> open.size() >= MOST_OPEN)) {
      throw new Refusal.Conflict(
          "too_many_delegations",
          "at most %d are open of one person or to one".formatted(MOST_OPEN));
    }
  }

  private static boolean overlap(Delegation one, Delegation other) {
    return one.startsAt().isBefore(other.endsAt()) && other.startsAt().isBefore(one.endsAt());
  }
}
