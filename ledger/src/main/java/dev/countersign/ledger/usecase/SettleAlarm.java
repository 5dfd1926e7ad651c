package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.Alarms;
import java.time.Clock;

/// Says that a person has looked into an alarm: it is open no more, its evidence stays. An entry of
/// the given tenant.
public final class SettleAlarm {
  private final OperatorSteps steps;

  public SettleAlarm(TenantTransactions transactions, Sealing sealing, Ids ids, Clock clock) {
    this.steps = new OperatorSteps(transactions, sealing, ids, clock);
  }

  /// False if no alarm of that number is open.
  ///
  /// @param by who settles it, and what was found
  public boolean settle(TenantId tenant, long id, String by) {
    return steps.run(
        tenant,
        transaction -> {
          boolean settled = new Alarms(transaction.handle().getConnection()).settle(id, by);
          if (settled) {
            transaction.record(
                "alarm.settled",
                "alarm",
                Long.toString(id),
                transaction.newId(),
                Json.object().put("settled_by", by).build());
          }
          return settled;
        });
  }
}
