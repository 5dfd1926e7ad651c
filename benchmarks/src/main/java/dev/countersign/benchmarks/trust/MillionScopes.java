package dev.countersign.benchmarks.trust;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.usecase.TrustScopes;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.IntUnaryOperator;

/// What it takes to ask for the stage of one of a million scopes, and how much memory stays in use.
///
/// The scopes are copies of one that lived through some proposals, each with a state of its own. A
/// look-up is a round trip to the database and what is done with its answer; of a hundred busy
/// scopes the answer is known, of a random one of the million mostly not.
public final class MillionScopes {
  private static final int LOOK_UPS = 50_000;
  private static final int BUSY = 100;

  private MillionScopes() {}

  /// @param args how many scopes
  public static void main(String[] args) throws IOException, SQLException {
    int many = Integer.parseInt(args[0]);
    var folder = Files.createTempDirectory("countersign-scopes");
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = Place.prepare(folder, postgres);
      var transactions = new TenantTransactions(place.as(DatabaseRole.APP));
      var ids = new Ids(Clock.systemUTC(), new SecureRandom());
      var scopes = new TrustScopes(new TrustStore(), ids, Clock.systemUTC());
      var tenant = Place.TENANTS.getFirst();
      transactions.run(tenant, Rules.CHANGE, transaction -> live(transaction, scopes, ids));
      try (var superuser =
          Place.source(place.url(), postgres.superuser(), postgres.superuserPassword())
              .getConnection()) {
        copy(superuser, many - 1);
      }
      memory("before");
      var random = new SplittableRandom(1);
      for (int round = 1; round <= 3; round++) {
        measure(transactions, scopes, tenant, "one of a million", _ -> random.nextInt(many));
        memory("after " + round * LOOK_UPS + " look-ups");
      }
      measure(transactions, scopes, tenant, "one of a hundred", i -> i % BUSY);
      memory("at the end");
    } finally {
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }

  private static ScopeKey key(int number) {
    return new ScopeKey("main", "queue-" + number, "go", "agent");
  }

  private static UUID live(TenantTransaction transaction, TrustScopes scopes, Ids ids) {
    var now = Clock.systemUTC().instant();
    for (int i = 0; i < 50; i++) {
      scopes.observe(transaction, key(0), new TrustEvent.Decided(ids.next(), true, now, true));
    }
    return new UUID(0, 0);
  }

  private static void copy(Connection superuser, int more) throws SQLException {
    try (var statement = superuser.createStatement()) {
      statement.execute(
          """
          insert into trust.scope (tenant_id, scope_id, site, queue, action_type, role_context, ordinal, stage, state, version, updated_at, recent)
          select tenant_id, uuidv7(), site, 'queue-' || n, action_type, role_context, n + 1, stage,
            replace(state, '"apart":0', '"apart":' || n), version, updated_at, recent
          from trust.scope, generate_series(1, %d) n where queue = 'queue-0'\
          """
              .formatted(more));
      statement.execute("vacuum analyze trust.scope");
    }
  }

  private static void measure(
      TenantTransactions transactions,
      TrustScopes scopes,
      TenantId tenant,
      String which,
      IntUnaryOperator choose) {
    var nanos = new long[LOOK_UPS];
    transactions.run(
        tenant,
        Rules.READ,
        transaction -> {
          var now = Clock.systemUTC().instant();
          for (int i = 0; i < LOOK_UPS; i++) {
            var key = key(choose.applyAsInt(i));
            long start = System.nanoTime();
            var stage = scopes.stage(transaction, key, now);
            nanos[i] = System.nanoTime() - start;
            if (stage != Stage.OBSERVE) {
              throw new IllegalStateException("a scope is at " + stage);
            }
          }
          return nanos;
        });
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%,d look-ups of %s: p50 %.0f us, p99 %.0f us, with the database%n",
        LOOK_UPS,
        which,
        nanos[LOOK_UPS / 2] / 1e3,
        nanos[(int) (LOOK_UPS * 0.99)] / 1e3);
  }

  private static void memory(String when) {
    System.gc();
    var runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f MB in use of at most %.0f MB%n",
        when,
        (runtime.totalMemory() - runtime.freeMemory()) / 1e6,
        runtime.maxMemory() / 1e6);
  }
}
