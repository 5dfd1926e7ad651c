package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Violation;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ModeReason;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is checked again at a decision and at an execution, because the world may have changed
/// since the proposal.
final class Checks {
  /// What has a say where people agreed: nothing else is needed.
  static final List<ModeReason> APPROVED =
      List.of(new ModeReason("approval", Mode.PROPOSE, "people agreed to it"));

  private final Weighing weighing;
  private final DefinitionStore definitions = new DefinitionStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final ExecutionStore executions = new ExecutionStore();

  Checks(Weighing weighing) {
    this.weighing = weighing;
  }

  /// Whether it may go on.
  sealed interface Verdict {
    /// Nothing stands against it.
    record Clear(ComposedMode mode) implements Verdict {}

    /// A closed gate, a freeze or another execution stops it for now; each may pass.
    record Blocked(ComposedMode mode) implements Verdict {}

    /// It can never run any more.
    record Outlived(String code, String message, List<Violation> reasons) implements Verdict {}
  }

  /// What is stored, if everything of it agrees ([Bound#of]).
  Optional<Bound> bound(
      LedgerTransaction transaction, Proposal proposal, ApprovalRequest approval) {
    return Bound.of(
        transaction.principal().tenant(),
        proposal,
        approval,
        (key, version) -> definitions.version(transaction.tenant(), key, version));
  }

  /// Whether people agreed to exactly this, counted again.
  boolean countersigned(LedgerTransaction transaction, LockedWork work) {
    var said = approvals.decisions(transaction.tenant(), work.approval().id());
    return Countersigned.exactly(work.proposal(), work.approval(), said, transaction.now());
  }

  /// Weighs a bound action against the case, the gates, the freezes and the policies of now.
  ///
  /// A policy that forbids, or asks for people who are not asked, is stricter than what was asked
  /// for, so it ends the proposal. What asks for the same or less goes on.
  ///
  /// @param said by whom or what it is authorized
  Verdict weigh(
      LedgerTransaction transaction, LockedWork work, Bound bound, List<ModeReason> said) {
    var action = bound.action();
    var subject = work.subject();
    var proposal = work.proposal();
    if (subject.version() != action.caseVersion() || !subject.standsAt(bound.transition())) {
      return new Verdict.Outlived(
          "stale_case",
          "case `%s` is at version %d, the proposal was for %d"
              .formatted(subject.id(), subject.version(), action.caseVersion()),
          List.of());
    }
    var further = new ArrayList<>(said);
    further.addAll(busy(transaction, work));
    var weighed =
        weighing.weigh(
            transaction,
            new Weighing.Question(
                proposal.principal(),
                subject,
                bound.transition(),
                action.action(),
                proposal.prediction(),
                proposal.context(),
                new Weighing.Expected.Kept(proposal.id())),
            further);
    if (weighed.mode().blockedBy("policy")) {
      return new Verdict.Outlived(
          "policy_forbids", "the policies forbid it now", weighed.mode().blocking());
    }
    if (!work.approval().requirement().covers(weighed.requirement())) {
      return new Verdict.Outlived(
          "stricter_requirement",
          "the policies ask for more people now than were asked",
          List.of());
    }
    return weighed.mode().blocked()
        ? new Verdict.Blocked(weighed.mode())
        : new Verdict.Clear(weighed.mode());
  }

  /// While a system is being asked about the case, or a person has to look at what came of that,
  /// nothing else moves it.
  private List<ModeReason> busy(LedgerTransaction transaction, LockedWork work) {
    return work.busyWith()
        .filter(busy ->
            executions
                .ofProposal(transaction.tenant(), work.proposal().id())
                .filter(own -> own.id().equals(busy))
                .isEmpty())
        .map(busy ->
            List.of(
                new ModeReason(
                    "execution", Mode.BLOCKED, "execution `" + busy + "` is not finished")))
        .orElse(List.of());
  }
}
