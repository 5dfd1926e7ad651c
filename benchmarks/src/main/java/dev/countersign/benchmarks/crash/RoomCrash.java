package dev.countersign.benchmarks.crash;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// Kills the room at random moments, starts it again, and compares what it answered with its log.
public final class RoomCrash {

  private RoomCrash() {}

  /// @param args how many kills, and the seed of their moments
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int kills = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    var folder = Files.createTempDirectory("countersign-crash");
    System.out.println("the room, killed " + kills + " times, seed " + seed);
    var verdict = run(folder, kills, seed);
    System.out.print(verdict.words());
    EmbeddedPostgres.remove(folder.resolve("postgres"));
    if (!verdict.sound()) {
      System.exit(1);
    }
  }

  /// Kills the room so many times.
  ///
  /// @param folder an empty folder, which keeps everything
  static Verdict run(Path folder, int kills, long seed)
      throws IOException, InterruptedException, SQLException {
    var answers = new Answers();
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      int early =
          new Killing(place, CrashedRoom.class, seed)
              .kill(kills, line -> answers.add(UUID.fromString(line)));
      var superuser = Place.source(place.url(), postgres.superuser(), postgres.superuserPassword());
      return new Verdict(kills, early, answers.compare(superuser), place.fsck());
    }
  }

  /// The decisions that a room wrote down.
  static List<UUID> told(Path output) throws IOException {
    return Killing.told(output).stream().map(UUID::fromString).toList();
  }

  /// Starts a room on a place.
  static Process start(Place place, List<String> options, Path output, List<String> seedAndAnswers)
      throws IOException {
    return Killing.start(place, CrashedRoom.class, options, output, seedAndAnswers);
  }

  static Path errors(Path folder) {
    return Killing.errors(folder);
  }
}
