package dev.countersign.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Model;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicyOverride;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.usecase.RegisterModel;
import dev.countersign.policy.usecase.RegisterOperation;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.testkit.ManualClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyStoreTest {
  private static final PolicyDatabase DATABASE = PolicyDatabase.create();
  private static final Model MODEL =
      new Model("gpt-4", "openai", false, Optional.of("eu"), new TreeSet<>(List.of("b", "a")));

  private final PolicyStore store = new PolicyStore();
  private final SeedPolicies seed =
      new SeedPolicies(
          new PolicyVersions(),
          StarterSet.read(),
          new ManualClock(Instant.parse("2026-01-31T08:00:00Z")));

  @Test
  void aNewTenantStartsWithTheStarterSetAsVersionOne() {
    var tenant = DATABASE.tenant(1);
    assertThat(load(tenant).version()).isEqualTo(TenantPolicies.NO_VERSION);
    assertThat(load(tenant).effective()).isEqualTo(PolicySet.EMPTY);
    change(tenant, seed::in);
    var policies = load(tenant);
    assertThat(policies.version()).isEqualTo(1);
    assertThat(policies.effective()).isEqualTo(StarterSet.read());
    assertThat(policies.generation()).isEqualTo(2);
    assertThat(policies.facts().values()).isEqualTo(TenantValues.DEFAULT);
  }

  @Test
  void whatIsPutIsLoaded() {
    var tenant = DATABASE.tenant(2);
    var declaration = new Declaration("department", Declaration.Type.STRING, 10);
    var values = new TenantValues(Optional.of(60), 5, 7);
    change(
        tenant,
        transaction -> {
          seed.in(transaction);
          new RegisterModel(store).in(transaction, MODEL);
          new RegisterOperation(store).in(transaction, "classify");
          new RegisterOperation(store).in(transaction, "classify");
          store.put(transaction, declaration);
          store.put(transaction, values);
          store.put(
              transaction,
              new PolicyOverride(
                  new PolicyKey("external_model"), Optional.of(false), Optional.of(3)));
        });
    var loaded = load(tenant);
    assertThat(loaded.facts().models()).containsOnlyKeys("gpt-4").containsValue(MODEL);
    assertThat(loaded.facts().operations()).containsExactly("classify");
    assertThat(loaded.facts().declarations()).containsValue(declaration);
    assertThat(loaded.facts().values()).isEqualTo(values);
    assertThat(loaded.effective().threshold()).isEqualTo(60);
    assertThat(loaded.effective().policies())
        .filteredOn(policy -> policy.key().value().equals("external_model"))
        .allSatisfy(policy -> {
          assertThat(policy.enabled()).isFalse();
          assertThat(policy.effect().points()).isEqualTo(3);
        });
    change(tenant, transaction -> store.put(transaction, TenantValues.DEFAULT));
    assertThat(load(tenant).facts().values()).isEqualTo(TenantValues.DEFAULT);
  }

  @Test
  void aTenantSeesAndChangesOnlyHisOwn() {
    var one = DATABASE.tenant(3);
    var other = DATABASE.tenant(4);
    change(
        one,
        transaction -> {
          seed.in(transaction);
          new RegisterModel(store).in(transaction, MODEL);
        });
    assertThat(load(other).version()).isEqualTo(TenantPolicies.NO_VERSION);
    assertThat(load(other).facts().models()).isEmpty();
    change(other, transaction -> transaction.handle().execute("delete from policy.model"));
    assertThat(load(one).facts().models()).isNotEmpty();
    assertThatThrownBy(() ->
            change(
                other,
                transaction ->
                    transaction
                        .handle()
                        .execute(
                            "insert into policy.operation (tenant_id, name) values (?, 'x')",
                            one.value())))
        .isInstanceOf(DatabaseFailure.class)
        .hasRootCauseMessage(
            "ERROR: new row violates row-level security policy for table \"operation\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update policy.policy_set set policies = '{}'",
        "delete from policy.policy_set",
        "delete from policy.active_set",
        "truncate policy.model",
      })
  void theApplicationMayNotChangeWhatIsForGood(String sql) {
    var tenant = new TenantId(new UUID(7, 5));
    assertThatThrownBy(() -> change(tenant, transaction -> transaction.handle().execute(sql)))
        .isInstanceOf(DatabaseFailure.Broken.class)
        .rootCause()
        .hasMessageContaining("permission denied");
  }

  @Test
  void seedingTwiceFailsAndChangesNothing() {
    var tenant = DATABASE.tenant(6);
    change(tenant, seed::in);
    assertThatThrownBy(() -> change(tenant, seed::in)).isInstanceOf(DatabaseFailure.class);
    assertThat(load(tenant).generation()).isEqualTo(2);
  }

  @Test
  void everyTableForcesRowLevelSecurity() {
    var open =
        DATABASE.transactions.run(
            new TenantId(new UUID(7, 7)),
            Rules.READ,
            transaction ->
                transaction
                    .handle()
                    .createQuery(
                        """
                        select relname from pg_class
                        where relnamespace = 'policy'::regnamespace and relkind = 'r'
                          and relname <> 'flyway_schema_history'
                          and not (relrowsecurity and relforcerowsecurity)
                        """)
                    .mapTo(String.class)
                    .list());
    assertThat(open).isEmpty();
  }

  private TenantPolicies load(TenantId tenant) {
    return DATABASE.transactions.run(
        tenant, Rules.READ, new PolicySnapshots(store, new CelConditions())::load);
  }

  private static void change(TenantId tenant, Consumer<TenantTransaction> work) {
    DATABASE.transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          work.accept(transaction);
          return true;
        });
  }
}
