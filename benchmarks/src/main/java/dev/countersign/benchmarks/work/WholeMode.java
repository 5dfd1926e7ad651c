package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Severity;
import dev.countersign.trust.TrustEvent;
import dev.countersign.workflow.usecase.DryRun;
import dev.countersign.workflow.usecase.ProposalRequest;
import dev.countersign.workflow.usecase.TenantProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// What it takes to ask for the whole mode of an action, and to count an outcome in its scope, each
/// with the database, by one caller after the other.
///
/// The whole mode is asked by a dry run: all that a proposal asks (case, gates, freezes, ceilings,
/// policies, trust, alarms, chance, predictions), in a transaction that is undone. An update is a
/// transaction of its own that is committed: the scope is locked, read, folded, written, with what
/// it remembers of the proposal.
public final class WholeMode {
  private static final int CASES = 100;
  private static final int SCOPES = 100;
  private static final int ROUNDS = 3;

  private final WorkRoom room;
  private final WorkRoom.Staff staff;
  private final Ids ids = new Ids(Clock.systemUTC(), new SecureRandom());

  private WholeMode(WorkRoom room, WorkRoom.Staff staff) {
    this.room = room;
    this.staff = staff;
  }

  /// @param args how many of each
  public static void main(String[] args) throws IOException, SQLException {
    int count = Integer.parseInt(args[0]);
    var folder = Files.createTempDirectory("countersign-mode");
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      try (var room = new WorkRoom(place, 4)) {
        var staff = room.staff(Place.TENANTS.getFirst());
        room.prepare(staff);
        var mode = new WholeMode(room, staff);
        for (int round = 1; round <= ROUNDS; round++) {
          mode.ask(count);
          mode.update(count);
        }
      }
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  private void ask(int count) {
    var dryRun = new DryRun(room.ledger, room.propose);
    var cases = new UUID[CASES];
    Arrays.setAll(cases, _ -> room.openCase(staff));
    var nanos = new long[count];
    for (int i = 0; i < count; i++) {
      var body =
          Json.object()
              .put("case_id", cases[i % CASES].toString())
              .put("case_version", 1)
              .put("action", Json.object().put("type", "go").build())
              .put("prediction", Json.object().put("confidence", 0.9).put("safety", 0.95).build())
              .build();
      var request = ProposalRequest.parse(body, TenantProfile.STANDARD);
      long start = System.nanoTime();
      var answer = dryRun.tryOut(WorkRoom.call(staff.agent()), request);
      nanos[i] = System.nanoTime() - start;
      if (!answer.text("mode").equals(Optional.of("observe"))) {
        throw new IllegalStateException("the mode is " + answer);
      }
    }
    print("the whole mode, by a dry run", nanos);
  }

  private void update(int count) {
    var nanos = new long[count];
    for (int i = 0; i < count; i++) {
      var key = new ScopeKey("main", "queue-" + i % SCOPES, "go", "agent");
      var proposal = ids.next();
      var tenant = staff.agent().tenant();
      room.transactions.run(
          tenant,
          Rules.APPLY,
          transaction ->
              room.scopes.observe(
                  transaction, key, new TrustEvent.Executed(proposal, now(), false)));
      long start = System.nanoTime();
      room.transactions.run(
          tenant,
          Rules.APPLY,
          transaction ->
              room.scopes.observe(
                  transaction,
                  key,
                  new TrustEvent.OutcomeObserved(
                      proposal, true, Severity.NONE, Optional.empty(), Optional.empty(), now())));
      nanos[i] = System.nanoTime() - start;
    }
    print("an outcome updates one of " + SCOPES + " scopes, committed", nanos);
  }

  private static Instant now() {
    return Clock.systemUTC().instant();
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%s: p50 %.0f us, p99 %.0f us (%,d)%n",
        what,
        nanos[nanos.length / 2] / 1e3,
        nanos[(int) (nanos.length * 0.99)] / 1e3,
        nanos.length);
  }
}
