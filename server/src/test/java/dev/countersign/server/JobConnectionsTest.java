package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.server.database.Databases;
import dev.countersign.testkit.Await;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// What recurring jobs cost the database between two rounds.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class JobConnectionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Inject Databases databases;

  /// A back end, and when it was last asked.
  private record BackEnd(int pid, Instant asked) {}

  private BackEnd timer() {
    var source = (PGSimpleDataSource) databases.single(DatabaseRole.TIMER);
    source.setApplicationName("onlooker");
    try (var connection = source.getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select pid, state_change from pg_stat_activity
                where usename = current_user and application_name <> 'onlooker' order by state_change desc limit 1
                """)) {
      return row.next()
          ? new BackEnd(row.getInt(1), row.getObject(2, OffsetDateTime.class).toInstant())
          : new BackEnd(0, Instant.EPOCH);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Several jobs have the role; together they keep as many as their pool has.
  @Test
  void roundsOfTheTimersShareTheirBackEnds() {
    Await.until("a round", PATIENCE, () -> timer().pid() != 0);
    var first = timer();
    var seen = new TreeSet<Integer>();
    Await.until(
        "many rounds later",
        PATIENCE,
        () -> {
          var last = timer();
          seen.add(last.pid());
          return last.asked().isAfter(first.asked().plus(Duration.ofSeconds(2)));
        });
    assertThat(seen).hasSizeLessThanOrEqualTo(2);
  }
}
