package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Share;
import dev.countersign.workflow.Vigilance;
import dev.countersign.workflow.store.VigilanceStore;
import java.time.Duration;
import java.util.SortedSet;

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

  /// Whether a vote in which these people have a part may be the only one: none of them approves
  /// surely too many of the decoys that he is shown.
  boolean mayDecideAlone(LedgerTransaction transaction, SortedSet<String> hands) {
    Vigilance settings = store.settings(transaction.tenant());
    var missed = store.missed(transaction.tenant(), hands, transaction.now());
    return hands.stream()
        .allMatch(hand -> settings.mayDecideAlone(missed.getOrDefault(hand, NONE)));
  }
}
