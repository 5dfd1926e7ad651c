package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.store.EntryWalk.Found;
import dev.countersign.ledger.store.EntryWalk.Wanted;
import dev.countersign.ledger.usecase.EntryScan.Budget;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Scanning on a real database: along the key, within its budget, nothing twice and nothing left
/// out.
class EntryScanTest {
  private static final int ENTRIES = 6_000;
  private static final Instant FIRST = Instant.parse("2026-10-01T00:00:00Z");
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId OTHER = LedgerDatabase.TENANTS.get(1);
  private static final Budget WIDE = new Budget(1_000, 1_000_000, Duration.ofMinutes(1));

  private static LedgerDatabase database;
  private static EntryScan scan;

  /// Two tenants share the log: the even indexes are the one's, a minute apart; each third of his
  /// is of another action, and the content of the oldest hundred is gone.
  @BeforeAll
  static void fill() {
    database = LedgerDatabase.create();
    var keys = database.keys();
    try (var connection = database.database().superuserDataSource().getConnection();
        var insert =
            connection.prepareStatement(
                """
                insert into ledger.entry (tenant_id, log_index, id, correlation_id, time, action, tenant_seq, previous, sealed, expires_on)
                values (?, ?, ?, ?, cast(? as timestamptz), ?, 0, decode(repeat('00', 32), 'hex'), ?, 'infinity')\
                """)) {
      connection.setAutoCommit(false);
      var sealing = keys.sealing();
      for (int n = 0; n < 2 * ENTRIES; n++) {
        var at = FIRST.plusSeconds(30L * n);
        var tenant = n % 2 == 0 ? ONE : OTHER;
        var id = id(at, n);
        insert.setObject(1, tenant.value());
        insert.setLong(2, n);
        insert.setObject(3, id);
        insert.setObject(4, id);
        insert.setString(5, at.toString());
        insert.setString(6, n % 6 == 4 ? "case.opened" : "decision.made");
        insert.setBytes(7, n < 100 ? null : sealed(sealing, tenant, id, n));
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    database.execute("analyze ledger.entry");
    scan = new EntryScan(new TenantTransactions(database.as(DatabaseRole.APP)), keys);
  }

  /// Of version 7, as the product makes them.
  private static UUID id(Instant at, int number) {
    return new UUID(at.toEpochMilli() << 16 | 0x7000L, 0x8000000000000000L | number);
  }

  private static byte[] sealed(Sealing sealing, TenantId tenant, UUID id, int number) {
    var details =
        Json.object()
            .put("outcome", number % 10 == 0 ? "forbid" : "permit")
            .put("pad", "x".repeat(400))
            .build();
    var draft =
        new Entry.Draft(
            id, tenant, FIRST, "agent", "decision.made", "decision", "", id, "", "", details);
    return sealing.seal(
        new Place(tenant, id, ContentDay.KEPT),
        Salt.of(new byte[Salt.LENGTH]),
        draft.rendered().text().packed());
  }

  private static Wanted decisions(String... fragments) {
    return wanted(Optional.empty(), Optional.empty(), fragments);
  }

  private static Wanted wanted(Optional<Instant> from, Optional<Instant> to, String... fragments) {
    return new Wanted(
        "decision.made", from, to, List.of(fragments).stream().map(List::of).toList(), true);
  }

  private static List<Long> indexes(Wanted wanted, Direction direction, Budget budget) {
    var found = new ArrayList<Long>();
    scan.run(
        ONE, wanted, direction, Optional.empty(), budget, entry -> found.add(entry.logIndex()));
    return found;
  }

  @Test
  void itFindsTheTenantsOwnInTheOrderOfTheLog() {
    var found = indexes(decisions(), Direction.NEWEST_FIRST, WIDE);
    assertThat(found)
        .hasSize(ENTRIES * 2 / 3)
        .allMatch(index -> index % 2 == 0 && index % 6 != 4)
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(indexes(decisions(), Direction.OLDEST_FIRST, WIDE)).isEqualTo(found.reversed());
  }

  @Test
  void whatIsGoneIsFoundWithoutContentAndNeverByIt() {
    var gone = new ArrayList<Found>();
    scan.run(
        ONE,
        decisions(),
        Direction.OLDEST_FIRST,
        Optional.empty(),
        WIDE,
        entry -> {
          gone.add(entry);
          return entry.content().isEmpty();
        });
    assertThat(gone).hasSize(35).extracting(Found::logIndex).startsWith(0L, 2L, 6L).endsWith(102L);
    assertThat(indexes(decisions("\"outcome\":"), Direction.OLDEST_FIRST, WIDE))
        .startsWith(102L, 104L);
  }

  @Test
  void oneFragmentOfEachListMustStandInTheContent() {
    assertThat(indexes(decisions("\"outcome\":\"forbid\""), Direction.OLDEST_FIRST, WIDE))
        .startsWith(110L, 120L, 140L)
        .allMatch(index -> index % 10 == 0);
    assertThat(
            indexes(
                decisions("\"outcome\":\"forbid\"", "\"outcome\":\"permit\""),
                Direction.OLDEST_FIRST,
                WIDE))
        .isEmpty();
    var either =
        new Wanted(
            "decision.made",
            Optional.empty(),
            Optional.empty(),
            List.of(List.of("\"outcome\":\"forbid\"", "\"outcome\":\"permit\"")),
            false);
    assertThat(indexes(either, Direction.OLDEST_FIRST, WIDE)).startsWith(102L, 104L);
  }

  @Test
  void aTimeRangeIsExactAndNotReachedByWalkingOverAllThatIsNewer() {
    var from = FIRST.plus(Duration.ofHours(10));
    var to = FIRST.plus(Duration.ofHours(11));
    var expected = indexes(decisions(), Direction.OLDEST_FIRST, WIDE);
    expected.removeIf(index -> index < 1_200 || index >= 1_320);
    var range = wanted(Optional.of(from), Optional.of(to));
    // An hour on either side is allowed for clocks that differ: 60 entries each.
    var narrow = new Budget(50, 200, Duration.ofMinutes(1));
    assertThat(indexes(range, Direction.OLDEST_FIRST, narrow)).isEqualTo(expected);
    assertThat(indexes(range, Direction.NEWEST_FIRST, narrow)).isEqualTo(expected.reversed());
  }

  @Test
  void aRangeBeforeOrBehindTheLogEndsAtOnce() {
    var before = wanted(Optional.empty(), Optional.of(FIRST.minus(Duration.ofDays(9))));
    var behind = wanted(Optional.of(FIRST.plus(Duration.ofDays(900))), Optional.empty());
    for (var direction : Direction.values()) {
      for (var range : List.of(before, behind)) {
        var progress =
            scan.run(
                ONE,
                range,
                direction,
                Optional.empty(),
                new Budget(50, 50, Duration.ofMinutes(1)),
                _ -> true);
        assertThat(progress.end()).as("%s %s", direction, range).isTrue();
      }
    }
  }

  @Test
  void aBudgetThatIsUsedUpSaysWhereToGoOn() {
    var whole = indexes(decisions(), Direction.NEWEST_FIRST, WIDE);
    var parts = new ArrayList<Long>();
    var position = Optional.<Long>empty();
    int walks = 0;
    boolean end = false;
    while (!end) {
      var progress =
          scan.run(
              ONE,
              decisions(),
              Direction.NEWEST_FIRST,
              position,
              new Budget(300, 700, Duration.ofMinutes(1)),
              entry -> parts.add(entry.logIndex()));
      assertThat(progress.time()).isPresent();
      position = Optional.of(progress.reached());
      end = progress.end();
      walks++;
    }
    assertThat(walks).isEqualTo(ENTRIES / 700 + 1);
    assertThat(parts).isEqualTo(whole);
  }

  @Test
  void aVisitorThatHasEnoughStopsTheWalkBehindWhatItSaw() {
    var seen = new ArrayList<Long>();
    var progress =
        scan.run(
            ONE,
            decisions(),
            Direction.NEWEST_FIRST,
            Optional.empty(),
            WIDE,
            entry -> {
              seen.add(entry.logIndex());
              return seen.size() < 5;
            });
    assertThat(seen).hasSize(5);
    assertThat(progress.reached()).isEqualTo(seen.getLast());
    assertThat(progress.end()).isFalse();
  }
}
