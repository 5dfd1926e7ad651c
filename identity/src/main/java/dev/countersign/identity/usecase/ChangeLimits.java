package dev.countersign.identity.usecase;

import dev.countersign.identity.RateLimit;
import dev.countersign.identity.TenantLimits;
import dev.countersign.identity.WhenUnavailable;
import dev.countersign.identity.store.TenantLimitStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;

/// Sets and shows the limit of a tenant's keys.
public final class ChangeLimits {
  private final Ledger ledger;
  private final TenantTransactions transactions;
  private final TenantLimits usual;

  /// @param usual what holds where the tenant set nothing
  public ChangeLimits(Ledger ledger, TenantTransactions transactions, TenantLimits usual) {
    this.ledger = ledger;
    this.transactions = transactions;
    this.usual = usual;
  }

  /// The body of `PUT /api/admin/limits`; what it leaves out is the server's again.
  public static TenantLimits parse(Json body) {
    var fields = Fields.of(body);
    var limit = IssueKey.Request.limit(fields);
    var when =
        fields.optionalWord(
            "when_unavailable", WhenUnavailable.REFUSE.word(), WhenUnavailable.LOCAL.word());
    fields.done();
    return new TenantLimits(limit, when.map(WhenUnavailable::of));
  }

  /// A node takes it over with the next call of each key that reaches the database.
  public Recorded change(Call call, TenantLimits limits) {
    return ledger.transact(
        call,
        new Attempt("limits.changed", "tenant", call.principal().tenant().toString()),
        Rules.CHANGE,
        transaction -> {
          transaction.tenant().raise(Counter.CREDENTIALS);
          TenantLimitStore.write(transaction.tenant(), limits);
          transaction.record(
              "limits.changed",
              "tenant",
              call.principal().tenant().toString(),
              transaction.newId(),
              view(limits));
          return view(limits);
        });
  }

  public JsonObject show(Principal principal) {
    return view(transactions.run(principal, Rules.READ, TenantLimitStore::read));
  }

  private JsonObject view(TenantLimits limits) {
    var limit = limits.limit().or(usual::limit).orElse(RateLimit.DEFAULT);
    return Json.object()
        .put("limit", limit.limit())
        .put("burst", limit.burst())
        .put("window_seconds", RateLimit.WINDOW.toSeconds())
        .put(
            "when_unavailable",
            limits
                .whenUnavailable()
                .or(usual::whenUnavailable)
                .orElse(WhenUnavailable.REFUSE)
                .word())
        .build();
  }
}
