package dev.countersign.server.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.server.config.StartRefused;
import dev.countersign.testkit.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class LockTableTest {
  @Test
  void aDatabaseWithTooLittleRoomForLocksIsRefusedWithWhatToSet() {
    for (int slots : new int[] {10, 64, LockTable.LEAST - 1}) {
      assertThatThrownBy(() -> LockTable.require(slots))
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining("`max_locks_per_transaction`")
          .hasMessageContaining(Integer.toString(slots))
          .hasMessageContaining("256");
    }
    assertThatCode(() -> LockTable.require(LockTable.LEAST)).doesNotThrowAnyException();
  }

  @Test
  void theSettingOfARealDatabaseIsRead() throws SQLException {
    // Ours has what we demand of others.
    try (var connection =
        TestPostgres.database("locks", _ -> {}).superuserDataSource().getConnection()) {
      LockTable.require(connection);
    }
  }
}
