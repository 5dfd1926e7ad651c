package dev.countersign.workflow.store;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.RuleAction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The rules and how they were changed. Who adds or changes one MUST hold the tenant's exclusive
/// lock.
public final class RuleStore {
  private final Kept<Asked, List<CaseRule>> kept = new Kept<>();

  private record Asked(String type, String workflow) {}

  private static final int HISTORY = 100;

  /// A rule with what came of it so far.
  ///
  /// @param executions runs that did something
  /// @param failures runs that did not
  public record StoredRule(
      CaseRule rule,
      long executions,
      long failures,
      Optional<String> lastResult,
      Optional<Instant> lastRunAt) {

    public JsonObject json() {
      return rule.json()
          .with("executions", Json.of(executions))
          .with("failures", Json.of(failures))
          .with("last_result", lastResult.<Json>map(Json::of).orElse(Json.NULL))
          .with(
              "last_run_at",
              lastRunAt.<Json>map(time -> Json.of(time.toString())).orElse(Json.NULL));
    }
  }

  public void add(TenantTransaction transaction, CaseRule rule) {
    Rows.update(
            transaction,
            """
            insert into workflow.rule (tenant_id, rule_id, version, title, workflow, reacts_to, condition, condition_by,
              action, priority, enabled, created_by, created_at, changed_at)
            values (:tenant, :id, :version, :title, :workflow, :on, :condition, :condition_by,
              :action, :priority, :enabled, :created_by, :created_at, :changed_at)
            """)
        .bind("id", rule.id())
        .bind("version", rule.version())
        .bind("title", rule.title())
        .bind("workflow", rule.trigger().workflow().orElse(null))
        .bindArray("on", String.class, List.copyOf(rule.trigger().on()))
        .bind("condition", rule.condition())
        .bind("condition_by", rule.conditionBy())
        .bind("action", rule.action().json().toString())
        .bind("priority", rule.priority())
        .bind("enabled", rule.enabled())
        .bind("created_by", rule.author())
        .bind("created_at", Rows.timestamp(rule.createdAt()))
        .bind("changed_at", Rows.timestamp(rule.changedAt()))
        .later();
    keep(transaction, rule, rule.author());
  }

  /// Stores a rule as it became.
  public void change(TenantTransaction transaction, CaseRule changed, String by) {
    Rows.update(
            transaction,
            """
            update workflow.rule set version = :version, condition = :condition, condition_by = :condition_by,
              priority = :priority, enabled = :enabled, changed_at = :changed_at
            where tenant_id = :tenant and rule_id = :id
            """)
        .bind("id", changed.id())
        .bind("version", changed.version())
        .bind("condition", changed.condition())
        .bind("condition_by", changed.conditionBy())
        .bind("priority", changed.priority())
        .bind("enabled", changed.enabled())
        .bind("changed_at", Rows.timestamp(changed.changedAt()))
        .later();
    keep(transaction, changed, by);
  }

  private static void keep(TenantTransaction transaction, CaseRule rule, String by) {
    Rows.update(
            transaction,
            """
            insert into workflow.rule_change (tenant_id, rule_id, version, condition, priority, enabled, changed_by, changed_at)
            values (:tenant, :id, :version, :condition, :priority, :enabled, :by, :at)
            """)
        .bind("id", rule.id())
        .bind("version", rule.version())
        .bind("condition", rule.condition())
        .bind("priority", rule.priority())
        .bind("enabled", rule.enabled())
        .bind("by", by)
        .bind("at", Rows.timestamp(rule.changedAt()))
        .later();
  }

  public Optional<StoredRule> read(TenantTransaction transaction, UUID id) {
    return Rows.query(
            transaction, "select * from workflow.rule where tenant_id = :tenant and rule_id = :id")
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  public int count(TenantTransaction transaction) {
    return Rows.query(transaction, "select count(*) from workflow.rule where tenant_id = :tenant")
        .mapTo(Integer.class)
        .one();
  }

  /// The rules that are enabled and react to an event of that type in a workflow, in the order in
  /// which they are asked.
  public List<CaseRule> reacting(TenantTransaction transaction, String type, String workflow) {
    return kept.get(
        transaction, new Asked(type, workflow), () -> enabled(transaction, type, workflow));
  }

  private static List<CaseRule> enabled(
      TenantTransaction transaction, String type, String workflow) {
    return Rows.query(
            transaction,
            """
            select * from workflow.rule
            where tenant_id = :tenant and enabled and :type = any(reacts_to)
              and (workflow is null or workflow = :workflow)
            order by priority desc, created_at, rule_id
            """)
        .bind("type", type)
        .bind("workflow", workflow)
        .map((row, _) -> stored(row).rule())
        .list();
  }

  /// How many rules but this one are enabled and react to a type, in whatever workflow.
  public int reacting(TenantTransaction transaction, String type, UUID butFor) {
    return Rows.query(
            transaction,
            """
            select count(*) from workflow.rule
            where tenant_id = :tenant and enabled and :type = any(reacts_to) and rule_id <> :id
            """)
        .bind("type", type)
        .bind("id", butFor)
        .mapTo(Integer.class)
        .one();
  }

  /// Counts a run. MUST be the last that is done in a transaction, in the order of the rules' ids:
  /// many cases share these rows.
  public void count(TenantTransaction transaction, RuleRun run) {
    Rows.update(
            transaction,
            """
            update workflow.rule set executions = executions + :done, failures = failures + 1 - :done,
              last_result = :result, last_run_at = :at
            where tenant_id = :tenant and rule_id = :id
            """)
        .bind("id", run.ruleId())
        .bind("done", run.done() ? 1 : 0)
        .bind("result", run.result())
        .bind("at", Rows.timestamp(run.at()))
        .later();
  }

  /// Newest first; `before` is the last id of the page before.
  public List<StoredRule> page(TenantTransaction transaction, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.rule
            where tenant_id = :tenant and (cast(:before as uuid) is null or rule_id < cast(:before as uuid))
            order by rule_id desc limit :limit
            """)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  /// The latest changes, newest first.
  public List<JsonObject> history(TenantTransaction transaction, UUID id) {
    return Rows.query(
            transaction,
            """
            select * from workflow.rule_change where tenant_id = :tenant and rule_id = :id
            order by version desc limit :limit
            """)
        .bind("id", id)
        .bind("limit", HISTORY)
        .map((row, _) ->
            Json.object()
                .put("version", row.getInt("version"))
                .put("condition", row.getString("condition"))
                .put("priority", row.getInt("priority"))
                .put("enabled", row.getBoolean("enabled"))
                .put("by", row.getString("changed_by"))
                .put("at", Rows.time(row, "changed_at").toString())
                .build())
        .list();
  }

  private static StoredRule stored(ResultSet row) throws SQLException {
    var rule =
        new CaseRule(
            Rows.uuid(row, "rule_id"),
            row.getInt("version"),
            row.getString("title"),
            new CaseRule.Trigger(
                Optional.ofNullable(row.getString("workflow")), Rows.names(row, "reacts_to")),
            row.getString("condition"),
            RuleAction.read(Fields.of(Rows.object(row, "action"))).orElseThrow(),
            row.getInt("priority"),
            row.getBoolean("enabled"),
            row.getString("created_by"),
            row.getString("condition_by"),
            Rows.time(row, "created_at"),
            Rows.time(row, "changed_at"));
    return new StoredRule(
        rule,
        row.getLong("executions"),
        row.getLong("failures"),
        Optional.ofNullable(row.getString("last_result")),
        Rows.optionalTime(row, "last_run_at"));
  }
}
