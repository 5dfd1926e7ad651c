package dev.countersign.trust.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.testkit.Property;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromotionTestTest {

  @Test
  void whereHarmIsAtLeastAsLikelyAsTheBudgetTheWealthDoesNotGrowInTheMean() {
    Property.holdsFor(
        2000,
        random -> {
          var test = some(random);
          double p = test.budget() + (1 - test.budget()) * random.nextDouble();
          double after = p * test.plus(true).wealth() + (1 - p) * test.plus(false).wealth();
          assertThat(after).isLessThanOrEqualTo(test.wealth() * (1 + 1e-9));
        });
  }

  @Test
  void alsoWhereOnlySomeAreDrawnWithAProbabilityThatChanges() {
    Property.holdsFor(
        2000,
        random -> {
          var test = some(random);
          double p = test.budget() + (1 - test.budget()) * random.nextDouble();
          double pi = 0.001 + 0.999 * random.nextDouble();
          double after =
              pi * p * test.plus(true, true, pi).wealth()
                  + pi * (1 - p) * test.plus(true, false, pi).wealth()
                  + (1 - pi) * test.plus(false, false, pi).wealth();
          assertThat(after).isLessThanOrEqualTo(test.wealth() * (1 + 1e-9));
        });
  }

  @Test
  void aDrawThatIsCertainCountsLikeAnyOther() {
    var drawn = PromotionTest.start(0.05);
    var plain = drawn;
    for (boolean harm : new boolean[] {false, false, true, false}) {
      drawn = drawn.plus(true, harm, 1);
      plain = plain.plus(harm);
    }
    assertThat(drawn.logWealth()).isCloseTo(plain.logWealth(), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0.05, 107, 118", "0.01, 546, 599"})
  void aFlawlessScopeReachesTheLineOfAHundredBeforeTheSpecAsks(
      double budget, long clean, long spec) {
    assertThat(PromotionTest.start(budget).cleanMissing(100))
        .isEqualTo(clean)
        .isLessThanOrEqualTo(spec);
  }

  @Test
  void whatIsMissingIsExactlyWhatIsMissing() {
    Property.holdsFor(
        300,
        random -> {
          var test = some(random);
          double line = 1 + StrictMath.exp(20 * random.nextDouble());
          long missing = test.cleanMissing(line);
          assertThat(ahead(test, missing).reaches(line)).isTrue();
          assertThat(missing == 0 || !ahead(test, missing - 1).reaches(line)).isTrue();
        });
  }

  private static PromotionTest ahead(PromotionTest test, long clean) {
    return new PromotionTest(test.budget(), test.clean() + clean, test.harms(), test.weighted());
  }

  /// Exactly, at the rate that is hardest to tell from allowed ones, and with looking at each step.
  @ParameterizedTest
  @CsvSource({"0.10, 100", "0.05, 100", "0.01, 100", "0.05, 20", "0.20, 800"})
  void aScopeAtItsBudgetReachesTheLineMoreRarelyThanOneInTheLine(double budget, double line) {
    double ever = StoppingLaw.ofPromotion(budget, line, budget, 20_000).stopped();
    assertThat(ever).isBetween(0.2 / line, 1 / line);
  }

  /// Exactly, against the test that knows the rate, by median and by mean.
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7})
  void theEvidenceIsAtMostHalfMoreThanTheBestTestNeeds(double share) {
    for (double budget : new double[] {0.05, 0.01}) {
      for (double line : new double[] {100, 800, 1600}) {
        double rate = share * budget;
        long horizon = (long) (60_000 / (budget * 100));
        var ours = StoppingLaw.ofPromotion(budget, line, rate, horizon);
        var best = StoppingLaw.ofBest(budget, line, rate, horizon);
        assertThat((double) ours.median() / best.median()).isBetween(1.0, 1.5);
        assertThat(ours.mean() / best.mean()).isBetween(1.0, 1.3);
      }
    }
  }

  /// Exactly, at the lines of 100 and of a first attempt.
  @ParameterizedTest
  @ValueSource(doubles = {0.75, 0.77, 0.8, 0.83, 0.85})
  void nearerToTheBudgetTheMedianIsStillAtMostHalfMore(double share) {
    for (double line : new double[] {100, 1600}) {
      long ours = StoppingLaw.ofPromotion(0.05, line, share * 0.05, 20_000).median();
      long best = StoppingLaw.ofBest(0.05, line, share * 0.05, 20_000).median();
      assertThat((double) ours / best).isBetween(1.0, 1.5);
    }
  }

  /// At a large line, evidence is the line's logarithm over the growth of the logarithm of wealth
  /// per proposal; the best test grows by the Kullback-Leibler divergence of the rate from the
  /// budget.
  @ParameterizedTest
  @ValueSource(doubles = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2})
  void theHighestBetSaysHowNearToTheBudgetARateMayBe(double budget) {
    for (int percent = 0; percent <= 85; percent++) {
      assertThat(bestGrowth(budget, percent) / growth(budget, percent)).isBetween(0.999, 1.5);
    }
    assertThat(bestGrowth(budget, 87) / growth(budget, 87)).isBetween(1.45, 1.55);
    assertThat(bestGrowth(budget, 88) / growth(budget, 88)).isGreaterThan(1.9);
    for (int percent = 90; percent <= 99; percent++) {
      assertThat(growth(budget, percent)).as("it loses in the long run").isNegative();
    }
  }

  private static double growth(double budget, int percent) {
    long proposals = 1L << 40;
    long harms = (long) (percent * budget / 100 * proposals);
    return new PromotionTest(budget, proposals - harms, harms, List.of()).logWealth() / proposals;
  }

  private static double bestGrowth(double budget, int percent) {
    double rate = percent * budget / 100;
    double clean = (1 - rate) * Math.log((1 - rate) / (1 - budget));
    return clean + (percent == 0 ? 0 : rate * Math.log(rate / budget));
  }

  /// The table of the guide, at a budget of 5% and the line of a first attempt.
  @ParameterizedTest
  @CsvSource({"0.035, 3234, 2492", "0.0425, 13982, 10494"})
  void nearTheBudgetTheGuideTellsTheseMedians(double rate, long ours, long best) {
    assertThat(StoppingLaw.ofPromotion(0.05, 1600, rate, 20_000).median()).isEqualTo(ours);
    assertThat(StoppingLaw.ofBest(0.05, 1600, rate, 20_000).median()).isEqualTo(best);
  }

  @Test
  void atNineTenthsOfTheBudgetMostAreNeverPromoted() {
    var ours = StoppingLaw.ofPromotion(0.05, 1600, 0.045, 60_000);
    assertThat(ours.stopped()).isBetween(0.36, 0.37);
    assertThat(StoppingLaw.ofBest(0.05, 1600, 0.045, 60_000).median()).isEqualTo(24_015);
  }

  @Test
  void aHarmOnlyLowersAndTheOrderDoesNotMatter() {
    Property.holdsFor(
        500,
        random -> {
          var test = some(random);
          assertThat(test.plus(true).logWealth()).isLessThan(test.logWealth());
          assertThat(test.plus(true, true, 0.3).logWealth()).isLessThan(test.logWealth());
          assertThat(test.plus(false).corrected().plus(false))
              .isEqualTo(test.plus(false).plus(true));
          assertThat(test.corrected().logWealth()).isLessThan(test.logWealth());
          assertThat(test.plus(true).plus(false)).isEqualTo(test.plus(false).plus(true));
        });
  }

  @Test
  void theRiskOfAllStepsAttemptsAndScopesTogetherStaysUnderTheTenants() {
    double risk = 0.01;
    double sum = 0;
    for (int scope = 1; scope <= 300; scope++) {
      for (int attempt = 1; attempt <= 300; attempt++) {
        sum += 4 / RiskLine.of(risk, attempt, scope);
      }
    }
    assertThat(sum).isBetween(0.99 * risk, risk);
    assertThat(RiskLine.of(risk, 1, 1)).isEqualTo(1600.0);
    assertThat(RiskLine.of(risk, 2, 1)).isEqualTo(4800.0);
    assertThatThrownBy(() -> RiskLine.of(risk, 0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> PromotionTest.start(0.21)).hasMessageContaining("`0.21`");
    assertThatThrownBy(() -> PromotionTest.start(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PromotionTest.start(0.1).plus(false, true, 0.5))
        .hasMessageContaining("only what is drawn is seen");
    assertThatThrownBy(() -> new PromotionTest(0.1, 0, 0, List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static PromotionTest some(RandomGenerator random) {
    var test = PromotionTest.start(0.005 + 0.195 * random.nextDouble());
    int steps = random.nextInt(30);
    for (int i = 0; i < steps; i++) {
      if (random.nextInt(3) == 0) {
        test = test.plus(true, random.nextBoolean(), 0.05 + 0.95 * random.nextDouble());
      } else {
        test = test.plus(random.nextInt(5) == 0);
      }
    }
    return test;
  }
}
