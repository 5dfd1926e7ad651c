package dev.countersign.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeyFolder;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.ContentKeys.Fingerprint;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.store.EntryWalk.Wanted;
import dev.countersign.testkit.Property;
import dev.countersign.testkit.TestPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Queries leave out the partitions that cannot hold a row, and no other.
class PartitionsLeftOutTest {
  private static final List<TenantId> TENANTS =
      List.of(new TenantId(new UUID(9, 1)), new TenantId(new UUID(9, 2)));

  /// Days of history that are played.
  private static final int DAYS = 60;

  /// What a node's clock may be wrong by: two of them, in opposite directions, stay within an hour.
  private static final int MOST_SKEW_SECONDS = 29 * 60;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Map<ContentDay, Fingerprint> FINGERPRINTS = new HashMap<>();
  private static final ContentKeys KEYS =
      new ContentKeys(
          new ContentKeyFolder(Path.of("target", "left-out-content-keys"), RANDOM),
          day -> Optional.ofNullable(FINGERPRINTS.get(day)),
          RANDOM);

  private static Connection admin;
  private static TenantTransactions transactions;

  @BeforeAll
  static void migrate() throws SQLException {
    var database = TestPostgres.database("left_out", EntryWalkTest::rooms);
    transactions =
        new TenantTransactions(
            database.dataSource(DatabaseRole.APP.login(), EntryWalkTest.PASSWORD));
    admin = database.superuserDataSource().getConnection();
    // Partitions that are there are found in `ledger.entry_day` alone; which those are is played.
    execute(
        """
        set role countersign_maintenance;
        select ledger.add_entry_day(current_date + n) from generate_series(-<days>, 130) n;
        select ledger.add_entry_day((date_trunc('month', current_date) + n * interval '1 month')::date)
        from generate_series(5, 8) n;
        reset role\
        """
            .replace("<days>", Integer.toString(DAYS)));
  }

  @AfterAll
  static void close() throws SQLException {
    admin.close();
  }

  @Test
  void aQueryFindsTheSameWithPartitionsLeftOut() {
    Property.holdsFor(
        6,
        random -> {
          var history = new History(random);
          history.play();
          for (int i = 0; i < 40; i++) {
            history.compare();
          }
        });
  }

  /// A log in which tenants change their minds, the job that makes partitions and notes growth
  /// fails for days, and clocks differ.
  private static final class History {
    private final RandomGenerator random;
    private final Instant end = now();
    private final Instant begin = end.minus(Duration.ofDays(DAYS));
    private final int[] retentions = {90, 90};
    private long size;

    History(RandomGenerator random) {
      this.random = random;
    }

    void play() {
      execute(
          """
          truncate ledger.entry, ledger.growth, ledger.retention, ledger.retention_in_force,
            ledger.entry_day, ledger.entry_day_made\
          """);
      if (random.nextBoolean()) {
        update("insert into ledger.growth (at, size) values (?, 0)", at(begin.minusSeconds(1)));
      }
      var jobRunsAgain = begin;
      for (var time = begin; time.isBefore(end); time = time.plus(pause())) {
        if (random.nextInt(60) == 0) {
          jobRunsAgain = time.plus(Duration.ofDays(random.nextInt(25)));
        }
        if (!time.isBefore(jobRunsAgain)) {
          job(time);
        }
        if (random.nextInt(40) == 0) {
          retain(random.nextInt(2), time);
        }
        write(time);
      }
      seal();
    }

    private Duration pause() {
      return Duration.ofMinutes(
          1 + (random.nextInt(30) == 0 ? random.nextInt(7_000) : random.nextInt(700)));
    }

    private void job(Instant time) {
      update("insert into ledger.growth (at, size) values (?, ?)", at(time), size);
      for (int days : new int[] {90, retentions[0], retentions[1]}) {
        prepare(days, time);
      }
      update(
          "delete from ledger.entry_day where day <= (?::timestamptz at time zone 'utc')::date",
          at(time));
      update(
          "delete from ledger.entry where expires_on <= (?::timestamptz at time zone 'utc')::date",
          at(time));
    }

    private void prepare(int days, Instant time) {
      update(
          """
          with missing as (
            insert into ledger.entry_day (day)
            select case when ? <= 92 then needed
                     else (date_trunc('month', needed - 1) + interval '1 month')::date end
            from generate_series(0, 14) ahead cross join lateral (
              select (?::timestamptz at time zone 'utc')::date + ? + 1 + ahead as needed) n
            on conflict do nothing returning day)
          insert into ledger.entry_day_made (day, made_at) select day, ? from missing on conflict do nothing\
          """,
          days,
          at(time),
          days,
          at(time));
    }

    private void retain(int tenant, Instant time) {
      retentions[tenant] = random.nextInt(4) == 0 ? 100 : 1 + random.nextInt(40);
      prepare(retentions[tenant], time);
      update(
          "select ledger.retain(?, array['decision.made'], array[?::int], ?)",
          TENANTS.get(tenant).value(),
          retentions[tenant],
          at(time));
    }

