package dev.countersign.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.usecase.CheckpointFile;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The files of a whole PostgreSQL are put back to what they were some answers ago, as a restored
/// backup puts them: the room refuses to go on, says what to do, and signs nothing.
class RestoredBackupTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// So long that the room signs on its way, not only at its start.
  private static final String ANSWERS = "2000";

  @Test
  void aRestoredBackupIsRefused() throws IOException, InterruptedException, SQLException {
    var folder = Files.createTempDirectory(Path.of("target"), "restored").toAbsolutePath();
    var directory = folder.resolve("postgres");
    var backup = folder.resolve("backup");
    try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
      answer(Place.prepare(folder, postgres), "100");
    }
    copy(directory, backup);
    try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
      answer(place(folder, postgres), ANSWERS);
    }
    var signed = CheckpointFile.read(folder.resolve("checkpoint"));
    long size = Checkpoint.parse(signed.getLast().text()).size();

    EmbeddedPostgres.remove(directory);
    copy(backup, directory);
    try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
      var place = place(folder, postgres);
      long head = head(place, postgres);
      assertThat(head).isPositive().isLessThan(size);
      var room = RoomCrash.start(place, List.of(), folder.resolve("answers"), List.of("1"));
      Await.until(
          "the room refuses",
          PATIENCE,
          () -> read(RoomCrash.errors(folder)).contains("restored from an older state"));
      room.destroyForcibly().waitFor();
      assertThat(read(RoomCrash.errors(folder)))
          .contains("restore the newest state, or start a new log under a new origin");
      assertThat(RoomCrash.told(folder.resolve("answers"))).isEmpty();
      assertThat(head(place, postgres)).isEqualTo(head);
      assertThat(CheckpointFile.read(folder.resolve("checkpoint")).toString())
          .isEqualTo(signed.toString());
    }
    EmbeddedPostgres.remove(directory);
  }

  /// Lets a room give so many answers and end.
  private static void answer(Place place, String answers) throws IOException, InterruptedException {
    var output = place.folder().resolve("answers");
    assertThat(RoomCrash.start(place, List.of(), output, List.of("1", answers)).waitFor()).isZero();
  }

  private static Place place(Path folder, EmbeddedPostgres postgres) {
    return new Place(folder, postgres.jdbcUrl("crash"));
  }

  private static long head(Place place, EmbeddedPostgres postgres) throws SQLException {
    var superuser = Place.source(place.url(), postgres.superuser(), postgres.superuserPassword());
    try (var connection = superuser.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select size from ledger.head")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    int ended =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(ended).isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
