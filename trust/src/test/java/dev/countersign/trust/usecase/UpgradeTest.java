package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.store.TrustSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What scopes of before find when the second version of the tables comes, all in one transaction
/// that is undone.
class UpgradeTest {
  private static final TrustDatabase DATABASE = new TrustDatabase();
  private static final Set<String> NEW = Set.of("format", "standing", "attempt", "suspicion");

  @Test
  void scopesOfBeforeAreNumberedByTheirAgeAndKeepTheirStates() throws SQLException, IOException {
    try (var connection = DATABASE.owner().getConnection()) {
      connection.setAutoCommit(false);
      try {
        undo(connection);
        var tenant = new UUID(1, 1);
        insert(connection, tenant, new UUID(2, 2), "second");
        insert(connection, tenant, new UUID(2, 1), "first");
        insert(connection, new UUID(1, 2), new UUID(2, 3), "another tenant's");
        execute(connection, "alter table trust.scope force row level security");
        execute(connection, script("V2__turns_budgets_and_ordinals.sql"));
        execute(connection, "alter table trust.scope no force row level security");

        var states = new ArrayList<TrustState>();
        var numbers = new ArrayList<Long>();
        try (var statement = connection.createStatement();
            var rows =
                statement.executeQuery(
                    "select state, ordinal from trust.scope order by tenant_id, scope_id")) {
          while (rows.next()) {
            states.add(TrustState.fromJson(JsonReader.readObject(rows.getString(1))));
            numbers.add(rows.getLong(2));
          }
        }
        assertThat(numbers).containsExactly(1L, 2L, 1L);
        assertThat(states).extracting(TrustState::ordinal).containsExactly(1L, 2L, 1L);
        assertThat(states).extracting(TrustState::stage).containsOnly(Stage.OBSERVE);
      } finally {
        connection.rollback();
      }
    }
  }

  private static void undo(Connection connection) throws SQLException {
    for (var statement :
        List.of(
            "alter table trust.scope no force row level security",
            "alter table trust.scope drop column ordinal",
            "alter table trust.memory drop column turn",
            "alter table trust.setting drop column budgets, drop column severities, drop column"
                + " risk")) {
      execute(connection, statement);
    }
  }

  private static void insert(Connection connection, UUID tenant, UUID scope, String site)
      throws SQLException {
    var text = Json.object();
    TrustState.start(Instant.parse("2026-03-02T08:00:00Z"))
        .toJson()
        .members()
        .forEach((name, value) -> {
          if (!NEW.contains(name)) {
            text.put(name, value);
          }
        });
    try (var statement =
        connection.prepareStatement(
            "insert into trust.scope values (?, ?, ?, 'q', 'advance', '*', 'observe', ?, 0,"
                + " now())")) {
      statement.setObject(1, tenant);
      statement.setObject(2, scope);
      statement.setString(3, site);
      statement.setString(4, text.put("format", 1).build().toString());
      statement.executeUpdate();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String script(String name) throws IOException {
    try (var file = TrustSchema.class.getResourceAsStream("/db/trust/" + name)) {
      assertThat(file).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
