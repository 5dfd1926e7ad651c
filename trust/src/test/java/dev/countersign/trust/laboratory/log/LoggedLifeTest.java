package dev.countersign.trust.laboratory.log;

import static dev.countersign.trust.laboratory.log.Fate.FAILED;
import static dev.countersign.trust.laboratory.log.Fate.REJECTED;
import static dev.countersign.trust.laboratory.log.Fate.SUCCEEDED;
import static dev.countersign.trust.laboratory.log.Fate.UNOBSERVED;
import static dev.countersign.trust.laboratory.log.Logs.day;
import static dev.countersign.trust.laboratory.log.Logs.proposal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.testkit.Property;
import dev.countersign.trust.laboratory.Contender;
import dev.countersign.trust.laboratory.Contenders;
import dev.countersign.trust.laboratory.log.LoggedLife.Lived;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggedLifeTest {
  private final Heard heard = new Heard("reviewed clean", "ran harm");

  @Test
  void aProposalIsMadeUnderTheStageOfItsSubmissionAndNewsComesWhenItWasDecided() {
    var lived =
        play(
            heard,
            proposal(0, 1.5, SUCCEEDED),
            proposal(1, 9, REJECTED),
            proposal(2, 3, SUCCEEDED),
            proposal(4, 5, REJECTED),
            proposal(6, 7, FAILED));
    assertThat(lived.byItself()).containsExactly(false, false, true, true, false);
    assertThat(lived.promotedAt()).contains(day(1.5));
    assertThat(lived.heard()).hasValue(1);
    assertThat(lived.demotions()).isEqualTo(1);
    assertThat(heard.news)
        .startsWith("reviewed clean", "ran clean", "ran harm", "reviewed harm", "reviewed harm");
  }

  @Test
  void whatIsDecidedAtTheVeryMomentOfASubmissionIsNotKnownToIt() {
    var lived = play(heard, proposal(0, 1, SUCCEEDED), proposal(1, 2, SUCCEEDED));
    assertThat(lived.byItself()).containsExactly(false, false);
    var later = play(heard, proposal(0, 1, SUCCEEDED), proposal(1.001, 2, SUCCEEDED));
    assertThat(later.byItself()).containsExactly(false, true);
  }

  @Test
  void whatNobodyObservedIsAnApprovalFirstAndAHarmWhenItsWindowCloses() {
    var never = new Heard("never", "never");
    play(never, proposal(0, 1, UNOBSERVED), proposal(2, 14.5, REJECTED), proposal(3, 16, FAILED));
    assertThat(never.news)
        .containsExactly(
            "reviewed clean",
            "reviewed harm",
            "closed harm", // the first one, fourteen days after its decision
            "closed harm", // the second, which waited for it
            "reviewed harm",
            "closed harm");
  }

  @Test
  void whatRanByItselfIsOverdueAfterFourteenDaysAndWhatComesThenIsLate() {
    play(
        heard,
        proposal(0, 1, SUCCEEDED),
        proposal(2, 3, UNOBSERVED),
        proposal(2.1, 16.2, SUCCEEDED),
        proposal(2.2, 16.2, SUCCEEDED),
        proposal(2.3, 30, REJECTED));
    assertThat(heard.news)
        .containsExactly(
            "reviewed clean",
            "overdue harm", // never observed, on day 16
            "overdue harm", // the next one, on day 16.1
            "late clean",
            "ran clean", // at its deadline is in time
            "overdue harm",
            "late harm");
  }

  @Test
  void turnsAreCountedInTheOrderOfProposingWhenTheirWindowsHaveClosed() {
    var never = new Heard("never", "never");
    play(never, proposal(0, 40, SUCCEEDED), proposal(1, 2, SUCCEEDED), proposal(3, 4, REJECTED));
    assertThat(never.news)
        .containsExactly(
            "reviewed clean",
            "reviewed harm",
            "reviewed clean", // on day 40; all wait for its window
            "closed clean",
            "closed clean",
            "closed harm");
  }

  @Test
  void whatWasProposedBeforeTheStageWasEnteredIsNoEvidenceForTheNextStep() {
    var quick = new Heard("reviewed clean", "ran harm");
    play(
        quick,
        proposal(0, 1, SUCCEEDED), // promotes
        proposal(0.5, 5, REJECTED), // proposed under the stage before
        proposal(2, 3, REJECTED), // runs, and lowers
        proposal(4, 6, REJECTED)); // after that
    assertThat(quick.news)
        .containsExactly(
            "reviewed clean", "ran harm", "reviewed harm", "reviewed harm", "closed harm");
  }

  /// Whatever is decided, or comes of it, later: what ran by itself before does not change.
  @Test
  void nobodyLooksAhead() {
    Property.holdsFor(
        200,
        random -> {
          var log = Logs.random(random, 150, 0.1);
          var until = day(random.nextInt(50));
          var changed =
              log.stream()
                  .map(one ->
                      one.decided().isBefore(until)
                          ? one
                          : new LoggedProposal(
                              one.size(), one.submitted(), one.decided(), Logs.any(random)))
                  .toList();
          var now = new ArrayList<>(Contenders.of(0.2, 0.99));
          now.add(heard);
          for (var contender : now) {
            var before = byItself(play(contender, log), log, until);
            var after = byItself(play(contender, changed), log, until);
            assertThat(after).as(contender.word()).isEqualTo(before);
          }
        });
  }

  private static List<Boolean> byItself(Lived lived, List<LoggedProposal> log, Instant until) {
    var sorted = inOrder(log);
    var flags = new ArrayList<Boolean>();
    for (int i = 0; i < sorted.size(); i++) {
      if (!sorted.get(i).submitted().isAfter(until)) {
        flags.add(lived.byItself().get(i));
      }
    }
    return flags;
  }

  @Test
  void aLineOfALogChecksItself() {
    assertThatThrownBy(() -> proposal(2, 1, SUCCEEDED))
        .hasMessage("nothing is decided before it is submitted");
    assertThatThrownBy(() -> Logs.sized(Double.NaN, 1, 2, SUCCEEDED))
        .hasMessage("a size is a number, not `NaN`");
  }

  private static Lived play(Contender contender, LoggedProposal... proposals) {
    return play(contender, List.of(proposals));
  }

  private static Lived play(Contender contender, List<LoggedProposal> log) {
    var proposals = inOrder(log);
    return LoggedLife.play(proposals, Moment.of(proposals), contender, 1);
  }

  private static List<LoggedProposal> inOrder(List<LoggedProposal> log) {
    return log.stream().sorted(Comparator.comparing(LoggedProposal::submitted)).toList();
  }
}
