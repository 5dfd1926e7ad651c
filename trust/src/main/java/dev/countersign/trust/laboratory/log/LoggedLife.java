package dev.countersign.trust.laboratory.log;

import dev.countersign.trust.laboratory.Contender;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One scope's proposals on their way through one contender, moment by moment. For one play, one
/// thread.
///
/// - What ran by itself is told of when the log's person decided; after [Moment#DEADLINE] from its
///   submission it is overdue before that, and what nobody ever observed is told of in no other
///   way.
/// - Turns are counted as production does: in the order of proposing, when the window has closed
///   and all before it were counted. What was proposed before the stage was entered counts for
///   nothing, nor does what ran by itself.
/// - A proposal of the log waits for its decision however long it takes; it does not expire.
final class LoggedLife {
  private final List<LoggedProposal> proposals;
  private final Contender contender;
  private final Boolean[] byItself;
  private final boolean[] closed;

  private boolean automatic;
  private int submitted;
  private int entered;
  private int turn;
  private long heard;
  private Instant now = Instant.MIN;
  private Optional<Instant> promotedAt = Optional.empty();
  private OptionalLong heardAtPromotion = OptionalLong.empty();
  private long demotions;

  private LoggedLife(List<LoggedProposal> proposals, Contender contender) {
    this.proposals = proposals;
    this.contender = contender;
    this.byItself = new Boolean[proposals.size()];
    this.closed = new boolean[proposals.size()];
    this.automatic = contender.automatic();
  }

  /// What a contender did with a scope.
  ///
  /// @param byItself for each proposal whether no person decided about it
  /// @param promotedAt when it was first promoted
  /// @param heard decisions that were known by then
  record Lived(
      List<Boolean> byItself, Optional<Instant> promotedAt, OptionalLong heard, long demotions) {}

  /// Plays a scope.
  ///
  /// @param ordinal which scope of its action type this is, from 1
  static Lived play(
      List<LoggedProposal> proposals, List<Moment> moments, Contender contender, int ordinal) {
    contender.enter(ordinal);
    var life = new LoggedLife(proposals, contender);
    moments.forEach(life::happen);
    return new Lived(
        Arrays.asList(life.byItself), life.promotedAt, life.heardAtPromotion, life.demotions);
  }

  private void happen(Moment moment) {
    now = moment.at();
    int i = moment.proposal();
    switch (moment.kind()) {
      case SUBMITTED -> {
        byItself[i] = automatic;
        submitted++;
      }
      case HEARD -> hear(i);
      case DUE -> {
        if (byItself[i]) {
          contender.ran(true, true);
        }
      }
      case CLOSED -> closed[i] = true;
    }
    move();
    count();
  }

  private void hear(int i) {
    var proposal = proposals.get(i);
    boolean harm = proposal.fate().harm();
    heard++;
    if (!byItself[i]) {
      contender.reviewed(harm);
    } else if (proposal.fate() == Fate.UNOBSERVED) {
      // Nobody decided, and nobody learned what came of it: nothing is heard.
      return;
    } else if (Moment.overdue(proposal)) {
      contender.late(harm);
    } else {
      contender.ran(harm, false);
    }
  }

  private void count() {
    while (turn < submitted && (byItself[turn] || closed[turn])) {
      int i = turn;
      turn++;
      if (!byItself[i] && i >= entered && !automatic) {
        contender.closed(proposals.get(i).fate().wrong());
        move();
      }
    }
  }

  /// Whether the last news moved the stage; if so, evidence begins anew.
  private void move() {
    if (contender.automatic() == automatic) {
      return;
    }
    automatic = contender.automatic();
    entered = submitted;
    if (!automatic) {
      demotions++;
    } else if (promotedAt.isEmpty()) {
      promotedAt = Optional.of(now);
      heardAtPromotion = OptionalLong.of(heard);
    }
  }
}
