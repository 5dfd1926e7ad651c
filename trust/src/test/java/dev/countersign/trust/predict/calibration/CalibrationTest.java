package dev.countersign.trust.predict.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  @Test
  void isotonicRegressionIsTheLeastSquaresFitAmongRisingFunctions() {
    Property.holdsFor(
        200,
        random -> {
          var cases = cases(random, random.nextInt(1, 40), 8);
          var isotonic = Isotonic.fit(cases);
          var sorted = new ArrayList<>(cases);
          sorted.sort(Comparator.comparingDouble(Margin::margin));
          sorted.addFirst(new Margin(sorted.getFirst().margin(), true));
          sorted.addLast(new Margin(sorted.getLast().margin(), false));
          for (int i = 0; i < isotonic.margins().size(); i++) {
            double middle = isotonic.margins().get(i);
            // Some step covers the margins next to its middle: the nearest case is in it.
            double nearest =
                sorted.stream()
                    .map(Margin::margin)
                    .min(Comparator.comparingDouble(margin -> Math.abs(margin - middle)))
                    .orElseThrow();
            if (belongsTo(isotonic, i, nearest)) {
              assertThat(isotonic.probabilities().get(i))
                  .isCloseTo(minMax(sorted, nearest), within(1e-12));
            }
          }
        });
  }

  private static boolean belongsTo(Isotonic isotonic, int step, double margin) {
    return isotonic.margins().size() == 1 || margin == isotonic.margins().get(step);
  }

  /// The fit at a margin: the largest over beginnings of the smallest over ends of the means (Ayer
  /// et al. 1955).
  private static double minMax(List<Margin> sorted, double margin) {
    double largest = 0;
    for (int from = 0; from < sorted.size() && sorted.get(from).margin() <= margin; from++) {
      if (from > 0 && sorted.get(from - 1).margin() == sorted.get(from).margin()) {
        continue;
      }
      double smallest = 1;
      double sum = 0;
      for (int to = from; to < sorted.size(); to++) {
        sum += sorted.get(to).happened() ? 1 : 0;
        boolean whole =
            to + 1 == sorted.size() || sorted.get(to + 1).margin() != sorted.get(to).margin();
        if (whole && sorted.get(to).margin() >= margin) {
          smallest = Math.min(smallest, sum / (to - from + 1));
        }
      }
      largest = Math.max(largest, smallest);
    }
    return largest;
  }

  @Test
  void theProbabilityNeverFallsAndIsNeverCertain() {
    Property.holdsFor(
        100,
        random -> {
          var calibration = Isotonic.fit(cases(random, random.nextInt(1, 200), 1000));
          double last = 0;
          for (double margin = -12; margin < 12; margin += 0.01) {
            double probability = calibration.probability(margin);
            assertThat(probability).isGreaterThanOrEqualTo(last).isStrictlyBetween(0.0, 1.0);
            last = probability;
          }
        });
  }

  @Test
  void plattFindsTheCurveThatMadeTheLabels() {
    var random = new SplittableRandom(5);
    var cases = new ArrayList<Margin>();
    for (int i = 0; i < 20_000; i++) {
      double margin = random.nextDouble(-3, 3);
      double p = 1 / (1 + Math.exp(-(0.6 * margin - 0.4)));
      cases.add(new Margin(margin, random.nextDouble() < p));
    }
    var platt = Platt.fit(cases);
    assertThat(platt.slope()).isCloseTo(0.6, within(0.04));
    assertThat(platt.offset()).isCloseTo(-0.4, within(0.04));
  }

  @Test
  void plattsOptimumHasNoSlope() {
    Property.holdsFor(
        50,
        random -> {
          var cases = cases(random, random.nextInt(5, 60), 1000);
          var platt = Platt.fit(cases);
          double happened = cases.stream().filter(Margin::happened).count();
          double high = (happened + 1) / (happened + 2);
          double low = 1 / (cases.size() - happened + 2);
          double gradient = 0;
          for (var one : cases) {
            gradient += platt.probability(one.margin()) - (one.happened() ? high : low);
          }
          assertThat(gradient / cases.size()).isCloseTo(0, within(1e-6));
        });
  }

  @Test
  void fewCasesOfOneKindStayUncertain() {
    var platt = Platt.fit(List.of(new Margin(1, true), new Margin(2, true), new Margin(3, true)));
    assertThat(platt.probability(2)).isBetween(0.6, 0.9);
    assertThat(platt.probability(1e9)).isLessThan(1);
    assertThat(platt.probability(-1e9)).isGreaterThan(0);
  }

  @Test
  void theFormFollowsTheNumberOfCasesAndWhatTheySay() {
    var random = new SplittableRandom(6);
    assertThat(Calibration.fit(stepped(random, 200))).isInstanceOf(Platt.class);
    assertThat(Calibration.fit(stepped(random, 4000))).isInstanceOf(Isotonic.class);
    assertThat(Calibration.fit(cases(random, 4000, 1000))).isInstanceOf(Platt.class);
    assertThatThrownBy(() -> Calibration.fit(List.of())).hasMessage("nothing to calibrate on");
  }

  /// Labels that no logistic curve describes: nearly never, half, half, nearly always.
  private static List<Margin> stepped(RandomGenerator random, int n) {
    var cases = new ArrayList<Margin>();
    for (int i = 0; i < n; i++) {
      double margin = random.nextDouble(-8, 8);
      double p = margin < -2 ? 0.05 : margin < 2 ? 0.5 : 0.95;
      cases.add(new Margin(margin, random.nextDouble() < p));
    }
    return cases;
  }

  @Test
  void whatIsWrittenStatesTheSameProbabilities() {
    Property.holdsFor(
        50,
        random -> {
          var cases = cases(random, 100, 1000);
          for (var calibration : List.of(Isotonic.fit(cases), Platt.fit(cases))) {
            var text = calibration.toJson().toString();
            assertThat(Calibration.fromJson(JsonReader.readObject(text))).isEqualTo(calibration);
          }
        });
  }

  @Test
  void stepsThatDoNotRiseAreNone() {
    assertThatThrownBy(() -> new Isotonic(List.of(1.0, 2.0), List.of(0.5, 0.4)))
        .hasMessage("the steps do not rise");
    assertThatThrownBy(() -> new Isotonic(List.of(1.0), List.of(1.0)))
        .hasMessage("`1.0` is no probability of a step");
  }

  private static List<Margin> cases(RandomGenerator random, int n, int different) {
    var cases = new ArrayList<Margin>();
    for (int i = 0; i < n; i++) {
      double margin = random.nextInt(-different, different + 1) * 10.0 / different;
      cases.add(new Margin(margin, random.nextDouble() < 1 / (1 + Math.exp(-margin / 3))));
    }
    return cases;
  }
}
