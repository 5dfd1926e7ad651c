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
///   lowered too early is mended by new evidence, too late is not. Nor does it lower again: a
///   severe harm is one, when it is first told ([Edition#THIRD]).
/// - A promotion is asked for only by good news (an approval or a success), at most once an event,
///   and never in an event that lowered the stage. So no rejection and no harm ever raises one.
/// - Whatever moves the stage starts its evidence anew, and is one more attempt at the step from
///   there. With the minimums of at least three, and the days that the standard profile asks for,
///   that is the dwell: a scope that was lowered cannot be back with the next event.
/// - So does a change of the step's budget, or of what is a harm, with the next event.
/// - For promotion a proposal counts in its turn ([Counting]), for demotion a harm on its arrival.
/// - What a proposal of other versions than those named did well says nothing of these: it raises
///   no part of the score, quiets no watch, fills no minimum and asks for no promotion. Its harm
///   counts like any other ([Edition#SECOND]).
final class Folding {

  /// A scope above propose whose outcomes nobody observed for so long drops to propose.
  static final Duration LONGEST_IDLE = Duration.ofDays(30);

  private final Setting setting;
  private final Edition edition;
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
  private Optional<Instant> lastObserved;
  private boolean lowered;
  private Optional<EarnedStage> earned = Optional.empty();
  private final List<StageChange> history;
  private final Counting counting;
  private final Watch watch;

  Folding(Setting setting, Edition edition, TrustState state, Instant now) {
    double factor = DecayedMean.weightAt(TrustState.days(state.time(), now));
    this.setting = setting;
    this.edition = edition;
    this.now = now;
    this.stage = state.stage();
    this.enteredAt = state.enteredAt();
    this.evidence = state.evidence().decayed(factor);
    this.since = state.since().decayed(factor);
    this.tallies = new TreeMap<>(state.tallies());
    this.apart = state.apart();
    this.lastObserved = state.lastObserved();
    this.lowered = state.lowered();
    this.history = new ArrayList<>(state.history());
    this.counting = new Counting(setting, edition, state.standing(), state.attempt());
    this.watch = new Watch(setting, state.streak(), state.suspicion());
    if (counting.outdated(stage)) {
      // What is watched goes on: a setting is no way to silence it.
      since = SinceEntered.NOTHING;
      counting.entering(stage);
    }
  }

