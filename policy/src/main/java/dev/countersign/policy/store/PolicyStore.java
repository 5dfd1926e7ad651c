package dev.countersign.policy.store;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Model;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicyOverride;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.statement.Update;

/// Reads and writes the tables of the schema `policy`, always of the transaction's tenant.
///
/// Stateless; safe for use by many threads, each with its own transaction. A change of what
/// decisions are made by MUST be followed by raising the counter of policies; the use cases do.
public final class PolicyStore {

  /// The version that is in force.
  public record Active(int version, PolicySet set) {}

  /// The version in force, or version [TenantPolicies#NO_VERSION] with the empty set.
  public Active active(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery(
            """
            select s.version, s.threshold, s.policies
            from policy.active_set a join policy.policy_set s using (tenant_id, version)
            """)
        .map((row, _) -> new Active(row.getInt(1), set(row.getInt(2), row.getString(3))))
        .findOne()
        .orElseGet(() -> new Active(TenantPolicies.NO_VERSION, PolicySet.EMPTY));
  }

  public void put(TenantTransaction transaction, PolicyOverride override) {
    update(
            transaction,
            """
            insert into policy.policy_override (tenant_id, key, enabled, points)
            values (:tenant, :key, :enabled, :points)
            on conflict (tenant_id, key) do update set enabled = excluded.enabled, points = excluded.points
            """)
        .bind("key", override.key().value())
        .bind("enabled", override.enabled())
        .bind("points", override.points())
        .execute();
  }

  /// Ends every override.
  public void clearOverrides(TenantTransaction transaction) {
    update(transaction, "delete from policy.policy_override where tenant_id = :tenant").execute();
  }

  public void put(TenantTransaction transaction, Model model) {
    update(
            transaction,
            """
            insert into policy.model (tenant_id, name, provider, external, region, data_classes)
            values (:tenant, :name, :provider, :external, :region, :data_classes)
            on conflict (tenant_id, name) do update set provider = excluded.provider,
              external = excluded.external, region = excluded.region, data_classes = excluded.data_classes
            """)
        .bind("name", model.name())
        .bind("provider", model.provider())
        .bind("external", model.external())
        .bind("region", model.region())
        .bindArray("data_classes", String.class, List.copyOf(model.dataClasses()))
        .execute();
  }

  public void putOperation(TenantTransaction transaction, String name) {
    update(
            transaction,
            """
            insert into policy.operation (tenant_id, name) values (:tenant, :name)
            on conflict do nothing
            """)
        .bind("name", name)
        .execute();
  }

  public void put(TenantTransaction transaction, Declaration declaration) {
    update(
            transaction,
            """
            insert into policy.declaration (tenant_id, key, type, longest)
            values (:tenant, :key, :type, :longest)
            on conflict (tenant_id, key) do update set type = excluded.type, longest = excluded.longest
            """)
        .bind("key", declaration.key())
        .bind("type", declaration.type().word())
        .bind("longest", declaration.longest())
        .execute();
  }

  public void put(TenantTransaction transaction, TenantValues values) {
    putValue(transaction, "row_count_limit", values.rowCountLimit());
    putValue(transaction, "token_limit", values.tokenLimit());
    values
        .maxRiskScore()
        .ifPresentOrElse(
            score -> putValue(transaction, "max_risk_score", score),
            () ->
                update(
                        transaction,
                        """
                        delete from policy.tenant_value
                        where tenant_id = :tenant and name = 'max_risk_score'
                        """)
                    .execute());
  }

  private static void putValue(TenantTransaction transaction, String name, long value) {
    update(
            transaction,
            """
            insert into policy.tenant_value (tenant_id, name, value) values (:tenant, :name, :value)
            on conflict (tenant_id, name) do update set value = excluded.value
            """)
        .bind("name", name)
        .bind("value", value)
        .execute();
  }

  public List<PolicyOverride> overrides(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery("select key, enabled, points from policy.policy_override order by key")
        .map((row, _) ->
            new PolicyOverride(
                new PolicyKey(row.getString(1)),
                Optional.ofNullable(row.getObject(2, Boolean.class)),
                Optional.ofNullable(row.getObject(3, Integer.class))))
        .list();
  }

  /// Everything that the tenant registered.
  public TenantFacts facts(TenantTransaction transaction) {
    return new TenantFacts(
        models(transaction),
        operations(transaction),
        declarations(transaction),
        values(transaction));
  }

  public SortedMap<String, Model> models(TenantTransaction transaction) {
    var models = new TreeMap<String, Model>();
    transaction
        .handle()
        .createQuery("select name, provider, external, region, data_classes from policy.model")
        .map((row, _) ->
            new Model(
                row.getString(1),
                row.getString(2),
                row.getBoolean(3),
                Optional.ofNullable(row.getString(4)),
                new TreeSet<>(Arrays.asList((String[]) row.getArray(5).getArray()))))
        .forEach(model -> models.put(model.name(), model));
    return models;
  }

  public SortedSet<String> operations(TenantTransaction transaction) {
    return new TreeSet<>(
        transaction
            .handle()
            .createQuery("select name from policy.operation")
            .mapTo(String.class)
            .list());
  }

  public SortedMap<String, Declaration> declarations(TenantTransaction transaction) {
    var declarations = new TreeMap<String, Declaration>();
    transaction
        .handle()
        .createQuery("select key, type, longest from policy.declaration")
        .map((row, _) ->
            new Declaration(
                row.getString(1),
                Declaration.Type.of(row.getString(2)).orElseThrow(),
                row.getInt(3)))
        .forEach(declaration -> declarations.put(declaration.key(), declaration));
    return declarations;
  }

  public TenantValues values(TenantTransaction transaction) {
    var values = new TreeMap<String, Long>();
    transaction
        .handle()
        .createQuery("select name, value from policy.tenant_value")
        .map((row, _) -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(value -> values.put(value.getKey(), value.getValue()));
    return new TenantValues(
        Optional.ofNullable(values.get("max_risk_score")).map(Math::toIntExact),
        values.getOrDefault("row_count_limit", TenantValues.DEFAULT_ROW_COUNT_LIMIT),
        values.getOrDefault("token_limit", TenantValues.DEFAULT_TOKEN_LIMIT));
  }

  static PolicySet set(int threshold, String text) {
    // Deeper than a request: an obligation's arguments lie three levels down in a set.
    var set = PolicySetJson.read(JsonReader.read(text, 2 * JsonReader.DEFAULT_DEPTH));
    if (set.threshold() != threshold) {
      throw new IllegalStateException("a stored policy set contradicts its threshold");
    }
    return set;
  }

  private static Update update(TenantTransaction transaction, String sql) {
    return transaction.handle().createUpdate(sql).bind("tenant", transaction.tenant().value());
  }
}
