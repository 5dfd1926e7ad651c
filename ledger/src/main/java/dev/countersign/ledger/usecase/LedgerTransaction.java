package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/// A tenant's transaction that records what it changes.
///
/// A use case that changes a scope or a case MUST lock its row before it records, so that the order
/// of the log is the order of effects. For use by the thread that opened it.
public final class LedgerTransaction {
  /// More entries in one transaction would hold the log's lock too long for others.
  private static final int MOST_ENTRIES = 200;

  private static final String PART = "part";
  private static final String EVIDENCE = "evidence";

  private final TenantTransaction transaction;
  private final Call call;
  private final Instant now;
  private final Ids ids;
  private final List<Entry.Draft> drafts;

  /// What is said beside entries, until the first one is recorded.
  private final List<Json> early;

  private int most = MOST_ENTRIES;
  private Optional<UUID> concerned = Optional.empty();

  LedgerTransaction(TenantTransaction transaction, Call call, Instant now, Ids ids) {
    this(transaction, call, now, ids, new ArrayList<>(), new ArrayList<>());
  }

  private LedgerTransaction(
      TenantTransaction transaction,
      Call call,
      Instant now,
      Ids ids,
      List<Entry.Draft> drafts,
      List<Json> early) {
    this.early = early;
    this.transaction = transaction;
    this.call = call;
    this.now = now;
    this.ids = ids;
    this.drafts = drafts;
  }

  /// The same transaction, with somebody of the same tenant as the actor of what is recorded: who
  /// acts because of what the caller did.
  public LedgerTransaction as(Principal other) {
    if (!other.tenant().equals(call.principal().tenant())) {
      throw new IllegalArgumentException("another tenant's principal acts in no transaction here");
    }
    return new LedgerTransaction(
        transaction,
        new Call(other, call.traceId(), call.source(), Optional.empty()),
        now,
        ids,
        drafts,
        early);
  }

  /// Does a part of which the rest does not depend: what it throws undoes what it wrote and
  /// recorded and nothing else. Parts do not nest.
  ///
  /// @param reserve entries that the rest of the transaction may still need
  public <T> T part(int reserve, Supplier<T> work) {
    var recorded = List.copyOf(drafts);
    var said = List.copyOf(early);
    transaction.savepoint(PART);
    most = MOST_ENTRIES - reserve;
    try {
      var done = work.get();
      transaction.release(PART);
      return done;
    } catch (RuntimeException failed) {
      transaction.undo(PART);
      drafts.clear();
      drafts.addAll(recorded);
      early.clear();
      early.addAll(said);
      throw failed;
    } finally {
      most = MOST_ENTRIES;
    }
  }

  public TenantTransaction tenant() {
    return transaction;
  }

  public Handle handle() {
    return transaction.handle();
  }

  public Call call() {
    return call;
  }

  public Principal principal() {
    return call.principal();
  }

  /// The server's time at the start of the work, in microseconds; the time of every entry in it.
  public Instant now() {
    return now;
  }

  public UUID newId() {
    return ids.next();
  }

  /// Records one entry; it gets its index after the commit, before the caller gets his answer.
  public void record(
      String action, String resource, String resourceId, UUID correlationId, JsonObject details) {
    if (drafts.size() >= most) {
      throw new IllegalStateException("more than " + most + " entries in one transaction");
    }
    drafts.add(
        new Entry.Draft(
            ids.next(),
            transaction.tenant(),
            now,
            call.principal().actor(),
            action,
            resource,
            resourceId,
            correlationId,
            call.traceId(),
            call.source(),
            details));
    early.forEach(this::evidence);
    early.clear();
  }

  /// How many entries it may still have.
  public int room() {
    return most - drafts.size();
  }

  /// The id of the latest entry; there MUST be one.
  public UUID latest() {
    return drafts.getLast().id();
  }

  /// Says in the latest entry, under `evidence`, what trust heard of it, in its order; before there
  /// is one, in the first. What trust hears and what the log says of it can't be told apart.
  public void evidence(Json said) {
    if (drafts.isEmpty()) {
      early.add(said);
    } else {
      evidence(latest(), said);
    }
  }

  /// The same in an entry of this transaction. What a scope hears MUST be said in the order of the
  /// entries.
  public void evidence(UUID entry, Json said) {
    drafts.replaceAll(draft -> draft.id().equals(entry) ? with(draft, said) : draft);
  }

  private static Entry.Draft with(Entry.Draft draft, Json said) {
    var all = new ArrayList<>(draft.details().items(EVIDENCE));
    all.add(said);
    return draft.with(draft.details().with(EVIDENCE, Json.array(all)));
  }

  /// Says which governed action the work is about, as soon as it knows; a refusal is recorded under
  /// it.
  public void concerns(UUID correlationId) {
    concerned = Optional.of(correlationId);
  }

  Optional<UUID> concerned() {
    return concerned;
  }

  List<Entry.Draft> drafts() {
    if (!early.isEmpty()) {
      throw new IllegalStateException("trust heard of something that no entry tells");
    }
    return drafts;
  }
}
