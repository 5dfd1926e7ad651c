package dev.countersign.trust.usecase;

import dev.countersign.kernel.Principal;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.usecase.CoveredReads;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.StepFigures;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.certificate.Certificate;
import dev.countersign.trust.certificate.Certificate.Next;
import dev.countersign.trust.store.StoredScope;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/// Signs what a scope has earned by now, for whoever wants to check it without asking us.
///
/// Stores nothing. What is certified is what the evidence has earned; ceilings, gates and freezes
/// hold above it and are not in it.
public final class IssueCertificate {
  private final TrustScopes scopes;
  private final CoveredReads reads;
  private final LogKeys keys;
  private final Clock clock;

  public IssueCertificate(TrustScopes scopes, CoveredReads reads, LogKeys keys, Clock clock) {
    this.scopes = scopes;
    this.reads = reads;
    this.keys = keys;
    this.clock = clock;
  }

  /// The note; throws [dev.countersign.kernel.Refusal.NotFound] for an unknown scope.
  public SignedNote issue(Principal principal, UUID scopeId) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var covered = reads.read(principal, transaction -> scopes.earned(transaction, scopeId, now));
    var checkpoint = covered.checkpoint().note();
    return keys.state(certificate(principal, covered.read(), now, checkpoint).text(), checkpoint);
  }

  private static Certificate certificate(
      Principal principal, TrustScopes.Earned earned, Instant now, SignedNote checkpoint) {
    StoredScope scope = earned.scope();
    TrustState state = scope.state();
    Setting setting = earned.setting();
    Stage stage = state.stage();
    return new Certificate(
        principal.tenant(),
        scope.id(),
        scope.key(),
        setting.profile(),
        stage,
        state.enteredAt(),
        setting.profile() == Profile.DEMO ? state.time() : now,
        setting.budgetOf(stage).map(HarmBudget::rate),
        setting.risk(),
        scope.earned(),
        StepFigures.of(state, setting).map(figures -> Next.of(stage, figures)),
        state.versions(),
        now,
        expiry(state, setting, now),
        checkpoint);
  }

  /// No later than it drops by itself, if nothing is observed until then.
  private static Instant expiry(TrustState state, Setting setting, Instant now) {
    var latest = now.plus(Certificate.LIFE);
    return setting.profile() == Profile.DEMO
        ? latest
        : state
            .dropsAt()
            .filter(drops -> drops.isBefore(latest) && !drops.isBefore(now))
            .orElse(latest);
  }
}
