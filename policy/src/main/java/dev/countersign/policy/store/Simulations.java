package dev.countersign.policy.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.simulation.Answer;
import dev.countersign.policy.simulation.Flip;
import dev.countersign.policy.simulation.SimulationRun;
import dev.countersign.policy.simulation.SimulationRun.Scope;
import dev.countersign.policy.simulation.SimulationRun.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;

/// The runs of simulations and the flips that they found.
///
/// Stateless; safe for use by many threads, each with its own transaction.
public final class Simulations {
  private static final String SELECT =
      """
      select id, version, state, since, until, most, examples, expected, seen, result,
        started_by, started_at, alive_at, ended_at
      from policy.simulation
      """;

  /// Keeps a run that begins. The database refuses a second one that runs.
  public void add(TenantTransaction transaction, SimulationRun run) {
    update(
            transaction,
            """
            insert into policy.simulation (tenant_id, id, version, state, since, until, most, examples,
              expected, started_by, started_at, alive_at)
            values (:tenant, :id, :version, 'running', :since, :until, :most, :examples,
              :expected, :started_by, :started_at, :alive_at)
            """)
        .bind("id", run.id())
        .bind("version", run.version())
        .bind("since", run.scope().since())
        .bind("until", run.scope().until())
        .bind("most", run.scope().most())
        .bind("examples", run.scope().examples())
        .bind("expected", run.expected())
        .bind("started_by", run.startedBy())
        .bind("started_at", run.startedAt())
        .bind("alive_at", run.aliveAt())
        .execute();
  }

  public Optional<SimulationRun> read(TenantTransaction transaction, UUID id) {
    return transaction
        .handle()
        .createQuery(SELECT + "where id = :id")
        .bind("id", id)
        .map((row, _) -> run(row))
        .findOne();
  }

  /// The runs of a version, newest first.
  public List<SimulationRun> list(TenantTransaction transaction, int version, int most) {
    return transaction
        .handle()
        .createQuery(
            SELECT + "where version = :version order by started_at desc, id desc limit :most")
        .bind("version", version)
        .bind("most", most)
        .map((row, _) -> run(row))
        .list();
  }

  /// The run that the rows say is running; whether it is, [SimulationRun#state] knows.
  public Optional<SimulationRun> running(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery(SELECT + "where state = 'running'")
        .map((row, _) -> run(row))
        .findOne();
  }

  /// Says that somebody still works on these runs of the tenant.
  public void alive(TenantTransaction transaction, UUID id, Instant now) {
    update(
            transaction,
            """
            update policy.simulation set alive_at = :now
            where tenant_id = :tenant and id = :id and state = 'running'
            """)
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  /// Keeps how far a run is; false if it does not run any more.
  public boolean progress(TenantTransaction transaction, UUID id, long seen, Instant now) {
    return update(
                transaction,
                """
                update policy.simulation set seen = :seen, alive_at = :now
                where tenant_id = :tenant and id = :id and state = 'running'
                """)
            .bind("id", id)
            .bind("seen", seen)
            .bind("now", now)
            .execute()
        == 1;
  }

  /// Ends a run with its result; false if it does not run any more.
  public boolean done(
      TenantTransaction transaction, UUID id, long seen, JsonObject result, Instant now) {
    return update(
                transaction,
                """
                update policy.simulation set state = 'done', seen = :seen, result = :result, ended_at = :now
                where tenant_id = :tenant and id = :id and state = 'running'
                """)
            .bind("id", id)
            .bind("seen", seen)
            .bind("result", result.toString())
            .bind("now", now)
            .execute()
        == 1;
  }

  /// Ends a run without a result; false if it does not run any more.
  public boolean end(TenantTransaction transaction, UUID id, State state, Instant now) {
    return update(
                transaction,
                """
                update policy.simulation set state = :state, ended_at = :now
                where tenant_id = :tenant and id = :id and state = 'running'
                """)
            .bind("id", id)
            .bind("state", state.word())
            .bind("now", now)
            .execute()
        == 1;
  }

  /// Forgets all but the newest runs, with their flips.
  public void keepNewest(TenantTransaction transaction, int most) {
    update(
            transaction,
            """
            delete from policy.simulation where tenant_id = :tenant and state <> 'running' and id in (
              select id from policy.simulation where tenant_id = :tenant
              order by started_at desc, id desc offset :most)
            """)
        .bind("most", most)
        .execute();
  }

  /// Forgets what every run found about a decision whose content is erased; the totals stay.
  public void forget(TenantTransaction transaction, UUID decisionId) {
    update(
            transaction,
            """
            delete from policy.simulation_flip where tenant_id = :tenant and decision_id = :decision
            """)
        .bind("decision", decisionId)
        .execute();
  }

  public void add(TenantTransaction transaction, UUID id, List<Flip> flips) {
    if (flips.isEmpty()) {
      return;
    }
    var batch =
        transaction
            .handle()
            .prepareBatch(
                """
                insert into policy.simulation_flip
                  (tenant_id, simulation_id, log_index, decision_id, answer_then, answer_now, policies)
                values (:tenant, :id, :log_index, :decision_id, :then, :now, :policies)
                """);
    for (var flip : flips) {
      batch
          .bind("tenant", transaction.tenant().value())
          .bind("id", id)
          .bind("log_index", flip.logIndex())
          .bind("decision_id", flip.decisionId())
          .bind("then", flip.from().word())
          .bind("now", flip.to().word())
          .bindArray("policies", String.class, flip.policies())
          .add();
    }
    batch.execute();
  }

  /// The flips of a run, newest decision first.
  ///
  /// @param before only decisions of a smaller index
  public List<Flip> flips(TenantTransaction transaction, UUID id, long before, int most) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, decision_id, answer_then, answer_now, policies
            from policy.simulation_flip
            where simulation_id = :id and log_index < :before order by log_index desc limit :most
            """)
        .bind("id", id)
        .bind("before", before)
        .bind("most", most)
        .map((row, _) ->
            new Flip(
                row.getLong(1),
                row.getObject(2, UUID.class),
                Answer.of(row.getString(3)),
                Answer.of(row.getString(4)),
                Arrays.asList((String[]) row.getArray(5).getArray())))
        .list();
  }

  private static SimulationRun run(ResultSet row) throws SQLException {
    return new SimulationRun(
        row.getObject("id", UUID.class),
        row.getInt("version"),
        new Scope(
            time(row, "since"), time(row, "until"), row.getLong("most"), row.getInt("examples")),
        State.of(row.getString("state")),
        row.getLong("expected"),
        row.getLong("seen"),
        Optional.ofNullable(row.getString("result"))
            .map(text -> (JsonObject) JsonReader.read(text, JsonReader.DEFAULT_DEPTH)),
        row.getString("started_by"),
        row.getTimestamp("started_at").toInstant(),
        row.getTimestamp("alive_at").toInstant(),
        time(row, "ended_at"));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }

  private static Update update(TenantTransaction transaction, String sql) {
    return transaction.handle().createUpdate(sql).bind("tenant", transaction.tenant().value());
  }
}
