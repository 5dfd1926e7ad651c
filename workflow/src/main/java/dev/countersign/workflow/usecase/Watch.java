package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Query;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Share;
import dev.countersign.workflow.Vigilance;
import dev.countersign.workflow.store.VigilanceStore;
import dev.countersign.workflow.store.VigilanceStore.Reviewed;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/// Holds who decides to what his tenant expects of people who look.
final class Watch {
  private static final Share NONE = new Share(0, 0);

  private final VigilanceStore store = new VigilanceStore();

  /// Throws `Refusal.TooMany` if the principal has decided as often in the last hour as his tenant
  /// lets people decide; a deferral is no decision.
  void refuseOverload(LedgerTransaction transaction, DecisionRequest request) {
    if (!request.capped() || request.defers()) {
      return;
    }
    var now = transaction.now();
    store
        .settings(transaction.tenant())
        .decisionsPerHour()
        .flatMap(
            cap -> store.atCap(transaction.tenant(), transaction.principal().actor(), cap, now))
        .ifPresent(oldest -> {
          var again = oldest.plus(VigilanceStore.HOUR);
          throw new Refusal.TooMany(
              "review_load",
              "you have decided as often within an hour as your tenant lets anybody; again at "
                  + again,
              Duration.between(now, again));
        });
  }

  /// Looks ahead at how those do who have a hand in this decision.
  Look look(LedgerTransaction transaction, DecisionRequest request) {
    var hands = new TreeSet<String>();
    hands.add(transaction.principal().actor());
    request.decidedFor().ifPresent(hands::add);
    return look(transaction, hands);
  }

  /// Looks ahead at how these do.
  Look look(LedgerTransaction transaction, SortedSet<String> hands) {
    var settings = store.settings(transaction.tenant());
    return new Look(
        settings, hands, store.missedAhead(transaction.tenant(), hands, transaction.now()));
  }

  /// How some reviewers do, as it is asked for with the next statement.
  record Look(Vigilance settings, SortedSet<String> of, Query.Rows<Reviewed> shares) {

    /// Whether a vote in which these people have a part may be the only one: none of them approves
    /// surely too many of the decoys that he is shown. Throws IllegalArgumentException for somebody
    /// at whom nobody looked.
    boolean mayDecideAlone(SortedSet<String> hands) {
      if (!of.containsAll(hands)) {
        throw new IllegalArgumentException("nobody looked at one of these");
      }
      var missed = Reviewed.byName(shares.list());
      return hands.stream()
          .allMatch(hand -> settings.mayDecideAlone(missed.getOrDefault(hand, NONE)));
    }
  }
}
