package dev.countersign.trust.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.trust.predict.Training.Trained;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.features.Value;
import dev.countersign.trust.predict.measure.BaseRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private static final Training OUTCOMES =
      new Training(Made.learner(), Predictor.OUTCOME, Made.AT_ONCE);

  @Test
  void tooFewLabelsAreAColdStartWithTheirBaseRate() {
    var made = Made.executions(29, 0, 1);
    long successes = made.stream().filter(Labelled::label).count();
    assertThat(OUTCOMES.train(made, Made.end(made), 1))
        .isEqualTo(new Trained.ColdStart(new BaseRate(successes, 29)));
    assertThat(OUTCOMES.train(List.of(), Made.BEGIN, 1))
        .isEqualTo(new Trained.ColdStart(new BaseRate(0, 0)));
  }

  @Test
  void theThresholdsOfAColdStartAreThoseOfThePredictor() {
    assertThat(cold(Predictor.OUTCOME, 29, 5)).isTrue();
    assertThat(cold(Predictor.OUTCOME, 30, 4)).isTrue();
    assertThat(cold(Predictor.OUTCOME, 30, 5)).isFalse();
    assertThat(cold(Predictor.DECISION, 49, 10)).isTrue();
    assertThat(cold(Predictor.DECISION, 50, 9)).isTrue();
    assertThat(cold(Predictor.DECISION, 50, 10)).isFalse();
  }

  private static boolean cold(Predictor predictor, int labels, int negatives) {
    var made = new ArrayList<Labelled>();
    var times = Made.executions(labels, 0, 1);
    for (int i = 0; i < labels; i++) {
      var one = times.get(i);
      var snapshot = new Snapshot(predictor, new TreeMap<>(), new TreeMap<>());
      made.add(new Labelled(one.id(), snapshot, one.at(), one.known(), i >= negatives));
    }
    return new Training(Made.learner(), predictor, Made.AT_ONCE).train(made, Made.end(made), 1)
        instanceof Trained.ColdStart;
  }

  @Test
  void aSignalIsFoundAndJudgedOnLaterCases() {
    var made = Made.executions(2000, 1, 2);
    var manifest = fitted(made).manifest();
    assertThat(manifest.skill()).isTrue();
    assertThat(manifest.metrics().auc().orElseThrow().low()).isGreaterThan(0.65);
    assertThat(manifest.heldOut().from()).isAfter(manifest.calibrated().to());
    assertThat(manifest.calibrated().from()).isAfter(manifest.training().to());
    assertThat(manifest.metrics().cases()).isEqualTo(400);
    assertThat(manifest.knownUntil()).isEqualTo(Made.end(made));
  }

  @Test
  void labelsWithoutSignalHaveNoSkill() {
    int skilled = 0;
    for (int seed = 0; seed < 60; seed++) {
      skilled += fitted(Made.executions(300, 0, seed)).manifest().skill() ? 1 : 0;
    }
    // At 2.5% each, five or more of 60 have a probability of 0.02; the seeds are fixed.
    assertThat(skilled).isLessThanOrEqualTo(4);
  }

  @Test
  void aLeakWouldBeSeenAsSkillThatNobodyHas() {
    // The label as a fact: the skill is absurd, so the measure does see what it is there to see.
    var made = new ArrayList<Labelled>();
    for (var one : Made.executions(1000, 0, 3)) {
      var facts = new TreeMap<>(one.snapshot().facts());
      facts.put("leak", Value.of(one.label()));
      var snapshot = new Snapshot(Predictor.OUTCOME, one.snapshot().features(), facts);
      made.add(new Labelled(one.id(), snapshot, one.at(), one.known(), one.label()));
    }
    assertThat(fitted(made).manifest().metrics().auc().orElseThrow().value()).isEqualTo(1);
  }

  @Test
  void whatBecameKnownLaterChangesNothing() {
    var made = Made.executions(600, 1, 4);
    var asOf = made.get(399).known();
    var then = OUTCOMES.train(made.subList(0, 400), asOf, 1);
    assertThat(((Trained.Fitted) OUTCOMES.train(made, asOf, 1)).file().digest())
        .isEqualTo(((Trained.Fitted) then).file().digest());
  }

  @Test
  void theSameLabelsInAnyOrderGiveTheSameFile() {
    var made = Made.executions(500, 1, 5);
    var file = fitted(made).file();
    var shuffled = new ArrayList<>(made);
    Collections.shuffle(shuffled, new Random(1));
    var again = (Trained.Fitted) OUTCOMES.train(shuffled, Made.end(made), 1);
    assertThat(again.file().digest()).isEqualTo(file.digest());
    assertThat(again.file().trees()).isEqualTo(file.trees());
  }

  @Test
  void unripeCasesAreNotLearnedFrom() {
    var made = Made.executions(600, 1, 6);
    var mature = new Training(Made.learner(), Predictor.OUTCOME, Duration.ofDays(2));
    var manifest = ((Trained.Fitted) mature.train(made, Made.end(made), 1)).manifest();
    assertThat(manifest.leftOut()).isEqualTo(47);
    assertThat(manifest.base().of()).isEqualTo(600 - 48);
  }

  @Test
  void aManifestIsReadAsItWasWritten() {
    var manifest = fitted(Made.executions(500, 1, 7)).manifest();
    var read = Manifest.fromJson(manifest.toJson());
    assertThat(read.toJson()).isEqualTo(manifest.toJson());
    assertThat(manifest.quantiles()).isSorted().hasSizeBetween(2, 19);
  }

  static Trained.Fitted fitted(List<Labelled> made) {
    return (Trained.Fitted) OUTCOMES.train(made, Made.end(made), 1);
  }
}
