package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.TimelineStore;
import java.util.Optional;
import java.util.UUID;

/// Shows all that happened to a case.
public final class ShowTimeline {
  private final TenantTransactions transactions;
  private final CaseStore cases = new CaseStore();
  private final TimelineStore timeline = new TimelineStore();

  public ShowTimeline(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  /// Newest first.
  ///
  /// @param before the place with which the page before ended
  public JsonObject list(
      Principal principal, UUID caseId, int limit, Optional<TimelineStore.Place> before) {
    var page = new Page(limit, Optional.empty());
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> {
              if (cases.read(transaction, caseId).isEmpty()) {
                throw new Refusal.NotFound("case", caseId.toString());
              }
              boolean decoys = Deciders.mayMeetDecoys(principal);
              return timeline.page(transaction, caseId, before, page.toRead(), decoys);
            });
    var shown = found.subList(0, Math.min(limit, found.size()));
    var answer =
        Json.object()
            .put("timeline", Json.array(shown.stream().map(TimelineStore.Item::json).toList()));
    if (found.size() > limit) {
      answer.put("next_cursor", shown.getLast().place().text());
    }
    return answer.build();
  }
}
