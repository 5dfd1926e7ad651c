package dev.countersign.trust.laboratory.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.StepFigures;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustFold;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.laboratory.Contender;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The player of logs beside production itself: [TrustFold] hears the same log as events.
class FoldedLogTest {
  private static final Duration FOREVER = Duration.ofDays(4000);
  private static final Duration MOMENT = Duration.ofNanos(1000);

  /// Signed promotions: nobody signs, so all is counted for the first step.
  private final TrustFold fold = new TrustFold(Setting.STRICTEST);

  private final Map<UUID, Remembered> live = new LinkedHashMap<>();
  private TrustState state = TrustState.start(Logs.BEGIN);

  @Test
  void turnsAreCountedWhenProductionCountsThem() {
    Property.holdsFor(
        30,
        random -> {
          var proposals =
              Logs.random(random, 120, 0.6).stream()
                  .sorted(Comparator.comparing(LoggedProposal::submitted))
                  .toList();
          var moments = Moment.of(proposals);
          var turns = new Turns(1 + random.nextInt(120));
          var lived = LoggedLife.play(proposals, moments, turns, 1);
          var folded = counted(proposals, moments, turns.until);
          assertThat(lived.promotedAt()).contains(folded);
          var figures = StepFigures.of(state, Setting.STRICTEST).orElseThrow();
          // The fold counts all that close at once, the player stops at the one that promotes.
          if (figures.counted() == turns.until) {
            assertThat(turns.harms).isEqualTo(figures.harms());
          } else {
            assertThat(figures.counted()).isGreaterThan(turns.until);
          }
        });
  }

  /// When the fold has counted so many.
  private Instant counted(List<LoggedProposal> proposals, List<Moment> moments, int turns) {
    live.clear();
    state = TrustState.start(Logs.BEGIN);
    for (int i = 0; i < moments.size(); i++) {
      var moment = moments.get(i);
      tell(moment, proposals.get(moment.proposal()));
      if (i + 1 < moments.size() && moments.get(i + 1).at().equals(moment.at())) {
        continue;
      }
      // What closes at a moment is counted right after it.
      var after = moment.at().plus(MOMENT);
      keep(fold.settle(state, after, due(after), waiting()));
      if (StepFigures.of(state, Setting.STRICTEST).orElseThrow().counted() >= turns) {
        return moment.at();
      }
    }
    throw new AssertionError("the fold never counts so many");
  }

  private void tell(Moment moment, LoggedProposal proposal) {
    var id = new UUID(0x7000L, Long.MIN_VALUE | moment.proposal());
    var at = moment.at();
    switch (moment.kind()) {
      case SUBMITTED -> hear(new TrustEvent.Proposed(id, at, FOREVER, Optional.empty()));
      case HEARD -> {
        boolean approved = proposal.fate() != Fate.REJECTED;
        hear(new TrustEvent.Decided(id, approved, at, true));
        if (approved) {
          hear(new TrustEvent.Executed(id, at, false));
          outcome(id, at, proposal.fate());
        }
      }
      case DUE, CLOSED -> {}
    }
  }

  private void outcome(UUID id, Instant at, Fate fate) {
    if (fate != Fate.UNOBSERVED) {
      boolean success = fate == Fate.SUCCEEDED;
      hear(
          new TrustEvent.OutcomeObserved(
              id,
              success,
              success ? Severity.NONE : Severity.MINOR,
              Optional.empty(),
              Optional.empty(),
              at,
              Optional.empty()));
    }
  }

  private void hear(TrustEvent event) {
    var known = event.concerns().map(live::get);
    keep(fold.apply(state, event, known, due(event.at()), waiting()));
  }

  private void keep(TrustFold.Step step) {
    state = step.state();
    step.remembered().forEach(item -> live.put(item.proposalId(), item));
  }

  private List<Remembered> due(Instant at) {
    var now = state.after(at);
    return live.values().stream().filter(item -> item.dueBefore(now)).toList();
  }

  private List<Remembered> waiting() {
    return new ArrayList<>(
        live.values().stream().filter(item -> item.waitingTurn().isPresent()).toList());
  }

  /// Promotes when so many turns were counted.
  private static final class Turns implements Contender {
    final int until;
    int counted;
    int harms;

    Turns(int until) {
      this.until = until;
    }

    @Override
    public String word() {
      return "turns";
    }

    @Override
    public void enter(int scope) {
      counted = 0;
      harms = 0;
    }

    @Override
    public boolean automatic() {
      return counted >= until;
    }

    @Override
    public void closed(boolean harm) {
      counted++;
      harms += harm ? 1 : 0;
    }

    @Override
    public void reviewed(boolean harm) {}

    @Override
    public void ran(boolean harm, boolean overdue) {}

    @Override
    public void late(boolean harm) {}
  }
}
