package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.crash.Killing;
import dev.countersign.benchmarks.place.Place;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/// Kills a process that moves cases, again and again, and then looks for a transition that was made
/// twice, one that was approved and never made, and an answer that the log does not know.
public final class WorkCrash {
  private static final int CONNECTIONS = 12;

  /// By when the last one has taken over what the killed left behind.
  private static final Duration SETTLED = Duration.ofSeconds(30);

  private WorkCrash() {}

  /// @param args how many kills, and the seed of their moments
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int kills = Integer.parseInt(args[0]);
    long seed = Long.parseLong(args[1]);
    var folder = Files.createTempDirectory("countersign-work");
    System.out.println("a process that moves cases, killed " + kills + " times, seed " + seed);
    var verdict = run(folder, kills, seed);
    System.out.print(verdict.words());
    EmbeddedPostgres.remove(folder.resolve("postgres"));
    if (!verdict.sound()) {
      System.exit(1);
    }
  }

  /// @param folder an empty folder, which keeps everything
  static WorkVerdict run(Path folder, int kills, long seed)
      throws IOException, InterruptedException, SQLException {
    var answered = new Executed();
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      try (var room = new WorkRoom(place, CONNECTIONS)) {
        Place.TENANTS.stream().map(room::staff).forEach(room::prepare);
      }
      int early = new Killing(place, CrashedWork.class, seed).kill(kills, answered::add);
      try (var room = new WorkRoom(place, CONNECTIONS)) {
        settle(room);
      }
      var superuser = Place.source(place.url(), postgres.superuser(), postgres.superuserPassword());
      return new WorkVerdict(kills, early, answered.compare(superuser), place.fsck());
    }
  }

  /// What was left behind is due within seconds.
  private static void settle(WorkRoom room) throws InterruptedException {
    long end = System.nanoTime() + SETTLED.toNanos();
    int idle = 0;
    while (idle < 10 && System.nanoTime() < end) {
      idle = room.due.round().done() == 0 ? idle + 1 : 0;
      Thread.sleep(500);
    }
  }
}
