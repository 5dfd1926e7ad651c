package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.events.CloudEvent;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.server.database.Databases;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Whose each entry is by what stands in the tables, and whether the entry says so itself: what is
/// told of a case is in order only as far as it does.
final class CasesOfEntries {
  /// What is done under an action's correlation id and changes nothing of its case.
  private static final Set<String> OF_ANOTHER_THING =
      Set.of(
          // Of a trust scope; told after what moved it, which has the same correlation id.
          "stage.promoted",
          "stage.demoted",
          // Nothing was to be done to its case; until then what is told of it looks like a
          // request's.
          "decoy.revealed");

  private static final String CASES =
      """
      select case_id, case_id from workflow.case_file where tenant_id = ?
      union select task_id, case_id from workflow.task where tenant_id = ?
      union select event_id, case_id from workflow.case_event where tenant_id = ?
      union select proposal_id, case_id from workflow.proposal where tenant_id = ?
      union select approval_id, case_id
        from workflow.approval_request join workflow.proposal using (tenant_id, proposal_id) where tenant_id = ?
      union select execution_id, case_id
        from workflow.execution join workflow.proposal using (tenant_id, proposal_id) where tenant_id = ?
      union select decoy_id, case_id from workflow.decoy where tenant_id = ?
      """;

  private static final int PARAMETERS = 7;

  private final SortedMap<String, String> cases = new TreeMap<>();

  CasesOfEntries(Databases databases, UUID tenant) throws SQLException {
    try (var connection = Superuser.connect(databases);
        var statement = connection.prepareStatement(CASES)) {
      for (int i = 1; i <= PARAMETERS; i++) {
        statement.setObject(i, tenant);
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          cases.put(rows.getString(1), rows.getString(2));
        }
      }
    }
  }

  /// All entries of the tenant whose auditor asks.
  static List<JsonObject> exported(Http http, String auditor) {
    return http.get(auditor, "/v1/ledger/export")
        .body()
        .lines()
        .flatMap(line -> JsonReader.readObject(line).object("entry").stream())
        .toList();
  }

  /// Fails unless each of these tells the case that it is of, and no other; says the actions of
  /// those that are of one.
  SortedSet<String> tellTheirs(List<JsonObject> entries) {
    var found = new TreeSet<String>();
    for (var entry : entries) {
      var action = entry.text("action").orElseThrow();
      var told = CloudEvent.caseOf(entry).map(UUID::toString);
      var expected = of(entry);
      if (action.endsWith(".refused")) {
        // With ids only, of what was tried; under the correlation id of the action, if any.
        assertThat(told.isEmpty() || told.equals(entry.text("resource_id"))).isTrue();
      } else if (OF_ANOTHER_THING.contains(action)) {
        assertThat(told).as(entry.toString()).isEmpty();
      } else {
        assertThat(told).as(entry.toString()).isEqualTo(expected);
        expected.ifPresent(_ -> found.add(action));
      }
    }
    return found;
  }

  private Optional<String> of(JsonObject entry) {
    return entry
        .text("resource_id")
        .flatMap(id -> Optional.ofNullable(cases.get(id)))
        .or(() -> entry.text("correlation_id").flatMap(id -> Optional.ofNullable(cases.get(id))));
  }
}
