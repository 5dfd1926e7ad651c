package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/// What cases are moved through while processes are killed: three queues; two ways that people
/// agree to, one that they agree to and another system carries out, and two that run by themselves,
/// one of them by another system.
final class Stations {
  private static final List<String> TRANSITIONS =
      List.of("go", "return", "send", "fetch", "recall");

  private Stations() {}

  private static JsonObject definition(Receiver receiver) {
    return JsonReader.readObject(
        """
        {"key": "shuttle", "title": "Shuttle",
         "queues": [{"name": "here"}, {"name": "there"}, {"name": "away"}],
         "transitions": [
           {"type": "go", "from": "here", "to": "there", "gate": "out", "approver_roles": ["reviewer"],
            "handler": "transition"},
           {"type": "return", "from": "there", "to": "here", "gate": "back", "approver_roles": ["reviewer"],
            "handler": "transition"},
           {"type": "send", "from": "there", "to": "away", "gate": "sending", "approver_roles": ["reviewer"],
            "handler": "http", "call": %1$s},
           {"type": "fetch", "from": ["here", "away"], "to": "there", "gate": "fetching", "approver_roles": ["reviewer"],
            "handler": "transition"},
           {"type": "recall", "from": ["here", "away"], "to": "there", "gate": "recalling", "approver_roles": ["reviewer"],
            "handler": "http", "call": %1$s}]}
        """
            .formatted(
                """
                {"url": "%s", "compensate_url": "%s", "timeout_seconds": 1, "attempts": 10}\
                """
                    .formatted(receiver.url("/do"), receiver.url("/undo"))));
  }

  /// Defines them for every tenant, and lets `fetch` and `recall` stand at full_auto as if they had
  /// earned it.
  ///
  /// @param superuser connections that may write every tenant's rows
  static void prepare(WorkRoom room, Receiver receiver, DataSource superuser) throws SQLException {
    for (var tenant : Place.TENANTS) {
      var staff = room.staff(tenant);
      room.prepare(staff, definition(receiver), TRANSITIONS);
      room.allowEverything(staff);
      // Trust knows a scope, one of each queue, once something was decided in it.
      decide(room, staff, "fetch", "send", "recall", "send", "fetch");
      decide(room, staff, "recall");
    }
    stage(superuser, "full_auto", "fetch", "recall");
  }

  private static void decide(WorkRoom room, WorkRoom.Staff staff, String... types) {
    var caseId = room.openCase(staff);
    for (int i = 0; i < types.length; i++) {
      var decided = room.approve(staff, room.propose(staff, caseId, i + 1, types[i]));
      if (!decided.text("proposal_state").orElseThrow().equals("executed")) {
        throw new IllegalStateException("not executed: " + decided);
      }
    }
  }

  /// Lets the scopes of actions that were decided before stand at a stage.
  static void stage(DataSource superuser, String stage, String... types) throws SQLException {
    try (var connection = superuser.getConnection();
        var statement =
            connection.prepareStatement(
                """
                update trust.scope set stage = ?, state = regexp_replace(state, '"stage":"[a-z_]+"', ?)
                where action_type = any (?)\
                """)) {
      statement.setString(1, stage);
      statement.setString(2, "\"stage\":\"" + stage + "\"");
      statement.setArray(3, connection.createArrayOf("text", types));
      statement.executeUpdate();
    }
  }
}
