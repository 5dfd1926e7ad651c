package dev.countersign.benchmarks.trust;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.trust.Setting;
import dev.countersign.trust.laboratory.ladder.LadderLaboratory;
import dev.countersign.trust.laboratory.ladder.LadderPlan;
import dev.countersign.trust.laboratory.ladder.LadderScenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Plays all four steps in full and prints the report; its JSON goes to a file if one is named.
public final class TrustLadder {
  private static final int SCOPES = 100_000;

  /// Half a second to two seconds each.
  private static final int FOLDED = 10;

  private TrustLadder() {}

  /// @param args scopes a scenario, how many of them production plays, seed, threads, file for the
  ///   JSON; all may be left out
  public static void main(String[] args) throws InterruptedException, IOException {
    int scopes = args.length > 0 ? Integer.parseInt(args[0]) : SCOPES;
    int folded = args.length > 1 ? Integer.parseInt(args[1]) : FOLDED;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    int threads = args.length > 3 ? Integer.parseInt(args[3]) : 2;
    var setting = LadderPlan.usual(Setting.DEFAULT_RISK);
    var report =
        new LadderLaboratory()
            .play(
                new LadderPlan(LadderScenario.all(), scopes, folded, setting, seed, threads),
                (scenario, played, of) -> {
                  if (played == of) {
                    System.err.println("played " + scenario.word());
                  }
                });
    System.out.print(report.toText());
    if (args.length > 4) {
      Files.writeString(Path.of(args[4]), CanonicalJson.text(report.toJson()));
    }
  }
}
