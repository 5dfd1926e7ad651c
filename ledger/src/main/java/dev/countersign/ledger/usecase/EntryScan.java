package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.EntryWalk;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.store.EntryWalk.Found;
import dev.countersign.ledger.store.EntryWalk.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// Looks through a tenant's entries of one action, in the order of the log, in several short
/// transactions: no snapshot stays open, and whoever asks for too much is told how far it came.
///
/// The log only grows at its newer end, so what is between two positions never changes but for
/// content that expires. Safe for use by many threads; blocks.
public final class EntryScan {
  private final TenantTransactions transactions;
  private final ContentKeys keys;

  public EntryScan(TenantTransactions transactions, ContentKeys keys) {
    this.transactions = transactions;
    this.keys = keys;
  }

  /// How much may be looked at.
  ///
  /// @param perTransaction entries looked at in one transaction
  /// @param entries looked at in all
  /// @param time after which no other transaction is begun
  public record Budget(int perTransaction, long entries, Duration time) {
    /// For a request that waits: a second, in transactions of some 50 ms.
    public static final Budget ANSWER = new Budget(20_000, 400_000, Duration.ofSeconds(1));

    public Budget {
      if (perTransaction < 1 || entries < 1) {
        throw new IllegalArgumentException("a scan looks at one entry at least");
      }
    }
  }

  /// How far a scan came.
  ///
  /// @param reached the index of the last entry looked at; a later scan goes on beyond it
  /// @param time of that entry
  /// @param end whether nothing beyond could match
  public record Progress(long reached, Optional<Instant> time, boolean end) {}

  /// Scans for a principal, whose credentials the first transaction checks.
  ///
  /// @param position where an earlier scan stopped
  /// @param visitor gets what may match, and says whether it wants more
  public Progress run(
      Principal principal,
      Wanted wanted,
      Direction direction,
      Optional<Long> position,
      Budget budget,
      Predicate<Found> visitor) {
    long begin =
        transactions.run(
            principal, Rules.READ, transaction -> begin(transaction, wanted, direction, position));
    return walk(principal.tenant(), wanted, direction, begin, budget, visitor);
  }

  /// Scans for who was let in before.
  public Progress run(
      TenantId tenant,
      Wanted wanted,
      Direction direction,
      Optional<Long> position,
      Budget budget,
      Predicate<Found> visitor) {
    long begin =
        transactions.run(
            tenant, Rules.READ, transaction -> begin(transaction, wanted, direction, position));
    return walk(tenant, wanted, direction, begin, budget, visitor);
  }

  private static long begin(
      TenantTransaction transaction, Wanted wanted, Direction direction, Optional<Long> position) {
    // An earlier scan of the same range stopped beyond where one of it begins.
    return position
        .or(() -> EntryWalk.start(transaction, wanted, direction))
        .orElse(direction.outside());
  }

  private Progress walk(
      TenantId tenant,
      Wanted wanted,
      Direction direction,
      long begin,
      Budget budget,
      Predicate<Found> visitor) {
    long deadline = System.nanoTime() + budget.time().toNanos();
    long left = budget.entries();
    var progress = new Progress(begin, Optional.empty(), false);
    var sealing = keys.sealing();
    while (true) {
      long position = progress.reached();
      var last = progress.time();
      int most = (int) Math.min(budget.perTransaction(), left);
      var stretch =
          transactions.run(
              tenant,
              Rules.READ,
              transaction ->
                  EntryWalk.read(transaction, sealing, wanted, direction, position, most, visitor));
      left -= stretch.examined();
      progress = new Progress(stretch.reached(), stretch.time().or(() -> last), stretch.end());
      if (stretch.end() || stretch.stopped() || left == 0 || System.nanoTime() >= deadline) {
        return progress;
      }
    }
  }

  /// The first entry of a governed action with this action; its content is empty once it is gone.
  public Optional<Found> one(Principal principal, UUID correlationId, String action) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> EntryWalk.of(transaction, keys.sealing(), correlationId, action));
  }
}
