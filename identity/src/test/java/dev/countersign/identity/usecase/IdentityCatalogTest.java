package dev.countersign.identity.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the database's catalog says of this room, beside what the kernel's and the ledger's have.
class IdentityCatalogTest {

  private final IdentityNode node = new IdentityNode();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void everyTableOfTheRoomIsIsolatedByForce() {
    assertThat(
            lines(
                """
                select relname || ' ' || (relrowsecurity and relforcerowsecurity) from pg_class
                where relnamespace = 'identity'::regnamespace and relkind in ('r', 'p', 'v', 'm')
                  and relname <> 'flyway_schema_history' order by 1\
                """))
        .containsExactly(
            "api_key true",
            "failed_attempt true",
            "failed_minute true",
            "installation true",
            "key_usage true",
            "tenant true");
  }

  @Test
  void theOneFunctionThatCrossesTenantsLooksUpAKey() {
    assertThat(
            lines(
                """
                select p.oid::regprocedure || ' ' || array_to_string(p.proconfig, ' ') || ' ' || p.proowner::regrole
                from pg_proc p where p.prosecdef and p.pronamespace::regnamespace::text !~ '^pg_'\
                """))
        .containsExactly("identity.find_key(text) search_path=\"\" countersign_owner");
  }

  @Test
  void policiesThatCrossTenantsAreForThatLookUpAndTheCountsOfCallsAndFailuresAlone() {
    assertThat(
            lines(
                """
                select tablename || ' ' || policyname || ' ' || cmd || ' ' || array_to_string(roles, '+')
                from pg_policies where schemaname = 'identity' and qual !~ 'current_tenant' order by 1\
                """))
        .containsExactly(
            "api_key key_lookup SELECT countersign_owner",
            "failed_attempt gather ALL countersign_batch",
            "failed_minute gather ALL countersign_batch",
            "installation agree ALL countersign_app",
            "key_usage count_usage ALL countersign_batch",
            "tenant key_lookup SELECT countersign_owner");
  }

  @Test
  void grantsAreTheseAlone() {
    assertThat(
            lines(
                """
                select grantee || ' ' || table_name || ': ' || string_agg(lower(privilege_type), ', ' order by privilege_type)
                from information_schema.role_table_grants
                where table_schema = 'identity' and grantee <> 'countersign_owner' group by grantee, table_name order by 1\
                """))
        .containsExactly(
            "countersign_app api_key: insert, select",
            "countersign_app failed_attempt: delete, select",
            "countersign_app installation: insert, select",
            "countersign_app key_usage: select",
            "countersign_app tenant: insert, select, update",
            "countersign_batch failed_attempt: delete, insert, select",
            "countersign_batch failed_minute: delete, insert, select",
            "countersign_batch key_usage: insert, select");
    assertThat(
            lines(
                """
                select grantee || ' ' || table_name || '.' || column_name from information_schema.column_privileges
                where table_schema = 'identity' and table_name <> 'tenant' and privilege_type = 'UPDATE'
                  and grantee <> 'countersign_owner' order by 1\
                """))
        .containsExactly(
            "countersign_app api_key.hash",
            "countersign_app api_key.previous_hash",
            "countersign_app api_key.previous_until",
            "countersign_app api_key.revoked_at",
            "countersign_app api_key.rotated_at",
            "countersign_app installation.platform_tenant",
            "countersign_batch failed_attempt.failures",
            "countersign_batch failed_minute.closed",
            "countersign_batch key_usage.last_used",
            "countersign_batch key_usage.requests");
  }

  private List<String> lines(String sql) {
    var lines = new ArrayList<String>();
    try (var connection = node.superuser().getConnection();
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
