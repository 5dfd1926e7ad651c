package dev.countersign.identity.usecase;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.FailedAttempts.Gathered;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Writes one `auth.login_failed` entry for each place and minute in which keys failed.
///
/// A key of a known id belongs to its tenant's log, whatever else is wrong with it; the rest to the
/// platform's, where no tenant reads of the attacks on another.
public final class RecordFailedAttempts {
  private static final int TRACE_BYTES = 16;

  private final FailedAttempts attempts;
  private final Ledger ledger;
  private final Ids ids;

  public RecordFailedAttempts(FailedAttempts attempts, Ledger ledger, Ids ids) {
    this.attempts = attempts;
    this.ledger = ledger;
    this.ids = ids;
  }

  /// Writes the minutes that are over; throws the first failure, after which what was not written
  /// waits for the next time.
  public void write(Instant now, TenantId platform) {
    var gathered = attempts.over(now);
    for (int i = 0; i < gathered.size(); i++) {
      try {
        write(gathered.get(i), platform);
      } catch (RuntimeException failure) {
        attempts.putBack(List.copyOf(gathered.subList(i, gathered.size())));
        throw failure;
      }
    }
  }

  private void write(Gathered one, TenantId platform) {
    var call =
        new Call(
            Principal.system(one.tenant().orElse(platform), "authentication"),
            HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES)),
            one.source(),
            Optional.empty());
    var _ =
        ledger.transact(
            call,
            new Attempt("auth.login_failed", "source", one.source()),
            Rules.APPLY,
            transaction -> {
              transaction.record(
                  "auth.login_failed",
                  "source",
                  one.source(),
                  transaction.newId(),
                  Json.object()
                      .put("minute", one.minute().toString())
                      .put("count", one.count())
                      .put("credential", "api_key")
                      .put("known_key", one.tenant().isPresent())
                      .build());
              return JsonObject.EMPTY;
            });
  }
}
