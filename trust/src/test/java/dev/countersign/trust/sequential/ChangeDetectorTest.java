package dev.countersign.trust.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.countersign.testkit.Property;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeDetectorTest {

  @ParameterizedTest
  @CsvSource({
    "0.01, 0.05, 1, 92",
    "0.01, 0.20, 1, 14",
    "0.05, 0.10, 7, 172",
    "0.05, 0.20, 7, 37",
    "0.02, 0.04, 1, 342",
    "0.02, 0.06, 1, 135",
    "0.10, 0.30, 1, 35"
  })
  void theCusumThatKnowsBothRatesNeedsSoMany(double before, double after, int parts, long median) {
    assertThat(Cusum.of(before, after, parts, 10_000).medianDelay(after)).isEqualTo(median);
  }

  /// With the streak rule beside it, as in production, and at the same budget of false alarms.
  @ParameterizedTest
  @CsvSource({
    "0.01, 0.05, 92",
    "0.01, 0.20, 14",
    "0.05, 0.10, 172",
    "0.05, 0.20, 36",
    "0.02, 0.04, 342",
    "0.02, 0.06, 135",
    "0.10, 0.30, 35"
  })
  void aChangeIsNoticedWithinAQuarterMoreThanTheCusumThatKnowsBothRates(
      double before, double after, long cusum) {
    assertThat((double) medianDelay(ChangeDetector.of(before), after))
        .isBetween(0.8 * cusum, 1.25 * cusum);
  }

  /// A told limit: between the default budgets there are some at which the streak rule takes up to
  /// half of the false alarms, and so the detector has less of them to spend.
  @ParameterizedTest
  @CsvSource({"0.005, 0.01, 1", "0.007, 0.014, 1", "0.0368, 0.0736, 3"})
  void whereTheStreakTakesMuchOfTheFalseAlarmsItIsUpToHalfMore(
      double before, double after, int parts) {
    long cusum = Cusum.of(before, after, parts, 10_000).medianDelay(after);
    assertThat((double) medianDelay(ChangeDetector.of(before), after))
        .isBetween(1.25 * cusum, 1.55 * cusum);
  }

  private static long medianDelay(ChangeDetector detector, double rate) {
    int streak = HarmStreak.longest(detector.budget());
    return DetectionDelay.measured(detector, rate, streak, 20_001, 3).median();
  }

  /// The budgets at which the streak rule spends least and most of the false alarms.
  @ParameterizedTest
  @CsvSource({"0.01", "0.05", "0.0845", "0.20"})
  void allRulesTogetherAlarmFalselyOnceInTenThousand(double budget) {
    double line = ChangeDetector.of(budget).line();
    var together =
        MeanRun.measured(budget, budget, HarmStreak.longest(budget), line * 1.02, 1500, 17)
            .at(line / 1.01);
    // The truth lies over 10,000 (`trust-detector-lines`); here three standard errors are allowed.
    assertThat(together.mean() + 3 * together.error()).isGreaterThan(10_000);
    assertThat(together.mean()).isLessThan(12_500);
  }

  @Test
  void theMeanRunIsFoundForAllLinesAtOnce() {
    var detector = ChangeDetector.withLine(0.05, 900);
    var measured = MeanRun.measured(0.05, 0.10, 0, 1000, 400, 23).at(900);
    var random = new SplittableRandom(29);
    double sum = 0;
    for (int run = 0; run < 400; run++) {
      var suspicion = detector.start();
      while (!detector.alarm(suspicion)) {
        suspicion = detector.next(suspicion, random.nextDouble() < 0.10);
        sum++;
      }
    }
    assertThat(sum / 400).isBetween(measured.mean() * 0.9, measured.mean() * 1.1);
  }

  @Test
  void atOrUnderTheBudgetTheLevelGrowsByAtMostOneInTheMean() {
    Property.holdsFor(
        500,
        random -> {
          var detector = ChangeDetector.of(budget(random));
          var suspicion = someHistory(detector, random);
          double p = detector.budget() * random.nextDouble();
          double after =
              p * detector.next(suspicion, true).level()
                  + (1 - p) * detector.next(suspicion, false).level();
          assertThat(after).isLessThanOrEqualTo((suspicion.level() + 1) * (1 + 1e-12));
        });
  }

  @Test
  void manyCleanOutcomesAtOnceAreManyOneByOne() {
    Property.holdsFor(
        200,
        random -> {
          var detector = ChangeDetector.of(budget(random));
          var suspicion = someHistory(detector, random);
          int clean = random.nextInt(500);
          var atOnce = detector.afterClean(suspicion, clean);
          for (int i = 0; i < clean; i++) {
            suspicion = detector.next(suspicion, false);
          }
          for (int i = 0; i < ChangeDetector.RATES; i++) {
            assertThat(atOnce.at(i)).isCloseTo(suspicion.at(i), withinPercentage(1e-7));
          }
        });
  }

  @Test
  void noHistoryLeavesItUnderItsStart() {
    Property.holdsFor(
        300,
        random -> {
          var detector = ChangeDetector.of(budget(random));
          var suspicion = someHistory(detector, random);
          for (int i = 0; i < ChangeDetector.RATES; i++) {
            assertThat(suspicion.at(i)).isGreaterThan(detector.start().at(i) * (1 - 1e-9));
          }
          assertThat(detector.next(suspicion, true).level())
              .isGreaterThan(detector.next(suspicion, false).level());
        });
  }

  @Test
  void theProvedLineIsTheLaterOneAtEveryBudget() {
    Property.holdsFor(
        300,
        random -> {
          var detector = ChangeDetector.of(budget(random));
          assertThat(detector.provedLine()).isGreaterThan(detector.line());
          assertThat(detector.withProvedLine().line()).isEqualTo(detector.provedLine());
          assertThat(detector.alarm(detector.start())).isFalse();
        });
  }

  /// The proof of [DetectorLines#proved], followed step by step on any history: the weighted mean
  /// of the streak's statistic and the detector's grows by at most one in the mean, stands at its
  /// line or over it at each alarm of either rule, and began 10,000 under that line.
  @Test
  void theProvedLineHoldsForBothRulesTogether() {
    Property.holdsFor(
        300,
        random -> {
          var detector = ChangeDetector.of(budget(random)).withProvedLine();
          double e = detector.budget();
          int longest = HarmStreak.longest(e);
          double start = detector.start().level();
          double weight = (10_000 + start) / (HarmStreak.meanRun(e, longest) + start);
          double line = 10_000 + (1 - weight) * start;
          assertThat(detector.line() * (1 - weight)).isCloseTo(line, withinPercentage(1e-9));
          double rate = e * random.nextDouble();
          double rises = e + (1 - e) * random.nextDouble();
          var suspicion = detector.start();
          double streak = 0;
          int inRow = 0;
          while (inRow < longest && !detector.alarm(suspicion)) {
            double before = weight * streak + (1 - weight) * suspicion.level();
            double harmful =
                weight * (1 + streak) / e + (1 - weight) * detector.next(suspicion, true).level();
            double clean = (1 - weight) * detector.next(suspicion, false).level();
            assertThat(rate * harmful + (1 - rate) * clean)
                .isLessThanOrEqualTo((before + 1) * (1 + 1e-12));
            boolean harm = random.nextDouble() < rises;
            suspicion = detector.next(suspicion, harm);
            streak = harm ? (1 + streak) / e : 0;
            inRow = harm ? inRow + 1 : 0;
          }
          assertThat(weight * streak + (1 - weight) * suspicion.level())
              .isGreaterThanOrEqualTo(line * (1 - 1e-9));
        });
  }

  @Test
  void theProvedLineCostsAboutHalfMoreThanTheCusumThatKnowsBothRates() {
    var detector = ChangeDetector.of(0.01).withProvedLine();
    assertThat((double) medianDelay(detector, 0.05)).isBetween(1.3 * 92, 1.6 * 92);
  }

  @Test
  void aSuspicionIsReadAsItWasWritten() {
    var detector = ChangeDetector.of(0.03);
    var some = detector.next(detector.next(detector.start(), true), false);
    assertThat(Suspicion.of(some.values())).isEqualTo(some).hasSameHashCodeAs(some);
    assertThat(some).isNotEqualTo(detector.start());
    assertThatThrownBy(() -> Suspicion.of(List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Suspicion.of(List.of(1.0, 1.0, 1.0, 1.0, -1.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double budget(RandomGenerator random) {
    return Budgets.SMALLEST + (Budgets.LARGEST - Budgets.SMALLEST) * random.nextDouble();
  }

  private static Suspicion someHistory(ChangeDetector detector, RandomGenerator random) {
    var suspicion = detector.start();
    int steps = random.nextInt(200);
    for (int i = 0; i < steps; i++) {
      suspicion = detector.next(suspicion, random.nextDouble() < 0.1);
    }
    return suspicion;
  }
}
