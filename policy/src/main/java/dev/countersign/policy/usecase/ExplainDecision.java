package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.policy.explain.Explanation;
import dev.countersign.policy.log.LoggedDecision;
import dev.countersign.policy.simulation.RecordedDecision;
import dev.countersign.policy.store.PolicySnapshots;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Explains a recorded decision under what is in force now. Reads only; blocks, up to some seconds.
public final class ExplainDecision {
  /// The checks come first: an explanation takes a core.
  private static final int AT_ONCE = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final EntryScan scan;
  private final TenantTransactions transactions;
  private final PolicySnapshots snapshots;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  public ExplainDecision(
      EntryScan scan, TenantTransactions transactions, PolicySnapshots snapshots) {
    this.scan = scan;
    this.transactions = transactions;
    this.snapshots = snapshots;
  }

  /// What was answered then, what would be now, and the smallest change that would be permitted.
  public JsonObject explain(Principal principal, UUID decisionId) {
    var decision = recorded(principal, decisionId);
    if (!Explanation.possible(decision.request())) {
      throw new Refusal.Conflict("not_a_check", "only the decision of a check can be explained");
    }
    var policies = transactions.run(principal, Rules.READ, snapshots::load);
    takeTurn();
    try {
      var explained =
          Json.object()
              .put("decision_id", decisionId.toString())
              .put(
                  "recorded",
                  Json.object()
                      .put("outcome", decision.given().answer().word())
                      .put("risk_score", decision.given().score())
                      .put("reason", decision.given().reason())
                      .put("policy_version", decision.version())
                      .build())
              .put("policy_version", policies.version());
      Explanation.of(decision.request(), policies).json().members().forEach(explained::put);
      return explained.build();
    } finally {
      turns.release();
    }
  }

  private RecordedDecision recorded(Principal principal, UUID id) {
    var entry =
        scan.one(principal, id, LoggedDecision.ACTION)
            .orElseThrow(() -> new Refusal.NotFound("decision", id.toString()));
    var content =
        entry
            .content()
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "decision_erased", "the content of decision `" + id + "` is gone"));
    try {
      var json = (JsonObject) JsonReader.read(content, LoggedDecision.DEPTH);
      return RecordedDecision.read(json.object("details").orElse(JsonObject.EMPTY));
    } catch (IllegalArgumentException unknown) {
      throw new Refusal.Conflict(
          "not_a_check", "the record of decision `" + id + "` is not one of a check");
    }
  }

  private void takeTurn() {
    try {
      if (turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new Refusal.Conflict(
        "explanations_waiting", "too many explanations are asked for at once: come again later");
  }
}
