package dev.countersign.trust.laboratory.log;

import dev.countersign.trust.TrustEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Something that happens to a proposal of a scope.
///
/// @param proposal its place in the order of proposing
record Moment(Instant at, Kind kind, int proposal) {

  /// At one instant in this order: who proposes does not know yet what is decided just then, and a
  /// deadline is kept by what comes at its last instant.
  enum Kind {
    SUBMITTED,
    /// Its decision is known, and what came of it.
    HEARD,
    /// Had it run by itself, its outcome would be overdue.
    DUE,
    /// The window closes of what a person decided.
    CLOSED
  }

  /// How long an outcome may take from the execution on, as production has it if nobody says more.
  static final Duration DEADLINE = TrustEvent.Executed.DEFAULT_DEADLINE;

  private static final Comparator<Moment> ORDER =
      Comparator.comparing(Moment::at).thenComparing(Moment::kind);

  /// All of a scope, in their order.
  ///
  /// @param proposals in the order of proposing
  static List<Moment> of(List<LoggedProposal> proposals) {
    var all = new ArrayList<Moment>();
    for (int i = 0; i < proposals.size(); i++) {
      var one = proposals.get(i);
      all.add(new Moment(one.submitted(), Kind.SUBMITTED, i));
      all.add(new Moment(one.decided(), Kind.HEARD, i));
      if (overdue(one)) {
        all.add(new Moment(one.submitted().plus(DEADLINE), Kind.DUE, i));
      }
      // Bad news settles it; good news may still turn.
      var closed = one.fate().harm() ? one.decided() : one.decided().plus(DEADLINE);
      all.add(new Moment(closed, Kind.CLOSED, i));
    }
    // Stable: what happens at once goes by the order of proposing.
    all.sort(ORDER);
    return all;
  }

  /// Whether its outcome would be overdue, had it been carried out when it was submitted.
  static boolean overdue(LoggedProposal one) {
    return one.fate() == Fate.UNOBSERVED || one.decided().isAfter(one.submitted().plus(DEADLINE));
  }
}
