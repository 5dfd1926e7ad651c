package dev.countersign.kernel.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/// The logins by which the product meets its database, each allowed only what its work needs.
///
/// None but the owner and maintenance owns a table, none may bypass row-level security; what each
/// may see across tenants is a policy in the migrations and named in the catalog test. Roles belong
/// to the cluster, not to a database, so they are made here, again and again to the same effect,
/// and not by a migration.
public enum DatabaseRole {
  /// Owns schemas and tables and runs the migrations; forced row-level security binds it too.
  OWNER,
  /// Serves requests, one tenant at a time.
  APP,
  /// Commits decisions of many tenants in one transaction; reads no content.
  BATCH,
  /// Gives pending entries their index.
  SEQUENCER,
  /// Finds due work across tenants: ids and times only.
  TIMER,
  /// Reads everything to recompute it; writes nothing.
  FSCK,
  /// Owns the tables that are partitioned, to add and drop their partitions; reads no content.
  MAINTENANCE;

  /// Any number that nothing else in the database locks.
  private static final int LOCK = 7462;

  /// The role's name in the cluster.
  public String login() {
    return "countersign_" + name().toLowerCase(Locale.ROOT);
  }

  /// Makes the role if it is not there and gives it `password`; needs the right to create roles,
  /// not a superuser's. Throws IllegalStateException if the role is there and is a superuser or
  /// bypasses row-level security: no policy would bind it.
  public void ensure(Connection admin, String password) throws SQLException {
    try (var statement = admin.createStatement()) {
      // One at a time: of two nodes that start at once, the second to alter a role would fail.
      statement.execute("select pg_advisory_lock(" + LOCK + ")");
      try {
        statement.execute(
            """
            do $$ begin
              create role %s login nosuperuser nobypassrls nocreaterole nocreatedb;
            exception when duplicate_object or unique_violation then null; end $$\
            """
                .formatted(login()));
        refuseUnbound(statement);
        statement.execute(
            "alter role %s login password '%s'".formatted(login(), password.replace("'", "''")));
        if (this == MAINTENANCE) {
          // So that a migration can hand over a table, and change it later.
          statement.execute(
              "grant %s to %s with inherit false, set true".formatted(login(), OWNER.login()));
        }
      } finally {
        statement.execute("select pg_advisory_unlock(" + LOCK + ")");
      }
    }
  }

  private void refuseUnbound(Statement statement) throws SQLException {
    try (var row =
        statement.executeQuery(
            "select rolsuper or rolbypassrls from pg_roles where rolname = '" + login() + "'")) {
      if (!row.next() || row.getBoolean(1)) {
        throw new IllegalStateException(
            "role `" + login() + "` bypasses row-level security; take that right from it");
      }
    }
  }
}
