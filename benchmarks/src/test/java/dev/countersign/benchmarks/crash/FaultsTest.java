package dev.countersign.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.ledger.usecase.Fsck;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The world fails while a room answers: what was answered is in the log, and the log verifies.
///
/// A decision of either kind, permit or forbid, is only told after its commit, so a failing
/// database can make no allow: the refusals here are no answers.
class FaultsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SOME = 100;

  /// Holds a database and its write-ahead log; the start wants 200 MB free.
  private static final String SMALL_DISK = "size=320m";

  private final Path folder = folder();
  private final Path output = folder.resolve("answers");

  @Test
  void aKilledDatabaseTakesNoAnswerBack() throws IOException, InterruptedException, SQLException {
    var directory = folder.resolve("postgres");
    try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
      var room = room(Place.prepare(folder, postgres));
      ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
      awaitRefusals();
      room.destroyForcibly().waitFor();
    }
    assertNothingLost(directory);
  }

  @Test
  void aFullDiskTakesNoAnswerBack() throws IOException, InterruptedException, SQLException {
    var disk = Files.createDirectories(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", SMALL_DISK, "tmpfs", disk.toString()),
        "only root can mount a small disk");
    try {
      var ballast = disk.resolve("ballast");
      var directory = disk.resolve("postgres");
      try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
        var room = room(Place.prepare(folder, postgres));
        fill(ballast);
        awaitRefusals();
        room.destroyForcibly().waitFor();
        Files.delete(ballast);
      }
      assertNothingLost(directory);
    } finally {
      run("umount", disk.toString());
    }
  }

  /// A room that has answered.
  private Process room(Place place) throws IOException {
    var room = RoomCrash.start(place, List.of(), output, List.of("1"));
    Await.until("the room answers", PATIENCE, () -> told() > SOME);
    return room;
  }

  private void awaitRefusals() {
    Await.until(
        "the room refuses", PATIENCE, () -> read(RoomCrash.errors(folder)).contains("refused: "));
  }

  private void assertNothingLost(Path directory) throws IOException, SQLException {
    var answers = new Answers();
    RoomCrash.told(output).forEach(answers::add);
    try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
      var place = new Place(folder, postgres.jdbcUrl("crash"));
      var compared =
          answers.compare(
              Place.source(place.url(), postgres.superuser(), postgres.superuserPassword()));
      assertThat(compared.missing()).as("%s", compared).isZero();
      assertThat(compared.twice()).as("%s", compared).isZero();
      assertThat(place.fsck()).isInstanceOf(Fsck.Finding.Sound.class);
    }
    EmbeddedPostgres.remove(directory);
  }

  private long told() {
    try {
      return RoomCrash.told(output).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fill(Path ballast) throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      var block = new byte[64 * 1024];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(Path.of("target"), "fault").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
