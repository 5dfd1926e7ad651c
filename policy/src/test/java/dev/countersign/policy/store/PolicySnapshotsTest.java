package dev.countersign.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.usecase.RegisterOperation;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.testkit.ManualClock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PolicySnapshotsTest {
  private static final PolicyDatabase DATABASE = PolicyDatabase.create();

  private final PolicyStore store = new PolicyStore();
  private final PolicySnapshots snapshots = new PolicySnapshots(store, new CelConditions());
  private final RegisterOperation register = new RegisterOperation(store);

  @Test
  void nothingIsCachedUntilItIsLoadedAndThenItIsTheSame() {
    var tenant = seeded(1);
    assertThat(snapshots.cached(tenant)).isEmpty();
    var loaded = load(tenant);
    assertThat(snapshots.cached(tenant)).containsSame(loaded);
    assertThat(load(tenant)).isSameAs(loaded);
  }

  @Test
  void aChangeIsSeenByTheNextLoad() {
    var tenant = seeded(2);
    var before = load(tenant);
    DATABASE.transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          register.in(transaction, "classify");
          return true;
        });
    var after = load(tenant);
    assertThat(after.generation()).isEqualTo(before.generation() + 1);
    assertThat(after.facts().operations()).containsExactly("classify");
    assertThat(snapshots.cached(tenant)).containsSame(after);
  }

  @Test
  void whatIsNotCommittedIsNeverKept() {
    var tenant = seeded(3);
    var before = load(tenant);
    assertThatThrownBy(() ->
            DATABASE.transactions.run(
                tenant,
                Rules.CHANGE,
                transaction -> {
                  register.in(transaction, "classify");
                  assertThat(snapshots.load(transaction).facts().operations())
                      .containsExactly("classify");
                  throw new IllegalStateException("undo");
                }))
        .hasMessage("undo");
    assertThat(snapshots.cached(tenant)).containsSame(before);
    assertThat(load(tenant).facts().operations()).isEmpty();
  }

  @Test
  void tenantsWithEqualSetsShareOneDecisionPoint() {
    var one = seeded(4);
    var other = seeded(5);
    assertThat(load(one).point()).isSameAs(load(other).point());
  }

  @Test
  void aChangeOutsideTheExclusiveLockIsRefused() {
    var tenant = seeded(6);
    assertThatThrownBy(() ->
            DATABASE.transactions.run(
                tenant,
                Rules.APPLY,
                transaction -> {
                  transaction.raise(Counter.POLICIES);
                  return true;
                }))
        .isInstanceOf(IllegalStateException.class);
  }

  private TenantPolicies load(TenantId tenant) {
    return DATABASE.transactions.run(tenant, Rules.APPLY, snapshots::load);
  }

  private TenantId seeded(long number) {
    var tenant = DATABASE.tenant(number);
    var seed =
        new SeedPolicies(
            new PolicyVersions(),
            StarterSet.read(),
            new ManualClock(Instant.parse("2026-01-31T08:00:00Z")));
    DATABASE.transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          seed.in(transaction);
          return true;
        });
    return tenant;
  }
}
