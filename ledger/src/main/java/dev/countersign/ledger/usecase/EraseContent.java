package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.ErasureStore;
import dev.countersign.ledger.store.ErasureStore.Erasure;
import dev.countersign.ledger.store.HoldStore;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Erases the content of one entry and every registered copy of it, in one transaction.
///
/// Salt and canonical text go; the leaf stays, so the entry is still proved to be in the log, and
/// receipt and export say that it was erased, when and why. The erasure is an entry itself. What is
/// on hold is not erased. Safe for use by many threads; blocks.
public final class EraseContent {
  static final String ACTION = "ledger.content_erased";

  private static final int LONGEST_REASON = 500;

  private final Ledger ledger;
  private final List<ErasedCopies> copies;

  public EraseContent(Ledger ledger, List<ErasedCopies> copies) {
    this.ledger = ledger;
    this.copies = List.copyOf(copies);
  }

  /// Every column that an erasure reaches.
  public SortedSet<String> columns() {
    var columns = new TreeSet<String>();
    copies.forEach(room -> columns.addAll(room.columns()));
    return Collections.unmodifiableSortedSet(columns);
  }

  /// Reads `{reason}`; throws `Refusal.Invalid` with every problem.
  public static String parse(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return reason;
  }

  /// The answer is what is left of the entry. Erasing again changes and records nothing, and
  /// answers with the time, reason and ticket of the first erasure.
  ///
  /// Throws `Refusal.Conflict` for an entry on hold, one whose content expired, one whose content
  /// is in force elsewhere, and one whose erasure was erased itself.
  public Recorded erase(Call call, long logIndex, String reason) {
    var first = new AtomicReference<@Nullable Ticket>();
    var recorded =
        ledger.transact(
            call,
            new Attempt(ACTION, "entry", Long.toString(logIndex)),
            Rules.APPLY,
            transaction -> erase(transaction, logIndex, reason, first));
    var ticket = first.get();
    return ticket == null ? recorded : new Recorded(recorded.answer(), List.of(ticket), true);
  }

  private JsonObject erase(
      LedgerTransaction transaction,
      long logIndex,
      String reason,
      AtomicReference<@Nullable Ticket> first) {
    first.set(null);
    var tenant = transaction.tenant();
    HoldStore.keepFromChanging(tenant);
    var locked = ErasureStore.lock(tenant, ledger.sealing(), logIndex);
    if (locked.isEmpty()) {
      return gone(transaction, logIndex, first);
    }
    HoldStore.covering(tenant, logIndex)
        .ifPresent(hold -> {
          throw new Refusal.Conflict(
              "on_hold", "entry `%d` is on hold by `%s`".formatted(logIndex, hold));
        });
    var stored = locked.get();
    var entry = stored.entry();
    var erasure = new Erasure(transaction.newId(), logIndex, transaction.now(), reason);
    ErasureStore.erase(tenant, erasure);
    copies.forEach(room -> room.erase(transaction, entry));
    transaction.record(
        ACTION,
        "entry",
        Long.toString(logIndex),
        erasure.id(),
        Json.object()
            .put("log_index", logIndex)
            .put("leaf_hash", stored.leafHash().hex())
            .put("reason", reason)
            .build());
    return view(erasure, stored.leafHash());
  }

  private JsonObject gone(
      LedgerTransaction transaction, long logIndex, AtomicReference<@Nullable Ticket> first) {
    var tenant = transaction.tenant();
    var position =
        EntryStore.position(tenant, ledger.sealing(), logIndex)
            .orElseThrow(() -> new Refusal.NotFound("entry", Long.toString(logIndex)));
    var erasure =
        ErasureStore.of(tenant, logIndex)
            // What was on hold until after its day has its end written down one by one.
            .filter(known -> !known.reason().equals(EntryStore.Gone.EXPIRED))
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "content_expired",
                    "the content of entry `%d` expired on %s, nothing is left to erase"
                        .formatted(
                            logIndex,
                            position
                                .gone()
                                .map(gone -> gone.time().toString().substring(0, 10))
                                .orElse("a day that was not written down"))));
    var recording =
        ErasureStore.recording(tenant, ledger.sealing(), erasure.id(), ACTION)
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "already_erased",
                    "entry `%d` was erased at %s".formatted(logIndex, erasure.at())));
    var stored = recording.stored();
    first.set(ledger.ticket(recording.id(), stored));
    return view(erasure, ProvenEntries.leafHash(transaction.tenant(), logIndex));
  }

  private static JsonObject view(Erasure erasure, Digest leafHash) {
    return Json.object()
        .put("log_index", erasure.logIndex())
        .put("leaf_hash", leafHash.hex())
        .put(
            "erased",
            Json.object()
                .put("time", erasure.at().toString())
                .put("reason", erasure.reason())
                .build())
        .build();
  }
}
