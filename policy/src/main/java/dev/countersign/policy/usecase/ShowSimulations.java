package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.simulation.Flip;
import dev.countersign.policy.simulation.SimulationRun;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.Simulations;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Shows the runs of simulations: how far they are and what came of them.
public final class ShowSimulations {
  /// No tenant keeps more.
  private static final int MOST = 100;

  private final TenantTransactions transactions;
  private final PolicyVersions versions;
  private final Simulations simulations;
  private final Clock clock;

  public ShowSimulations(
      TenantTransactions transactions,
      PolicyVersions versions,
      Simulations simulations,
      Clock clock) {
    this.transactions = transactions;
    this.versions = versions;
    this.simulations = simulations;
    this.clock = clock;
  }

  /// The runs of a version that are kept, newest first, without their results.
  public JsonObject list(Principal principal, int version) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          if (versions.read(transaction, version).isEmpty()) {
            throw ValidatePolicySet.notFound(version);
          }
          return Json.object()
              .put(
                  "simulations",
                  Json.array(
                      simulations.list(transaction, version, MOST).stream()
                          .map(run -> head(run, clock.instant()).build())
                          .toList()))
              .build();
        });
  }

  /// One run, with its result once it is done.
  public JsonObject one(Principal principal, int version, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> view(found(transaction, version, id), clock.instant()));
  }

  /// A page of the decisions that would flip, the newest first.
  ///
  /// @param before only decisions of a smaller index; the cursor of the page before
  public JsonObject flips(
      Principal principal, int version, UUID id, Optional<Long> before, int limit) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          found(transaction, version, id);
          var flips = simulations.flips(transaction, id, before.orElse(Long.MAX_VALUE), limit + 1);
          var shown = flips.subList(0, Math.min(limit, flips.size()));
          var page =
              Json.object().put("flips", Json.array(shown.stream().map(Flip::json).toList()));
          if (flips.size() > limit) {
            page.put("next_cursor", Long.toString(shown.getLast().logIndex()));
          }
          return page.build();
        });
  }

  private SimulationRun found(TenantTransaction transaction, int version, UUID id) {
    return simulations
        .read(transaction, id)
        .filter(run -> run.version() == version)
        .orElseThrow(() -> new Refusal.NotFound("simulation", id.toString()));
  }

  static JsonObject view(SimulationRun run, Instant now) {
    return head(run, now).put("result", run.result()).build();
  }

  private static Json.Builder head(SimulationRun run, Instant now) {
    return Json.object()
        .put("simulation_id", run.id().toString())
        .put("version", run.version())
        .put("state", run.state(now).word())
        .put("from", run.scope().since().map(time -> Json.of(time.toString())))
        .put("to", run.scope().until().map(time -> Json.of(time.toString())))
        .put("limit", run.scope().most())
        .put("expected", run.expected())
        .put("seen", run.seen())
        .put("started_by", run.startedBy())
        .put("started_at", run.startedAt().toString())
        .put("ended_at", run.endedAt().map(time -> Json.of(time.toString())));
  }
}
