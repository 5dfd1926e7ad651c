package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/// How late timers are: of each kind ([Wave]) many are due at known moments while clients move
/// cases at a steady rate, first spread over time, then all at the same moment, of four tenants.
///
/// Late is from the moment at which one was due to the moment at which a reader saw that it had
/// fired, looking every 10 ms. The rounds run as the server runs them.
public final class WaveOfTimers {
  private static final int CONNECTIONS = 40;
  private static final int CLIENTS = 8;
  private static final int ROUND_MILLIS = 250;
  private static final int LOOK_MILLIS = 10;
  private static final int SPREAD_SECONDS = 20;
  private static final int WAIT_SECONDS = 60;

  /// Chance gives one in a hundred of what could run by itself to people; so many more are made.
  private static final double ALSO = 1.05;

  private static final JsonObject TIMED =
      JsonReader.readObject(
          """
          {"key": "timed", "title": "Timed", "queues": [{"name": "here"}, {"name": "there"}],
           "transitions": [
             {"type": "go", "from": "here", "to": "there", "gate": "going", "approver_roles": ["reviewer"],
              "approval": {"escalate": {"after_seconds": 86400, "roles": ["operator"]}},
              "handler": "transition", "sla_seconds": 86400},
             {"type": "drift", "from": "here", "to": "there", "gate": "drifting", "approver_roles": ["reviewer"],
              "approval": {"veto_seconds": 7200, "expires_seconds": 86400}, "handler": "transition"}]}
          """);

  private final WorkRoom room;
  private final DataSource database;
  private final Connection superuser;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger cycles = new AtomicInteger();

  private WaveOfTimers(WorkRoom room, DataSource database, Connection superuser) {
    this.room = room;
    this.database = database;
    this.superuser = superuser;
  }

  /// @param args how many timers in each part, and the cycles a second of each client
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int timers = Integer.parseInt(args[0]);
    double rate = Double.parseDouble(args[1]);
    var folder = Files.createTempDirectory("countersign-timers");
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      var database = Place.source(place.url(), postgres.superuser(), postgres.superuserPassword());
      try (var room = new WorkRoom(place, CONNECTIONS);
          var superuser = database.getConnection()) {
        new WaveOfTimers(room, database, superuser).run(timers, rate);
      }
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  private void run(int timers, double rate) throws InterruptedException, SQLException {
    var staff = Place.TENANTS.stream().map(room::staff).toList();
    staff.forEach(room::prepare);
    prepare(staff, 2 * timers);
    var threads = new ArrayList<Thread>();
    threads.add(Thread.ofPlatform().start(this::rounds));
    for (int i = 0; i < CLIENTS; i++) {
      var own = staff.get(i % staff.size());
      threads.add(Thread.ofVirtual().start(() -> move(own, rate)));
    }
    Thread.sleep(SPREAD_SECONDS * 1_000L); // Until the load is warm.
    int before = cycles.get();
    long started = System.nanoTime();
    for (var wave : Wave.values()) {
      part(wave, "spread over " + SPREAD_SECONDS + " s", timers, SPREAD_SECONDS);
      part(wave, "at the same moment", timers, 0);
    }
    System.out.printf(
        Locale.ROOT,
        "meanwhile %.0f cycles/s of %d clients%n",
        (cycles.get() - before) * 1e9 / (System.nanoTime() - started),
        CLIENTS);
    over.set(true);
    for (var thread : threads) {
      thread.join();
    }
  }

  /// Makes so many of each kind, the same number for each tenant.
  private void prepare(List<WorkRoom.Staff> staff, int each)
      throws InterruptedException, SQLException {
    for (var own : staff) {
      room.prepare(own, TIMED, List.of("go", "drift"));
      room.allowEverything(own);
      // Trust knows a scope once something was decided in it.
      room.approve(own, room.propose(own, room.openCase(own, "timed"), 1, "drift"));
    }
    Stations.stage(database, "guarded_auto", "drift");
    var threads = new ArrayList<Thread>();
    for (var own : staff) {
      int some = each / staff.size();
      threads.add(Thread.ofPlatform().start(() -> waiting(own, some)));
      threads.add(Thread.ofPlatform().start(() -> done(own, some)));
    }
    for (var thread : threads) {
      thread.join();
    }
  }

  private void waiting(WorkRoom.Staff own, int some) {
    for (int i = 0; i < some; i++) {
      room.propose(own, room.openCase(own, "timed"), 1, "go"); // Expires.
      room.propose(own, room.openCase(own, "timed"), 1, "go"); // Escalates.
      room.openCase(own, "timed"); // Stays too long.
    }
  }

  private void done(WorkRoom.Staff own, int some) {
    for (int i = 0; i < some * ALSO; i++) {
      room.propose(own, room.openCase(own, "timed"), 1, "drift");
    }
    for (int i = 0; i < some; i++) {
      room.approve(own, room.propose(own, room.openCase(own, "timed"), 1, "go"));
    }
  }

  private void part(Wave wave, String when, int timers, int seconds)
      throws SQLException, InterruptedException {
    if (!wave.begin(superuser, timers, seconds)) {
      throw new IllegalStateException("fewer than " + timers + " " + wave.words());
    }
    long end = System.nanoTime() + (seconds + WAIT_SECONDS) * 1_000_000_000L;
    while (wave.look(superuser) > 0 && System.nanoTime() < end) {
      Thread.sleep(LOOK_MILLIS);
    }
    print(wave.words() + " " + when, timers);
  }

  private void print(String name, int timers) throws SQLException {
    var late = new ArrayList<Double>();
    try (var statement = superuser.createStatement();
        var row =
            statement.executeQuery(
                "select extract(epoch from seen - at) from public.wave where seen is not null")) {
      while (row.next()) {
        late.add(row.getDouble(1));
      }
    }
    double[] sorted = late.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%d %-48s %4d fired; late p50 %.2f s, p99 %.2f s, longest %.2f s%n",
        timers,
        name + ":",
        sorted.length,
        sorted[sorted.length / 2],
        sorted[(int) (sorted.length * 0.99)],
        Arrays.stream(sorted).max().orElseThrow());
  }

  private void rounds() {
    while (!over.get()) {
      try {
        while (room.due.round().full() && !over.get()) {
          // More is waiting.
        }
        Thread.sleep(ROUND_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void move(WorkRoom.Staff staff, double rate) {
    long next = System.nanoTime();
    UUID caseId = room.openCase(staff);
    for (long version = 1; !over.get(); version++) {
      next += (long) (1e9 / rate);
      try {
        var decided =
            room.approve(
                staff, room.propose(staff, caseId, version, version % 2 == 1 ? "go" : "return"));
        room.succeed(staff, decided);
        cycles.incrementAndGet();
        Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      } catch (Refusal.Conflict e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
