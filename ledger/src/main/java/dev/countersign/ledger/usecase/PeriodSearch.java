package dev.countersign.ledger.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Export;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.EntryTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Finds the part of a tenant's chain that covers a period.
///
/// The part has every entry of the period and no gap, so it may have a few others: the log is in
/// the order of its indexes, and the clocks of its nodes differ. It begins behind the last entry
/// before the first one that is late enough, and ends before the first entry behind the last one
/// that is early enough. Content that is gone has no time any more; it belongs to the part if it
/// stands beside it.
///
/// Looks in short transactions. Safe for use by many threads; blocks.
final class PeriodSearch {
  /// How far the time of an entry may lie from its place in the log, as for a search by time.
  private static final Duration DISORDER = Duration.ofHours(1);

  /// Entries looked at in one transaction, without their content: some 20 ms.
  private static final int PAGE = 20_000;

  private final TenantTransactions transactions;
  private final Sealing sealing;

  PeriodSearch(TenantTransactions transactions, Sealing sealing) {
    this.transactions = transactions;
    this.sealing = sealing;
  }

  /// A part of a tenant's chain.
  ///
  /// @param from the index in the log from which its entries stand
  /// @param before the index before which they stand; empty if the part reaches to the newest
  record Part(long from, Optional<Long> before, Export.Range range) {}

  Part part(TenantId tenant, Optional<Instant> from, Optional<Instant> to) {
    var before = from.flatMap(time -> heldBefore(tenant, time));
    var behind = to.flatMap(time -> heldBehind(tenant, time));
    var range =
        new Export.Range(
            before.map(held -> held.entry().tenantSeq() + 1).orElse(0L),
            behind.map(held -> held.entry().tenantSeq()).orElse(null));
    return new Part(
        before.map(held -> held.logIndex() + 1).orElse(0L),
        behind.map(EntryStore.Stored::logIndex),
        range);
  }

  /// The last entry that stands before the first of this time or later.
  private Optional<EntryStore.Stored> heldBefore(TenantId tenant, Instant time) {
    long first = firstNotBefore(tenant, time).orElse(Long.MAX_VALUE);
    return transactions.run(
        tenant, Rules.READ, transaction -> EntryStore.lastBefore(transaction, sealing, first));
  }

  /// The first entry that stands behind the last one before this time.
  private Optional<EntryStore.Stored> heldBehind(TenantId tenant, Instant time) {
    long last = lastBefore(tenant, time).orElse(-1L);
    return transactions.run(
        tenant, Rules.READ, transaction -> EntryStore.firstAfter(transaction, sealing, last));
  }

  private Optional<Long> firstNotBefore(TenantId tenant, Instant time) {
    long position = around(tenant, outside(time));
    while (true) {
      long from = position;
      var look =
          transactions.run(
              tenant,
              Rules.READ,
              transaction -> EntryTimes.firstNotBefore(transaction, time, from, PAGE));
      if (look.found().isPresent() || look.reached().isEmpty()) {
        return look.found();
      }
      position = look.reached().get() + 1;
    }
  }

  private Optional<Long> lastBefore(TenantId tenant, Instant time) {
    long position = behind(tenant, time);
    while (true) {
      long before = position;
      var look =
          transactions.run(
              tenant,
              Rules.READ,
              transaction -> EntryTimes.lastBefore(transaction, time, before, PAGE));
      if (look.found().isPresent() || look.reached().isEmpty()) {
        return look.found();
      }
      position = look.reached().get();
    }
  }

  /// An index before which every entry of an earlier time stands.
  long behind(TenantId tenant, Instant time) {
    return around(tenant, time.plus(DISORDER));
  }

  /// A time before which no entry stands behind one of this time.
  static Instant outside(Instant time) {
    return time.minus(DISORDER);
  }

  /// Where the log passes this time, found by halving: everything much earlier stands before.
  private long around(TenantId tenant, Instant time) {
    return transactions.run(
        tenant,
        Rules.READ,
        transaction -> {
          long low = 0;
          long high = EntryTimes.newest(transaction).orElse(-1L) + 1;
          while (low < high) {
            long middle = low + (high - low) / 2;
            var row = EntryTimes.atOrAfter(transaction, middle);
            if (row.isPresent() && row.get().time().isBefore(time)) {
              low = row.get().logIndex() + 1;
            } else {
              high = middle;
            }
          }
          return low;
        });
  }
}
