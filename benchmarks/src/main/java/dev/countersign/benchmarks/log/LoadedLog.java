package dev.countersign.benchmarks.log;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.check.CheckRecord;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// Fills the database of a server that is down with decisions of the past 90 days.
///
/// Each is decided by the engine under the tenant's policies, rendered as the server does it, and
/// appended by the ledger's own path with leaf, chain and tiles, so `fsck` holds for it. Only the
/// clock is ours: the day of expiry, the partitions and the notes of how far the log reached are
/// put where the passing days would have put them.
final class LoadedLog {
  private static final int DAYS = 90;
  private static final int BATCH = 500;

  /// The simulated draft forbids from so many tokens on.
  static final int MOST_TOKENS = 990;

  private static final int TOKENS = 1_000;
  private static final int RARE = 5_000;
  private static final int PERSONAL = 50;

  private final DataSource superuser;
  private final Path contentKeys;
  private final TenantTransactions transactions;
  private final SecureRandom random = new SecureRandom();
  private final Ids ids = new Ids(Clock.systemUTC(), random);
  private final TenantId tenant;
  private final Instant begin;
  private final Duration step;
  private final long count;

  /// What was loaded.
  ///
  /// @param rare decisions on the model `rare-model`
  /// @param wouldFlip permitted ones that the draft forbids
  record Loaded(long count, long rare, long forbidden, long wouldFlip, double seconds) {}

  private LoadedLog(EmbeddedPostgres postgres, Path contentKeys, TenantId tenant, long count) {
    this.contentKeys = contentKeys;
    this.superuser = source(postgres, "");
    this.transactions = new TenantTransactions(source(postgres, "-c role=countersign_app"));
    this.tenant = tenant;
    this.count = count;
    var now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.HOURS);
    // The last hour is the server's own.
    this.begin = now.minus(Duration.ofDays(DAYS)).plus(Duration.ofHours(1));
    this.step = Duration.between(begin, now.minus(Duration.ofHours(1))).dividedBy(count);
  }

  private static PGSimpleDataSource source(EmbeddedPostgres postgres, String options) {
    var source = new PGSimpleDataSource();
    source.setURL(postgres.jdbcUrl("countersign"));
    source.setUser(postgres.superuser());
    source.setPassword(postgres.superuserPassword());
    source.setOptions(options);
    return source;
  }

  static Loaded into(Path data, TenantId tenant, long count) throws SQLException {
    try (var postgres = EmbeddedPostgres.start(Settings.in(data.resolve("postgres")))) {
      return new LoadedLog(postgres, data.resolve("ledger").resolve("content-keys"), tenant, count)
          .load();
    }
  }

  private Loaded load() throws SQLException {
    long started = System.nanoTime();
    long rare = 0;
    long forbidden = 0;
    long wouldFlip = 0;
    var policies =
        transactions.run(
            tenant, Rules.READ, new PolicySnapshots(new PolicyStore(), new CelConditions())::load);
    try (var connection = superuser.getConnection()) {
      prepare(connection);
      // The days have partitions now, and get their secrets.
      var path =
          new AppendPath(
              ContentKeyStore.open(contentKeys, superuser, superuser, new SecureRandom()));
      connection.setAutoCommit(false);
      var noted = Instant.EPOCH;
      for (long next = 0; next < count; next += BATCH) {
        var drafts = new ArrayList<AppendPath.Salted>();
        for (long i = next; i < Math.min(count, next + BATCH); i++) {
          var made = made(policies, i);
          rare += i % RARE == 0 ? 1 : 0;
          forbidden += made.allowed() ? 0 : 1;
          wouldFlip += made.allowed() && i % TOKENS >= MOST_TOKENS ? 1 : 0;
          drafts.add(made.salted());
        }
        var time = time(next);
        if (Duration.between(noted, time).toHours() > 0) {
          note(connection, time);
          noted = time;
        }
        var batch = path.prepare(connection, ids.next(), drafts);
        batch.commit(connection);
        batch.settle();
      }
      connection.setAutoCommit(true);
      try (var statement = connection.createStatement()) {
        statement.execute("vacuum analyze ledger.entry");
        statement.execute("checkpoint");
      }
    }
    return new Loaded(
        count, rare, forbidden, wouldFlip, (System.nanoTime() - started) / 1_000_000_000.0);
  }

  private static void prepare(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("set role countersign_maintenance");
      statement.execute(
          "select ledger.add_entry_day(current_date + n) from generate_series(1, 105) n");
      statement.execute("reset role");
      statement.execute("update ledger.entry_day_made set made_at = day - interval '105 days'");
      // What the demo itself recorded is taken to be of the first day.
      statement.execute("delete from ledger.growth");
      statement.execute(
          "insert into ledger.growth (at, size) values (now() - interval '91 days', 0)");
    }
  }

  private static void note(Connection connection, Instant time) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "insert into ledger.growth (at, size) select ?, size from ledger.head")) {
      statement.setObject(1, time.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  private Instant time(long i) {
    return begin.plus(step.multipliedBy(i)).truncatedTo(ChronoUnit.MICROS);
  }

  private record Made(AppendPath.Salted salted, boolean allowed) {}

  private Made made(TenantPolicies policies, long i) {
    var caller =
        new Principal(
            tenant,
            Principal.Kind.API_KEY,
            "ck_loaded",
            "loaded",
            new TreeSet<>(),
            Principal.DEFAULT_SITE,
            1);
    var body =
        "{\"model\":\"%s\",\"operation\":\"classify\",\"metadata\":{\"intent\":\"support\",\"contains_personal_data\":%s,\"tokens\":%d,\"row_count\":10}}"
            .formatted(i % RARE == 0 ? "rare-model" : "gpt-4", i % PERSONAL == 1, i % TOKENS);
    var checked =
        CheckRequest.read(JsonReader.readObject(body), policies.facts()).decide(caller, policies);
    var time = time(i);
    var decision = new Ids(Clock.fixed(time, ZoneOffset.UTC), random).next();
    var draft =
        new Entry.Draft(
            ids.next(),
            tenant,
            time,
            caller.actor(),
            "decision.made",
            "decision",
            decision.toString(),
            decision,
            "0".repeat(32),
            "127.0.0.1",
            new CheckRecord(decision, time, Duration.ofNanos(250_000), checked).details());
    var expires = time.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(DAYS + 1);
    return new Made(
        new AppendPath.Salted(
            draft.rendered(),
            Salt.of(ids.randomBytes(Salt.LENGTH)),
            ContentDay.of(expires),
            Optional.empty()),
        checked.decision().allowed());
  }
}
