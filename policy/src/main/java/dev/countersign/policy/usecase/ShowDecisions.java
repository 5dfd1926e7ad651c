package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.store.EntryWalk.Found;
import dev.countersign.ledger.store.EntryWalk.Wanted;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.EntryScan.Budget;
import dev.countersign.ledger.usecase.EntryScan.Progress;
import dev.countersign.policy.log.DecisionCursor;
import dev.countersign.policy.log.DecisionFilter;
import dev.countersign.policy.log.LoggedDecision;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// Shows what was decided, newest first.
///
/// A list looks at a bounded number of entries. Where that is not enough for a page, the answer has
/// what was found, says up to which time was looked, and where to go on: never a silent cut.
///
/// Reads only. Safe for use by many threads; blocks.
public final class ShowDecisions {
  private final EntryScan scan;
  private final Bounds bounds;

  /// How much one answer may cost.
  ///
  /// @param page for finding the page
  /// @param count for counting on behind it
  /// @param exact up to how many the count is exact
  public record Bounds(Budget page, Budget count, int exact) {
    /// Counted to 10,000: nobody reads so many pages, and beyond it "more" is enough.
    public static final Bounds USUAL = new Bounds(Budget.ANSWER, Budget.ANSWER, 10_000);
  }

  public ShowDecisions(EntryScan scan, Bounds bounds) {
    this.scan = scan;
    this.bounds = bounds;
  }

  /// A decision of the principal's tenant.
  public JsonObject one(Principal principal, UUID id) {
    return scan.one(principal, id, LoggedDecision.ACTION)
        .map(found -> decision(principal.tenant(), found).json())
        .orElseThrow(() -> new Refusal.NotFound("decision", id.toString()));
  }

  /// A page of what matches; the first one counts them all.
  ///
  /// @param cursor where the page before ended
  public JsonObject list(
      Principal principal, DecisionFilter filter, Optional<DecisionCursor> cursor, int limit) {
    var tenant = principal.tenant();
    var page = new ArrayList<LoggedDecision>();
    // One more than is shown, to know whether there is a next page.
    var progress =
        scan.run(
            principal,
            wanted(filter, true),
            Direction.NEWEST_FIRST,
            cursor.map(DecisionCursor::logIndex),
            bounds.page(),
            matching(
                tenant,
                filter,
                decision -> {
                  page.add(decision);
                  return page.size() <= limit;
                }));
    var shown = page.subList(0, Math.min(limit, page.size()));
    var answer =
        Json.object()
            .put("decisions", Json.array(shown.stream().map(LoggedDecision::json).toList()));
    if (page.size() > limit) {
      answer.put("next_cursor", cursor(tenant, filter, shown.getLast().logIndex()));
    } else if (!progress.end()) {
      answer.put("next_cursor", cursor(tenant, filter, progress.reached()));
      answer.put("scanned_to", progress.time().map(time -> Json.of(time.toString())));
    }
    if (cursor.isEmpty()) {
      answer.put(
          "count", count(principal, filter, page.size(), page.size() > limit, progress).json());
    }
    return answer.build();
  }

  /// A page by its number, in the shape that existing dashboards expect.
  ///
  /// Only the first [#deepest] matches can be turned to; the cursor of [#list] goes on for ever.
  ///
  /// @param number from 1
  public JsonObject numbered(Principal principal, DecisionFilter filter, int number, int size) {
    long last = (long) number * size;
    if (number < 1 || size < 1 || last > deepest()) {
      throw new IllegalArgumentException("page `" + number + "` cannot be turned to");
    }
    var shown = new ArrayList<LoggedDecision>();
    var passed = new int[1];
    var progress =
        scan.run(
            principal,
            wanted(filter, true),
            Direction.NEWEST_FIRST,
            Optional.empty(),
            bounds.page(),
            matching(
                principal.tenant(),
                filter,
                decision -> {
                  if (++passed[0] > last - size) {
                    shown.add(decision);
                  }
                  return passed[0] < last;
                }));
    var count = count(principal, filter, passed[0], passed[0] == last, progress);
    var answer =
        Json.object()
            .put("logs", Json.array(shown.stream().map(ShowDecisions::line).toList()))
            .put("total", count.value())
            .put("total_is_at_least", !count.exact())
            .put("page", number)
            .put("page_size", size)
            .put("total_pages", (count.value() + size - 1) / size);
    if (!progress.end() && passed[0] < last) {
      answer.put("scanned_to", progress.time().map(time -> Json.of(time.toString())));
    }
    return answer.build();
  }

  /// How many matches the numbered pages reach.
  public int deepest() {
    return bounds.exact();
  }

  /// How many match: exactly, or at least.
  private record Count(long value, boolean exact) {
    JsonObject json() {
      return Json.object().put(exact ? "value" : "at_least", value).put("exact", exact).build();
    }
  }

  /// Counts on behind what was found already.
  ///
  /// @param full whether the page was found; one that used its budget up is not counted on behind
  private Count count(
      Principal principal, DecisionFilter filter, int before, boolean full, Progress progress) {
    var counted = new long[] {before};
    var end = progress.end();
    if (!end && full && counted[0] <= bounds.exact()) {
      end =
          scan.run(
                  principal,
                  // Without fragments the database knows all that is asked.
                  wanted(filter, !filter.fragments().isEmpty()),
                  Direction.NEWEST_FIRST,
                  Optional.of(progress.reached()),
                  bounds.count(),
                  matching(principal.tenant(), filter, _ -> ++counted[0] <= bounds.exact()))
              .end();
    }
    return new Count(Math.min(counted[0], bounds.exact()), end && counted[0] <= bounds.exact());
  }

  private static JsonObject line(LoggedDecision decision) {
    var json = decision.json();
    return Json.object()
        .put("id", decision.decisionId().toString())
        .put("timestamp", decision.time().toString())
        .put("tenant_id", decision.tenant().toString())
        .put("log_index", decision.logIndex())
        .put("erased", decision instanceof LoggedDecision.Erased)
        .put("key_id", json.member("key_id"))
        .put("model", json.member("model"))
        .put("operation", json.member("operation"))
        .put("allowed", json.member("allowed"))
        .put("outcome", json.member("outcome"))
        .put("risk_score", json.member("risk_score"))
        .put("reason", json.member("reason"))
        .put("policy_version", json.member("policy_version"))
        .put("latency_micros", json.member("latency_micros"))
        .put("trace_id", json.member("trace_id"))
        .build();
  }

  private static String cursor(TenantId tenant, DecisionFilter filter, long logIndex) {
    return new DecisionCursor(logIndex).text(tenant, filter);
  }

  static Wanted wanted(DecisionFilter filter, boolean content) {
    return new Wanted(
        LoggedDecision.ACTION, filter.from(), filter.to(), filter.fragments(), content);
  }

  /// Hands on what matches; what only looks like it is passed over.
  static Predicate<Found> matching(
      TenantId tenant, DecisionFilter filter, Predicate<LoggedDecision> visitor) {
    return found -> {
      var decision = decision(tenant, found);
      return !filter.matches(decision) || visitor.test(decision);
    };
  }

  private static LoggedDecision decision(TenantId tenant, Found found) {
    return LoggedDecision.of(
        found.logIndex(), tenant, found.correlationId(), found.time(), found.content());
  }
}
