package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Export;
import dev.countersign.ledger.store.EntryStore;
import java.time.Duration;
import java.util.function.Consumer;

/// Exports a tenant's whole log with its proofs, ended by an entry that says how many there were:
/// what is cut off or left out shows.
///
/// The count is taken under the tenant's exclusive generation lock, when nothing of the tenant
/// waits for its index, so the entry that logs it is the very next one. Lines are handed on one by
/// one.
public final class ExportLedger {
  /// The sequencer needs milliseconds; whoever waits longer waits for one that stands still.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Ledger ledger;
  private final LedgerReader reader;
  private final String origin;

  public ExportLedger(Ledger ledger, LedgerReader reader, String origin) {
    this.ledger = ledger;
    this.reader = reader;
    this.origin = origin;
  }

  /// An export whose count is logged, ready to be written.
  ///
  /// @param closing the index of the entry that logs it; the export has what stands before
  public record Prepared(Call call, Export.Header header, long count, long closing) {}

  /// Logs the count; what follows it is not part of the export.
  public Prepared prepare(Call call) {
    var tenant = call.principal().tenant();
    var header = new Export.Header(tenant, origin, null, null);
    var recorded =
        ledger.transact(
            call,
            new Attempt(Export.CLOSING_ACTION, "ledger", tenant.toString()),
            Rules.CHANGE,
            transaction -> {
              settle(transaction);
              long count = EntryStore.count(transaction.tenant());
              transaction.record(
                  Export.CLOSING_ACTION,
                  "ledger",
                  tenant.toString(),
                  transaction.newId(),
                  Export.closingDetails(header, count));
              return Json.object().put("count", count).build();
            });
    long count = recorded.answer().number("count").orElseThrow().longValue();
    return new Prepared(call, header, count, recorded.tickets().getFirst().logIndex());
  }

  /// Writes the lines of a prepared export, each without its newline.
  public void write(Prepared prepared, Consumer<String> line) {
    reader.export(prepared, line);
  }

  private static void settle(LedgerTransaction transaction) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (EntryStore.anyPending(transaction.tenant())) {
      if (System.nanoTime() > deadline) {
        throw new LedgerFailure.Overloaded();
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LedgerFailure.Overloaded();
      }
    }
  }
}
