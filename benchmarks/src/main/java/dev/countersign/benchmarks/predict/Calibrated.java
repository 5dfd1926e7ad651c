package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.Labelled;
import dev.countersign.trust.predict.Manifest;
import dev.countersign.trust.predict.Model;
import dev.countersign.trust.predict.Model.Opened;
import dev.countersign.trust.predict.Training;
import dev.countersign.trust.predict.Training.Trained;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.measure.Metrics;
import dev.countersign.trust.predict.measure.Stated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.Stream;

/// The calibration of outcomes whose truth is known: 15,000 to learn from, 5,000 to calibrate on,
/// then 20,000 fresh cases, for tenants with different rates of success.
final class Calibrated {
  private static final int LEARNED = 25_000;
  private static final int FRESH = 20_000;

  private Calibrated() {}

  static void report() {
    Predictors.say("");
    Predictors.say(
        "## calibration on simulated outcomes with a known truth: 5,000 calibrate, 20,000 fresh");
    for (double level : new double[] {0.5, 2, 3.5}) {
      for (long seed = 1; seed <= 3; seed++) {
        one(seed, level);
      }
    }
  }

  static Trained.Fitted fitted(Simulated tenant, int cases) {
    var labels = new ArrayList<Labelled>();
    for (int i = 0; i < cases; i++) {
      labels.add(tenant.next().labelled());
    }
    var training = new Training(Predictors.learner(), Predictor.OUTCOME, Duration.ZERO);
    return switch (training.train(labels, labels.getLast().known(), 1)) {
      case Trained.Fitted fitted -> fitted;
      case Trained.ColdStart(var base) ->
          throw new IllegalStateException("a cold start at " + base.toJson());
    };
  }

  static Model opened(Trained.Fitted fitted) {
    var file = fitted.file();
    return switch (Model.open(file, file.digest(), Predictors.learner())) {
      case Opened.Ready(var model) -> model;
      case Opened.Refused(var why) -> throw new IllegalStateException(why);
    };
  }

  private static void one(long seed, double level) {
    var tenant = new Simulated(seed, level, 1);
    var fitted = fitted(tenant, LEARNED);
    Manifest manifest = fitted.manifest();
    try (var model = opened(fitted)) {
      var stated = new ArrayList<Stated>();
      var best = new ArrayList<Stated>();
      double off = 0;
      var executions = Stream.generate(tenant::next).limit(FRESH).toList();
      var probabilities =
          model.probabilities(executions.stream().map(Simulated.Execution::snapshot).toList());
      for (int i = 0; i < FRESH; i++) {
        var execution = executions.get(i);
        double probability = probabilities.get(i);
        boolean success = execution.labelled().label();
        stated.add(new Stated(probability, success));
        best.add(new Stated(execution.truth(), success));
        off += Math.abs(probability - execution.truth()) / FRESH;
      }
      double base = manifest.base().measured().orElseThrow().value();
      var metrics = Metrics.of(stated, base);
      var truth = Metrics.of(best, base);
      Predictors.say(
          "seed %d, success %.3f, %s on %d: ECE %s (the truth itself %.4f), mean distance from the"
              + " truth %.4f, AUC %.3f (the truth itself %.3f), improvement %s (of %.4f)",
          seed,
          base,
          manifest.calibration().getClass().getSimpleName(),
          manifest.calibrated().rate().of(),
          Predictors.shown(metrics.calibrationError()),
          truth.calibrationError().value(),
          off,
          metrics.auc().orElseThrow().value(),
          truth.auc().orElseThrow().value(),
          Predictors.shown(metrics.improvement()),
          truth.improvement().value());
    }
  }
}
