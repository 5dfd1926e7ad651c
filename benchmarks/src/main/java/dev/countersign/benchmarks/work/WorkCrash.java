package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.crash.Killing;
import dev.countersign.benchmarks.place.Place;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/// Kills a process that moves cases, again and again, and then looks for a transition that was made
/// twice, one that was approved and never made, and an answer that the log does not know; also for
/// what another system was asked twice, or not asked, or did and nobody knows.
public final class WorkCrash {
  private static final int CONNECTIONS = 12;

  /// By when the last one has taken over what the killed left behind.
  private static final Duration SETTLED = Duration.ofSeconds(30);

  /// What the killed asked of another system is theirs for 21 s; the last one need not wait for it.
  private static final Duration LEASES_ARE_OVER = Duration.ofMinutes(1);

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
    try (var receiver = new Receiver();
        var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      var superuser = Place.source(place.url(), postgres.superuser(), postgres.superuserPassword());
      try (var room = new WorkRoom(place, CONNECTIONS)) {
        Stations.prepare(room, receiver, superuser);
      }
      int early = new Killing(place, CrashedWork.class, seed).kill(kills, answered::add);
      try (var room =
          new WorkRoom(place, CONNECTIONS, Clock.offset(Clock.systemUTC(), LEASES_ARE_OVER))) {
        settle(room);
      }
      return new WorkVerdict(
          kills, early, answered.compare(superuser, receiver.log()), place.fsck());
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
