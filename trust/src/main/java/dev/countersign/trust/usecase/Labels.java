package dev.countersign.trust.usecase;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.Remembered.Phase;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.threshold.Sampled;
import dev.countersign.trust.store.ExampleStore;
import dev.countersign.trust.store.ModelStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Hands on to the predictors what trust hears anyway: what people decided, and what came of it.
final class Labels {
  private final ExampleStore examples = new ExampleStore();
  private final ModelStore models = new ModelStore();

  /// What people said, what came of it, and what nobody will see any more.
  ///
  /// @param memories of the event
  void of(TenantTransaction transaction, TrustEvent event, List<Remembered> memories) {
    switch (event) {
      case TrustEvent.Decided decided ->
          examples.label(
              transaction,
              decided.proposalId(),
              Predictor.DECISION,
              decided.approved(),
              decided.at());
      case TrustEvent.Ended ended -> examples.unseen(transaction, ended.proposalId(), ended.at());
      case TrustEvent.OutcomeObserved outcome -> observed(transaction, outcome, memories);
      case TrustEvent.RolledBack rollback -> outcome(transaction, memories, rollback.proposalId());
      case TrustEvent.OutcomeOverdue _ -> overdue(transaction, memories);
      case TrustEvent.Proposed _,
          TrustEvent.Executed _,
          TrustEvent.VersionsChanged _,
          TrustEvent.StageLowered _,
          TrustEvent.StageSigned _ -> {}
    }
  }

  /// Any harm is none of success, whatever the tenant's steps count and whatever trust remembers:
  /// what is certified on these labels holds for every severity from which a tenant counts.
  private void observed(
      TenantTransaction transaction,
      TrustEvent.OutcomeObserved outcome,
      List<Remembered> memories) {
    if (outcome.harmful(Sampled.HARM_FROM)) {
      examples.label(transaction, outcome.proposalId(), Predictor.OUTCOME, false, outcome.at());
    } else {
      outcome(transaction, memories, outcome.proposalId());
    }
  }

  /// A missing outcome is harm until it comes.
  void overdue(TenantTransaction transaction, List<Remembered> memories) {
    memories.stream()
        .filter(memory -> memory.phase() == Phase.OVERDUE)
        .forEach(memory -> outcome(transaction, memory));
  }

  private void outcome(TenantTransaction transaction, List<Remembered> memories, UUID proposalId) {
    memories.stream()
        .filter(memory -> memory.proposalId().equals(proposalId))
        .forEach(memory -> outcome(transaction, memory));
  }

  private void outcome(TenantTransaction transaction, Remembered memory) {
    memory
        .countedAt()
        .ifPresent(at ->
            examples.label(
                transaction,
                memory.proposalId(),
                Predictor.OUTCOME,
                memory.phase() == Phase.SUCCEEDED && !memory.harmful(),
                at));
  }

  /// A stage moved: models are trained anew, where there is anything new.
  void moved(TenantTransaction transaction, Instant now) {
    models.moved(transaction, now);
  }
}
