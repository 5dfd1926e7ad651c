package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each login may do, tried and enumerated.
class LedgerRolesTest {

  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);

  private final LedgerDatabase database = LedgerDatabase.create();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "BATCH; select sealed from ledger.entry",
        "BATCH; select sealed from ledger.pending",
        "BATCH; update ledger.entry set sealed = null",
        "BATCH; insert into ledger.content_key (day, fingerprint) values ('infinity', '')",
        "BATCH; delete from ledger.leaf_batch",
        "BATCH; select * from kernel.idempotency",
        "BATCH; update kernel.generation set credentials = 0",
        "SEQUENCER; select sealed from ledger.entry",
        "SEQUENCER; delete from ledger.entry",
        "SEQUENCER; update ledger.leaf_batch set commitments = ''",
        "SEQUENCER; delete from ledger.tile",
        "SEQUENCER; insert into ledger.head values (false, 0, '')",
        "SEQUENCER; select * from kernel.generation",
        "APP; update ledger.entry set action = ''",
        "APP; update ledger.entry set expires_on = 'infinity'",
        "APP; delete from ledger.erasure",
        "APP; update ledger.erasure set erased_at = now()",
        "APP; delete from ledger.hold",
        "APP; update ledger.hold set correlation_id = null",
        "APP; select * from ledger.held",
        "APP; delete from ledger.entry",
        "APP; insert into ledger.entry select * from ledger.entry",
        "APP; update ledger.leaf_batch set commitments = ''",
        "APP; delete from ledger.leaf_batch",
        "APP; update ledger.head set size = 0",
        "APP; delete from ledger.head",
        "APP; update ledger.tile set hashes = ''",
        "APP; update ledger.chain set next_seq = 0",
        "APP; delete from ledger.pending",
        "APP; update ledger.pending set sealed = ''",
        "APP; update ledger.content_key set fingerprint = ''",
        "APP; update ledger.log set key = ''",
        "APP; update ledger.log_key set key = ''",
        "APP; delete from ledger.log_key",
        "APP; delete from ledger.alarm",
        "APP; update ledger.alarm set offered = ''",
        "APP; delete from ledger.watched_log",
        "APP; update ledger.own_witness set key = ''",
        "APP; truncate ledger.entry",
        "APP; alter table ledger.entry disable row level security",
        "APP; create table ledger.mine (a int)",
        "APP; set role countersign_owner",
        "FSCK; update ledger.head set size = 0",
        "FSCK; delete from ledger.entry",
        "FSCK; select reason from ledger.hold",
        "FSCK; insert into ledger.pending (tenant_id) select tenant_id from ledger.pending",
        "MAINTENANCE; update ledger.content_key set fingerprint = ''",
        "MAINTENANCE; delete from ledger.content_key",
        "MAINTENANCE; update ledger.entry set log_index = 0",
        "MAINTENANCE; delete from ledger.expired",
        "MAINTENANCE; select reason from ledger.hold",
        "MAINTENANCE; select sealed from ledger.pending",
        "FSCK; select reason from ledger.erasure",
        "MAINTENANCE; select * from ledger.pending",
        "MAINTENANCE; set role countersign_owner",
        "TIMER; select * from ledger.entry",
        "TIMER; select * from ledger.head",
        "TIMER; select leaf_hash from ledger.chain",
        "TIMER; update ledger.chain set next_seq = 0"
      })
  void whatIsNotItsWorkIsRefused(DatabaseRole role, String sql) throws SQLException {
    try (var connection = database.as(role).getConnection();
        var statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOf(SQLException.class)
          .hasFieldOrPropertyWithValue("SQLState", "42501");
    }
  }

  @Test
  void applicationSeesNoEntryWithoutItsTenant() throws SQLException {
    try (var node = new Node(database).start()) {
      node.open(node.call(ONE), "c1");
    }
    for (var table : List.of("entry", "chain", "pending")) {
      assertThat(rows(DatabaseRole.APP, "ledger." + table)).isZero();
    }
    assertThat(rows(DatabaseRole.OWNER, "ledger.chain")).as("forced for the owner too").isZero();
    assertThat(rows(DatabaseRole.FSCK, "ledger.entry")).isEqualTo(1);
    assertThat(rows(DatabaseRole.MAINTENANCE, "ledger.entry_kept")).as("by itself").isZero();
  }

  private long rows(DatabaseRole role, String table) throws SQLException {
    try (var connection = database.as(role).getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static final String OURS =
      " n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname !~ '^pg_' ";

  @Test
  void everyTableOfATenantIsIsolatedByForce() {
    assertThat(
            lines(
                "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                    + " join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
                    + " where c.relkind in ('r', 'p') and "
                    + OURS
                    + " and not (c.relrowsecurity and c.relforcerowsecurity)"))
        .isEmpty();
  }

  @Test
  void tablesWithoutATenantAreTheLogAndOneCount() {
    assertThat(
            lines(
                "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                    + " where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname <> 'flyway_schema_history' and "
                    + OURS
                    + " and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')"
                    + " order by 1"))
        .containsExactly(
            "kernel.everywhere",
            "ledger.alarm",
            "ledger.checkpoint",
            "ledger.content_key",
            "ledger.entry_day",
            "ledger.entry_day_made",
            "ledger.growth",
            "ledger.head",
            "ledger.leaf_batch",
            "ledger.log",
            "ledger.log_key",
            "ledger.own_witness",
            "ledger.tile",
            "ledger.watched_log",
            "ledger.witness");
  }

  @Test
  void policiesThatCrossTenantsAreTheseAlone() {
    assertThat(
            lines(
                "select schemaname || '.' || tablename || ' ' || policyname || ' ' || lower(cmd) || ' ' || array_to_string(roles, '+')"
                    + " from pg_policies where coalesce(qual, with_check) !~ 'current_tenant'"
                    + " or coalesce(with_check, qual) !~ 'current_tenant' order by 1"))
        .containsExactly(
            "kernel.generation batch_reads select countersign_batch",
            "kernel.generation key_lookup select countersign_owner",
            "ledger.chain extend_chain all countersign_batch+countersign_sequencer",
            "ledger.chain follow select countersign_timer",
            "ledger.chain recompute select countersign_fsck",
            "ledger.entry extend_entry insert countersign_batch+countersign_sequencer",
            "ledger.entry maintain select countersign_maintenance",
            "ledger.entry move update countersign_maintenance",
            "ledger.entry only_erases update countersign_app",
            "ledger.entry recompute select countersign_fsck",
            "ledger.erasure maintain all countersign_maintenance",
            "ledger.erasure recompute select countersign_fsck",
            "ledger.expired maintain all countersign_maintenance",
            "ledger.expired recompute select countersign_fsck",
            "ledger.held maintain all countersign_maintenance",
            "ledger.hold maintain select countersign_maintenance",
            "ledger.pending maintain select countersign_maintenance",
            "ledger.pending recompute select countersign_fsck",
            "ledger.pending sequence_read select countersign_sequencer",
            "ledger.pending sequence_remove delete countersign_sequencer",
            "ledger.retention batch_reads select countersign_batch",
            "ledger.retention maintain select countersign_maintenance");
  }

  @Test
  void noFunctionRunsAsItsOwner() {
    assertThat(
            lines(
                "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and "
                    + OURS))
        .isEmpty();
  }

  @Test
  void grantsAreTheseAlone() {
    assertThat(
            lines(
                "select grantee || ' ' || table_schema || '.' || table_name || ': ' || string_agg(lower(privilege_type), ', ' order by privilege_type)"
                    + " from information_schema.role_table_grants where grantee like 'countersign_%' and grantee <> 'countersign_owner'"
                    // What the owner of a partition may do; its rows are hidden from it by force.
                    + " and table_name !~ '^entry_([0-9]{8}|kept)$'"
                    + " group by grantee, table_schema, table_name order by 1"))
        .containsExactly(
            "countersign_app kernel.everywhere: select",
            "countersign_app kernel.generation: insert, select, update",
            "countersign_app kernel.idempotency: delete, insert, select, update",
            "countersign_app ledger.alarm: insert, select",
            "countersign_app ledger.chain: select",
            "countersign_app ledger.checkpoint: delete, insert, select",
            "countersign_app ledger.content_key: select",
            "countersign_app ledger.entry: select",
            "countersign_app ledger.entry_day: select",
            "countersign_app ledger.entry_day_made: select",
            "countersign_app ledger.erasure: insert, select",
            "countersign_app ledger.expired: select",
            "countersign_app ledger.growth: select",
            "countersign_app ledger.head: select",
            "countersign_app ledger.hold: insert, select",
            "countersign_app ledger.leaf_batch: select",
            "countersign_app ledger.log: insert, select",
            "countersign_app ledger.log_key: insert, select",
            "countersign_app ledger.own_witness: insert, select",
            "countersign_app ledger.pending: insert, select",
            "countersign_app ledger.retention: delete, insert, select, update",
            "countersign_app ledger.retention_in_force: insert, select, update",
            "countersign_app ledger.tile: select",
            "countersign_app ledger.watched_log: insert, select",
            "countersign_app ledger.witness: insert, select, update",
            "countersign_batch kernel.generation: select",
            "countersign_batch ledger.chain: insert, select, update",
            "countersign_batch ledger.content_key: select",
            "countersign_batch ledger.entry: insert",
            "countersign_batch ledger.entry_day: select",
            "countersign_batch ledger.head: select",
            "countersign_batch ledger.leaf_batch: insert, select",
            "countersign_batch ledger.log: select",
            "countersign_batch ledger.retention: select",
            "countersign_batch ledger.tile: insert, select",
            "countersign_fsck ledger.chain: select",
            "countersign_fsck ledger.checkpoint: select",
            "countersign_fsck ledger.content_key: select",
            "countersign_fsck ledger.entry: select",
            "countersign_fsck ledger.expired: select",
            "countersign_fsck ledger.head: select",
            "countersign_fsck ledger.leaf_batch: select",
            "countersign_fsck ledger.log: select",
            "countersign_fsck ledger.log_key: select",
            "countersign_fsck ledger.pending: select",
            "countersign_fsck ledger.tile: select",
            "countersign_maintenance ledger.content_key: insert, select",
            "countersign_maintenance ledger.entry_day: delete, insert, select",
            "countersign_maintenance ledger.entry_day_made: insert",
            "countersign_maintenance ledger.erasure: insert",
            "countersign_maintenance ledger.expired: insert, select",
            "countersign_maintenance ledger.growth: insert, select",
            "countersign_maintenance ledger.head: select",
            "countersign_maintenance ledger.held: delete, insert, select",
            "countersign_maintenance ledger.retention: select",
            "countersign_sequencer ledger.chain: insert, select, update",
            "countersign_sequencer ledger.content_key: select",
            "countersign_sequencer ledger.entry: insert",
            "countersign_sequencer ledger.entry_day: select",
            "countersign_sequencer ledger.head: select",
            "countersign_sequencer ledger.leaf_batch: insert, select",
            "countersign_sequencer ledger.log: select",
            "countersign_sequencer ledger.log_key: select",
            "countersign_sequencer ledger.pending: delete, select",
            "countersign_sequencer ledger.tile: insert, select");
  }

  @Test
  void nothingIsGrantedToEverybody() {
    assertThat(
            lines(
                "select table_schema || '.' || table_name from information_schema.role_table_grants"
                    + " where grantee = 'PUBLIC' and table_schema in ('kernel', 'ledger')"))
        .isEmpty();
  }

  private List<String> lines(String sql) {
    var lines = new ArrayList<String>();
    try (var connection = database.database().superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      while (row.next()) {
        lines.add(row.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return lines;
  }
}
