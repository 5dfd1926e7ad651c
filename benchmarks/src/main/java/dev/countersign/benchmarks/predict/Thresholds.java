package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.Model;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.threshold.Sampled;
import dev.countersign.trust.predict.threshold.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// A hundred tenants, each with a model of its own, thresholds from a random sample of outcomes
/// that is looked at as the product does while it grows, and then 20,000 proposals: how many
/// executed more harm than the budget allows under the last one, and how many would have under any.
final class Thresholds {
  private static final int TENANTS = 100;
  private static final int PROPOSALS = 20_000;
  private static final String TYPE = "pay";

  private Thresholds() {}

  static void report() {
    Predictors.say("");
    Predictors.say(
        "## conditional automation of 100 tenants at confidence 0.95: harm among what was"
            + " executed");
    for (int sample : new int[] {1600, 6400}) {
      for (double budget : new double[] {0.05, 0.02}) {
        one(sample, budget);
      }
    }
  }

  private static void one(int sample, double budget) {
    var random = new SplittableRandom(1);
    long within = 0;
    long truly = 0;
    long certified = 0;
    long kept = 0;
    long ever = 0;
    double coverage = 0;
    double worst = 0;
    for (int seed = 0; seed < TENANTS; seed++) {
      var tenant =
          new Simulated(1000 + seed, random.nextDouble(2, 4.5), random.nextDouble(0.3, 1.5));
      try (var model = Calibrated.opened(Calibrated.fitted(tenant, 2000))) {
        var looks = looks(candidates(model), sample(tenant, model, sample), budget);
        var threshold = looks.getLast();
        long executed = 0;
        long harmful = 0;
        double expected = 0;
        var executions = Stream.generate(tenant::next).limit(PROPOSALS).toList();
        var probabilities =
            model.probabilities(executions.stream().map(Simulated.Execution::snapshot).toList());
        ever +=
            looks.stream().anyMatch(any -> over(any, executions, probabilities, budget)) ? 1 : 0;
        for (int i = 0; i < PROPOSALS; i++) {
          if (threshold.admits(1 - probabilities.get(i), budget)) {
            executed++;
            harmful += executions.get(i).labelled().label() ? 0 : 1;
            expected += 1 - executions.get(i).truth();
          }
        }
        within += harmful <= budget * executed ? 1 : 0;
        truly += expected <= budget * executed ? 1 : 0;
        if (threshold instanceof Threshold.Certified) {
          certified++;
          kept += harmful <= budget * executed ? 1 : 0;
        }
        coverage += (double) executed / PROPOSALS / TENANTS;
        worst = Math.max(worst, executed == 0 ? 0 : (double) harmful / executed);
      }
    }
    Predictors.say(
        "budget %.2f, sample %d: a threshold in %d, observed share within the budget in %d of them;"
            + " in %d of all 100 %s, true share in %d; over it under any look's threshold in %d;"
            + " mean coverage %.3f, worst observed share %.4f",
        budget,
        sample,
        certified,
        kept,
        within,
        Predictors.shown(new BaseRate(within, TENANTS).measured().orElseThrow()),
        truly,
        ever,
        coverage,
        worst);
  }

  /// The threshold after each look, the last one at the end.
  private static List<Threshold> looks(
      List<Double> candidates, List<Sampled> sample, double budget) {
    var looks = new ArrayList<Threshold>();
    // Named in full: this class has the same name.
    var thresholds =
        dev.countersign.trust.predict.threshold.Thresholds.beginning(1, Optional.empty());
    while (sample.size() >= thresholds.next(TYPE)) {
      thresholds =
          thresholds.looking(TYPE, candidates, sample.subList(0, thresholds.next(TYPE)), budget);
      looks.add(thresholds.threshold(TYPE, 1));
    }
    return looks;
  }

  /// Whether the true share of harm is over the budget.
  private static boolean over(
      Threshold threshold,
      List<Simulated.Execution> executions,
      List<Double> probabilities,
      double budget) {
    double executed = 0;
    double expected = 0;
    for (int i = 0; i < executions.size(); i++) {
      if (threshold.admits(1 - probabilities.get(i), budget)) {
        executed++;
        expected += 1 - executions.get(i).truth();
      }
    }
    return expected > budget * executed;
  }

  private static List<Double> candidates(Model model) {
    return model.manifest().quantiles().stream().map(success -> 1 - success).toList();
  }

  private static List<Sampled> sample(Simulated tenant, Model model, int n) {
    var sample = new ArrayList<Sampled>();
    var executions = Stream.generate(tenant::next).limit(n).toList();
    var probabilities =
        model.probabilities(executions.stream().map(Simulated.Execution::snapshot).toList());
    for (int i = 0; i < n; i++) {
      sample.add(new Sampled(1 - probabilities.get(i), !executions.get(i).labelled().label()));
    }
    return sample;
  }
}
