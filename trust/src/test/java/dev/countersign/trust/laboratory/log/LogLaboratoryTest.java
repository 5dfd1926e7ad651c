package dev.countersign.trust.laboratory.log;

import static dev.countersign.trust.laboratory.log.Logs.day;
import static dev.countersign.trust.laboratory.log.Logs.proposal;
import static dev.countersign.trust.laboratory.log.Logs.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.testkit.Property;
import dev.countersign.trust.laboratory.Contenders;
import dev.countersign.trust.laboratory.log.LogResult.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogLaboratoryTest {
  private static final double BUDGET = 0.05;
  private static final double RISK = 0.01;

  @Test
  void aCleanLogIsEarnedAndRunsByItself() {
    var ours = result(play(Logs.daily(400, 0), BUDGET, 1), Direction.FORWARD, Contenders.OURS);
    // 164 clean ones, the last of which closes on day 177; 178 decisions are known by then.
    assertThat(ours.promotedEarning()).isEqualTo(1);
    assertThat(ours.heard()).hasValue(178);
    assertThat(ours.ranEarning()).isEqualTo(new Fates(0, 0, 0, 22));
    assertThat(ours.ranJudging()).isEqualTo(new Fates(0, 0, 0, 200));
    assertThat(ours.workSaved()).isEqualTo(1);
    assertThat(ours.demotions()).isZero();
    assertThat(ours.verdict(BUDGET)).isEqualTo(Verdict.WITHIN);
  }

  @Test
  void harmInTheHalfThatJudgesIsLetThroughUntilTheStreakEnds() {
    var log = Logs.daily(200, 200);
    var ours = result(play(log, BUDGET, 1), Direction.FORWARD, Contenders.OURS);
    assertThat(ours.ranJudging()).isEqualTo(new Fates(4, 0, 0, 0));
    assertThat(ours.ran()).isEqualTo(new Fates(4, 0, 0, 22));
    assertThat(ours.workSaved()).isEqualTo(0.02);
    assertThat(ours.demotions()).isEqualTo(1);
    assertThat(ours.verdict(BUDGET)).isEqualTo(Verdict.OVER);
    var twenty = result(play(log, BUDGET, 1), Direction.FORWARD, "last_20_successes");
    assertThat(twenty.heard()).hasValue(20);
    assertThat(twenty.ran()).isEqualTo(new Fates(1, 0, 0, 180));
  }

  @Test
  void theOtherWayRoundTheSecondHalfIsHeardFirst() {
    var ours = result(play(Logs.daily(200, 200), BUDGET, 1), Direction.BACKWARD, Contenders.OURS);
    // 200 harms are more than 200 clean ones make up for.
    assertThat(ours.promotedEarning() + ours.promotedJudging()).isZero();
    assertThat(ours.verdict(BUDGET)).isEqualTo(Verdict.NOTHING);
    var halves = Halves.of(Logs.daily(3, 3), Direction.BACKWARD);
    assertThat(halves.earning()).allMatch(one -> one.fate() == Fate.REJECTED);
    assertThat(halves.until()).isEqualTo(day(5 + 1.0 / 24));
    assertThat(halves.judging().getFirst().submitted()).isEqualTo(halves.until().plusNanos(1));
    assertThat(halves.judging().get(2).decided())
        .isEqualTo(halves.until().plusNanos(1).plusSeconds(2 * 86_400 + 3_600));
  }

  @Test
  void theOrderOfTheLinesDoesNotMatter() {
    var log = Logs.daily(90, 20);
    var report = play(log, 0.2, 3);
    var shuffled = new ArrayList<>(log);
    Collections.shuffle(shuffled, new Random(7));
    assertThat(CanonicalJson.text(play(shuffled, 0.2, 3).toJson()))
        .isEqualTo(CanonicalJson.text(report.toJson()));
  }

  @Test
  void whatIsDecidedAtOnceIsInOneHalf() {
    Property.holdsFor(
        50,
        random -> {
          var log = Logs.random(random, 1 + random.nextInt(300), 0.1);
          for (var direction : Direction.values()) {
            var halves = Halves.of(log, direction);
            assertThat(halves.earning()).noneMatch(one -> one.decided().isAfter(halves.until()));
            assertThat(halves.judging()).allMatch(one -> one.decided().isAfter(halves.until()));
            assertThat(halves.earning().size() + halves.judging().size()).isEqualTo(log.size());
          }
        });
  }

  /// What is earned on one half does not depend on what became of the other.
  @Test
  void nothingOfTheHalfThatJudgesIsHeardWhileTheOtherOneLasts() {
    Property.holdsFor(
        40,
        random -> {
          var log = Logs.random(random, 200, 0.05);
          for (var direction : Direction.values()) {
            var changed =
                log.stream().map(one -> judges(one, log, direction) ? rejected(one) : one).toList();
            var before = chapter(play(log, 0.2, 2), direction).played().getFirst().results();
            var after = chapter(play(changed, 0.2, 2), direction).played().getFirst().results();
            for (int i = 0; i < before.size(); i++) {
              assertThat(after.get(i).promotedEarning())
                  .as(before.get(i).contender())
                  .isEqualTo(before.get(i).promotedEarning());
              assertThat(after.get(i).ranEarning()).isEqualTo(before.get(i).ranEarning());
            }
          }
        });
  }

  private static boolean judges(LoggedProposal one, List<LoggedProposal> log, Direction direction) {
    var middle = Halves.of(log, Direction.FORWARD).until();
    return one.decided().isAfter(middle) == (direction == Direction.FORWARD);
  }

  private static LoggedProposal rejected(LoggedProposal one) {
    return new LoggedProposal(one.size(), one.submitted(), one.decided(), Fate.REJECTED);
  }

  @Test
  void bandsAreCutByTheHalfThatIsEarnedOn() {
    var log = new ArrayList<LoggedProposal>();
    for (int i = 0; i < 8; i++) {
      log.add(sized(i, i, i + 0.5, Fate.SUCCEEDED));
      log.add(sized(1000 + i, 100 + i, 100 + i + 0.5, Fate.REJECTED));
    }
    var scopes = chapter(play(log, BUDGET, 4), Direction.FORWARD).scopes();
    assertThat(scopes.stream().map(LogReport.Scope::from))
        .containsExactly(Double.NEGATIVE_INFINITY, 2.0, 4.0, 6.0);
    assertThat(scopes.stream().map(LogReport.Scope::to))
        .containsExactly(2.0, 4.0, 6.0, Double.POSITIVE_INFINITY);
    assertThat(scopes.getLast().earning()).isEqualTo(new Fates(0, 0, 0, 2));
    assertThat(scopes.getLast().judging()).isEqualTo(new Fates(8, 0, 0, 0));
  }

  @Test
  void aLogOfOneSizeIsOneScope() {
    var chapter = chapter(play(Logs.daily(40, 0), BUDGET, 4), Direction.FORWARD);
    assertThat(chapter.scopes()).hasSize(1);
    assertThat(chapter.scopes().getFirst().from()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(chapter.played().getFirst().results().getFirst().scopes()).isEqualTo(1);
  }

  @Test
  void aHalfMayBeEmpty() {
    var report = play(List.of(proposal(0, 1, Fate.SUCCEEDED)), BUDGET, 4);
    var forward = chapter(report, Direction.FORWARD).scopes().getFirst();
    assertThat(forward.earning()).isEqualTo(Fates.NONE);
    assertThat(forward.earning().harm()).isEmpty();
    assertThat(forward.judging().all()).isEqualTo(1);
    var backward = chapter(report, Direction.BACKWARD).scopes().getFirst();
    assertThat(backward.earning().all()).isEqualTo(1);
    assertThat(backward.judging()).isEqualTo(Fates.NONE);
    assertThat(result(report, Direction.BACKWARD, Contenders.OURS).workSaved()).isZero();
    // What is known at once is in one half.
    var together =
        Halves.of(Collections.nCopies(4, proposal(0, 1, Fate.FAILED)), Direction.FORWARD);
    assertThat(together.earning()).isEmpty();
    assertThat(together.judging()).hasSize(4);
    assertThat(report.toText()).contains("scopes: 1");
  }

  @Test
  void aBudgetThatProductionDoesNotTakeIsPlayedByTheHeuristicsAlone() {
    var report = play(Logs.daily(40, 0), 0.5, 1);
    var played = chapter(report, Direction.FORWARD).played().getFirst();
    assertThat(played.ours()).isFalse();
    assertThat(played.results()).hasSize(4).noneMatch(one -> one.contender().equals("countersign"));
    assertThat(report.toText()).contains("countersign          takes no such budget");
    assertThat(play(Logs.daily(40, 0), 0.2, 1).toText()).doesNotContain("takes no such budget");
  }

  @Test
  void aVerdictIsOnlyGivenWhereItIsSure() {
    assertThat(judged(new Fates(0, 0, 0, 0)).verdict(BUDGET)).isEqualTo(Verdict.NOTHING);
    assertThat(judged(new Fates(5, 5, 0, 10)).verdict(BUDGET)).isEqualTo(Verdict.OVER);
    assertThat(judged(new Fates(0, 0, 0, 10)).verdict(BUDGET)).isEqualTo(Verdict.UNCLEAR);
    assertThat(judged(new Fates(0, 0, 0, 200)).verdict(BUDGET)).isEqualTo(Verdict.WITHIN);
    // What nobody observed speaks for neither.
    assertThat(judged(new Fates(0, 0, 100, 100)).verdict(BUDGET)).isEqualTo(Verdict.UNCLEAR);
  }

  @Test
  void aPlanChecksItself() {
    var log = Logs.daily(1, 0);
    assertThatThrownBy(() -> new LogPlan(List.of(), List.of(BUDGET), List.of(1), RISK))
        .hasMessage("a log has 1 to 10,000,000 proposals");
    assertThatThrownBy(() -> new LogPlan(log, List.of(1.0), List.of(1), RISK))
        .hasMessage("a plan has budgets, each between 0 and 1");
    assertThatThrownBy(() -> new LogPlan(log, List.of(BUDGET), List.of(0), RISK))
        .hasMessage("a log is split into 1 to 1,000 bands");
    assertThatThrownBy(() -> new LogPlan(log, List.of(BUDGET), List.of(1), Double.NaN))
        .hasMessage("a risk lies between 0 and 1");
  }

  private static LogResult judged(Fates ran) {
    return new LogResult("ours", 1, 0, 0, OptionalLong.empty(), 0, Fates.NONE, ran, ran.all());
  }

  private static LogReport play(List<LoggedProposal> log, double budget, int bands) {
    return new LogLaboratory().play(new LogPlan(log, List.of(budget), List.of(bands), RISK));
  }

  private static LogReport.Chapter chapter(LogReport report, Direction direction) {
    return report.chapters().stream()
        .filter(chapter -> chapter.direction() == direction)
        .findFirst()
        .orElseThrow();
  }

  private static LogResult result(LogReport report, Direction direction, String contender) {
    return chapter(report, direction).played().getFirst().results().stream()
        .filter(result -> result.contender().equals(contender))
        .findFirst()
        .orElseThrow();
  }
}
