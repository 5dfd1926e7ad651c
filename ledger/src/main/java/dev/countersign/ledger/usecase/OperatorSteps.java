package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.PendingEntries;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/// Runs what an operator does beside the servers, with its entries in the same transaction; a
/// server gives them their index, now or when appends go on.
final class OperatorSteps {
  private static final int TRACE_BYTES = 16;

  private final TenantTransactions transactions;
  private final Sealing sealing;
  private final Ids ids;
  private final Clock clock;

  OperatorSteps(TenantTransactions transactions, Sealing sealing, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.sealing = sealing;
    this.ids = ids;
    this.clock = clock;
  }

  /// What is done.
  @FunctionalInterface
  interface Work<T> {
    T in(LedgerTransaction transaction) throws SQLException;
  }

  /// @param tenant whose log gets the entries
  <T> T run(TenantId tenant, Work<T> work) {
    var trace = HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES));
    var call = Call.system(tenant, "operator", trace);
    return transactions.run(
        tenant,
        Rules.APPLY,
        transaction -> {
          try {
            var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            var recording = new LedgerTransaction(transaction, call, now, ids);
            var done = work.in(recording);
            PendingEntries.write(
                transaction,
                recording.drafts().stream()
                    .map(draft ->
                        new AppendPath.Salted(draft, Salt.of(ids.randomBytes(Salt.LENGTH))))
                    .toList(),
                PendingEntries.limited(transaction),
                sealing);
            return done;
          } catch (SQLException e) {
            throw DatabaseFailure.of(e);
          }
        });
  }
}
