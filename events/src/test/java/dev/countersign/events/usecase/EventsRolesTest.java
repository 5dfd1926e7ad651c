package dev.countersign.events.usecase;

import static dev.countersign.events.usecase.EventsDatabase.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.events.sending.Receiver;
import dev.countersign.kernel.store.DatabaseRole;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each login may do with this room's tables, tried and enumerated.
class EventsRolesTest {
  private static final EventsDatabase DATABASE = EventsDatabase.fresh();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "TIMER; select url from events.webhook",
        "TIMER; select actions from events.webhook",
        "TIMER; select description from events.webhook",
        "TIMER; select event_id from events.delivery",
        "TIMER; select action from events.delivery",
        "TIMER; update events.progress set next_index = 0",
        "TIMER; delete from events.delivery",
        "TIMER; select * from events.signing_key",
        "APP; update events.delivery set event_id = delivery_id",
        "APP; update events.delivery set log_index = 0",
        "APP; update events.webhook set created_by = ''",
        "APP; update events.signing_key set public_key = ''",
        "APP; delete from events.signing_key",
        "APP; truncate events.delivery",
        "APP; alter table events.webhook disable row level security",
        "BATCH; select * from events.webhook",
        "SEQUENCER; select * from events.webhook",
        "FSCK; select * from events.webhook",
        "MAINTENANCE; select * from events.webhook"
      })
  void whatIsNotItsWorkIsRefused(DatabaseRole role, String sql) throws SQLException {
    try (var connection = DATABASE.as(role).getConnection();
        var statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOf(SQLException.class)
          .hasFieldOrPropertyWithValue("SQLState", "42501");
    }
  }

  @Test
  void theApplicationSeesNothingWithoutItsTenant() throws SQLException {
    try (var node = new EventsNode(DATABASE);
        var receiver = Receiver.start()) {
      node.webhook(ONE, receiver.url());
      node.record(ONE, "case.opened", node.ids.next(), "x");
      node.until("a delivery", () -> !receiver.received().isEmpty());
    }
    for (var table : List.of("webhook", "progress", "delivery")) {
      for (var role : List.of(DatabaseRole.APP, DatabaseRole.OWNER)) {
        try (var connection = DATABASE.as(role).getConnection();
            var statement = connection.createStatement();
            var row = statement.executeQuery("select count(*) from events." + table)) {
          row.next();
          assertThat(row.getLong(1)).as("%s by %s", table, role).isZero();
        }
      }
    }
  }

  @Test
  void everyTableIsIsolatedByForceAndFewPoliciesCrossTenants() {
    assertThat(
            DATABASE.texts(
                "select relname from pg_class where relnamespace = 'events'::regnamespace and relkind = 'r'"
                    + " and relname <> 'flyway_schema_history' and not (relrowsecurity and relforcerowsecurity)"))
        .isEmpty();
    assertThat(
            DATABASE.texts(
                "select tablename || ' ' || policyname || ' ' || lower(cmd) || ' ' || array_to_string(roles, '+')"
                    + " from pg_policies where schemaname = 'events' and (coalesce(qual, with_check) !~ 'current_tenant'"
                    + " or coalesce(with_check, qual) !~ 'current_tenant') order by 1"))
        .containsExactly(
            "delivery due_work select countersign_timer",
            "progress due_work select countersign_timer",
            "signing_key agree all countersign_app",
            "webhook due_work select countersign_timer");
  }

  @Test
  void grantsAreTheseAlone() {
    assertThat(
            DATABASE.texts(
                "select grantee || ' ' || table_name || ': ' || string_agg(lower(privilege_type), ', ' order by privilege_type)"
                    + " from information_schema.role_table_grants where table_schema = 'events' and grantee <> 'countersign_owner'"
                    + " group by grantee, table_name order by 1"))
        .containsExactly(
            "countersign_app delivery: delete, insert, select",
            "countersign_app progress: insert, select",
            "countersign_app signing_key: insert, select",
            "countersign_app webhook: delete, insert, select");
  }
}
