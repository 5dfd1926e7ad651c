package dev.countersign.trust;

import dev.countersign.trust.Remembered.Phase;
import dev.countersign.trust.StageChange.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One event on its way into a state: the mutable middle of [TrustFold]. For one call, one thread.
///
/// The rules, in the order in which they are asked:
///
/// - Evidence is aged by its own time, so news that comes late weighs what it weighs by now. Time
///   never runs backwards, and what seems to come from the future weighs 1.
/// - A harm counts on arrival; an earlier outcome of the same proposal is taken back first, so a
///   proposal counts once. A correction neither restores a stage nor shortens a streak: being
///   lowered too early is mended by new evidence, too late is not.
/// - A promotion is asked for only by good news (an approval or a success), at most once an event,
///   and never in an event that lowered the stage. So no rejection and no harm ever raises one.
/// - Whatever moves the stage starts its evidence anew. That, and minimums of at least three, is
///   the dwell of this storey: a scope that was lowered cannot be back with the next event.
final class Folding {

  /// A scope above propose whose outcomes nobody observed for so long drops to propose.
  static final Duration LONGEST_IDLE = Duration.ofDays(30);

  private final Setting setting;
  private final Instant now;
  private final List<StageChange> changes = new ArrayList<>();
  private final Map<UUID, Remembered> recalled = new LinkedHashMap<>();
  private final Map<UUID, Remembered> remembered = new LinkedHashMap<>();

  private Stage stage;
  private Instant enteredAt;
  private Evidence evidence;
  private SinceEntered since;
  private final SortedMap<Stage, Tally> tallies;
  private long apart;
  private int streak;
  private Optional<Instant> lastObserved;
  private boolean lowered;
  private final List<StageChange> history;

  Folding(Setting setting, TrustState state, Instant now) {
    double factor = DecayedMean.weightAt(TrustState.days(state.time(), now));
    this.setting = setting;
    this.now = now;
    this.stage = state.stage();
    this.enteredAt = state.enteredAt();
    this.evidence = state.evidence().decayed(factor);
    this.since = state.since().decayed(factor);
    this.tallies = new TreeMap<>(state.tallies());
    this.apart = state.apart();
    this.streak = state.streak();
    this.lastObserved = state.lastObserved();
    this.lowered = state.lowered();
    this.history = new ArrayList<>(state.history());
  }

  TrustFold.Step step() {
    return new TrustFold.Step(state(), changes, List.copyOf(remembered.values()));
  }

  private TrustState state() {
    int surplus = Math.max(0, history.size() - TrustState.LONGEST_HISTORY);
    return new TrustState(
        stage,
        enteredAt,
        now,
        evidence,
        since,
        tallies,
        apart,
        streak,
        lastObserved,
        lowered,
        history.subList(surplus, history.size()));
  }

  void recall(Remembered known) {
    recalled.putIfAbsent(known.proposalId(), known);
  }

  void idle() {
    var active = lastObserved.filter(observed -> observed.isAfter(enteredAt)).orElse(enteredAt);
    if (stage.compareTo(Stage.PROPOSE) > 0 && active.plus(LONGEST_IDLE).isBefore(now)) {
      move(Stage.PROPOSE, Cause.IDLE, Optional.empty());
    }
  }

  void overdue(Remembered due) {
    if (!due.dueBefore(now)) {
      throw new IllegalArgumentException("proposal `" + due.proposalId() + "` is not due");
    }
    var at = due.dueAt().orElse(now);
    evidence = evidence.plusOverdue(weight(at));
    tally(due.stage(), tally -> tally.overdue(1));
    remember(due.closed(Phase.OVERDUE, at, true, Optional.empty()));
    harm(due);
  }

  void decided(TrustEvent.Decided decision) {
    if (known(decision.proposalId()) != null) {
      return; // One observation per proposal.
    }
    remember(Remembered.decided(decision.proposalId(), stage, decision.approved()));
    tally(stage, tally -> tally.decided(decision.approved()));
    if (!decision.independent() && setting.profile() != Profile.DEMO) {
      apart++;
      return;
    }
    double w = weight(decision.at());
    evidence = evidence.plusDecision(w, decision.approved(), decision.override());
    since = since.plusDecided(w);
    if (decision.approved()) {
      promote();
    }
  }

  void executed(TrustEvent.Executed execution) {
    var known = known(execution.proposalId());
    if (known == null || !known.phase().executed()) {
      open(execution, known);
    }
  }

  private Remembered open(TrustEvent.Executed execution, @Nullable Remembered known) {
    var open = Remembered.open(execution, known == null ? stage : known.stage());
    tally(open.stage(), tally -> tally.executed(known == null));
    return remember(open);
  }

  void observed(TrustEvent.OutcomeObserved outcome) {
    var known = executedOrHarmful(outcome.proposalId(), outcome.at(), outcome.harmful());
    if (known == null) {
      return;
    }
    if (known.phase() != Phase.ROLLED_BACK) {
      // What was rolled back stays failed, whatever is reported of it later.
      var phase = outcome.success() ? Phase.SUCCEEDED : Phase.FAILED;
      count(known, known.closed(phase, outcome.at(), outcome.harmful(), outcome.value()));
    }
    if (outcome.severity() == Severity.SEVERE) {
      severe();
    } else if (known.phase() != Phase.ROLLED_BACK && outcome.harmful()) {
      harm(known);
    } else if (known.phase() != Phase.ROLLED_BACK) {
      harmless(known);
      if (outcome.success()) {
        promote();
      }
    }
  }