  TrustFold.Step step() {
    return new TrustFold.Step(state(), changes, List.copyOf(remembered.values()), earned);
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
        watch.streak(),
        lastObserved,
        lowered,
        history.subList(surplus, history.size()),
        counting.standing(),
        counting.attempt(),
        watch.suspicion());
  }

  void recall(Remembered known) {
    recalled.putIfAbsent(known.proposalId(), known);
  }

  void idle() {
    var active = TrustState.idleFrom(enteredAt, lastObserved);
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
    remember(counting.losing(due.closed(Phase.OVERDUE, at, true, Optional.empty()), stage));
    harm(due);
  }

  /// Counts the turns whose windows have closed, up to the first one that still waits.
  void count(List<Remembered> waiting) {
    for (var item : waiting) {
      var changed = known(item.proposalId());
      var next = changed == null ? item : changed;
      if (!counting.next(next)) {
        throw new IllegalArgumentException("turns are counted in their order, none left out");
      }
      if (!next.settled(now)) {
        return;
      }
      remember(counting.count(next, stage));
    }
  }

  void proposed(TrustEvent.Proposed proposal) {
    if (known(proposal.proposalId()) != null) {
      return;
    }
    var shown = fresh(proposal.proposalId()).stating(proposal.said().predicted());
    var closesAt = now.plus(proposal.window());
    if (!stage.automatic()) {
      remember(counting.turn(shown, now, closesAt, Optional.empty()));
    } else if (proposal.draw().isPresent()) {
      remember(counting.turn(shown, now, closesAt, proposal.draw()));
    } else {
      // Somebody chose which ones people look at: no evidence of the others.
      remember(shown);
    }
  }

  void ended(TrustEvent.Ended end) {
    var known = known(end.proposalId());
    if (known == null || known.phase() != Phase.SHOWN) {
      return;
    }
    switch (end.ending()) {
      case WITHDRAWN -> remember(known.ended(Phase.WITHDRAWN, Optional.empty()));
      case EXPIRED ->
          remember(counting.losing(known.ended(Phase.EXPIRED, Optional.empty()), stage));
    }
  }

  void decided(TrustEvent.Decided decision) {
    var known = known(decision.proposalId());
    if (known != null && known.phase() != Phase.SHOWN) {
      return; // One observation per proposal.
    }
    boolean independent = decision.independent() || setting.profile() == Profile.DEMO;
    boolean others = known != null && others(known);
    remember(counting.decided(decision, known, independent, stage, versions(), now));
    tally(stage, tally -> tally.decided(decision.approved()));
    if (!independent) {
      apart++;
      return;
    }
    double w = weight(decision.at());
    if (others) {
      if (!decision.approved()) {
        evidence = evidence.plusRejectionAlone(w, decision.override());
      }
      return;
    }
    decision.by().ifPresent(counting::reviewed);
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
    boolean undecided = known == null || known.phase() == Phase.SHOWN;
    var proposal = known == null ? fresh(execution.proposalId()) : known;
    var open = (undecided ? proposal.at(stage) : proposal).executing(execution);
    if (open.turn().isPresent()) {
      open = open.with(open.turn().get().closing(open.dueAt().orElse(now)));
    }
    tally(open.stage(), tally -> tally.executed(undecided));
    return remember(open);
  }

  void observed(TrustEvent.OutcomeObserved outcome) {
    var from = setting.harmFrom(stageOf(outcome.proposalId()));
    boolean harmful = outcome.harmful(from);
    var known = executedOrHarmful(outcome.proposalId(), outcome.at(), harmful);
    if (known == null) {
      return;
    }
    boolean others = others(known);
    boolean good = outcome.success() && !harmful;
    if (others && good && known.phase() == Phase.SUCCEEDED) {
      return; // What was counted of it while its versions were named stands.
    }
    if (known.phase() != Phase.ROLLED_BACK) {
      // What was rolled back stays failed, whatever is reported of it later.
      var phase = outcome.success() ? Phase.SUCCEEDED : Phase.FAILED;
      var closed =
          known
              .closed(phase, outcome.at(), harmful, outcome.value())
              .countedForHarmAlone(others && (good || !inFull(known)));
      var decider = known.decider();
      boolean another =
          outcome
              .by()
              .map(counting::hash)
              .filter(by -> !decider.equals(Optional.of(by)))
              .isPresent();
      if (closed.turn().isPresent()) {
        closed = closed.with(closed.turn().get().observedBy(another));
      }
      count(known, harmful ? counting.losing(closed, stage) : closed);
    }
    if (outcome.severity() == Severity.SEVERE && !countedAsSevere(known)) {
      severe(known.proposalId());
    } else if (known.phase() != Phase.ROLLED_BACK && harmful) {
      harm(known);
    } else if (known.phase() != Phase.ROLLED_BACK && !others) {
      harmless(known);
      if (outcome.success()) {
        promote();
      }
    }
  }

  /// The stage whose step says what is a harm to it.
  private Stage stageOf(UUID proposalId) {
    var known = known(proposalId);
    return known == null ? stage : known.stage();
  }

  void rolledBack(TrustEvent.RolledBack rollback) {
    var known = executedOrHarmful(rollback.proposalId(), rollback.at(), true);
    if (known == null || known.phase() == Phase.ROLLED_BACK) {
      return;
    }
    var closed =
        known
            .closed(Phase.ROLLED_BACK, rollback.at(), true, Optional.empty())
            .countedForHarmAlone(others(known) && !inFull(known));
    count(known, counting.losing(closed, stage));
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
    boolean own = !others(before);
    switch (before.phase()) {
      case SHOWN, WITHDRAWN, EXPIRED, REJECTED, APPROVED, ROLLED_BACK ->
          throw new IllegalStateException("only an open or corrected outcome is counted");
      case OPEN -> {}
      case OVERDUE -> {
        evidence = evidence.minusOverdue(weight(counted(before)));
        tally(before.stage(), tally -> tally.overdue(-1));
      }
      case SUCCEEDED, FAILED -> {
        boolean success = before.phase() == Phase.SUCCEEDED;
        evidence = evidence.minus(weight(counted(before)), before);
        tally(before.stage(), tally -> tally.outcome(success, before.harmful(), -1));
      }
    }
    boolean success = after.phase() == Phase.SUCCEEDED;
    evidence = evidence.plus(weight(counted(after)), after);
    tally(after.stage(), tally -> tally.outcome(success, after.harmful(), 1));
    if (own) {
      boolean first = before.phase() == Phase.OPEN || before.phase() == Phase.OVERDUE;
      since = first ? since.plusObserved(weight(counted(after))) : since;
      lastObserved = Optional.of(latest(counted(after)));
    }
    remember(after);
  }

  /// Whether an outcome was counted while its versions were named: what makes it worse counts in
  /// full too.
  private static boolean inFull(Remembered known) {
    return known.phase().observed() && !known.harmAlone();
  }

  /// Whether a proposal is of other versions than those that are named now.
  private boolean others(Remembered known) {
    return edition.partsVersions() && counting.standing().others(known.versions());
  }

  /// The versions that are named now, as a proposal that is first heard of keeps them.
  private Optional<String> versions() {
    return edition.partsVersions() ? counting.standing().digest() : Optional.empty();
  }

  private Remembered fresh(UUID proposalId) {
    return Remembered.shown(proposalId, stage).of(versions());
  }

  private Instant latest(Instant observed) {
    return lastObserved.filter(last -> last.isAfter(observed)).orElse(observed);
  }

  private Instant counted(Remembered memory) {
    return memory.countedAt().orElse(now);
  }

  /// Counts a harm of what ran by itself, unless this proposal was counted as one already.
  private void harm(Remembered before) {
    if (before.automatic() && stage.automatic() && !before.harmful()) {
      watch.harm(stage).ifPresent(cause -> move(stage.below(), cause, Optional.empty()));
    }
  }

  private void harmless(Remembered before) {
    if (before.automatic() && before.phase() == Phase.OPEN) {
      watch.harmless(stage);
    }
  }

  /// Whether its severe harm was counted before: what a correction says of it again is no other.
  private boolean countedAsSevere(Remembered before) {
    return edition.countsSevereOnce() && before.severe();
  }

  private void severe(UUID proposalId) {
    var counted = known(proposalId);
    if (edition.countsSevereOnce() && counted != null) {
      remember(counted.countedAsSevere());
    }
    if (stage != Stage.OBSERVE) {
      move(Stage.OBSERVE, Cause.SEVERE_HARM, Optional.empty());
    } else {
      counting.capping(stage);
      beginAnew();
    }
  }

  /// Other versions do what nobody has seen yet: back to the stage that was proven for them, and
  /// evidence begins anew. The first ones that are named are those that did what was seen.
  void versions(TrustEvent.VersionsChanged changed) {
    name(changed);
    changed
        .of()
        .filter(proposal -> edition.partsVersions() && known(proposal) == null)
        .ifPresent(proposal -> remember(fresh(proposal)));
  }

  private void name(TrustEvent.VersionsChanged changed) {
    var before = counting.standing().versions();
    if (before.isEmpty()) {
      counting.naming(changed.versions(), stage);
      return;
    }
    if (before.get().equals(changed.versions())) {
      return;
    }
    var proven = counting.standing().proven(changed.versions());
    var to = proven.compareTo(stage) < 0 ? proven : stage;
    counting.naming(changed.versions(), to);
    if (to != stage) {
      move(to, Cause.VERSION_CHANGED, Optional.empty());
    } else {
      beginAnew();
    }
  }

  void lowered(TrustEvent.StageLowered event) {
    if (event.to().compareTo(stage) > 0) {
      return;
    }
    // Also where time alone has brought it down already: the person's word holds it there.
    lowered = true;
    counting.capping(event.to());
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
    var state = state();
    // Mostly it is far from given, and then its words need not be found.
    if (!Recommendation.possible(state, setting)) {
      return Optional.empty();
    }
    return Recommendation.of(state, setting).filter(Recommendation::given).map(Recommendation::to);
  }

  private void move(Stage to, Cause cause, Optional<String> by) {
    var change = new StageChange(stage, to, cause, by, now);
    earned = change.promotion() ? EarnedStage.of(state(), setting, now) : Optional.empty();
    changes.add(change);
    history.add(change);
    if (!change.promotion() && cause != Cause.VERSION_CHANGED) {
      counting.capping(to);
    }
    stage = to;
    enteredAt = now;
    beginAnew();
  }

  /// No evidence serves two steps, nor two attempts at one.
  private void beginAnew() {
    since = SinceEntered.NOTHING;
    watch.anew();
    counting.entering(stage);
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
