package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.Share;
import dev.countersign.workflow.store.VigilanceStore;
import java.time.Clock;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Shows how reviewers do: what share of decoys each approved, how sure that is, and how much he
/// decides.
public final class ShowReviewers {
  private static final Share NONE = new Share(0, 0);

  private final TenantTransactions transactions;
  private final Clock clock;
  private final VigilanceStore store = new VigilanceStore();

  public ShowReviewers(TenantTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /// Everybody who decided about a decoy lately, or about anything within the hour, in the order of
  /// their names.
  ///
  /// @param after the last of the page before
  public JsonObject list(Principal principal, Optional<String> after, int limit) {
    var now = clock.instant();
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var settings = store.settings(transaction);
          var missed = store.missed(transaction, now);
          var load = store.load(transaction, now);
          var names = new TreeSet<>(missed.keySet());
          names.addAll(load.keySet());
          var rest = after.<SortedSet<String>>map(name -> names.tailSet(name, false)).orElse(names);
          var page = rest.stream().limit(limit).toList();
          var answer =
              settings
                  .json()
                  .with("window_days", Json.of(VigilanceStore.WINDOW.toDays()))
                  .with(
                      "reviewers",
                      Json.array(
                          page.stream()
                              .map(name -> {
                                var share = missed.getOrDefault(name, NONE);
                                return Json.object()
                                    .put("reviewer", name)
                                    .put("missed", share.json())
                                    .put("may_decide_alone", settings.mayDecideAlone(share))
                                    .put("decided_last_hour", load.getOrDefault(name, 0L))
                                    .build();
                              })
                              .toList()));
          return rest.size() > limit ? answer.with("next_cursor", Json.of(page.getLast())) : answer;
        });
  }
}
