package dev.countersign.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A short form of what `benchmarks/work-crash.sh` does for half an hour; each run has its own
/// seed.
class WorkCrashTest {
  private static final int KILLS = 5;
  private static final int SERVER_KILLS = 2;

  @Test
  void nothingIsCarriedOutTwiceOrLostWhenTheRoomIsKilled()
      throws IOException, InterruptedException, SQLException {
    var folder = Files.createTempDirectory(Path.of("target"), "work").toAbsolutePath();
    long seed = new Random().nextLong();
    var verdict = WorkCrash.run(folder, KILLS, seed);
    assertSound(verdict, seed);
    assertThat(verdict.found().how().remote()).as("by another system").isPositive();
    assertThat(verdict.found().how().byStage()).as("by themselves").isPositive();
    EmbeddedPostgres.remove(folder.resolve("postgres"));
  }

  @Test
  void nothingIsCarriedOutTwiceOrLostWhenTheServerIsKilled()
      throws IOException, InterruptedException, SQLException {
    var folder = Files.createTempDirectory(Path.of("target"), "work").toAbsolutePath();
    long seed = new Random().nextLong();
    assertSound(WorkServerCrash.run(Path.of(".."), folder, SERVER_KILLS, seed), seed);
  }

  private static void assertSound(WorkVerdict verdict, long seed) {
    assertThat(verdict.sound()).as("seed %d: %s", seed, verdict.words()).isTrue();
    assertThat(verdict.found().executions()).as("else nothing was proved").isPositive();
  }
}
