package dev.countersign.benchmarks.trust;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.trust.laboratory.Laboratory;
import dev.countersign.trust.laboratory.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Plays the laboratory in full and prints its report; its JSON goes to a file if one is named.
public final class TrustLaboratory {
  private static final int SCOPES = 100_000;

  private TrustLaboratory() {}

  /// @param args scopes a scenario, seed, threads, file for the JSON; all may be left out
  public static void main(String[] args) throws InterruptedException, IOException {
    int scopes = args.length > 0 ? Integer.parseInt(args[0]) : SCOPES;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : 2;
    var report =
        new Laboratory()
            .play(
                Plan.full(scopes, seed, threads),
                (scenario, played, of) -> {
                  if (played == of) {
                    System.err.println("played " + scenario.word());
                  }
                });
    System.out.print(report.toText());
    if (args.length > 3) {
      Files.writeString(Path.of(args[3]), CanonicalJson.text(report.toJson()));
    }
  }
}
