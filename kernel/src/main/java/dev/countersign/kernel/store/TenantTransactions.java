package dev.countersign.kernel.store;

import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/// The only way of the application to its tables: a transaction that belongs to one tenant.
///
/// Each transaction starts with one round trip that sets the tenant for row-level security, takes
/// the tenant's generation lock and reads the generation row under it. The lock is an advisory one:
/// a shared row lock would write to the row's header on each decision (ADR 0005).
///
/// Safe for use by many threads. Blocks; meant for virtual threads.
public final class TenantTransactions {
  /// Sets the tenant and takes the locks, in one order for everybody: that of all tenants first.
  private static final Map<Rules, String> ENTER =
      Map.of(
          Rules.READ,
          "select set_config('countersign.tenant', ?, true)",
          Rules.APPLY,
          """
          select set_config('countersign.tenant', ?, true), pg_advisory_xact_lock_shared(kernel.everywhere_lock()),
            pg_advisory_xact_lock_shared(kernel.generation_lock(?))\
          """,
          Rules.CHANGE,
          """
          select set_config('countersign.tenant', ?, true), pg_advisory_xact_lock_shared(kernel.everywhere_lock()),
            pg_advisory_xact_lock(kernel.generation_lock(?))\
          """,
          Rules.CHANGE_EVERYWHERE,
          """
          select set_config('countersign.tenant', ?, true), pg_advisory_xact_lock(kernel.everywhere_lock()),
            pg_advisory_xact_lock(kernel.generation_lock(?))\
          """);

  /// A statement of its own, because its snapshot has to be taken under the locks.
  private static final String GENERATION =
      """
      ;
      select g.policies, g.credentials, g.gates + e.gates, g.trust
      from kernel.generation g, kernel.everywhere e where g.tenant_id = ?\
      """;

  private final Jdbi jdbi;

  /// @param dataSource connections of the restricted application role
  public TenantTransactions(DataSource dataSource) {
    this.jdbi = Jdbi.create(dataSource);
  }

  /// What is done inside.
  @FunctionalInterface
  public interface Work<T> {
    T in(TenantTransaction transaction);
  }

  /// How the transaction stands to the rules it decides by.
  public enum Rules {
    /// Reads; takes no lock.
    READ,
    /// Commits an answer that was decided under the rules: no rule changes before it commits.
    APPLY,
    /// Changes a rule: waits until every answer under the old rules is committed.
    CHANGE,
    /// Changes what holds for every tenant: waits until every answer of all of them is committed.
    CHANGE_EVERYWHERE
  }

  /// Runs `work` in one transaction and commits it; whatever it throws undoes everything.
  ///
  /// Throws [StaleCredential] if the principal's credentials may have changed, [DatabaseFailure] if
  /// the database fails, and what `work` throws.
  public <T> T run(Principal principal, Rules rules, Work<T> work) {
    return run(
        principal.tenant(),
        rules,
        transaction -> {
          if (principal.kind() != Principal.Kind.SYSTEM
              && principal.credentialsGeneration() != transaction.generation().credentials()) {
            throw new StaleCredential();
          }
          return work.in(transaction);
        });
  }

  /// Runs `work` for a tenant without asking who acts: for loading what a principal is made from.
  public <T> T run(TenantId tenant, Rules rules, Work<T> work) {
    try {
      return jdbi.inTransaction(handle -> {
        var transaction = enter(handle, tenant, rules);
        var result = work.in(transaction);
        transaction.pipeline().commit();
        return result;
      });
    } catch (JdbiException e) {
      throw e.getCause() instanceof SQLException cause
          ? DatabaseFailure.of(cause)
          : new DatabaseFailure.Broken(e);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Reads what belongs to no tenant; row-level security shows no tenant's row.
  public <T> T open(Function<Handle, T> work) {
    try {
      return jdbi.inTransaction(work::apply);
    } catch (JdbiException e) {
      throw e.getCause() instanceof SQLException cause
          ? DatabaseFailure.of(cause)
          : new DatabaseFailure.Broken(e);
    }
  }

  private static TenantTransaction enter(Handle handle, TenantId tenant, Rules rules)
      throws SQLException {
    Connection connection = handle.getConnection();
    try (var statement = connection.prepareStatement(ENTER.get(rules) + GENERATION)) {
      statement.setString(1, tenant.value().toString());
      if (rules != Rules.READ) {
        statement.setObject(2, tenant.value());
      }
      statement.setObject(rules == Rules.READ ? 2 : 3, tenant.value());
      statement.execute();
      statement.getMoreResults();
      try (var row = statement.getResultSet()) {
        // A tenant that is just being created has no row yet; nothing was decided under its rules.
        var generation =
            row.next()
                ? new Generation(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4))
                : new Generation(0, 0, 0, 0);
        return new TenantTransaction(handle, tenant, generation, rules);
      }
    }
  }
}
