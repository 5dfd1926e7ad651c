package dev.countersign.workflow.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.Proposal;
import java.util.Optional;

/// An action whose stored bytes, digests and terms agree, with the transition that it names.
///
/// Nothing is decided about or carried out that is not bound, and what people said about it is then
/// counted again ([Countersigned]). Both are pure, so that they can be tried on a million changed
/// rows; where they are asked is in `ExecuteProposals`.
public record Bound(ProposedAction action, Transition transition) {

  /// Where versions of workflows are found.
  @FunctionalInterface
  public interface Definitions {
    Optional<WorkflowDefinition> version(String key, int version);
  }

  /// Recomputes both digests from what is stored; empty if anything does not agree, also if the
  /// action is another tenant's or another case's, or the handler behaves otherwise by now.
  ///
  /// @param tenant for which it would be carried out
  /// @param definitions of that tenant
  public static Optional<Bound> of(
      TenantId tenant, Proposal proposal, ApprovalRequest approval, Definitions definitions) {
    return proposal
        .action()
        .filter(action -> action.tenant().equals(tenant))
        .filter(action -> action.caseId().equals(proposal.caseId()))
        .flatMap(action -> named(action, definitions))
        .filter(bound ->
            approval.binds(
                proposal.actionDigest(),
                bound.transition().gate(),
                bound.transition().handler().version()));
  }

  private static Optional<Bound> named(ProposedAction action, Definitions definitions) {
    return definitions
        .version(action.workflow(), action.workflowVersion())
        .flatMap(definition -> definition.transition(action.action().type()))
        .map(transition -> new Bound(action, transition));
  }
}
