package dev.countersign.trust.laboratory.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A log in two halves, by when people decided: what was decided first, and the rest.
///
/// Forward the times are those of the log. What was decided in the second half may have been
/// submitted in the first; then it was proposed under the stage of that time. Backward the first
/// half is moved behind the second, with all times between its own kept.
///
/// @param earning on which contenders earn
/// @param judging by which they are judged; nothing of it is decided up to `until`
/// @param until when the last of `earning` was decided; the beginning of time if there is none
record Halves(List<LoggedProposal> earning, List<LoggedProposal> judging, Instant until) {

  private static final Comparator<LoggedProposal> BY_DECISION =
      Comparator.comparing(LoggedProposal::decided).thenComparing(LoggedProposal::submitted);

  static Halves of(List<LoggedProposal> log, Direction direction) {
    var sorted = log.stream().sorted(BY_DECISION).toList();
    int cut = cut(sorted);
    var first = sorted.subList(0, cut);
    var second = sorted.subList(cut, sorted.size());
    return switch (direction) {
      case FORWARD -> new Halves(first, second, last(first));
      case BACKWARD -> new Halves(second, behind(first, last(second)), last(second));
    };
  }

  /// Half of them, and fewer where the next ones were decided at the same time: what is known at
  /// once is in one half.
  private static int cut(List<LoggedProposal> sorted) {
    int cut = sorted.size() / 2;
    while (cut > 0 && sorted.get(cut - 1).decided().equals(sorted.get(cut).decided())) {
      cut--;
    }
    return cut;
  }

  private static Instant last(List<LoggedProposal> half) {
    return half.isEmpty() ? Instant.MIN : half.getLast().decided();
  }

  private static List<LoggedProposal> behind(List<LoggedProposal> half, Instant end) {
    if (half.isEmpty()) {
      return half;
    }
    var begin = half.stream().map(LoggedProposal::submitted).min(Instant::compareTo).orElseThrow();
    // Just behind it: what was decided last is known to the first one that is submitted.
    var by = Duration.between(begin, end).plusNanos(1);
    var moved = new ArrayList<LoggedProposal>();
    for (var one : half) {
      moved.add(
          new LoggedProposal(
              one.size(), one.submitted().plus(by), one.decided().plus(by), one.fate()));
    }
    return moved;
  }
}
