package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.Export;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.store.StoredTiles;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Exports a tenant's log, or a period of it, with its proofs, ended by an entry that says which
/// part it was: what is cut off or left out shows.
///
/// The entry that logs the export comes first; the export has what stands before it, in its period.
/// Nothing stands still for it: an export that reaches to the newest entry reaches to the one that
/// logs it, whose number in the tenant's chain is the count. Lines are handed on one by one,
/// between short transactions, so that a slow reader holds no snapshot, a long export needs no
/// memory, and one whose reader went away ends with its page.
public final class ExportLedger {
  /// Entries read in one transaction: no snapshot stays open for long, and the largest fit in
  /// memory.
  private static final int PAGE = 500;

  /// The last entry of an export is always new, and foreign witnesses are asked once a minute.
  private static final Duration CHECKPOINT_PATIENCE = Duration.ofSeconds(75);

  private final Ledger ledger;
  private final LedgerReader reader;
  private final TenantTransactions transactions;
  private final PeriodSearch periods;
  private final String origin;

  public ExportLedger(
      Ledger ledger, LedgerReader reader, TenantTransactions transactions, String origin) {
    this.ledger = ledger;
    this.reader = reader;
    this.transactions = transactions;
    this.periods = new PeriodSearch(transactions, reader.sealing());
    this.origin = origin;
  }

  /// What is asked for.
  ///
  /// @param from entries of this time and later; empty from the tenant's first
  /// @param to entries before this time; empty to its newest
  /// @param since the size of the checkpoint that the receiver holds; empty if he holds none
  public record Wanted(Optional<Instant> from, Optional<Instant> to, Optional<Long> since) {
    /// A tenant's whole log.
    public static final Wanted ALL =
        new Wanted(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// An export that is logged, ready to be written.
  ///
  /// @param closing the index of the entry that logs it; the export has what stands before
  public record Prepared(
      TenantId tenant,
      Export.Header header,
      long from,
      long before,
      Export.Range range,
      Optional<Long> since,
      long closing) {}

  /// Logs which part of the log is exported; what follows it is not part of the export.
  ///
  /// Throws [Refusal.Invalid] for a checkpoint that the log has not reached.
  public Prepared prepare(Call call, Wanted wanted) {
    var tenant = call.principal().tenant();
    reached(wanted.since());
    var part = periods.part(tenant, wanted.from(), wanted.to());
    var header = new Export.Header(tenant, origin, text(wanted.from()), text(wanted.to()));
    var recorded =
        ledger.transact(
            call,
            new Attempt(Export.CLOSING_ACTION, "ledger", tenant.toString()),
            Rules.APPLY,
            transaction -> {
              transaction.record(
                  Export.CLOSING_ACTION,
                  "ledger",
                  tenant.toString(),
                  transaction.newId(),
                  part.range().details(header));
              return JsonObject.EMPTY;
            });
    long closing = recorded.tickets().getFirst().logIndex();
    return new Prepared(
        tenant,
        header,
        part.from(),
        part.before().orElse(closing),
        part.range(),
        // Every log continues the empty one, and nothing could be proved of it.
        wanted.since().filter(since -> since > 0),
        closing);
  }

  private void reached(Optional<Long> since) {
    long size = reader.size();
    if (since.isPresent() && since.get() > size) {
      throw new Refusal.Invalid(
          "since",
          "wrong_value",
          "must be at most %d, the size of the newest checkpoint; if you hold a larger one, the log was set back"
              .formatted(size));
    }
  }

  private static @Nullable String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(null);
  }

  /// Writes the lines of a prepared export, each without its newline; waits before the first until
  /// a checkpoint that may be shown covers the entry that logs it.
  ///
  /// Throws [LedgerFailure.Uncovered] if none does within 75 seconds.
  public void write(Prepared prepared, Consumer<String> line) {
    var signed = reader.covering(prepared.closing() + 1, CHECKPOINT_PATIENCE);
    long size = signed.checkpoint().size();
    line.accept(prepared.header().line());
    var from = Optional.of(prepared.from());
    while (from.isPresent() && from.get() < prepared.before()) {
      var page = page(prepared, from.get(), prepared.before(), size);
      page.entries().forEach(entry -> line.accept(Export.line(entry)));
      from = page.next();
    }
    line.accept(footer(prepared, signed).line());
  }

  private Export.Footer footer(Prepared prepared, CheckpointSigner.Signed signed) {
    long size = signed.checkpoint().size();
    var closing =
        page(prepared, prepared.closing(), prepared.closing() + 1, size).entries().getFirst();
    if (!(closing.disclosure() instanceof Disclosure.Held(_, var entry))) {
      throw new IllegalStateException("the entry that logs the export is gone already");
    }
    return new Export.Footer(
        prepared.range().count(entry.tenantSeq()),
        signed.note(),
        entry.tenantSeq(),
        prepared.since().map(since -> consistency(prepared, since, size)).orElse(null),
        closing);
  }

  private ProvenEntries.Page page(Prepared prepared, long from, long before, long size) {
    return transactions.run(
        prepared.tenant(),
        Rules.READ,
        transaction -> ProvenEntries.page(transaction, reader.sealing(), from, before, PAGE, size));
  }

  private Export.Consistency consistency(Prepared prepared, long since, long size) {
    return transactions.run(
        prepared.tenant(),
        Rules.READ,
        transaction -> {
          var tiles = StoredTiles.of(transaction);
          return new Export.Consistency(
              since, new ProofBuilder(tiles, size).consistency(since, size).path());
        });
  }
}
