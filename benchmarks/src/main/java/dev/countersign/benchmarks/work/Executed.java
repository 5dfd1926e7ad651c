package dev.countersign.benchmarks.work;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/// What was answered about proposals, and what is stored and logged of them.
///
/// Safe for use by many threads.
final class Executed {
  private static final String NOWHERE = "nowhere";

  private final Map<UUID, String> answered = new LinkedHashMap<>();
  private long answers;

  /// What was found.
  ///
  /// @param proposals of which something was answered
  /// @param executions that are stored
  /// @param lost proposals whose answer and whose stored state do not agree, or that were approved
  ///   and never executed
  /// @param twice proposals with two executions, or with two entries of one
  /// @param unlogged executions or outcomes without their entry, or entries without them
  /// @param moved cases whose version does not count their executions
  record Finding(
      long answers,
      long proposals,
      long executions,
      long lost,
      long twice,
      long unlogged,
      long moved) {
    boolean sound() {
      return lost == 0 && twice == 0 && unlogged == 0 && moved == 0;
    }
  }

  /// A line of [CrashedWork]; of a proposal the last one counts.
  synchronized void add(String line) {
    var words = line.split(" ", 2);
    answered.put(UUID.fromString(words[1]), words[0]);
    answers++;
  }

  synchronized long answers() {
    return answers;
  }

  /// Compares; everything that was left behind MUST be worked off before.
  ///
  /// @param superuser connections that see every tenant's rows
  synchronized Finding compare(DataSource superuser) throws SQLException {
    try (var connection = superuser.getConnection();
        var statement = connection.createStatement()) {
      var states = new HashMap<UUID, String>();
      try (var row =
          statement.executeQuery(
              """
              select p.proposal_id, p.state, o.execution_id is not null as observed from workflow.proposal p
              left join workflow.execution e using (tenant_id, proposal_id)
              left join workflow.outcome o using (tenant_id, execution_id)\
              """)) {
        while (row.next()) {
          var state = row.getString(2);
          states.put(row.getObject(1, UUID.class), row.getBoolean(3) ? "observed" : state);
        }
      }
      long lost =
          answered.entrySet().stream()
              .filter(each ->
                  contradicted(each.getValue(), states.getOrDefault(each.getKey(), NOWHERE)))
              .count();
      return new Finding(
          answers,
          answered.size(),
          count(statement, "select count(*) from workflow.execution"),
          lost + states.values().stream().filter("approved"::equals).count(),
          count(
              statement,
              """
              select count(*) from (
                select 1 from workflow.execution group by proposal_id having count(*) > 1
                union all
                select 1 from ledger.entry where action in ('execution.completed', 'outcome.observed')
                group by correlation_id, action having count(*) > 1) twice\
              """),
          count(
              statement,
              """
              select count(*) from (
                (select proposal_id from workflow.execution where state = 'executed'
                 except select correlation_id from ledger.entry where action = 'execution.completed')
                union all
                (select correlation_id from ledger.entry where action = 'execution.completed'
                 except select proposal_id from workflow.execution where state = 'executed')
                union all
                (select e.proposal_id from workflow.outcome join workflow.execution e using (execution_id)
                 except select correlation_id from ledger.entry where action = 'outcome.observed')
                union all
                (select correlation_id from ledger.entry where action = 'outcome.observed'
                 except select e.proposal_id from workflow.outcome join workflow.execution e using (execution_id))) unlogged\
              """),
          count(
              statement,
              """
              select count(*) from workflow.case_file c
              where c.version - 1 <> (
                select count(*) from workflow.proposal p join workflow.execution e using (tenant_id, proposal_id)
                where p.tenant_id = c.tenant_id and p.case_id = c.case_id and e.state = 'executed')\
              """));
    }
  }

  /// What was answered may have gone on, but never back.
  private static boolean contradicted(String answer, String stored) {
    return switch (answer) {
      case "approved" -> !Set.of("executed", "observed").contains(stored);
      case "executed" -> !Set.of("executed", "observed").contains(stored);
      default -> !answer.equals(stored);
    };
  }

  private static long count(java.sql.Statement statement, String sql) throws SQLException {
    try (var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
