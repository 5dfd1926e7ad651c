package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryDays;
import dev.countersign.ledger.store.RetentionStore;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;

/// How long the content of decisions is kept, and its end.
///
/// The day on which content expires is fixed when it is written, so a change holds for what is
/// decided from then on. What is over is dropped with its partition; the leaf of every entry stays,
/// and which entries they were is written down first, so proofs, exports and `fsck` go on.
///
/// Safe for use by many threads; blocks.
public final class Retention {
  public static final int SHORTEST_DAYS = 1;
  public static final int LONGEST_DAYS = 3650;

  /// Two weeks in which the job may fail before decisions find no partition; they are kept then.
  private static final int AHEAD = 14;

  private final DataSource maintenance;
  private final Ledger ledger;
  private final TenantTransactions transactions;

  /// @param maintenance connections of the role `countersign_maintenance`
  public Retention(DataSource maintenance, Ledger ledger, TenantTransactions transactions) {
    this.maintenance = maintenance;
    this.ledger = ledger;
    this.transactions = transactions;
  }

  /// Reads `{decision_days}`; throws `Refusal.Invalid` with every problem.
  public static int parse(Json body) {
    var fields = Fields.of(body);
    long days = fields.integer("decision_days", SHORTEST_DAYS, LONGEST_DAYS);
    fields.done();
    return (int) days;
  }

  public JsonObject show(Principal principal) {
    return transactions.run(
        principal, Rules.READ, transaction -> json(RetentionStore.days(transaction)));
  }

  /// Sets it for what the tenant decides from now on.
  public Recorded set(Call call, int days) {
    var tenant = call.principal().tenant().toString();
    // First, so that the next decision finds its partition.
    try (var entryDays = new EntryDays(maintenance)) {
      entryDays.prepare(AHEAD, days);
    }
    return ledger.transact(
        call,
        new Attempt("retention.changed", "ledger", tenant),
        Rules.APPLY,
        transaction -> {
          int before = RetentionStore.days(transaction.tenant());
          RetentionStore.put(transaction.tenant(), days);
          transaction.record(
              "retention.changed",
              "ledger",
              tenant,
              transaction.newId(),
              Json.object().put("decision_days", days).put("before", before).build());
          return json(days);
        });
  }

  /// Makes the partitions of the coming days and drops those that are over; yields the days that
  /// were dropped, none if another node is at it. To be called at the start and every hour.
  public List<LocalDate> maintain() {
    try (var entryDays = new EntryDays(maintenance)) {
      return entryDays.maintain(AHEAD, RetentionStore.DEFAULT_DAYS);
    }
  }

  private static JsonObject json(int days) {
    return Json.object().put("decision_days", days).build();
  }
}
