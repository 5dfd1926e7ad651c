package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.ActionLinks;
import dev.countersign.ledger.ActionLinks.Orphan;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntrySearch;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.EntryTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Names a tenant's entries that lack what must have come before them, in the order of the log.
///
/// The judgement is [ActionLinks]', as it is over an export. An answer looks at a bounded number of
/// entries and says how many; of an action that began before them the earlier entries are read
/// first, so it does not matter where a page or a period begins.
///
/// Reads only. Safe for use by many threads; blocks.
public final class FindOrphans {
  /// For a request that waits: a second, in transactions of some 50 ms.
  public static final EntryScan.Budget ANSWER =
      new EntryScan.Budget(500, 100_000, Duration.ofSeconds(1));

  /// Earlier entries of one action that are read: its proposal, how often it was deferred, its
  /// executions and roll-backs. More would let one action spend the time of all.
  private static final int EARLIER = 1_000;

  private final TenantTransactions transactions;
  private final PeriodSearch periods;
  private final Sealing sealing;
  private final EntryScan.Budget budget;

  /// @param budget how much one answer may look at
  public FindOrphans(TenantTransactions transactions, Sealing sealing, EntryScan.Budget budget) {
    this.transactions = transactions;
    this.sealing = sealing;
    this.periods = new PeriodSearch(transactions, sealing);
    this.budget = budget;
  }

  /// A page of orphans.
  ///
  /// @param from entries of this time and later; empty from the tenant's first
  /// @param to entries before this time; empty to its newest
  /// @param cursor as the page before gave it
  public JsonObject page(
      Principal principal,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<Long> cursor,
      int limit) {
    long newest =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> EntryTimes.newest(transaction).map(index -> index + 1).orElse(0L));
    var part = periods.part(principal.tenant(), from, to);
    long before = part.before().orElse(newest);
    var report = new Report(sealing, limit);
    long deadline = System.nanoTime() + budget.time().toNanos();
    var next = Optional.of(Math.max(part.from(), cursor.orElse(0L)));
    while (next.isPresent()
        && next.get() < before
        && !report.full()
        && report.entries < budget.entries()
        && System.nanoTime() < deadline) {
      long position = next.get();
      next =
          transactions.run(
              principal,
              Rules.READ,
              transaction -> report.read(transaction, position, before, budget));
    }
    return report.answer(next.filter(position -> position < before));
  }

  /// What one answer has seen.
  private static final class Report {
    private final ActionLinks links = new ActionLinks(Optional.empty());
    private final List<JsonObject> orphans = new ArrayList<>();
    private final Sealing sealing;
    private final int limit;
    private long entries;
    private Optional<Instant> time = Optional.empty();

    Report(Sealing sealing, int limit) {
      this.sealing = sealing;
      this.limit = limit;
    }

    boolean full() {
      return orphans.size() == limit;
    }

    /// Takes the next entries; says where those after them begin.
    Optional<Long> read(
        TenantTransaction transaction, long from, long before, EntryScan.Budget budget) {
      if (entries == 0) {
        EntryStore.goneUntil(transaction, sealing, from).ifPresent(links::somethingIsGone);
      }
      int most = (int) Math.min(budget.perTransaction(), budget.entries() - entries);
      var page = EntryStore.page(transaction, sealing, from, before, most);
      for (var position : page.positions()) {
        if (full()) {
          return Optional.of(position.logIndex());
        }
        entries++;
        position
            .stored()
            .ifPresentOrElse(
                stored -> take(transaction, stored.logIndex(), stored.entry()),
                links::followErased);
      }
      return page.next();
    }

    private void take(TenantTransaction transaction, long index, Entry entry) {
      time = Optional.of(entry.time());
      if (ActionLinks.continues(entry) && !links.knows(entry.correlationId())) {
        earlier(transaction, entry.correlationId(), index).forEach(links::recall);
      }
      links.follow(index, entry).map(Report::view).ifPresent(orphans::add);
    }

    private List<Entry> earlier(TenantTransaction transaction, UUID action, long index) {
      var columns =
          new EntrySearch.Columns(
              Optional.of(action), Optional.empty(), Optional.empty(), Optional.empty());
      var found = new ArrayList<Entry>();
      EntrySearch.read(
          transaction, sealing, columns, index, EARLIER, stored -> found.add(stored.entry()));
      return found.reversed();
    }

    private static JsonObject view(Orphan orphan) {
      return Json.object()
          .put("log_index", orphan.logIndex())
          .put("action", orphan.action())
          .put("correlation_id", orphan.correlationId().toString())
          .put("fault", orphan.fault().word())
          .put("message", orphan.fault().words())
          .put("entry_url", "/v1/ledger/entries/" + orphan.logIndex())
          .build();
    }

    JsonObject answer(Optional<Long> next) {
      var answer =
          Json.object()
              .put("orphans", Json.array(orphans))
              .put("entries", entries)
              .put("not_judged", links.summary().unknown());
      next.ifPresent(position -> {
        answer.put("next_cursor", Long.toString(position));
        answer.put("scanned_to", time.map(at -> Json.of(at.toString())));
      });
      return answer.build();
    }
  }
}
