package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ApprovalTerms;
import dev.countersign.workflow.QuestionTerms;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// A request for a person's agreement as it stands in its row.
///
/// @param barred the actors who may not decide, because they asked or were asked for
/// @param runsAt when the stage authorizes what nobody has vetoed; empty if people have to agree
/// @param escalated whether a timer has asked more people
public record ApprovalRequest(
    UUID id,
    About about,
    ApprovalState state,
    int policyVersion,
    ApprovalRequirement requirement,
    SortedSet<String> barred,
    Digest digest,
    Instant expiresAt,
    Optional<Instant> escalatesAt,
    Optional<Instant> runsAt,
    boolean escalated,
    Instant createdAt) {

  /// What a person is asked about.
  public sealed interface About {
    /// An action on a case. The request ends with its proposal.
    record OfProposal(UUID proposalId, String gate, String handlerVersion) implements About {}

    /// A decision of the policies that requires approval. Nothing of ours is carried out: the asker
    /// does it.
    ///
    /// @param correlationId the decision's
    /// @param logIndex where the ledger holds what was asked
    /// @param asker as the ledger names him
    /// @param question the digest of what was asked
    record OfDecision(
        UUID decisionId, UUID correlationId, long logIndex, String asker, Digest question)
        implements About {}
  }

  public ApprovalRequest {
    barred = Collections.unmodifiableSortedSet(new TreeSet<>(barred));
  }

  /// Whether more people are asked at `now`, whether or not a timer came by.
  public boolean escalatedAt(Instant now) {
    return escalated || escalatesAt.filter(time -> !now.isBefore(time)).isPresent();
  }

  /// Whoever holds one of these may decide at `now`.
  public SortedSet<String> deciderRoles(Instant now) {
    return requirement.deciderRoles(escalatedAt(now));
  }

  /// Whether it is about a proposal and its stored digest is that of the stored terms, for an
  /// action of that digest, that gate, and a handler of that version: recomputed, never believed.
  public boolean binds(Digest actionDigest, String currentGate, String currentHandlerVersion) {
    return switch (about) {
      case About.OfProposal(var _, var gate, var _) ->
          gate.equals(currentGate)
              && new ApprovalTerms(
                      actionDigest,
                      policyVersion,
                      gate,
                      currentHandlerVersion,
                      requirement,
                      expiresAt,
                      escalatesAt,
                      runsAt)
                  .digest()
                  .equals(digest);
      case About.OfDecision _ -> false;
    };
  }

  /// Whether it is about a decision and its stored digest is that of the stored terms, for a
  /// question of that digest.
  public boolean binds(Digest question) {
    return switch (about) {
      case About.OfDecision(var decisionId, var _, var _, var _, var asked) ->
          asked.equals(question)
              && new QuestionTerms(question, decisionId, policyVersion, requirement, expiresAt)
                  .digest()
                  .equals(digest);
      case About.OfProposal _ -> false;
    };
  }

  /// What its entries share with all others of the same action.
  public UUID correlationId() {
    return switch (about) {
      case About.OfProposal(var proposalId, var _, var _) -> proposalId;
      case About.OfDecision decision -> decision.correlationId();
    };
  }

  /// Whether people have had the time to veto what the stage authorizes.
  public boolean vetoOver(Instant now) {
    return runsAt.filter(time -> !now.isBefore(time)).isPresent();
  }

  public boolean expired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  /// How it stands for who looks at it at `now`.
  ///
  /// About a decision it is good for nothing once its time is over, approved or not, whether or not
  /// a timer came by: the asker acts on what he sees here. A proposal says so itself.
  public ApprovalState stateAt(Instant now) {
    boolean usable = state == ApprovalState.PENDING || state == ApprovalState.APPROVED;
    return usable && about instanceof About.OfDecision && expired(now)
        ? ApprovalState.EXPIRED
        : state;
  }
}
