package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.trust.ScopeKey;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A proposal as it stands in its row.
///
/// @param canonicalAction the stored bytes of the action, as text; [#action] reads them
/// @param mode as it was when it was proposed
/// @param blocked what kept it from being executed the last time it was tried
/// @param principal who proposed, as policies saw him
/// @param features what models may train on: a snapshot of that moment
/// @param decision what the policies said, as it was answered
/// @param scope the trust scope that its evidence counts for
/// @param onBehalfOf the actor for whom it was proposed
/// @param editedFrom the proposal that it replaces
/// @param audited whether chance gave it to people although it could have run by itself
/// @param model the version of the model that proposed, as its caller declared it
/// @param dueAt when a timer has to look at it: its expiry, or the next attempt to execute it
public record Proposal(
    UUID id,
    UUID caseId,
    String canonicalAction,
    Digest actionDigest,
    ProposalState state,
    ComposedMode mode,
    Optional<ComposedMode> blocked,
    Principal principal,
    Prediction prediction,
    JsonObject context,
    JsonObject features,
    int policyVersion,
    JsonObject decision,
    ScopeKey scope,
    Instant dueAt,
    Instant createdAt,
    Optional<Instant> occurredAt,
    Optional<String> onBehalfOf,
    Optional<UUID> editedFrom,
    boolean audited,
    Optional<String> model) {

  /// The action, if the stored bytes still are what the digest says; otherwise empty, and nothing
  /// may run.
  public Optional<ProposedAction> action() {
    var bytes = canonicalAction.getBytes(StandardCharsets.UTF_8);
    return Digest.sha256(bytes).equals(actionDigest)
        ? ProposedAction.read(bytes)
        : Optional.empty();
  }

  public String proposer() {
    return principal.actor();
  }
}
