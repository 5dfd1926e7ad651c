package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.EntryScan.Budget;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.log.DecisionFilter;
import dev.countersign.policy.log.LoggedDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Exports the decisions that match, oldest first.
///
/// An entry that says who took what along comes first; the export has what stands before it.
/// Records are read in short transactions and handed on between them, so that a slow reader holds
/// no transaction open and a long export needs no memory.
public final class ExportDecisions {
  /// The action of the entry that an export leaves.
  public static final String ACTION = "decision.exported";

  /// Records held at once, the largest of which has 64 KiB.
  private static final int HELD = 100;

  /// For one stretch, so that an export of a log that grows comes to its end.
  private static final Budget BUDGET = new Budget(20_000, 100_000, Duration.ofSeconds(10));

  private final Ledger ledger;
  private final EntryScan scan;

  public ExportDecisions(Ledger ledger, EntryScan scan) {
    this.ledger = ledger;
    this.scan = scan;
  }

  /// An export that is recorded, ready to be written.
  ///
  /// @param closing the index of the entry that records it
  public record Prepared(Call call, DecisionFilter filter, long closing) {}

  /// Records the export.
  ///
  /// @param format as the caller named it
  public Prepared prepare(Call call, DecisionFilter filter, String format) {
    var tenant = call.principal().tenant().toString();
    var recorded =
        ledger.transact(
            call,
            new Attempt(ACTION, "decision_log", tenant),
            Rules.APPLY,
            transaction -> {
              transaction.record(
                  ACTION,
                  "decision_log",
                  tenant,
                  transaction.newId(),
                  Json.object().put("format", format).put("filter", filter.json()).build());
              return Json.JsonObject.EMPTY;
            });
    return new Prepared(call, filter, recorded.tickets().getFirst().logIndex());
  }

  /// Hands on every record of a prepared export, and says how many there were.
  public long write(Prepared prepared, Consumer<LoggedDecision> record) {
    var tenant = prepared.call().principal().tenant();
    var filter = prepared.filter();
    var position = Optional.<Long>empty();
    long count = 0;
    boolean end = false;
    while (!end) {
      var held = new ArrayList<LoggedDecision>();
      var progress =
          scan.run(
              tenant,
              ShowDecisions.wanted(filter, true),
              Direction.OLDEST_FIRST,
              position,
              BUDGET,
              ShowDecisions.matching(
                  tenant, filter, decision -> held.add(decision) && held.size() < HELD));
      var before = before(held, prepared.closing());
      before.forEach(record);
      count += before.size();
      position = Optional.of(progress.reached());
      end = progress.end() || progress.reached() >= prepared.closing();
    }
    return count;
  }

  private static List<LoggedDecision> before(List<LoggedDecision> held, long closing) {
    return held.stream().filter(decision -> decision.logIndex() < closing).toList();
  }
}
