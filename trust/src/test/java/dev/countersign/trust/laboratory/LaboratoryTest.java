package dev.countersign.trust.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.CanonicalJson;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LaboratoryTest {
  private static final double BUDGET = 0.05;
  private static final double RISK = 0.01;

  private final Laboratory laboratory = new Laboratory();

  @Test
  void theReportDoesNotDependOnTheNumberOfThreads() throws InterruptedException {
    var scenarios = List.of(Scenario.DELAYED, Scenario.SLEEPER, Scenario.SPARSE);
    var one = play(new Plan(scenarios, 1200, BUDGET, RISK, 7, 1));
    var three = play(new Plan(scenarios, 1200, BUDGET, RISK, 7, 3));
    assertThat(CanonicalJson.text(three.toJson())).isEqualTo(CanonicalJson.text(one.toJson()));
    assertThat(three.toText()).isEqualTo(one.toText());
    var other = play(new Plan(scenarios, 1200, BUDGET, RISK, 8, 1));
    assertThat(other.toText()).isNotEqualTo(one.toText());
  }

  @Test
  void whereTheNullIsKeptWePromoteRarelyAndTheHeuristicsDoNot() throws InterruptedException {
    var scenarios =
        Arrays.stream(Scenario.values())
            .filter(Scenario::keepsNull)
            .filter(scenario -> scenario != Scenario.SPARSE)
            .toList();
    var report = play(new Plan(scenarios, 1000, BUDGET, RISK, 11, 2));
    for (var chapter : report.chapters()) {
      assertThat(result(chapter, "countersign").promoted().high())
          .as("%s", chapter.scenario())
          .isLessThan(RISK);
      for (var heuristic : List.of("last_20_successes", "moving_average", "acceptance_over_80")) {
        assertThat(result(chapter, heuristic).promoted().low())
            .as("%s in %s", heuristic, chapter.scenario())
            .isGreaterThan(0.5);
      }
      // That adversary does so much harm that no fixed sample is deceived.
      if (chapter.scenario() != Scenario.ADVERSARY) {
        assertThat(result(chapter, "fixed_sample_wilson").promoted().low()).isGreaterThan(RISK);
      }
    }
  }

  @Test
  void theEvidenceStaysWithinHalfMoreThanTheBestPossible() throws InterruptedException {
    var scenarios = List.of(Scenario.FLAWLESS, Scenario.GOOD, Scenario.FAIR);
    var report = play(new Plan(scenarios, 2000, BUDGET, RISK, 13, 2));
    for (var chapter : report.chapters()) {
      double ours = result(chapter, "countersign").medianEvidence().orElseThrow();
      double best = result(chapter, "best_possible").medianEvidence().orElseThrow();
      assertThat(ours / best).as("%s", chapter.scenario()).isBetween(1.0, 1.5);
    }
  }

  @Test
  void aSleeperIsLoweredWithinTheDelayOfItsChange() throws InterruptedException {
    var report = play(new Plan(List.of(Scenario.SLEEPER), 2000, BUDGET, RISK, 17, 2));
    var ours = result(report.chapters().getFirst(), "countersign");
    assertThat(ours.automaticAtChange().value()).isEqualTo(1);
    // 5% to 20%: 36 outcomes for the CUSUM that knows both.
    assertThat(ours.medianDelay().orElseThrow()).isBetween(29L, 45L);
  }

  @Test
  void allContendersSeeTheSameProposalsInTheOrderOfTheirNews() {
    var life = new Life(Scenario.DELAYED.length());
    life.clear();
    Scenario.DELAYED.fill(life, BUDGET, new SplittableRandom(3));
    life.order();
    int seen = 0;
    for (int now = 0; now < life.length; now++) {
      int before = -1;
      for (int i = life.firstKnown(now); i >= 0; i = life.nextKnown(i)) {
        assertThat(life.known[i]).isEqualTo(now);
        assertThat(i).isGreaterThan(before).isLessThanOrEqualTo(now);
        assertThat(life.harm[i]).isEqualTo(i < now);
        before = i;
        seen++;
      }
    }
    long late = 0;
    for (int known : life.known) {
      late += known >= life.length ? 1 : 0;
    }
    assertThat(seen).isEqualTo((int) (life.length - late));
  }

  @Test
  void progressIsToldOfEveryScope() throws InterruptedException {
    var last = new AtomicLong();
    laboratory.play(
        new Plan(List.of(Scenario.SPARSE), 1300, BUDGET, RISK, 1, 2),
        (_, scopes, of) -> {
          assertThat(of).isEqualTo(1300);
          last.accumulateAndGet(scopes, Math::max);
        });
    assertThat(last).hasValue(1300);
  }

  @Test
  void aPlanChecksItself() {
    assertThatThrownBy(() -> new Plan(List.of(), 1, BUDGET, RISK, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Plan(List.of(Scenario.GOOD), 0, BUDGET, RISK, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Plan(List.of(Scenario.GOOD), 1, 0.5, RISK, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    for (var scenario : Scenario.values()) {
      assertThat(Scenario.parse(scenario.word())).contains(scenario);
    }
  }

  private LaboratoryReport play(Plan plan) throws InterruptedException {
    return laboratory.play(plan, (_, _, _) -> {});
  }

  private static Result result(LaboratoryReport.Chapter chapter, String contender) {
    return chapter.results().stream()
        .filter(result -> result.contender().equals(contender))
        .findFirst()
        .orElseThrow();
  }
}
