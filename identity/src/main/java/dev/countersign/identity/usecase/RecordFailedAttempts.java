package dev.countersign.identity.usecase;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.FailedAttempts.Gathered;
import dev.countersign.identity.store.FailedAttemptStore;
import dev.countersign.identity.store.FailedAttemptStore.Due;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Writes one `auth.login_failed` entry for each place and minute in which keys failed, however
/// many nodes they failed on, and at most [FailedAttempts#MOST] a minute.
///
/// Every node reports its minutes to the database; some seconds later one of them, whichever comes
/// first, writes the entries. A key of a known id belongs to its tenant's log, whatever else is
/// wrong with it; the rest to the platform's, where no tenant reads of the attacks on another. For
/// one thread of each node.
public final class RecordFailedAttempts {
  private static final int TRACE_BYTES = 16;

  /// Nothing waits for these entries, and most of the time there are none.
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private final FailedAttempts attempts;
  private final FailedAttemptStore store;
  private final Ledger ledger;
  private final Ids ids;
  private Instant nextLook = Instant.MIN;

  public RecordFailedAttempts(
      FailedAttempts attempts, FailedAttemptStore store, Ledger ledger, Ids ids) {
    this.attempts = attempts;
    this.store = store;
    this.ledger = ledger;
    this.ids = ids;
  }

  /// Reports the minutes that are over and writes what is due; throws the first failure, after
  /// which the rest waits for the next time.
  public void write(Instant now, TenantId platform) {
    report(attempts.over(now), now, platform);
    if (now.isBefore(nextLook)) {
      return;
    }
    nextLook = now.plus(BETWEEN_LOOKS);
    for (var due : store.due(now)) {
      write(due);
    }
  }

  /// Reports what is left, of the running minute, too, for another node or the next start to write.
  public void leave(Instant now, TenantId platform) {
    report(attempts.over(now.plus(Duration.ofMinutes(1))), now, platform);
  }

  private void report(List<Gathered> gathered, Instant now, TenantId platform) {
    if (gathered.isEmpty()) {
      return;
    }
    try {
      attempts.giveUp(store.report(gathered, platform, now));
    } catch (DatabaseFailure failure) {
      attempts.putBack(gathered);
      throw failure;
    }
  }

  private void write(Due due) {
    var call =
        new Call(
            Principal.system(due.tenant(), "authentication"),
            HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES)),
            due.source(),
            Optional.empty());
    var _ =
        ledger.transact(
            call,
            new Attempt("auth.login_failed", "source", due.source()),
            Rules.APPLY,
            transaction -> {
              // Another node may have been faster.
              FailedAttemptStore.take(transaction.tenant(), due)
                  .ifPresent(failures ->
                      transaction.record(
                          "auth.login_failed",
                          "source",
                          due.source(),
                          transaction.newId(),
                          Json.object()
                              .put("minute", due.minute().toString())
                              .put("count", failures)
                              .put("credential", "api_key")
                              .put("known_key", due.knownKey())
                              .build()));
              return JsonObject.EMPTY;
            });
  }
}
