package dev.countersign.benchmarks.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.benchmarks.loans.LoanApplication;
import dev.countersign.trust.laboratory.Contenders;
import dev.countersign.trust.laboratory.log.Direction;
import dev.countersign.trust.laboratory.log.Fates;
import dev.countersign.trust.laboratory.log.LogReport;
import dev.countersign.trust.laboratory.log.LogResult;
import dev.countersign.trust.laboratory.log.LogResult.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the real loan log comes to; the folder is named by the environment variable
/// `COUNTERSIGN_SHARED_DATA`. All the numbers are in `benchmarks/results`.
@Tag("vectors")
class TrustLoanLogTest {
  private static final Path FOLDER =
      Path.of(Objects.requireNonNull(System.getenv("COUNTERSIGN_SHARED_DATA")));

  @Test
  void peopleDecidedAboutTwoInThreeAndTheHalvesAreWhatTheyAre() throws IOException {
    var applications = LoanApplication.read(FOLDER);
    assertThat(applications).hasSize(6543);
    var log = TrustLoanLog.proposals(applications);
    assertThat(log).hasSize(4277);
    var report = TrustLoanLog.play(log);
    var forward = report.chapters().getFirst();
    assertThat(forward.direction()).isEqualTo(Direction.FORWARD);
    assertThat(forward.scopes()).hasSize(1);
    var all = forward.scopes().getFirst();
    assertThat(all.earning()).isEqualTo(new Fates(1192, 175, 254, 517));
    assertThat(all.judging()).isEqualTo(new Fates(913, 243, 350, 633));
    // Approved 2,172, of which 604 were cancelled, as the replay counts them.
    assertThat(all.earning().all() - 1192 + all.judging().all() - 913).isEqualTo(2172);
    for (var chapter : report.chapters()) {
      long sum = 0;
      for (var scope : chapter.scopes()) {
        sum += scope.earning().all() + scope.judging().all();
        assertThat(scope.earning().harm().orElseThrow().low()).isGreaterThan(0.20);
        assertThat(scope.judging().harm().orElseThrow().low()).isGreaterThan(0.20);
      }
      assertThat(sum).isEqualTo(4277);
    }
  }

  @Test
  void oursPromotesNothingAtAnyBudgetItTakesAndSomeHeuristicsDo() throws IOException {
    var report = report();
    int played = 0;
    for (var chapter : report.chapters()) {
      for (var budget : chapter.played()) {
        assertThat(budget.ours()).isEqualTo(budget.budget() <= 0.20);
        for (var result : budget.results()) {
          if (result.contender().equals(Contenders.OURS)) {
            played++;
            assertThat(result.promotedEarning() + result.promotedJudging()).isZero();
            assertThat(result.ran()).isEqualTo(new Fates(0, 0, 0, 0));
          }
          // Nobody is right to let this log run.
          assertThat(result.verdict(budget.budget())).isNotEqualTo(Verdict.WITHIN);
        }
      }
    }
    assertThat(played).isEqualTo(2 * 3 * 3);
  }

  @Test
  void aMovingAverageLetsNearlyAllRunWhereHalfMayBeHarm() throws IOException {
    var average = result(report().chapters().getFirst(), 0.50, "moving_average");
    assertThat(average.promotedEarning()).isEqualTo(1);
    assertThat(average.heard()).hasValue(668);
    assertThat(average.ranJudging()).isEqualTo(new Fates(913, 238, 344, 614));
    assertThat(average.verdict(0.50)).isEqualTo(Verdict.OVER);
  }

  /// Who is rejected is rejected soon, so what is decided last is what was approved: whoever counts
  /// news as it comes is flattered by the end of a log.
  @Test
  void theEndOfTheLogFlattersWhoCountsNewsAsItComes() throws IOException {
    var log = TrustLoanLog.proposals(LoanApplication.read(FOLDER));
    assertThat(TrustLoanLog.harm(log, 0, 1).value()).isBetween(0.97, 0.99);
    assertThat(TrustLoanLog.harm(log, 7, 3650).value()).isBetween(0.19, 0.23);
    var backward = report().chapters().get(3);
    assertThat(backward.direction()).isEqualTo(Direction.BACKWARD);
    var average = result(backward, 0.20, "moving_average");
    assertThat(average.promotedEarning()).isEqualTo(1);
    assertThat(average.ranJudging()).isEqualTo(new Fates(29, 9, 6, 17));
    assertThat(average.demotions()).isEqualTo(1);
    assertThat(average.verdict(0.20)).isEqualTo(Verdict.OVER);
  }

  private static LogReport report() throws IOException {
    return TrustLoanLog.play(TrustLoanLog.proposals(LoanApplication.read(FOLDER)));
  }

  private static LogResult result(LogReport.Chapter chapter, double budget, String contender) {
    return chapter.played().stream()
        .filter(played -> played.budget() == budget)
        .flatMap(played -> played.results().stream())
        .filter(result -> result.contender().equals(contender))
        .findFirst()
        .orElseThrow();
  }
}
