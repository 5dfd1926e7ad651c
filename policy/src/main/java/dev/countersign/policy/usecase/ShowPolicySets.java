package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyVersions;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/// Shows the versions of a tenant's policy set and the changes that wait for a second person.
public final class ShowPolicySets {
  /// The latest steps that are shown; a version that went into force again and again has more.
  private static final int MOST_MOVES = 50;

  private final TenantTransactions transactions;
  private final PolicyVersions versions;
  private final PendingChanges changes;
  private final Clock clock;

  public ShowPolicySets(
      TenantTransactions transactions,
      PolicyVersions versions,
      PendingChanges changes,
      Clock clock) {
    this.transactions = transactions;
    this.versions = versions;
    this.changes = changes;
    this.clock = clock;
  }

  /// Versions without their content, newest first.
  ///
  /// @param before only versions older than this
  public JsonObject list(Principal principal, int limit, Optional<Integer> before) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var found = versions.list(transaction, before, limit + 1);
          var shown = found.subList(0, Math.min(limit, found.size()));
          var page =
              Json.object()
                  .put("policy_sets", Json.array(shown.stream().map(VersionView::brief).toList()))
                  .put(
                      "active",
                      versions
                          .active(transaction)
                          .<Json>map(active -> Json.of((long) active.version()))
                          .orElse(Json.NULL));
          if (found.size() > limit) {
            page.put("next_cursor", Integer.toString(shown.getLast().version()));
          }
          return page.build();
        });
  }

  /// One version with its content, its tests and its history.
  public JsonObject one(Principal principal, int version) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var found =
              versions
                  .read(transaction, version)
                  .orElseThrow(() -> ValidatePolicySet.notFound(version));
          var view =
              VersionView.full(
                  found,
                  versions.content(transaction, version).orElseThrow(),
                  versions.moves(transaction, version, MOST_MOVES));
          var waiting = changes.ofVersion(transaction, version);
          return waiting.isEmpty()
              ? view
              : view.with("change", ChangeView.of(waiting.get(), clock.instant()));
        });
  }

  /// Changes, newest first.
  ///
  /// @param before only changes older than this one
  public JsonObject changes(Principal principal, int limit, Optional<UUID> before) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var found = changes.list(transaction, before, limit + 1);
          var shown = found.subList(0, Math.min(limit, found.size()));
          var now = clock.instant();
          var page =
              Json.object()
                  .put(
                      "changes",
                      Json.array(
                          shown.stream().map(change -> ChangeView.of(change, now)).toList()));
          if (found.size() > limit) {
            page.put("next_cursor", shown.getLast().id().toString());
          }
          return page.build();
        });
  }
}
