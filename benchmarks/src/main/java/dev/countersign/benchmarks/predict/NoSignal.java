package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.measure.BaseRate;

/// How often a model is believed to have skill where the features say nothing.
final class NoSignal {
  private static final int MODELS = 200;

  private NoSignal() {}

  static void report() {
    Predictors.say("");
    Predictors.say("## features without signal: models that are said to have skill");
    for (int cases : new int[] {100, 300, 1000}) {
      for (double level : new double[] {1}) {
        long skilled = 0;
        for (int seed = 0; seed < MODELS; seed++) {
          var fitted = Calibrated.fitted(new Simulated(seed, level, 0), cases);
          skilled += fitted.manifest().skill() ? 1 : 0;
        }
        Predictors.say(
            "%d cases, success %.2f: %s",
            cases,
            1 / (1 + Math.exp(-level)),
            Predictors.shown(new BaseRate(skilled, MODELS).measured().orElseThrow()));
      }
    }
  }
}
