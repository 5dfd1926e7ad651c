package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.ledger.usecase.Fsck;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// How many whole cycles a second the room carries: propose, approve, claim, execute, outcome, each
/// answered only when its entries have their index; the database beside it on the same machine.
///
/// Each client has cases of its own and moves one after the other, so that nothing is refused. In
/// the end what is stored must be what was answered, and the log must verify.
public final class Cycles {
  private static final int CONNECTIONS = 40;
  private static final int CASES_OF_A_CLIENT = 25;
  private static final List<String> STEPS =
      List.of("propose", "approve and execute", "outcome", "whole cycle");

  private final WorkRoom room;
  private final int clients;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean measured = new AtomicBoolean();
  private final AtomicInteger cycles = new AtomicInteger();
  private final List<List<Long>> times = new ArrayList<>();

  private Cycles(WorkRoom room, int clients) {
    this.room = room;
    this.clients = clients;
    STEPS.forEach(_ -> times.add(new ArrayList<>()));
  }

  /// @param args seconds of warming up, seconds of measuring, clients, tenants (1 to 4)
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int warm = Integer.parseInt(args[0]);
    int seconds = Integer.parseInt(args[1]);
    int clients = Integer.parseInt(args[2]);
    int tenants = Integer.parseInt(args[3]);
    var folder = Files.createTempDirectory("countersign-cycles");
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      System.out.printf(
          "%d clients, %d tenant(s), %d s after %d s of warming up%n",
          clients, tenants, seconds, warm);
      var plain = PlainCycles.run(place, clients, Math.max(1, seconds / 2));
      System.out.printf(
          Locale.ROOT, "the same four commits of one row each, without us: %.0f/s%n", plain);
      int done;
      try (var room = new WorkRoom(place, CONNECTIONS)) {
        var cycles = new Cycles(room, clients);
        done = cycles.run(tenants, warm, seconds, plain);
      }
      verify(place, postgres, done);
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  private int run(int tenants, int warm, int seconds, double plain) throws InterruptedException {
    var staff = Place.TENANTS.stream().limit(tenants).map(room::staff).toList();
    staff.forEach(room::prepare);
    var threads = new ArrayList<Thread>();
    var ready = new AtomicInteger();
    for (int i = 0; i < clients; i++) {
      var own = staff.get(i % tenants);
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                var cases = new ArrayList<UUID>();
                for (int c = 0; c < CASES_OF_A_CLIENT; c++) {
                  cases.add(room.openCase(own));
                }
                ready.incrementAndGet();
                work(own, cases);
              }));
    }
    while (ready.get() < clients) {
      Thread.sleep(10);
    }
    Thread.sleep(warm * 1_000L);
    int before = cycles.get();
    long started = System.nanoTime();
    measured.set(true);
    Thread.sleep(seconds * 1_000L);
    int counted = cycles.get() - before;
    double rate = counted * 1e9 / (System.nanoTime() - started);
    measured.set(false);
    over.set(true);
    for (var thread : threads) {
      thread.join();
    }
    System.out.printf(
        Locale.ROOT,
        "whole cycles: %.0f/s (%,d), %.2f of the plain commits%n",
        rate,
        counted,
        rate / plain);
    for (int step = 0; step < STEPS.size(); step++) {
      print(STEPS.get(step), times.get(step));
    }
    return cycles.get();
  }

  private static void print(String step, List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "  %-20s p50 %6.1f ms, p99 %6.1f ms, longest %6.1f ms%n",
        step,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) (sorted.length * 0.99)] / 1e6,
        Arrays.stream(sorted).max().orElseThrow() / 1e6);
  }

  private void work(WorkRoom.Staff staff, List<UUID> cases) {
    long version = 1;
    for (int turn = 0; !over.get(); turn++) {
      var type = turn % 2 == 0 ? "go" : "return";
      for (var caseId : cases) {
        if (over.get()) {
          return;
        }
        cycle(staff, caseId, version, type);
      }
      version++;
    }
  }

  private void cycle(WorkRoom.Staff staff, UUID caseId, long version, String type) {
    long start = System.nanoTime();
    var proposed = room.propose(staff, caseId, version, type);
    long afterProposal = System.nanoTime();
    var decided = room.approve(staff, proposed);
    if (!decided.text("proposal_state").orElseThrow().equals("executed")) {
      throw new IllegalStateException("not executed: " + decided);
    }
    long afterExecution = System.nanoTime();
    room.succeed(staff, decided);
    long end = System.nanoTime();
    cycles.incrementAndGet();
    if (measured.get()) {
      synchronized (times) {
        times.get(0).add(afterProposal - start);
        times.get(1).add(afterExecution - afterProposal);
        times.get(2).add(end - afterExecution);
        times.get(3).add(end - start);
      }
    }
  }

  private static void verify(Place place, EmbeddedPostgres postgres, int done)
      throws IOException, SQLException {
    var superuser = Place.source(place.url(), postgres.superuser(), postgres.superuserPassword());
    try (var connection = superuser.getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select (select count(*) from workflow.execution), (select count(*) from workflow.outcome),
                  (select sum(version - 1) from workflow.case_file)\
                """)) {
      row.next();
      if (row.getLong(1) != done || row.getLong(2) != done || row.getLong(3) != done) {
        throw new IllegalStateException(
            "answered %d cycles, stored %d executions, %d outcomes, %d moves of cases"
                .formatted(done, row.getLong(1), row.getLong(2), row.getLong(3)));
      }
    }
    if (!(place.fsck() instanceof Fsck.Finding.Sound sound)) {
      throw new IllegalStateException("the log does not verify");
    }
    System.out.printf(
        Locale.ROOT,
        "stored as answered: %,d cycles; the log verifies, %,d entries%n",
        done,
        sound.entries());
  }
}
