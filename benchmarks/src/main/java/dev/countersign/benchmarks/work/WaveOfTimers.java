package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Refusal;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// How late timers are: requests expire at known moments while clients move cases at a steady rate,
/// first spread over time, then many at the same moment.
///
/// Late is from the moment at which a request was due to the moment at which a reader saw it
/// expired, looking every 10 ms. The rounds run as the server runs them.
public final class WaveOfTimers {
  private static final int CONNECTIONS = 40;
  private static final int CLIENTS = 8;
  private static final int ROUND_MILLIS = 250;
  private static final int LOOK_MILLIS = 10;
  private static final int SPREAD_SECONDS = 20;
  private static final int WAIT_SECONDS = 60;

  private final WorkRoom room;
  private final Connection superuser;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger cycles = new AtomicInteger();

  private WaveOfTimers(WorkRoom room, Connection superuser) {
    this.room = room;
    this.superuser = superuser;
  }

  /// @param args how many timers in each part, and the cycles a second of each client
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int timers = Integer.parseInt(args[0]);
    double rate = Double.parseDouble(args[1]);
    var folder = Files.createTempDirectory("countersign-timers");
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      try (var room = new WorkRoom(place, CONNECTIONS);
          var superuser =
              Place.source(place.url(), postgres.superuser(), postgres.superuserPassword())
                  .getConnection()) {
        new WaveOfTimers(room, superuser).run(timers, rate);
      }
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  private void run(int timers, double rate) throws InterruptedException, SQLException {
    var staff = Place.TENANTS.stream().map(room::staff).toList();
    staff.forEach(room::prepare);
    for (int i = 0; i < 2 * timers; i++) {
      var own = staff.get(i % staff.size());
      room.propose(own, room.openCase(own), 1, "go");
    }
    var threads = new ArrayList<Thread>();
    threads.add(Thread.ofPlatform().start(this::rounds));
    for (int i = 0; i < CLIENTS; i++) {
      var own = staff.get(i % staff.size());
      threads.add(Thread.ofVirtual().start(() -> move(own, rate)));
    }
    Thread.sleep(SPREAD_SECONDS * 1_000L); // Until the load is warm.
    int before = cycles.get();
    long started = System.nanoTime();
    part("spread over " + SPREAD_SECONDS + " s", timers, SPREAD_SECONDS);
    part("at the same moment", timers, 0);
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

  /// Lets so many of those that wait expire, from two seconds on.
  private void part(String name, int timers, int seconds)
      throws SQLException, InterruptedException {
    try (var statement = superuser.createStatement()) {
      statement.execute("drop table if exists public.expiring");
      statement.execute(
          """
          create table public.expiring as
          select proposal_id, now() + interval '2 s' + (row_number() over () - 1) * interval '%d s' / %d as at
          from workflow.approval_request where state = 'pending' and expires_at > now() + interval '10 min'
          order by approval_id limit %d\
          """
              .formatted(seconds, timers, timers));
      // Whoever reads the terms later finds that they were changed; here they only have to expire.
      statement.execute(
          """
          update workflow.approval_request a set expires_at = e.at from public.expiring e where a.proposal_id = e.proposal_id;
          update workflow.proposal p set due_at = e.at from public.expiring e where p.proposal_id = e.proposal_id\
          """);
      statement.execute("alter table public.expiring add column seen timestamptz");
    }
    long end = System.nanoTime() + (seconds + WAIT_SECONDS) * 1_000_000_000L;
    while (look() > 0 && System.nanoTime() < end) {
      Thread.sleep(LOOK_MILLIS);
    }
    print(name, timers);
  }

  /// How many have not expired yet.
  private int look() throws SQLException {
    try (var statement = superuser.createStatement()) {
      statement.execute(
          """
          update public.expiring e set seen = clock_timestamp()
          where seen is null and at < clock_timestamp()
            and (select state from workflow.proposal p where p.proposal_id = e.proposal_id and p.tenant_id in (
              select tenant_id from kernel.generation)) = 'expired'\
          """);
      try (var row =
          statement.executeQuery("select count(*) from public.expiring where seen is null")) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private void print(String name, int timers) throws SQLException {
    var late = new ArrayList<Double>();
    try (var statement = superuser.createStatement();
        var row =
            statement.executeQuery(
                "select extract(epoch from seen - at) from public.expiring where seen is not null")) {
      while (row.next()) {
        late.add(row.getDouble(1));
      }
    }
    double[] sorted = late.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%d timers %-22s %d fired; late p50 %.2f s, p99 %.2f s, longest %.2f s%n",
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