    private void write(Instant time) {
      for (int i = random.nextInt(5); i > 0; i--) {
        int tenant = random.nextInt(2);
        var made = time.plusSeconds(random.nextInt(-MOST_SKEW_SECONDS, MOST_SKEW_SECONDS));
        var id = new UUID(made.toEpochMilli() << 16 | 0x7000L, 1L << 63 | size);
        var action = random.nextInt(8) == 0 ? "case.opened" : "decision.made";
        update(
            """
            insert into ledger.entry (tenant_id, log_index, id, correlation_id, time, action, tenant_seq, previous, sealed, expires_on)
            select ?, ?, ?, ?, ?, d.action, 0, decode(repeat('00', 32), 'hex'), null,
              case when d.action = 'case.opened' then 'infinity' else coalesce((
                select min(day) from ledger.entry_day where day > (?::timestamptz at time zone 'utc')::date + ?), 'infinity') end
            from (select ? as action) d\
            """,
            TENANTS.get(tenant).value(),
            size++,
            id,
            id,
            at(made),
            at(time),
            retentions[tenant],
            action);
      }
    }

    /// Seals what was written, all at once.
    private static void seal() {
      try (var read =
              admin.prepareStatement(
                  "select tenant_id, id, expires_on::text, log_index from ledger.entry");
          var write =
              admin.prepareStatement(
                  "update ledger.entry set sealed = ? where tenant_id = ? and log_index = ? and expires_on = ?::date")) {
        try (var row = read.executeQuery()) {
          while (row.next()) {
            var tenant = new TenantId(row.getObject(1, UUID.class));
            var day = ContentDay.of(row.getString(3));
            write.setBytes(1, sealed(tenant, row.getObject(2, UUID.class), day));
            write.setObject(2, tenant.value());
            write.setLong(3, row.getLong(4));
            write.setString(4, day.sql());
            write.addBatch();
          }
        }
        write.executeBatch();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] sealed(TenantId tenant, UUID id, ContentDay day) {
      if (!FINGERPRINTS.containsKey(day)) {
        FINGERPRINTS.put(day, new Fingerprint(KEYS.prepare(day), false));
      }
      var draft =
          new Entry.Draft(
              id,
              tenant,
              Instant.EPOCH,
              "agent",
              "decision.made",
              "thing",
              "",
              id,
              "",
              "",
              JsonObject.EMPTY);
      return KEYS.sealing()
          .seal(
              new Place(tenant, id, day),
              Salt.of(new byte[Salt.LENGTH]),
              draft.rendered().text().packed());
    }

    void compare() {
      var tenant = TENANTS.get(random.nextInt(2));
      var from = sometime();
      var to = sometime();
      var direction = random.nextBoolean() ? Direction.NEWEST_FIRST : Direction.OLDEST_FIRST;
      var position =
          random.nextBoolean() ? Optional.of(random.nextLong(size + 1)) : Optional.<Long>empty();
      var all = all(tenant, from, to, "decision.made");
      all.removeIf(index -> position.isPresent() && !beyond(direction, index, position.get()));
      assertThat(walked(tenant, from, to, direction, position))
          .as("%s from %s to %s, %s beyond %s", tenant, from, to, direction, position)
          .isEqualTo(direction == Direction.OLDEST_FIRST ? all : all.reversed());

      var any = all(tenant, from, to, "%");
      long before = position.orElse(Long.MAX_VALUE);
      any.removeIf(index -> index >= before);
      var columns = new EntrySearch.Columns(Optional.empty(), Optional.empty(), from, to);
      var found =
          read(
              tenant,
              transaction -> {
                var seen = new ArrayList<EntryStore.Stored>();
                EntrySearch.read(transaction, KEYS.sealing(), columns, before, 5_000, seen::add);
                return seen;
              });
      assertThat(found).extracting(EntryStore.Stored::logIndex).isEqualTo(any.reversed());

      var rest = all(tenant, Optional.empty(), Optional.empty(), "%");
      long first = position.orElse(0L);
      rest.removeIf(index -> index < first);
      var page =
          read(
              tenant,
              transaction -> EntryStore.page(transaction, KEYS.sealing(), first, size, 5_000));
      assertThat(page.positions()).extracting(EntryStore.Position::logIndex).isEqualTo(rest);
      if (!rest.isEmpty()) {
        long one = rest.get(random.nextInt(rest.size()));
        var entry = read(tenant, transaction -> EntryStore.at(transaction, KEYS.sealing(), one));
        assertThat(entry).isPresent();
      }
    }

    private Optional<Instant> sometime() {
      return random.nextInt(3) == 0
          ? Optional.empty()
          : Optional.of(
              begin.plusSeconds(
                  random.nextLong(Duration.ofDays(DAYS + 6).toSeconds())
                      - Duration.ofDays(3).toSeconds()));
    }

    private static boolean beyond(Direction direction, long index, long position) {
      return direction == Direction.OLDEST_FIRST ? index > position : index < position;
    }

    private List<Long> walked(
        TenantId tenant,
        Optional<Instant> from,
        Optional<Instant> to,
        Direction direction,
        Optional<Long> position) {
      var wanted = new Wanted("decision.made", from, to, List.of(), true);
      int most = 1 + random.nextInt(300);
      var found = new ArrayList<Long>();
      long next =
          read(
              tenant,
              transaction ->
                  position
                      .or(() -> EntryWalk.start(transaction, wanted, direction))
                      .orElse(direction.outside()));
      boolean more = true;
      while (more) {
        long here = next;
        var stretch =
            read(
                tenant,
                transaction ->
                    EntryWalk.read(
                        transaction,
                        KEYS.sealing(),
                        wanted,
                        direction,
                        here,
                        most,
                        entry -> found.add(entry.logIndex())));
        next = stretch.reached();
        more = !stretch.end();
      }
      return found;
    }
  }

