package dev.countersign.trust.predict.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.testkit.Property;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class BinomialTest {

  @Test
  void tailsAreTheExactSums() {
    Property.holdsFor(
        300,
        random -> {
          int n = random.nextInt(1, 120);
          int k = random.nextInt(-1, n + 2);
          double p = random.nextInt(0, 101) / 100.0;
          double exact = exactAtMost(k, n, p);
          assertThat(Binomial.atMost(k, n, p)).isCloseTo(exact, within(1e-11));
          assertThat(Binomial.atLeast(k + 1L, n, p)).isCloseTo(1 - exact, within(1e-11));
        });
  }

  @Test
  void manyTrialsKeepTheirAccuracy() {
    // The sum of the first terms by recurrence, in logarithms: another way to the same number.
    double log = 200_000 * StrictMath.log1p(-0.001);
    double sum = StrictMath.exp(log);
    for (int k = 1; k <= 180; k++) {
      log += StrictMath.log((200_000.0 - k + 1) / k * 0.001 / 0.999);
      sum += StrictMath.exp(log);
    }
    assertThat(Binomial.atMost(180, 200_000, 0.001)).isCloseTo(sum, within(1e-9));
  }

  @Test
  void boundsAreClopperAndPearsons() {
    // 1 - 0.025^(1/10), and the rule of three's exact form.
    assertThat(Binomial.upperBound(0, 10, 0.025)).isCloseTo(0.30849710781, within(1e-9));
    assertThat(Binomial.lowerBound(10, 10, 0.025)).isCloseTo(0.69150289218, within(1e-9));
    assertThat(Binomial.lowerBound(0, 10, 0.025)).isZero();
    assertThat(Binomial.upperBound(10, 10, 0.025)).isEqualTo(1);
  }

  @Test
  void theIntervalCoversAtItsLevelForEveryRate() {
    int n = 40;
    for (int permille = 1; permille < 1000; permille += 7) {
      double p = permille / 1000.0;
      double covered = 0;
      for (int k = 0; k <= n; k++) {
        if (Binomial.lowerBound(k, n, 0.025) <= p && p <= Binomial.upperBound(k, n, 0.025)) {
          covered += exactAtMost(k, n, p) - exactAtMost(k - 1, n, p);
        }
      }
      assertThat(covered).as("at %s", p).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void aRateOfNothingIsNotANumber() {
    assertThat(new BaseRate(0, 0).measured()).isEmpty();
    assertThat(new BaseRate(3, 10).measured().orElseThrow().value()).isEqualTo(0.3);
    assertThatThrownBy(() -> new BaseRate(2, 1)).hasMessage("`2` of `1` is no rate");
  }

  private static double exactAtMost(int k, int n, double p) {
    var success = BigDecimal.valueOf(p);
    var failure = BigDecimal.ONE.subtract(success);
    var sum = BigDecimal.ZERO;
    var ways = BigInteger.ONE;
    for (int i = 0; i <= Math.min(k, n); i++) {
      sum =
          sum.add(
              new BigDecimal(ways)
                  .multiply(success.pow(i))
                  .multiply(failure.pow(n - i), MathContext.DECIMAL128));
      ways = ways.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1L));
    }
    return sum.doubleValue();
  }
}
