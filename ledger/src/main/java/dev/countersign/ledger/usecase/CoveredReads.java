package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.PendingEntries;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// Reads what a tenant has, with a checkpoint that covers every entry of what was read.
///
/// What changes a row and its entries are committed together, and the entries get their index right
/// after; so after the read it is enough to wait until those that waited then have theirs, and for
/// a checkpoint over the log of that moment. Stores nothing. Safe for use by many threads; blocks
/// for some seconds at most.
public final class CoveredReads {
  /// What waits mostly has its index within some milliseconds.
  private static final Duration PAUSE = Duration.ofMillis(10);

  private static final int MOST_PAUSES = 200;

  /// With witnesses a checkpoint takes longer than a signature.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TenantTransactions transactions;
  private final Checkpoints checkpoints;

  public CoveredReads(TenantTransactions transactions, Checkpoints checkpoints) {
    this.transactions = transactions;
    this.checkpoints = checkpoints;
  }

  /// What was read, and the checkpoint.
  public record Covered<T>(T read, CheckpointSigner.Signed checkpoint) {}

  private record Seen<T>(T read, OptionalLong waiting) {}

  /// Throws [LedgerFailure.Uncovered] if none comes in time.
  public <T> Covered<T> read(Principal principal, Function<TenantTransaction, T> read) {
    var seen =
        transactions.run(
            principal,
            Rules.READ,
            transaction ->
                // In this order: what was committed when it was read waits now, or waits no more.
                new Seen<>(read.apply(transaction), PendingEntries.last(transaction)));
    try {
      long size = settled(principal, seen.waiting());
      return checkpoints
          .covering(size, PATIENCE)
          .map(signed -> new Covered<>(seen.read(), signed))
          .orElseThrow(LedgerFailure.Uncovered::new);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerFailure.Uncovered();
    }
  }

  /// How long the log is once what waited up to that entry waits no more.
  private long settled(Principal principal, OptionalLong waiting) throws InterruptedException {
    for (int i = 0; i < MOST_PAUSES; i++) {
      var size =
          transactions.run(
              principal,
              Rules.READ,
              transaction ->
                  waiting.isPresent() && PendingEntries.waits(transaction, waiting.getAsLong())
                      ? Optional.<Long>empty()
                      : Optional.of(PendingEntries.logSize(transaction)));
      if (size.isPresent()) {
        return size.get();
      }
      Thread.sleep(PAUSE);
    }
    throw new LedgerFailure.Uncovered();
  }
}
