package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Remembered;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Draw;
import dev.countersign.trust.TrustEvent.Executed;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.OutcomeObserved;
import dev.countersign.trust.TrustEvent.OutcomeOverdue;
import dev.countersign.trust.TrustEvent.Proposed;
import dev.countersign.trust.TrustEvent.Said;
import dev.countersign.trust.TrustFold;
import dev.countersign.trust.TrustState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Production itself: each proposal becomes the events that the log would have, and [TrustFold]
/// folds them, with everything that the standard profile asks for.
///
/// Two reviewers take turns, a third party observes, and a model of ours states how likely success
/// is.
final class FoldedLadder implements Ladder {
  private static final String[] REVIEWERS = {"user:ada", "user:ben"};
  private static final Optional<String> OBSERVER = Optional.of("system:laboratory");
  private static final Said SAID =
      new Said(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(0.95));

  /// How many are settled at once, as the store does it.
  private static final int PART = 16;

  private final TrustFold fold;
  private final Duration window;
  private final Moves moves;

  /// What is open or waits, in the order of proposing.
  private final Map<UUID, Remembered> live = new LinkedHashMap<>();

  private TrustState state = TrustState.start(Pace.at(0));
  private int moment;
  private int decisions;

  FoldedLadder(Setting setting, int window, Moves moves) {
    this.fold = new TrustFold(setting);
    this.window = Pace.lasting(window);
    this.moves = moves;
  }

  @Override
  public void enter(long ordinal) {
    live.clear();
    state = TrustState.start(Pace.at(0), ordinal);
  }

  @Override
  public Stage stage() {
    return state.stage();
  }

  @Override
  public void propose(int now, boolean looked, Fate fate) {
    moment = now;
    var id = id(now);
    var at = Pace.at(now);
    var automatic = stage().automatic();
    Optional<Draw> draw =
        automatic ? Optional.of(new Draw(looked, Pace.AUDIT_SHARE)) : Optional.empty();
    fold(new Proposed(id, at, window, draw, SAID));
    if (looked) {
      var by = Optional.of(REVIEWERS[decisions++ % REVIEWERS.length]);
      var occasion = automatic ? Occasion.AUDIT : Occasion.REVIEW;
      fold(new Decided(id, fate != Fate.HARM, at, true, occasion, by));
      if (fate == Fate.HARM) {
        return;
      }
    }
    fold(new Executed(id, at, !looked, window));
    switch (fate) {
      case CLEAN -> observe(id, at, Severity.NONE);
      case HARM -> observe(id, at, Severity.MINOR);
      case SEVERE -> observe(id, at, Severity.SEVERE);
      case LATE -> {}
    }
  }

  @Override
  public int run(int from, int until) {
    var before = stage();
    int now = from;
    while (now < until && stage() == before) {
      propose(now, false, Fate.CLEAN);
      now++;
    }
    return now;
  }

  @Override
  public void harm(int now, int proposal) {
    moment = now;
    observe(id(proposal), Pace.at(now), Severity.MINOR);
  }

  @Override
  public void overdue(int now, int proposal) {
    moment = now;
    fold(new OutcomeOverdue(id(proposal), Pace.at(now)));
  }

  private static UUID id(int proposal) {
    return new UUID(0x7000L, Long.MIN_VALUE | proposal);
  }

  private void observe(UUID id, Instant at, Severity severity) {
    fold(
        new OutcomeObserved(
            id,
            severity == Severity.NONE,
            severity,
            Optional.empty(),
            Optional.empty(),
            at,
            OBSERVER));
  }

  private void fold(TrustEvent event) {
    boolean more = live.size() >= PART;
    while (more) {
      var due = due(event);
      long before = state.counted();
      keep(fold.settle(state, event.at(), due, waiting()));
      more = due.size() == PART || state.counted() - before == PART;
    }
    var known = event.concerns().map(live::get);
    keep(fold.apply(state, event, known, due(event), waiting()));
  }

  private void keep(TrustFold.Step step) {
    state = step.state();
    for (var item : step.remembered()) {
      if (item.phase() == Remembered.Phase.OPEN || item.waitingTurn().isPresent()) {
        live.put(item.proposalId(), item);
      } else {
        live.remove(item.proposalId());
      }
    }
    step.changes().forEach(change -> moves.moved(moment, change.from(), change.to()));
  }

  private List<Remembered> waiting() {
    var first = new ArrayList<Remembered>(PART);
    for (var item : live.values()) {
      if (item.waitingTurn().isPresent() && first.size() < PART) {
        first.add(item);
      }
    }
    return first;
  }

  private List<Remembered> due(TrustEvent event) {
    var now = state.after(event.at());
    return live.values().stream()
        .filter(item -> item.dueBefore(now))
        .sorted(Comparator.comparing((Remembered item) -> item.dueAt().orElseThrow()))
        .limit(PART)
        .toList();
  }
}