  void rolledBack(TrustEvent.RolledBack rollback) {
    var known = executedOrHarmful(rollback.proposalId(), rollback.at(), true);
    if (known == null || known.phase() == Phase.ROLLED_BACK) {
      return;
    }
    count(known, known.closed(Phase.ROLLED_BACK, rollback.at(), true, Optional.empty()));
    harm(known);
  }

  /// What is remembered of an executed proposal. Of one that was never executed only harm counts: a
  /// success that cannot be is no evidence.
  private @Nullable Remembered executedOrHarmful(UUID proposalId, Instant at, boolean harmful) {
    var known = known(proposalId);
    if (known != null && known.phase().executed()) {
      return known;
    }
    return harmful ? open(new TrustEvent.Executed(proposalId, at, false), known) : null;
  }

  /// Takes back what `before` was counted for and counts `after` instead.
  private void count(Remembered before, Remembered after) {
    switch (before.phase()) {
      case REJECTED, APPROVED, ROLLED_BACK ->
          throw new IllegalStateException("only an open or corrected outcome is counted");
      case OPEN -> since = since.plusObserved(weight(counted(after)));
      case OVERDUE -> {
        evidence = evidence.minusOverdue(weight(counted(before)));
        tally(before.stage(), tally -> tally.overdue(-1));
        since = since.plusObserved(weight(counted(after)));
      }
      case SUCCEEDED, FAILED -> {
        boolean success = before.phase() == Phase.SUCCEEDED;
        evidence = evidence.minusOutcome(weight(counted(before)), success, before.value(), false);
        tally(before.stage(), tally -> tally.outcome(success, before.harmful(), -1));
      }
    }
    boolean success = after.phase() == Phase.SUCCEEDED;
    boolean override = after.phase() == Phase.ROLLED_BACK;
    evidence = evidence.plusOutcome(weight(counted(after)), success, after.value(), override);
    tally(after.stage(), tally -> tally.outcome(success, after.harmful(), 1));
    lastObserved = Optional.of(latest(counted(after)));
    remember(after);
  }

  private Instant latest(Instant observed) {
    return lastObserved.filter(last -> last.isAfter(observed)).orElse(observed);
  }

  private Instant counted(Remembered memory) {
    return memory.countedAt().orElse(now);
  }

  /// Counts a harm into the streak, unless this proposal is in it already.
  private void harm(Remembered before) {
    if (!before.automatic() || !stage.automatic() || before.harmful()) {
      return;
    }
    streak++;
    // Every automatic stage has a step that leads to it; without one a single harm would do.
    int most = setting.profile().stepTo(stage).map(PromotionStep::streak).orElse(1);
    if (streak >= most) {
      move(stage.below(), Cause.HARM_STREAK, Optional.empty());
    }
  }

  private void harmless(Remembered before) {
    if (before.automatic() && before.phase() == Phase.OPEN) {
      streak = 0;
    }
  }

  private void severe() {
    if (stage != Stage.OBSERVE) {
      move(Stage.OBSERVE, Cause.SEVERE_HARM, Optional.empty());
    } else {
      since = SinceEntered.NOTHING;
    }
  }

  void lowered(TrustEvent.StageLowered event) {
    if (event.to().compareTo(stage) > 0) {
      return;
    }
    // Also where time alone has brought it down already: the person's word holds it there.
    lowered = true;
    if (event.to() != stage) {
      move(event.to(), Cause.LOWERED, Optional.of(event.by()));
    }
  }

  void signed(TrustEvent.StageSigned event) {
    if (recommended().filter(event.to()::equals).isPresent()) {
      move(event.to(), Cause.SIGNED, Optional.of(event.by()));
      lowered = false;
    }
  }

  private void promote() {
    if (setting.promotion() == Promotion.AUTOMATIC && !lowered && changes.isEmpty()) {
      recommended().ifPresent(to -> move(to, Cause.EARNED, Optional.empty()));
    }
  }

  private Optional<Stage> recommended() {
    return Recommendation.of(state(), setting)
        .filter(Recommendation::given)
        .map(Recommendation::to);
  }

  private void move(Stage to, Cause cause, Optional<String> by) {
    var change = new StageChange(stage, to, cause, by, now);
    changes.add(change);
    history.add(change);
    stage = to;
    enteredAt = now;
    since = SinceEntered.NOTHING;
    streak = 0;
  }

  private @Nullable Remembered known(UUID proposalId) {
    var changed = remembered.get(proposalId);
    return changed != null ? changed : recalled.get(proposalId);
  }

  private Remembered remember(Remembered memory) {
    remembered.put(memory.proposalId(), memory);
    return memory;
  }

  private void tally(Stage at, UnaryOperator<Tally> change) {
    tallies.computeIfPresent(at, (_, tally) -> change.apply(tally));
  }

  private double weight(Instant at) {
    return DecayedMean.weightAt(TrustState.days(at, now));
  }
}
