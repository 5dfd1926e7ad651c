package dev.countersign.benchmarks.work;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.JsonReader;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ApprovalTerms;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;

/// A kind of timer: what waits for its time, how that is brought near, and how one sees that it has
/// fired. Each works on `public.wave (tenant_id, id, at, seen)`.
enum Wave {
  EXPIRY(
      "requests that expire",
      """
      select tenant_id, proposal_id from workflow.approval_request
      where state = 'pending' and gate = 'going' and not escalated and expires_at > now() + interval '10 min'
        and escalates_at > now() + interval '10 min' order by approval_id\
      """,
      """
      update workflow.approval_request a set expires_at = w.at from public.wave w where a.proposal_id = w.id;
      update workflow.proposal p set due_at = w.at from public.wave w where p.proposal_id = w.id\
      """,
      "select from workflow.proposal p where p.tenant_id = w.tenant_id and p.proposal_id = w.id and p.state = 'expired'"),
  ESCALATION(
      "escalations",
      """
      select tenant_id, approval_id from workflow.approval_request
      where state = 'pending' and gate = 'going' and not escalated and expires_at > now() + interval '10 min'
        and escalates_at > now() + interval '10 min' order by approval_id\
      """,
      "update workflow.approval_request a set escalates_at = w.at from public.wave w where a.approval_id = w.id",
      "select from workflow.approval_request a where a.tenant_id = w.tenant_id and a.approval_id = w.id and a.escalated"),
  SLA(
      "SLAs that are missed",
      """
      select tenant_id, case_id from workflow.sla_timer s
      where missed_at is null and due_at > now() + interval '10 min' and not exists (
        select from workflow.proposal p where p.tenant_id = s.tenant_id and p.case_id = s.case_id) order by case_id\
      """,
      "update workflow.sla_timer s set due_at = w.at from public.wave w where s.case_id = w.id",
      "select from workflow.sla_timer s where s.tenant_id = w.tenant_id and s.case_id = w.id and s.missed_at is not null"),
  VETO(
      "veto windows that run",
      """
      select tenant_id, proposal_id from workflow.approval_request
      where state = 'pending' and gate = 'drifting' and runs_at > now() + interval '2 min' order by approval_id\
      """,
      """
      update workflow.approval_request a set runs_at = w.at from public.wave w where a.proposal_id = w.id;
      update workflow.proposal p set due_at = w.at from public.wave w where p.proposal_id = w.id\
      """,
      "select from workflow.proposal p where p.tenant_id = w.tenant_id and p.proposal_id = w.id and p.state = 'executed'"),
  OVERDUE(
      "outcomes that are overdue",
      """
      select e.tenant_id, e.execution_id from workflow.execution e join workflow.proposal p using (tenant_id, proposal_id)
      join workflow.case_file c using (tenant_id, case_id)
      where c.workflow = 'timed' and p.action_type = 'go' and not e.overdue
        and e.outcome_due_at > now() + interval '10 min' order by e.execution_id\
      """,
      "update workflow.execution e set outcome_due_at = w.at from public.wave w where e.execution_id = w.id",
      "select from workflow.execution e where e.tenant_id = w.tenant_id and e.execution_id = w.id and e.overdue");

  private final String words;
  private final String waiting;
  private final String due;
  private final String fired;

  Wave(String words, String waiting, String due, String fired) {
    this.words = words;
    this.waiting = waiting;
    this.due = due;
    this.fired = fired;
  }

  String words() {
    return words;
  }

  /// Lets so many be due from two seconds on, all at once or over some seconds; false if fewer
  /// wait.
  boolean begin(Connection superuser, int timers, int seconds) throws SQLException {
    try (var statement = superuser.createStatement()) {
      statement.execute("drop table if exists public.wave");
      statement.execute(
          """
          create table public.wave as
          select tenant_id, id, now() + interval '2 s' + (row_number() over () - 1) * interval '%d s' / %d as at,
            null::timestamptz as seen
          from (select * from (%s) found limit %d) waiting (tenant_id, id)\
          """
              .formatted(seconds, timers, waiting, timers));
      // What is due may be changed here and not by the product.
      statement.execute(due);
    }
    if (this == VETO) {
      sign(superuser);
    }
    try (var statement = superuser.createStatement();
        var row = statement.executeQuery("select count(*) from public.wave")) {
      row.next();
      return row.getInt(1) == timers;
    }
  }

  /// How many have not fired yet.
  int look(Connection superuser) throws SQLException {
    try (var statement = superuser.createStatement()) {
      statement.execute(
          """
          update public.wave w set seen = clock_timestamp()
          where seen is null and at < clock_timestamp() and exists (%s)\
          """
              .formatted(fired));
      try (var row =
          statement.executeQuery("select count(*) from public.wave where seen is null")) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /// Nothing runs on terms whose digest is another.
  private static void sign(Connection superuser) throws SQLException {
    try (var statement = superuser.createStatement();
        var row =
            statement.executeQuery(
                """
                select a.*, p.action_digest from workflow.approval_request a join public.wave w on w.id = a.proposal_id
                join workflow.proposal p on p.tenant_id = a.tenant_id and p.proposal_id = a.proposal_id\
                """);
        var update =
            superuser.prepareStatement(
                "update workflow.approval_request set approval_digest = ? where proposal_id = ?")) {
      while (row.next()) {
        update.setBytes(1, terms(row).digest().bytes());
        update.setObject(2, row.getObject("proposal_id"));
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  private static ApprovalTerms terms(ResultSet row) throws SQLException {
    return new ApprovalTerms(
        Digest.of(row.getBytes("action_digest")),
        row.getInt("policy_version"),
        row.getString("gate"),
        row.getString("handler_version"),
        ApprovalRequirement.read(JsonReader.readObject(row.getString("requirement"))),
        row.getTimestamp("expires_at").toInstant(),
        time(row, "escalates_at"),
        time(row, "runs_at"));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }
}
