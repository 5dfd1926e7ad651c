package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Hold;
import dev.countersign.ledger.Hold.Scope;
import dev.countersign.ledger.store.HoldStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Sets, shows and lifts legal holds: while one is in force, what it covers is neither erased nor
/// does it expire.
///
/// A hold reaches what is there: what was erased before, or whose day had ended, is not brought
/// back. Safe for use by many threads; blocks.
public final class Holds {
  static final String SET = "hold.set";
  static final String LIFTED = "hold.lifted";

  /// Holds in force at once: each row of a day that ends is held against them.
  public static final int MOST_ACTIVE = 100;

  private static final int LONGEST_REASON = 500;

  private final Ledger ledger;
  private final TenantTransactions transactions;

  public Holds(Ledger ledger, TenantTransactions transactions) {
    this.ledger = ledger;
    this.transactions = transactions;
  }

  /// What is asked for.
  public record Request(Scope scope, String reason) {}

  /// Reads `{correlation_id | entries {first, last} | period {from, to}, reason}`; throws
  /// `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var scopes = new ArrayList<Scope>();
    int given = 0;
    var correlation = fields.optionalUuid("correlation_id");
    given += present(body, "correlation_id");
    correlation.ifPresent(id -> scopes.add(new Scope.Action(id)));
    var entries = fields.optionalNested("entries");
    given += present(body, "entries");
    entries.flatMap(Holds::entries).ifPresent(scopes::add);
    var period = fields.optionalNested("period");
    given += present(body, "period");
    period.flatMap(Holds::period).ifPresent(scopes::add);
    if (given != 1) {
      fields.problem(
          "", "wrong_value", "needs one of `correlation_id`, `entries` and `period`, and only one");
    }
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Request(scopes.getFirst(), reason);
  }

  private static int present(Json body, String name) {
    return body instanceof JsonObject object
            && object.member(name).filter(value -> !value.equals(Json.NULL)).isPresent()
        ? 1
        : 0;
  }

  private static Optional<Scope> entries(Fields fields) {
    long first = fields.integer("first", 0, JsonNumber.LARGEST_INTEGER);
    long last = fields.integer("last", 0, JsonNumber.LARGEST_INTEGER);
    fields.closed();
    if (first > last) {
      fields.problem("last", "out_of_range", "must not be before `first`");
      return Optional.empty();
    }
    return Optional.of(new Scope.Entries(first, last));
  }

  private static Optional<Scope> period(Fields fields) {
    var from = time(fields, "from");
    var to = time(fields, "to");
    fields.closed();
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      fields.problem("to", "out_of_range", "must be after `from`");
      return Optional.empty();
    }
    return from.flatMap(begin -> to.map(end -> new Scope.Period(begin, end)));
  }

  private static Optional<Instant> time(Fields fields, String name) {
    var given = fields.any(name).filter(value -> !value.equals(Json.NULL));
    if (given.isEmpty()) {
      fields.problem(name, "missing", "is required");
    }
    return fields.optionalTime(name);
  }

  /// The answer is the hold; once it is given, nothing that the hold covers is erased any more.
  public Recorded set(Call call, Request request) {
    return ledger.transact(
        call,
        new Attempt(SET, "hold", ""),
        Rules.APPLY,
        transaction -> {
          HoldStore.change(transaction.tenant());
          if (HoldStore.active(transaction.tenant()) >= MOST_ACTIVE) {
            throw new Refusal.Conflict(
                "too_many_holds",
                "at most %d holds are in force at once; lift one that is over"
                    .formatted(MOST_ACTIVE));
          }
          var hold =
              new Hold(
                  transaction.newId(),
                  request.scope(),
                  request.reason(),
                  transaction.principal().actor(),
                  transaction.now(),
                  Optional.empty());
          HoldStore.add(transaction.tenant(), hold);
          transaction.record(
              SET,
              "hold",
              hold.id().toString(),
              hold.id(),
              Hold.scope(hold.scope()).with("reason", Json.of(hold.reason())));
          return hold.json();
        });
  }

  /// Reads `{reason}`; throws `Refusal.Invalid` with every problem.
  public static String parseLift(Json body) {
    return EraseContent.parse(body);
  }

  /// The answer is the hold as it ended. What it kept and whose day is over is emptied by the next
  /// round of [Retention#maintain].
  public Recorded lift(Call call, UUID id, String reason) {
    return ledger.transact(
        call,
        new Attempt(LIFTED, "hold", id.toString(), Optional.of(id)),
        Rules.APPLY,
        transaction -> {
          var hold =
              HoldStore.lock(transaction.tenant(), id)
                  .orElseThrow(() -> new Refusal.NotFound("hold", id.toString()));
          hold.lifted()
              .ifPresent(end -> {
                throw new Refusal.Conflict("hold_lifted", "the hold was lifted at " + end.at());
              });
          var lifted = new Hold.Lifted(transaction.principal().actor(), transaction.now(), reason);
          HoldStore.lift(transaction.tenant(), id, lifted);
          transaction.record(
              LIFTED, "hold", id.toString(), id, Json.object().put("reason", reason).build());
          return new Hold(
                  hold.id(), hold.scope(), hold.reason(), hold.by(), hold.at(), Optional.of(lifted))
              .json();
        });
  }

  /// A page of holds, newest first, lifted ones too.
  ///
  /// @param before the id that the page before ended with
  public JsonObject list(Principal principal, Optional<UUID> before, int limit) {
    List<Hold> found =
        transactions.run(
            principal, Rules.READ, transaction -> HoldStore.page(transaction, before, limit + 1));
    var page = found.subList(0, Math.min(limit, found.size()));
    var answer = Json.object().put("holds", Json.array(page.stream().map(Hold::json).toList()));
    if (found.size() > limit) {
      answer.put("next_cursor", page.getLast().id().toString());
    }
    return answer.build();
  }
}
