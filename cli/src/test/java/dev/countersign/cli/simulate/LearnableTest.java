package dev.countersign.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What the models make up has a structure that a predictor can find, and none that is false.
class LearnableTest {
  private static final int CASES = 20_000;
  private static final long SEED = 42;

  /// @param score that is said to predict
  private record Predicted(double score, boolean happened) {}

  @Test
  void outcomesFollowTheProbabilityThatTheModelGivesThem() {
    for (var name : Models.SHIPPED) {
      var predicted = judged(name).stream().map(LearnableTest::outcome).toList();
      assertThat(auc(predicted)).as(name).isBetween(0.68, 0.95);
      assertThat(miscalibration(predicted)).as(name).isLessThan(0.03);
      assertThat(share(predicted)).as(name).isBetween(0.75, 0.95);
    }
  }

  @Test
  void approvalsFollowTheProbabilityOfTheirReviewer() {
    for (var name : Models.SHIPPED) {
      var votes = judged(name).stream().map(each -> each.votes().getFirst()).toList();
      var predicted =
          votes.stream().map(vote -> new Predicted(vote.probability(), vote.approves())).toList();
      assertThat(auc(predicted)).as(name).isBetween(0.68, 0.97);
      assertThat(miscalibration(predicted)).as(name).isLessThan(0.03);
    }
  }

  @Test
  void theAgentsConfidenceIsWorthSomethingAndNotAll() {
    for (var name : Models.SHIPPED) {
      var judged = judged(name);
      var own =
          judged.stream().map(each -> new Predicted(each.confidence(), each.success())).toList();
      double best = auc(judged.stream().map(LearnableTest::outcome).toList());
      assertThat(auc(own)).as(name).isBetween(0.60, best - 0.01);
      double said = own.stream().mapToDouble(Predicted::score).average().orElseThrow();
      assertThat(said).as(name + " is too sure of itself").isGreaterThan(share(own) + 0.01);
    }
  }

  @Test
  void reviewersDiffer() {
    for (var name : Models.SHIPPED) {
      Map<String, List<Boolean>> by = new TreeMap<>();
      for (var each : judged(name)) {
        var vote = each.votes().getFirst();
        by.computeIfAbsent(vote.reviewer(), _ -> new ArrayList<>()).add(vote.approves());
      }
      var shares =
          by.values().stream()
              .map(votes -> votes.stream().filter(yes -> yes).count() / (double) votes.size())
              .sorted()
              .toList();
      assertThat(shares).hasSize(3);
      assertThat(shares.getLast() - shares.getFirst()).as(name).isGreaterThan(0.05);
      // Each is asked first about as often.
      assertThat(by.values()).allSatisfy(votes -> assertThat(votes).hasSizeGreaterThan(CASES / 4));
    }
  }

  private static List<Judgement> judged(String name) {
    var model = Models.shipped(name);
    var judged = new ArrayList<Judgement>();
    for (long i = 0; i < CASES; i++) {
      var subject = model.caseAt(SEED, i);
      judged.add(model.judge(SEED, subject, subject.queue(), 0));
    }
    return judged;
  }

  private static Predicted outcome(Judgement judgement) {
    return new Predicted(judgement.successProbability(), judgement.success());
  }

  private static double share(List<Predicted> predicted) {
    return predicted.stream().filter(Predicted::happened).count() / (double) predicted.size();
  }

  /// How often what happened had the higher score than what did not (Mann and Whitney 1947).
  private static double auc(List<Predicted> predicted) {
    var sorted = predicted.stream().sorted(Comparator.comparingDouble(Predicted::score)).toList();
    double ranks = 0;
    long happened = 0;
    for (int i = 0; i < sorted.size(); ) {
      int end = i;
      while (end < sorted.size() && sorted.get(end).score() == sorted.get(i).score()) {
        end++;
      }
      double rank = (i + 1 + end) / 2.0;
      for (; i < end; i++) {
        if (sorted.get(i).happened()) {
          ranks += rank;
          happened++;
        }
      }
    }
    double not = sorted.size() - happened;
    return (ranks - happened * (happened + 1) / 2.0) / (happened * not);
  }

  /// How far what was said is from what happened, in the worst of ten equal parts.
  private static double miscalibration(List<Predicted> predicted) {
    var sorted = predicted.stream().sorted(Comparator.comparingDouble(Predicted::score)).toList();
    int part = sorted.size() / 10;
    double worst = 0;
    for (int i = 0; i < 10; i++) {
      var bin = sorted.subList(i * part, (i + 1) * part);
      double said = bin.stream().mapToDouble(Predicted::score).average().orElseThrow();
      worst = Math.max(worst, Math.abs(said - share(bin)));
    }
    return worst;
  }
}
