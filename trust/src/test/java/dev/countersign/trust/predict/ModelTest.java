package dev.countersign.trust.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.Digest;
import dev.countersign.trust.predict.Model.Opened;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.measure.BaseRate;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final ModelFile SKILLED = TrainingTest.fitted(Made.executions(2000, 1, 2)).file();

  @Test
  void contributionsAddUpToTheMargin() {
    try (var model = opened(SKILLED)) {
      for (var one : Made.executions(100, 1, 9)) {
        var prediction = (Prediction.Calibrated) model.predict(one.snapshot());
        double sum =
            prediction.start()
                + prediction.contributions().stream().mapToDouble(Contribution::logOdds).sum();
        assertThat(sum).isCloseTo(prediction.margin(), within(2e-5));
        assertThat(prediction.likelihood())
            .isEqualTo(model.manifest().calibration().probability(prediction.margin()))
            .isEqualTo(model.probabilities(List.of(one.snapshot())).getFirst());
        assertThat(new HashSet<>(model.manifest().encoding().names()))
            .containsExactlyInAnyOrderElementsOf(
                prediction.contributions().stream().map(Contribution::feature).toList());
      }
    }
  }

  /// The interval is that of held-out cases which were given about as much, and narrower the more
  /// of them there are.
  @Test
  void aPredictionSaysWhatBecameOfThoseThatWereGivenAboutAsMuch() {
    try (var model = opened(SKILLED)) {
      var curve = model.manifest().metrics().curve();
      for (var one : Made.executions(100, 1, 9)) {
        var prediction = (Prediction.Calibrated) model.predict(one.snapshot());
        var alike = prediction.alike();
        assertThat(curve).contains(alike);
        assertThat(curve)
            .allSatisfy(group ->
                assertThat(Math.abs(group.stated() - prediction.likelihood()))
                    .isGreaterThanOrEqualTo(Math.abs(alike.stated() - prediction.likelihood())));
        var shown = prediction.toJson().object("alike").orElseThrow();
        var rate = shown.object("rate").flatMap(group -> group.object("rate")).orElseThrow();
        assertThat(rate.number("low").orElseThrow()).isLessThan(rate.number("high").orElseThrow());
      }
      assertThat(curve.stream().mapToLong(group -> group.rate().of()).sum())
          .as("nothing was learned from any of them")
          .isEqualTo(model.manifest().heldOut().rate().of());
    }
  }

  @Test
  void whatTellsTheMostIsNamedFirstWithWhatWasObserved() {
    try (var model = opened(SKILLED)) {
      var insured =
          Made.executions(100, 1, 9).stream()
              .filter(one -> one.snapshot().facts().toString().contains("Truth[value=true]"))
              .map(one -> (Prediction.Calibrated) model.predict(one.snapshot()))
              .findFirst()
              .orElseThrow();
      assertThat(insured.contributions().getFirst().feature()).isEqualTo("facts.insured");
      assertThat(insured.contributions().getFirst().observed()).isEqualTo("true");
      assertThat(insured.contributions().getFirst().logOdds()).isPositive();
      assertThat(insured.toJson().text("band")).contains(insured.band().word());
    }
  }

  @Test
  void aModelThatWasStoredPredictsTheSame() {
    var again = new ModelFile(SKILLED.manifest(), SKILLED.trees());
    try (var model = opened(SKILLED);
        var read = opened(again)) {
      for (var one : Made.executions(50, 1, 10)) {
        assertThat(read.predict(one.snapshot()).toJson())
            .isEqualTo(model.predict(one.snapshot()).toJson());
      }
    }
  }

  @Test
  void aFileWithAnotherDigestIsNotOpened() {
    var trees = SKILLED.trees();
    trees[trees.length / 2] ^= 1;
    assertThat(Model.open(new ModelFile(SKILLED.manifest(), trees), SKILLED.digest(), learner()))
        .isEqualTo(new Opened.Refused("the trees are not those of the manifest"));
    var manifest = SKILLED.manifest();
    manifest[20] ^= 1;
    assertThat(Model.open(new ModelFile(manifest, SKILLED.trees()), SKILLED.digest(), learner()))
        .isEqualTo(new Opened.Refused("the manifest is not the one whose digest is registered"));
    assertThat(Model.open(SKILLED, Digest.ZERO, learner())).isInstanceOf(Opened.Refused.class);
  }

  @Test
  void aManifestThatSomebodyRegisteredDamagedIsRefusedToo() {
    var file = new ModelFile(new byte[] {'{', '}'}, SKILLED.trees());
    assertThat(Model.open(file, file.digest(), learner()))
        .isEqualTo(
            new Opened.Refused(
                "the model cannot be read: member `format` of a manifest is damaged"));
  }

  @Test
  void withoutSkillTheBaseRateIsTheAnswer() {
    var file = TrainingTest.fitted(Made.executions(300, 0, 1)).file();
    try (var model = opened(file)) {
      assertThat(model.manifest().skill()).isFalse();
      assertThat(model.predict(Made.executions(1, 0, 2).getFirst().snapshot()))
          .isEqualTo(new Prediction.NoSkill(model.manifest().base(), 1));
    }
  }

  @Test
  void nothingSeenIsNoNumber() {
    assertThat(new Prediction.ColdStart(new BaseRate(0, 0)).probability()).isEmpty();
    assertThat(new Prediction.ColdStart(new BaseRate(0, 0)).toJson())
        .hasToString("{\"kind\":\"cold_start\",\"base_rate\":{\"happened\":0,\"of\":0}}");
    assertThat(new Prediction.Unavailable(new BaseRate(3, 4), "no libgomp").probability())
        .contains(0.75);
  }

  @Test
  void bandsAreHighOver85AndMediumOver50Percent() {
    assertThat(Band.of(0.851)).isEqualTo(Band.HIGH);
    assertThat(Band.of(0.85)).isEqualTo(Band.MEDIUM);
    assertThat(Band.of(0.501)).isEqualTo(Band.MEDIUM);
    assertThat(Band.of(0.5)).isEqualTo(Band.LOW);
  }

  @Test
  void anotherPredictorsSnapshotIsRefused() {
    try (var model = opened(SKILLED)) {
      var other = new Snapshot(Predictor.DECISION, new TreeMap<>(), new TreeMap<>());
      assertThatThrownBy(() -> model.predict(other))
          .hasMessage("a snapshot for `decision` is not one for `outcome`");
    }
  }

  private static Learner learner() {
    return Made.learner();
  }

  static Model opened(ModelFile file) {
    return switch (Model.open(file, file.digest(), learner())) {
      case Opened.Ready(var model) -> model;
      case Opened.Refused(var why) -> throw new AssertionError(why);
    };
  }
}
