package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.usecase.AlarmsInForce;
import dev.countersign.trust.usecase.ScopeFacts;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.AutonomySetting;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ModeReason;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.Versions;
import dev.countersign.workflow.store.AutonomyStore;
import dev.countersign.workflow.store.AutonomyStore.Drawing;
import dev.countersign.workflow.store.AutonomyStore.Drawn;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What has a say in whether an action may run by itself, beside all that is asked of every action:
/// what its trust scope has earned, an alarm about it, the tenant's ceiling, the transition, and
/// chance. Whether the action could be taken back is asked of all together ([Weighing]).
///
/// Chance is asked before anything about the case is predicted, once for an action on a version of
/// a case, so that withdrawing and proposing again does not ask it again. The transaction MUST hold
/// the tenant's generation lock and the case's.
final class Autonomy {
  private final TrustScopes scopes;
  private final Weighing weighing;
  private final Ids ids;
  private final AutonomyStore store = new AutonomyStore();
  private final AlarmsInForce alarms = new AlarmsInForce();

  Autonomy(TrustScopes scopes, Weighing weighing, Ids ids) {
    this.scopes = scopes;
    this.weighing = weighing;
    this.ids = ids;
  }

  /// What is asked about.
  ///
  /// @param model as the proposer declares it
  /// @param at the moment for which trust is asked
  record Question(
      ScopeKey scope, Transition transition, Case subject, Optional<String> model, Instant at) {

    /// About a proposal that was made.
    static Question of(LockedWork work, Transition transition, Instant now) {
      var proposal = work.proposal();
      return new Question(
          proposal.scope(),
          transition,
          work.subject(),
          proposal.model(),
          proposal.occurredAt().orElse(now));
    }
  }

  /// What is said.
  ///
  /// @param facts what is known of the scope, with the stage in force for these versions
  /// @param versions of the proposal, as they are now
  /// @param auditShare with which chance decided, also if the tenant has another one by now; empty
  ///   if the scope has not earned that anything runs by itself
  /// @param audited whether chance gave it to people
  /// @param leftOutBefore whether it is known since an earlier proposal that chance does not
  record Said(
      ScopeFacts facts,
      Versions versions,
      List<ModeReason> reasons,
      Optional<Double> auditShare,
      boolean audited,
      boolean leftOutBefore) {}

  Said ask(LedgerTransaction transaction, Question question) {
    var transition = question.transition();
    var versions = weighing.versions(transaction, transition, question.model());
    var standing =
        scopes.standing(transaction.tenant(), question.scope(), versions.text(), question.at());
    var stage = standing.facts().stage();
    var setting =
        store
            .read(transaction.tenant())
            .map(AutonomyStore.Set::setting)
            .orElse(AutonomySetting.USUAL);
    var reasons = new ArrayList<ModeReason>();
    reasons.add(ComposedMode.trust(mode(standing.stage())));
    standing
        .others()
        .ifPresent(named -> reasons.add(ComposedMode.versions(mode(stage), versions, named)));
    reasons.addAll(ComposedMode.ceiling(setting));
    reasons.addAll(ComposedMode.modelCeiling(setting, question.model()));
    reasons.addAll(ComposedMode.always(transition));
    if (stage.automatic()) {
      // By the real clock, whatever moment trust is asked for: an alarm is about now.
      alarms
          .lowering(transaction.tenant(), question.scope(), transaction.now())
          .ifPresent(alarm -> reasons.add(ComposedMode.anomaly(alarm.kind(), alarm.hour())));
    }
    var drawn =
        stage.automatic()
            ? Optional.of(drawn(transaction, drawing(question), setting))
            : Optional.<Drawn>empty();
    boolean audited = drawn.filter(Drawn::drawn).isPresent();
    if (audited) {
      reasons.add(ComposedMode.AUDIT);
    }
    return new Said(
        standing.facts(),
        versions,
        List.copyOf(reasons),
        drawn.map(Drawn::share),
        audited,
        drawn.filter(Drawn::leftOutBefore).isPresent());
  }

  private static Drawing drawing(Question question) {
    var subject = question.subject();
    return new Drawing(subject.id(), subject.version(), question.transition().type());
  }

  private Drawn drawn(LedgerTransaction transaction, Drawing drawing, AutonomySetting setting) {
    long chance = ByteBuffer.wrap(ids.randomBytes(Long.BYTES)).getLong();
    boolean drawn =
        Long.remainderUnsigned(chance, AutonomySetting.WHOLE) < setting.auditPerTenThousand();
    return store.drawn(
        transaction.tenant(), drawing, new Drawn(drawn, setting.auditPerTenThousand(), true));
  }

  private static Mode mode(Stage stage) {
    return switch (stage) {
      case OBSERVE -> Mode.OBSERVE;
      case PROPOSE -> Mode.PROPOSE;
      case GUARDED_AUTO -> Mode.GUARDED_AUTO;
      case CONDITIONAL_AUTO -> Mode.CONDITIONAL_AUTO;
      case FULL_AUTO -> Mode.FULL_AUTO;
    };
  }
}
