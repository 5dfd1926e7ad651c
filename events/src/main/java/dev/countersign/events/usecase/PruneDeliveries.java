package dev.countersign.events.usecase;

import dev.countersign.events.store.DeliveryStore;
import dev.countersign.events.store.DueWebhooks;
import dev.countersign.events.store.WebhookStore;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.time.Clock;
import java.time.Duration;

/// Removes what the delivery log need not keep, and what webhooks left that were removed. What was
/// told stands in the ledger; the delivery log is for finding out what went wrong lately.
public final class PruneDeliveries {
  /// After it ended: a month is what people look back.
  public static final Duration KEPT = Duration.ofDays(30);

  /// So many go within some ten milliseconds.
  private static final int BATCH = 1_000;

  private final DueWebhooks due;
  private final TenantTransactions transactions;
  private final Clock clock;

  public PruneDeliveries(DueWebhooks due, TenantTransactions transactions, Clock clock) {
    this.due = due;
    this.transactions = transactions;
    this.clock = clock;
  }

  /// Removes all there is, in short transactions; says how many deliveries.
  public long round() {
    var before = clock.instant().minus(KEPT);
    long removed = 0;
    for (var old : due.endedBefore(before)) {
      int batch;
      do {
        batch =
            transactions.run(
                old.tenant(),
                Rules.READ,
                transaction -> {
                  int gone = DeliveryStore.prune(transaction, old.webhook(), before, BATCH);
                  if (gone < BATCH) {
                    WebhookStore.forget(transaction, old.webhook());
                  }
                  return gone;
                });
        removed += batch;
      } while (batch == BATCH);
    }
    return removed;
  }
}
