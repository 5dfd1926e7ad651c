package dev.countersign.server;

import dev.countersign.server.database.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/// Makes the database refuse a tenant's entries at the moment in which they are written, after
/// everything else that their transaction did: those of use cases as *pending*, and those of
/// decisions at the tenant's chain. For one thread.
final class LogFault implements AutoCloseable {
  private static final String REFUSE =
      """
      create or replace function public.refuse_entry() returns trigger language plpgsql as $$
      begin
        raise exception 'the test refuses this entry' using errcode = '53100';
      end $$
      """;

  private final Connection connection;
  private final String whose;

  /// @param tenant whose entries; other than these, also those of tenants that come into being
  LogFault(Databases databases, UUID tenant, UUID platform) throws SQLException {
    connection = Superuser.connect(databases);
    whose = "new.tenant_id in ('%s', '%s')".formatted(tenant, platform);
    Superuser.execute(connection, REFUSE);
  }

  /// Runs `work` while the entries of the tenant are refused.
  void during(Runnable work) {
    during(whose, work);
  }

  /// Runs `work` while all entries are refused, also those of a tenant that is being created.
  void duringForAll(Runnable work) {
    during("true", work);
  }

  private void during(String when, Runnable work) {
    Superuser.execute(
        connection,
        """
        set lock_timeout = '5s';
        create trigger refuse_entry before insert on ledger.pending for each row when (%s)
          execute function public.refuse_entry();
        create trigger refuse_entry before insert or update on ledger.chain for each row when (%s)
          execute function public.refuse_entry();
        """
            .formatted(when, when));
    try {
      work.run();
    } finally {
      Superuser.execute(
          connection,
          """
          drop trigger refuse_entry on ledger.pending;
          drop trigger refuse_entry on ledger.chain;
          """);
    }
  }

  @Override
  public void close() {
    Superuser.execute(connection, "drop function public.refuse_entry()");
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
