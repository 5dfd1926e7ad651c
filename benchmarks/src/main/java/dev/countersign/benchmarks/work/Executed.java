package dev.countersign.benchmarks.work;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
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

  /// Where a proposal may not stay; nothing here has a reason to fail.
  private static final Set<String> UNFINISHED =
      Set.of("approved", "executing", "failed", "rollback_failed");

  private final Map<UUID, String> answered = new LinkedHashMap<>();
  private long answers;

  /// What was found.
  ///
  /// @param proposals of which something was answered
  /// @param executions that are stored
  /// @param how they came about
  /// @param lost proposals whose answer and whose stored state do not agree, that were approved and
  ///   never executed, or whose execution never ended
  /// @param twice proposals with two executions, or with two entries of one
  /// @param elsewhere what another system did and is not stored as done, or is stored and it did
  ///   not, or what it was asked differently the second time
  /// @param unlogged executions, outcomes, roll-backs or authorizations by a stage without their
  ///   entry, or entries without them
  /// @param moved cases whose version does not count their executions
  record Finding(
      long answers,
      long proposals,
      long executions,
      How how,
      long lost,
      long twice,
      long elsewhere,
      long unlogged,
      long moved) {
    boolean sound() {
      return lost == 0 && twice == 0 && elsewhere == 0 && unlogged == 0 && moved == 0;
    }
  }

  /// How executions came about, so that it shows whether anything was tried.
  ///
  /// @param byStage those that nobody agreed to
  /// @param remote those that another system carried out
  /// @param again those that took more than one attempt
  /// @param asked how often the other system was asked
  /// @param done how many things it did
  record How(long byStage, long remote, long takenBack, long again, long asked, long done) {}

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
  /// @param elsewhere what another system did
  synchronized Finding compare(DataSource superuser, Receiver.Log elsewhere) throws SQLException {
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
          boolean observed = state.equals("executed") && row.getBoolean(3);
          states.put(row.getObject(1, UUID.class), observed ? "observed" : state);
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
          how(statement, elsewhere),
          lost
              + states.values().stream().filter(UNFINISHED::contains).count()
              + count(
                  statement,
                  "select count(*) from workflow.execution where due_at is not null or parked_at is not null"),
          count(
              statement,
              """
              select count(*) from (
                select 1 from workflow.execution group by proposal_id having count(*) > 1
                union all
                select 1 from ledger.entry
                where action in ('execution.started', 'execution.completed', 'execution.rollback_started',
                  'execution.rolled_back', 'proposal.authorized', 'outcome.observed')
                group by correlation_id, action having count(*) > 1) twice\
              """),
          elsewhere.otherwise() + differences(elsewhere, statement),
          count(
              statement,
              """
              select count(*) from (
                (select proposal_id from workflow.execution where state in ('executed', 'rolled_back')
                 except select correlation_id from ledger.entry where action = 'execution.completed')
                union all
                (select correlation_id from ledger.entry where action = 'execution.completed'
                 except select proposal_id from workflow.execution where state in ('executed', 'rolled_back'))
                union all
                (select proposal_id from workflow.execution where state = 'rolled_back'
                 except select correlation_id from ledger.entry where action = 'execution.rolled_back')
                union all
                (select correlation_id from ledger.entry where action = 'execution.rolled_back'
                 except select proposal_id from workflow.execution where state = 'rolled_back')
                union all
                (select proposal_id from workflow.execution where authorized_by = 'stage'
                 except select correlation_id from ledger.entry where action = 'proposal.authorized')
                union all
                (select correlation_id from ledger.entry where action = 'proposal.authorized'
                 except select proposal_id from workflow.execution where authorized_by = 'stage')
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
                select coalesce(sum(case e.state when 'executed' then 1 when 'rolled_back' then 2 else 0 end), 0)
                from workflow.proposal p join workflow.execution e using (tenant_id, proposal_id)
                where p.tenant_id = c.tenant_id and p.case_id = c.case_id)\
              """));
    }
  }

  private static How how(Statement statement, Receiver.Log elsewhere) throws SQLException {
    return new How(
        count(statement, "select count(*) from workflow.execution where authorized_by = 'stage'"),
        count(
            statement,
            "select count(*) from workflow.execution where handler_version like 'http/%'"),
        count(statement, "select count(*) from workflow.execution where state = 'rolled_back'"),
        count(statement, "select count(*) from workflow.execution where attempts > 1"),
        elsewhere.asked(),
        elsewhere.acted().size());
  }

  /// What is stored as done by another system and what that did, as far as they differ.
  private static long differences(Receiver.Log elsewhere, Statement statement) throws SQLException {
    var stored = new HashMap<String, String>();
    try (var row =
        statement.executeQuery(
            """
            select execution_id || ':execute', proposal_id || ' execute' from workflow.execution
            where handler_version like 'http/%' and state in ('executed', 'rolled_back')
            union all
            select execution_id || ':compensate', proposal_id || ' compensate' from workflow.execution
            where handler_version like 'http/%' and state = 'rolled_back'\
            """)) {
      while (row.next()) {
        stored.put(row.getString(1), row.getString(2));
      }
    }
    var did = new HashMap<String, String>();
    elsewhere.acted().forEach((key, acted) -> did.put(key, acted.proposal() + " " + acted.phase()));
    var differing = new HashSet<>(stored.entrySet());
    differing.removeAll(did.entrySet());
    var undone = new HashSet<>(did.entrySet());
    undone.removeAll(stored.entrySet());
    long twice = (long) did.size() - new HashSet<>(did.values()).size();
    return twice + differing.size() + undone.size();
  }

  /// What was answered may have gone on, but never back.
  private static boolean contradicted(String answer, String stored) {
    return switch (answer) {
      case "approved", "executing", "executed" ->
          !Set.of("executed", "observed", "rolled_back").contains(stored);
      default -> !answer.equals(stored);
    };
  }

  private static long count(Statement statement, String sql) throws SQLException {
    try (var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
