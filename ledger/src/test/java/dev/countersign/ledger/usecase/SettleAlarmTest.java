package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.store.Alarms;
import dev.countersign.ledger.usecase.SearchEntries.Filter;
import dev.countersign.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// An operator's word about an alarm is an entry, like what the server does.
class SettleAlarmTest {
  private static final TenantId PLATFORM = LedgerDatabase.TENANTS.get(0);

  private static List<JsonObject> settlements(Node node) {
    return node
        .search
        .page(node.principal(PLATFORM), Filter.ALL, Optional.empty(), 10)
        .items("entries")
        .stream()
        .map(found -> ((JsonObject) found).object("entry").orElseThrow())
        .filter(entry -> entry.text("action").orElseThrow().equals("alarm.settled"))
        .toList();
  }

  @Test
  void settlingAnAlarmLeavesOneEntry() throws SQLException {
    try (var node = new Node(LedgerDatabase.create()).start()) {
      var app = node.database.as(DatabaseRole.APP);
      try (var connection = app.getConnection()) {
        new Alarms(connection)
            .raise(
                new Alarms.Alarm(Alarms.Kind.FORK, "x.test/log", "", "two roots", "a", "b", "c"));
      }
      var open = new OpenAlarms(app);
      long id = Long.parseLong(open.lines(1).getFirst().split(" ", 2)[0]);
      var settle =
          new SettleAlarm(node.transactions, node.database.keys().sealing(), node.ids, node.clock);
      assertThat(settle.settle(PLATFORM, id, "j. doe: told them")).isTrue();
      assertThat(open.lines(1)).isEmpty();
      assertThat(settle.settle(PLATFORM, id, "j. doe: once more")).isFalse();
      // A later entry has its index: whatever was pending before has one, too.
      node.open(node.call(PLATFORM), "later");
      Await.until("the entry", Duration.ofSeconds(20), () -> !settlements(node).isEmpty());
      assertThat(settlements(node))
          .singleElement()
          .satisfies(entry -> {
            assertThat(entry.text("actor")).contains("system:operator");
            assertThat(entry.text("resource_id")).contains(Long.toString(id));
            assertThat(entry.object("details").orElseThrow().text("settled_by"))
                .contains("j. doe: told them");
          });
    }
  }
}
