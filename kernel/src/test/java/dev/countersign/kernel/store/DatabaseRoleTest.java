package dev.countersign.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DatabaseRoleTest {

  private static final String WANTED =
      "select count(*) from pg_roles where rolname like 'countersign_%' and rolcanlogin and not rolsuper"
          + " and not rolbypassrls and not rolcreaterole and not rolcreatedb";

  private final KernelDatabase database = KernelDatabase.create();

  @Test
  void rolesAreMadeAgainToTheSameEffect() throws SQLException {
    for (int i = 0; i < 2; i++) {
      try (var admin = database.database().superuserDataSource().getConnection()) {
        for (var role : DatabaseRole.values()) {
          role.ensure(admin, KernelDatabase.PASSWORD);
        }
      }
      assertThat(database.number(WANTED)).isEqualTo(DatabaseRole.values().length);
      database.as(DatabaseRole.APP).getConnection().close();
    }
  }

  @Test
  void manyNodesMayMakeThemAtOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var nodes = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < 16; i++) {
        nodes.add(() -> {
          try (var admin = database.database().superuserDataSource().getConnection()) {
            for (int round = 0; round < 5; round++) {
              DatabaseRole.TIMER.ensure(admin, KernelDatabase.PASSWORD);
            }
          }
          return true;
        });
      }
      for (Future<Boolean> node : threads.invokeAll(nodes)) {
        assertThat(node.get()).isTrue();
      }
    }
  }

  /// As a managed database gives it: the right to create roles, no superuser.
  @Test
  void rightToCreateRolesIsEnough() throws SQLException {
    database.execute("create role kernel_admin login createrole password 'x'");
    database.execute("grant " + DatabaseRole.FSCK.login() + " to kernel_admin with admin option");
    try (var admin = database.database().dataSource("kernel_admin", "x").getConnection()) {
      DatabaseRole.FSCK.ensure(admin, KernelDatabase.PASSWORD);
    } finally {
      database.execute("revoke " + DatabaseRole.FSCK.login() + " from kernel_admin");
      database.execute("drop role kernel_admin");
    }
  }

  @Test
  void roleThatRowLevelSecurityDoesNotBindIsRefused() throws SQLException {
    database.execute("alter role " + DatabaseRole.FSCK.login() + " bypassrls");
    try (var admin = database.database().superuserDataSource().getConnection()) {
      assertThatThrownBy(() -> DatabaseRole.FSCK.ensure(admin, KernelDatabase.PASSWORD))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("`countersign_fsck` bypasses row-level security");
    } finally {
      database.execute("alter role " + DatabaseRole.FSCK.login() + " nobypassrls");
    }
  }

  @Test
  void noRoleOwnsATableButTheOwner() {
    assertThat(
            database.number(
                "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner"
                    + " where c.relnamespace = 'kernel'::regnamespace and r.rolname <> 'countersign_owner'"))
        .isZero();
  }
}