  @Test
  void aWalkReadsTheFewPartitionsThatCanHoldItsEntries() {
    execute(
        """
        truncate ledger.entry, ledger.growth, ledger.retention, ledger.retention_in_force,
          ledger.entry_day, ledger.entry_day_made;
        insert into ledger.growth (at, size) select now() - n * interval '1 hour', 100000 - n * 10 from generate_series(0, 2400) n;
        insert into ledger.entry_day (day) select current_date + n from generate_series(1, 105) n;
        insert into ledger.entry_day_made (day, made_at)
        select current_date + n, current_date + n - interval '105 days' from generate_series(1, 105) n\
        """);
    var anything = wanted(Optional.empty(), Optional.empty());
    assertThat(partitions(anything, Direction.NEWEST_FIRST, Long.MAX_VALUE)).isLessThan(8);
    assertThat(partitions(anything, Direction.NEWEST_FIRST, 90_000)).isLessThan(8);
    assertThat(partitions(anything, Direction.OLDEST_FIRST, 90_000)).isLessThan(8);
    var end = now().minus(Duration.ofDays(40));
    var day = wanted(Optional.of(end.minus(Duration.ofDays(1))), Optional.of(end));
    for (var direction : Direction.values()) {
      assertThat(partitions(day, direction, direction.outside())).isLessThan(8);
    }
    execute("truncate ledger.growth");
    assertThat(partitions(anything, Direction.NEWEST_FIRST, Long.MAX_VALUE))
        .as("of which nobody knows when they were written")
        .isGreaterThan(100);
  }

  private static Wanted wanted(Optional<Instant> from, Optional<Instant> to) {
    return new Wanted("decision.made", from, to, List.of(), true);
  }

  /// How many partitions the plan of the first piece of a walk has.
  private static int partitions(Wanted wanted, Direction direction, long position) {
    return read(
        TENANTS.getFirst(),
        transaction -> {
          var window =
              EntryWindow.beyond(
                  transaction, direction, position, 1, wanted.writtenFrom(), wanted.writtenTo());
          var parameters = new ArrayList<Object>();
          var sql =
              EntryWalk.sql(transaction, wanted, direction, window, position, 100, parameters);
          var names = new TreeSet<String>();
          try (var statement =
              transaction.handle().getConnection().prepareStatement("explain " + sql)) {
            EntryWalk.bind(statement, parameters);
            try (var row = statement.executeQuery()) {
              while (row.next()) {
                var name = Pattern.compile(" on (entry_\\w+)").matcher(row.getString(1));
                if (name.find()) {
                  names.add(name.group(1));
                }
              }
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
          assertThat(names).contains("entry_kept");
          return names.size();
        });
  }

  private static <T> T read(TenantId tenant, TenantTransactions.Work<T> work) {
    return transactions.run(tenant, Rules.READ, work);
  }

  private static Instant now() {
    return OffsetDateTime.now(ZoneOffset.UTC).toInstant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static OffsetDateTime at(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  /// What is there, past row-level security and with every partition; oldest first.
  private static List<Long> all(
      TenantId tenant, Optional<Instant> from, Optional<Instant> to, String action) {
    var found = new ArrayList<Long>();
    try (var statement =
        admin.prepareStatement(
            """
            select log_index from ledger.entry
            where tenant_id = ? and action like ? and time >= coalesce(?, '-infinity'::timestamptz)
              and time < coalesce(?, 'infinity'::timestamptz) order by log_index\
            """)) {
      statement.setObject(1, tenant.value());
      statement.setString(2, action);
      statement.setObject(3, from.map(PartitionsLeftOutTest::at).orElse(null));
      statement.setObject(4, to.map(PartitionsLeftOutTest::at).orElse(null));
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          found.add(row.getLong(1));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  private static void execute(String sql) {
    try (var statement = admin.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(String sql, Object... parameters) {
    try (var statement = admin.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
