package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Made-up people work through every pack of the demo, and a second run of the same seed finds its
/// work done.
final class SimulateJourney {

  private SimulateJourney() {}

  static void run(DemoServer server, Path folder) throws IOException, InterruptedException {
    for (var pack : List.of("pharmacy-refill", "insurance-claim", "hr-onboarding")) {
      var arguments =
          List.of(
              "simulate",
              pack,
              "--cases",
              "12",
              "--seed",
              "3",
              "--url",
              server.url(),
              "--data-dir",
              server.data().toString());
      var first = DemoServer.run(DemoServer.command(arguments), folder.resolve(pack + ".out"));
      assertThat(first.code()).as(first.output()).isZero();
      assertThat(table(first.output()).getFirst()).contains("seed 3: 12 cases");
      var all = table(first.output()).getLast().split(" +");
      assertThat(all).hasSize(9);
      long proposed = Long.parseLong(all[1]);
      long approved = Long.parseLong(all[3]);
      long rejected = Long.parseLong(all[4]);
      assertThat(approved).as(first.output()).isBetween(5L, proposed);
      assertThat(approved + rejected + Long.parseLong(all[5])).isEqualTo(proposed);
      assertThat(Long.parseLong(all[7]) + Long.parseLong(all[8]))
          .as("each execution has its outcome")
          .isEqualTo(Long.parseLong(all[6]));

      // Once is enough: it is the same for every pack.
      if (!pack.equals("pharmacy-refill")) {
        continue;
      }
      var again = DemoServer.run(DemoServer.command(arguments), folder.resolve("again.out"));
      assertThat(again.code()).as(again.output()).isZero();
      assertThat(table(again.output())).isEqualTo(table(first.output()));
    }
  }

  private static List<String> table(String output) {
    return output.lines().dropWhile(line -> !line.contains(", seed ")).toList();
  }
}
