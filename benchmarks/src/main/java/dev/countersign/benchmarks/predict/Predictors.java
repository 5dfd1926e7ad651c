package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.Learner;
import dev.countersign.trust.predict.measure.Measured;
import dev.countersign.trust.predict.measure.Metrics;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.predict.xgboost.Xgboost.Loaded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Runs all of it and prints what came of it.
public final class Predictors {
  private Predictors() {}

  /// @param args the folder with the public data, then `anomalies`, `thresholds` or `false-alarms`
  ///   for that part alone
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      throw new IllegalArgumentException("say the folder of the public data");
    }
    var data = Path.of(args[0]);
    if (args.length > 1) {
      switch (args[1]) {
        case "anomalies" -> PublicAnomalies.report(data);
        case "thresholds" -> Thresholds.report();
        case "false-alarms" -> FalseAlarms.report();
        default -> throw new IllegalArgumentException("there is no part `" + args[1] + "`");
      }
      return;
    }
    LoanLog.report(data);
    Calibrated.report();
    NoSignal.report();
    Thresholds.report();
    PublicAnomalies.report(data);
    FalseAlarms.report();
    Drifts.report();
    Costs.report();
  }

  static Learner learner() {
    return switch (Xgboost.load()) {
      case Loaded.Ready(var learner) -> learner;
      case Loaded.Missing(var why) -> throw new IllegalStateException(why);
    };
  }

  // Error Prone's annotation would be a dependency for this alone.
  @SuppressWarnings("AnnotateFormatMethod")
  static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  static void say(Metrics metrics) {
    say("  held-out cases %d", metrics.cases());
    say("  log-loss     %s; base rate %.4f", shown(metrics.logLoss()), metrics.baseLogLoss());
    say(
        "  improvement  %s: %s",
        shown(metrics.improvement()), metrics.skill() ? "skill" : "no skill");
    say("  Brier        %s; base rate %.4f", shown(metrics.brier()), metrics.baseBrier());
    say("  AUC          %s", metrics.auc().map(Predictors::shown).orElse("not defined"));
    say("  ECE          %s", shown(metrics.calibrationError()));
  }

  static String shown(Measured measured) {
    return String.format(
        Locale.ROOT, "%.4f [%.4f, %.4f]", measured.value(), measured.low(), measured.high());
  }
}
