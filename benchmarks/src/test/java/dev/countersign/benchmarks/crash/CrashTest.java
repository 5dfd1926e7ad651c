package dev.countersign.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A short form of what `benchmarks/crash.sh` does for minutes; each run has its own seed.
class CrashTest {
  private static final int ROOM_KILLS = 10;
  private static final int SERVER_KILLS = 2;

  @Test
  void theRoomLosesNothingItAnswered() throws IOException, InterruptedException, SQLException {
    var folder = Files.createTempDirectory(Path.of("target"), "room").toAbsolutePath();
    long seed = new Random().nextLong();
    var verdict = RoomCrash.run(folder, ROOM_KILLS, seed);
    assertSound(verdict, seed);
    EmbeddedPostgres.remove(folder.resolve("postgres"));
  }

  @Test
  void theServerLosesNothingItAnswered() throws IOException, InterruptedException, SQLException {
    var folder = Files.createTempDirectory(Path.of("target"), "server").toAbsolutePath();
    long seed = new Random().nextLong();
    var verdict = ServerCrash.run(Path.of(".."), folder, SERVER_KILLS, seed);
    assertSound(verdict, seed);
  }

  private static void assertSound(Verdict verdict, long seed) {
    assertThat(verdict.sound()).as("seed %d: %s", seed, verdict.words()).isTrue();
    assertThat(verdict.answers().answered()).as("else nothing was proved").isPositive();
  }
}
