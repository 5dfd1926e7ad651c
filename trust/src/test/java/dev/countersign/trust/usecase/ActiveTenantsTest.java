package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.store.ActiveTenants;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ActiveTenantsTest {
  private static final TrustDatabase DATABASE = new TrustDatabase();
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  private final ActiveTenants active = new ActiveTenants(DATABASE.as(DatabaseRole.TIMER));

  @Test
  void tenantsInWhichAnHourWasBegunAreFoundOnceAndInPages() {
    var tenants =
        Stream.generate(DATABASE::tenant)
            .limit(3)
            // By text, which orders ids as PostgreSQL does.
            .sorted((one, other) -> one.toString().compareTo(other.toString()))
            .toList();
    tenants.forEach(tenant -> {
      begin(tenant, NOON);
      begin(tenant, NOON.plusSeconds(60));
    });
    begin(DATABASE.tenant(), NOON.minusSeconds(1));

    assertThat(active.since(NOON, 10)).isEqualTo(tenants);
    assertThat(active.since(NOON, 2)).isEqualTo(tenants.subList(0, 2));
    assertThat(active.since(NOON, Optional.of(tenants.get(1)), 2))
        .isEqualTo(List.of(tenants.get(2)));
    assertThat(active.since(NOON.plusSeconds(61), 10)).isEmpty();
  }

  @Test
  void theTimersRoleSeesNothingElseOfAnHour() {
    assertThatThrownBy(
            () -> {
              try (var connection = DATABASE.as(DatabaseRole.TIMER).getConnection();
                  var statement = connection.createStatement()) {
                statement.executeQuery("select rejected from trust.hour").close();
              }
            })
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");
  }

  private static void begin(TenantId tenant, Instant begun) {
    DATABASE
        .transactions()
        .run(
            tenant,
            Rules.APPLY,
            transaction -> {
              var scope = UUID.randomUUID();
              transaction
                  .handle()
                  .createUpdate(
                      """
                      insert into trust.scope (tenant_id, scope_id, site, queue, action_type, role_context, ordinal, stage, state, version, updated_at)
                      values (:tenant, :scope, :site, 'queue', :site, '*', 1, 'observe', '{}', 0, :begun)
                      """)
                  .bind("tenant", tenant.value())
                  .bind("scope", scope)
                  .bind("site", scope.toString())
                  .bind("begun", Timestamp.from(begun))
                  .execute();
              return transaction
                  .handle()
                  .createUpdate(
                      """
                      insert into trust.hour (tenant_id, scope_id, starts_at, begun_at)
                      values (:tenant, :scope, :begun, :begun)
                      """)
                  .bind("tenant", tenant.value())
                  .bind("scope", scope)
                  .bind("begun", Timestamp.from(begun))
                  .execute();
            });
  }
}
