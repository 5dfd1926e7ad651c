package dev.countersign.policy.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Model;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Reads a tenant's registry in parts, and removes from it; [PolicyStore] puts into it.
///
/// Stateless; safe for use by many threads, each with its own transaction. A change MUST be
/// followed by raising the counter of policies.
public final class RegistryStore {
  private static final String MODELS =
      "select name, provider, external, region, data_classes from policy.model ";
  private static final String DECLARATIONS = "select key, type, longest from policy.declaration ";

  /// One of the three lists that a registry is.
  public enum Kind {
    MODEL("policy.model", "name"),
    OPERATION("policy.operation", "name"),
    DECLARATION("policy.declaration", "key");

    private final String table;
    private final String key;

    Kind(String table, String key) {
      this.table = table;
      this.key = key;
    }
  }

  public Optional<Model> model(TenantTransaction transaction, String name) {
    return transaction
        .handle()
        .createQuery(MODELS + "where name = :name")
        .bind("name", name)
        .map((row, _) -> model(row))
        .findOne();
  }

  /// Models in the order of their names.
  ///
  /// @param after only those that follow this name; empty for the first
  public List<Model> models(TenantTransaction transaction, String after, int most) {
    return transaction
        .handle()
        .createQuery(MODELS + "where name > :after order by name limit :most")
        .bind("after", after)
        .bind("most", most)
        .map((row, _) -> model(row))
        .list();
  }

  /// Operations in their order.
  public List<String> operations(TenantTransaction transaction, String after, int most) {
    return transaction
        .handle()
        .createQuery(
            "select name from policy.operation where name > :after order by name limit :most")
        .bind("after", after)
        .bind("most", most)
        .mapTo(String.class)
        .list();
  }

  public boolean hasOperation(TenantTransaction transaction, String name) {
    return transaction
        .handle()
        .createQuery("select exists (select from policy.operation where name = :name)")
        .bind("name", name)
        .mapTo(Boolean.class)
        .one();
  }

  public Optional<Declaration> declaration(TenantTransaction transaction, String key) {
    return transaction
        .handle()
        .createQuery(DECLARATIONS + "where key = :key")
        .bind("key", key)
        .map((row, _) -> declaration(row))
        .findOne();
  }

  /// Declarations in the order of their keys.
  public List<Declaration> declarations(TenantTransaction transaction, String after, int most) {
    return transaction
        .handle()
        .createQuery(DECLARATIONS + "where key > :after order by key limit :most")
        .bind("after", after)
        .bind("most", most)
        .map((row, _) -> declaration(row))
        .list();
  }

  public int count(TenantTransaction transaction, Kind kind) {
    return transaction
        .handle()
        .createQuery("select count(*) from " + kind.table)
        .mapTo(Integer.class)
        .one();
  }

  public void remove(TenantTransaction transaction, Kind kind, String name) {
    transaction
        .handle()
        .createUpdate(
            "delete from %s where tenant_id = :tenant and %s = :name"
                .formatted(kind.table, kind.key))
        .bind("tenant", transaction.tenant().value())
        .bind("name", name)
        .execute();
  }

  private static Model model(ResultSet row) throws SQLException {
    return new Model(
        row.getString(1),
        row.getString(2),
        row.getBoolean(3),
        Optional.ofNullable(row.getString(4)),
        new TreeSet<>(Arrays.asList((String[]) row.getArray(5).getArray())));
  }

  private static Declaration declaration(ResultSet row) throws SQLException {
    return new Declaration(
        row.getString(1), Declaration.Type.of(row.getString(2)).orElseThrow(), row.getInt(3));
  }
}
