package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntrySearch;
import dev.countersign.ledger.store.EntryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;

/// Searches a tenant's entries, newest first.
///
/// A search looks at a bounded number of entries. Where that is not enough for a page, the answer
/// has what was found, says up to which time was looked, and where to go on: never a silent cut.
///
/// Reads only. Safe for use by many threads; blocks.
public final class SearchEntries {
  /// For a request that waits: a second, in transactions of some 50 ms where all content is read.
  public static final EntryScan.Budget ANSWER =
      new EntryScan.Budget(5_000, 400_000, Duration.ofSeconds(1));

  private final TenantTransactions transactions;
  private final Sealing sealing;
  private final PeriodSearch periods;
  private final String origin;
  private final EntryScan.Budget budget;

  /// @param budget how much one answer may look at
  public SearchEntries(
      TenantTransactions transactions, Sealing sealing, String origin, EntryScan.Budget budget) {
    this.transactions = transactions;
    this.sealing = sealing;
    this.periods = new PeriodSearch(transactions, sealing);
    this.origin = origin;
    this.budget = budget;
  }

  /// What is looked for; every given condition must hold.
  public record Filter(
      Optional<UUID> correlationId,
      Optional<String> action,
      Optional<String> actor,
      Optional<String> resource,
      Optional<String> resourceId,
      Optional<Instant> from,
      Optional<Instant> to) {

    /// Everything.
    public static final Filter ALL =
        new Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private EntrySearch.Columns columns() {
      return new EntrySearch.Columns(correlationId, action, from, to);
    }

    /// What only the entry itself says.
    private boolean matches(JsonObject entry) {
      return says(entry, "actor", actor)
          && says(entry, "resource", resource)
          && says(entry, "resource_id", resourceId);
    }

    private static boolean says(JsonObject entry, String member, Optional<String> wanted) {
      return wanted.isEmpty() || entry.text(member).equals(wanted);
    }
  }

  /// A page of entries.
  ///
  /// @param before only entries of a smaller index; the cursor of the page before
  public JsonObject page(Principal principal, Filter filter, Optional<Long> before, int limit) {
    var page = new Page(filter, limit);
    long deadline = System.nanoTime() + budget.time().toNanos();
    long left = budget.entries();
    long position =
        before
            .or(() -> filter.to().map(to -> periods.behind(principal.tenant(), to)))
            .orElse(Long.MAX_VALUE);
    var time = Optional.<Instant>empty();
    boolean end = false;
    while (!end && !page.full() && left > 0 && System.nanoTime() < deadline) {
      long from = position;
      int most = (int) Math.min(budget.perTransaction(), left);
      var stretch =
          transactions.run(
              principal,
              Rules.READ,
              transaction ->
                  EntrySearch.read(transaction, sealing, filter.columns(), from, most, page::take));
      left -= stretch.examined();
      position = stretch.reached();
      time = stretch.time().isPresent() ? stretch.time() : time;
      end = !stretch.stopped() && (stretch.examined() < most || page.passed(stretch.time()));
    }
    return page.answer(end, position, time);
  }

  /// What was found so far; one more than is shown, to know whether there is a next page.
  private final class Page {
    private final Filter filter;
    private final int limit;
    private final ArrayList<JsonObject> found = new ArrayList<>();
    private long last;

    Page(Filter filter, int limit) {
      this.filter = filter;
      this.limit = limit;
    }

    boolean take(EntryStore.Stored stored) {
      if (filter.matches(stored.json())) {
        found.add(LedgerReader.view(stored, origin));
        last = found.size() == limit ? stored.logIndex() : last;
      }
      return !full();
    }

    boolean full() {
      return found.size() > limit;
    }

    /// Whether everything further back is too old.
    boolean passed(Optional<Instant> time) {
      return time.isPresent()
          && filter.from().map(PeriodSearch::outside).filter(time.get()::isBefore).isPresent();
    }

    JsonObject answer(boolean end, long reached, Optional<Instant> time) {
      var answer =
          Json.object().put("entries", Json.array(found.subList(0, Math.min(limit, found.size()))));
      if (full()) {
        answer.put("next_cursor", Long.toString(last));
      } else if (!end) {
        answer.put("next_cursor", Long.toString(reached));
        answer.put("scanned_to", time.map(at -> Json.of(at.toString())));
      }
      return answer.build();
    }
  }
}
