package dev.countersign.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TenantTransactionsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KernelDatabase database = KernelDatabase.create();
  private final TenantTransactions transactions =
      new TenantTransactions(database.as(DatabaseRole.APP));
  private TenantId one = new TenantId(new java.util.UUID(0, 0));
  private TenantId two = one;

  @BeforeEach
  void makeTenants() {
    one = database.tenant(1);
    two = database.tenant(2);
  }

  @Test
  void queryWithoutTenantSeesNothing() throws SQLException {
    try (var connection = database.as(DatabaseRole.APP).getConnection()) {
      assertThat(KernelDatabase.number(connection, "select count(*) from kernel.generation"))
          .isZero();
    }
  }

  @Test
  void transactionSeesItsTenantOnly() {
    for (var tenant : new TenantId[] {one, two}) {
      var seen =
          transactions.run(
              tenant,
              Rules.READ,
              transaction ->
                  transaction
                      .handle()
                      .createQuery("select tenant_id::text from kernel.generation")
                      .mapTo(String.class)
                      .list());
      assertThat(seen).containsExactly(tenant.toString());
    }
  }

  @Test
  void anotherTenantsRowIsNeitherWrittenNorChanged() {
    assertThatThrownBy(() ->
            transactions.run(
                one,
                Rules.READ,
                transaction ->
                    transaction
                        .handle()
                        .execute(
                            "insert into kernel.generation (tenant_id) values (gen_random_uuid())")))
        .isInstanceOf(DatabaseFailure.Broken.class)
        .rootCause()
        .hasMessageContaining("row-level security");
    int changed =
        transactions.run(
            one,
            Rules.READ,
            transaction ->
                transaction
                    .handle()
                    .execute(
                        "update kernel.generation set trust = 9 where tenant_id = ?", two.value()));
    assertThat(changed).isZero();
  }

  @Test
  void pooledConnectionForgetsItsTenant() throws SQLException {
    try (var pool = database.poolOfOne()) {
      var pooled = new TenantTransactions(pool);
      long first = backend(pooled, one);
      assertThatThrownBy(() ->
              pooled.run(
                  one,
                  Rules.CHANGE,
                  _ -> {
                    throw new Refusal.Conflict("no", "no");
                  }))
          .isInstanceOf(Refusal.Conflict.class);
      try (var connection = pool.getConnection()) {
        assertThat(KernelDatabase.number(connection, "select pg_backend_pid()")).isEqualTo(first);
        assertThat(KernelDatabase.number(connection, "select count(*) from kernel.generation"))
            .isZero();
        assertThat(
                KernelDatabase.number(
                    connection, "select count(*) from pg_locks where locktype = 'advisory'"))
            .isZero();
      }
      assertThat(backend(pooled, two)).isEqualTo(first);
    }
  }

  private static long backend(TenantTransactions transactions, TenantId tenant) {
    return transactions.run(
        tenant,
        Rules.APPLY,
        transaction ->
            transaction.handle().createQuery("select pg_backend_pid()").mapTo(Long.class).one());
  }

  @Test
  void changeWaitsForAnswersUnderTheOldRules() {
    assertThat(waits(Rules.APPLY, one, Rules.CHANGE, one)).isTrue();
  }

  @Test
  void answerWaitsForTheChangeAndSeesIt() {
    assertThat(waits(Rules.CHANGE, one, Rules.APPLY, one)).isTrue();
    assertThat(waits(Rules.CHANGE, one, Rules.CHANGE, one)).isTrue();
  }

  @Test
  void answersDoNotWaitForEachOtherNorForAnotherTenant() {
    assertThat(waits(Rules.APPLY, one, Rules.APPLY, one)).isFalse();
    assertThat(waits(Rules.CHANGE, one, Rules.READ, one)).isFalse();
    assertThat(waits(Rules.CHANGE, one, Rules.CHANGE, two)).isFalse();
  }

  @Test
  void whatChangesEverywhereWaitsForEveryTenantAndEveryTenantForIt() {
    assertThat(waits(Rules.APPLY, one, Rules.CHANGE_EVERYWHERE, two)).isTrue();
    assertThat(waits(Rules.CHANGE, one, Rules.CHANGE_EVERYWHERE, two)).isTrue();
    assertThat(waits(Rules.CHANGE_EVERYWHERE, one, Rules.CHANGE_EVERYWHERE, two)).isTrue();
    assertThat(waits(Rules.CHANGE_EVERYWHERE, one, Rules.APPLY, two)).isTrue();
    assertThat(waits(Rules.CHANGE_EVERYWHERE, one, Rules.READ, two)).isFalse();
  }

  @Test
  void whatChangedEverywhereIsOfEveryTenantsGeneration() {
    transactions.run(
        one,
        Rules.CHANGE_EVERYWHERE,
        transaction -> {
          transaction.raiseEverywhere();
          return "";
        });
    for (var tenant : new TenantId[] {one, two}) {
      assertThat(transactions.run(tenant, Rules.READ, TenantTransaction::generation))
          .isEqualTo(new Generation(1, 1, 2, 1));
    }
    assertThatThrownBy(() ->
            transactions.run(
                one,
                Rules.CHANGE,
                transaction -> {
                  transaction.raiseEverywhere();
                  return "";
                }))
        .isInstanceOf(IllegalStateException.class);
  }

  /// Whether a second transaction waits for the end of the first; if it does, it sees what the
  /// first one changed.
  private boolean waits(Rules first, TenantId owner, Rules second, TenantId other) {
    var opened = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var holding =
          CompletableFuture.runAsync(
              () ->
                  transactions.run(
                      owner,
                      first,
                      transaction -> {
                        if (first == Rules.CHANGE) {
                          transaction.raise(Counter.POLICIES);
                        }
                        opened.countDown();
                        return await(release);
                      }),
              threads);
      await(opened);
      long before = policies(owner);
      var following =
          CompletableFuture.supplyAsync(
              () ->
                  transactions.run(
                      other, second, transaction -> transaction.generation().policies()),
              threads);
      Await.until(
          PATIENCE,
          () ->
              following.isDone()
                  || database.number(
                          "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                              + " and database = (select oid from pg_database where datname = current_database())")
                      > 0);
      boolean waited = !following.isDone();
      release.countDown();
      holding.join();
      long seen = following.join();
      if (waited && owner.equals(other)) {
        assertThat(seen).isEqualTo(before + (first == Rules.CHANGE ? 1 : 0));
      }
      return waited;
    }
  }

  private long policies(TenantId tenant) {
    return database.number(
        "select policies from kernel.generation where tenant_id = '" + tenant + "'");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void principalOfOlderCredentialsIsRefused() {
    var principal = principal(1);
    assertThat(reads(principal)).isTrue();
    transactions.run(
        one,
        Rules.CHANGE,
        transaction -> {
          transaction.raise(Counter.CREDENTIALS);
          return "";
        });
    assertThatThrownBy(() -> transactions.run(principal, Rules.READ, _ -> "not reached"))
        .isInstanceOf(StaleCredential.class);
    assertThat(reads(principal(2))).isTrue();
    assertThat(reads(Principal.system(one, "timer"))).isTrue();
  }

  private boolean reads(Principal principal) {
    return transactions.run(principal, Rules.READ, _ -> true);
  }

  private Principal principal(long generation) {
    return new Principal(
        one, Principal.Kind.API_KEY, "ck_1", "", new TreeSet<>(), "main", generation);
  }

  @Test
  void onlyAChangeRaisesCounters() {
    for (var counter : Counter.values()) {
      assertThatThrownBy(() ->
              transactions.run(
                  one,
                  Rules.APPLY,
                  transaction -> {
                    transaction.raise(counter);
                    return "";
                  }))
          .isInstanceOf(IllegalStateException.class);
      transactions.run(
          one,
          Rules.CHANGE,
          transaction -> {
            transaction.raise(counter);
            return "";
          });
    }
    var generation = transactions.run(one, Rules.READ, TenantTransaction::generation);
    assertThat(generation).isEqualTo(new Generation(2, 2, 2, 2));
    assertThat(transactions.run(two, Rules.READ, TenantTransaction::generation))
        .isEqualTo(new Generation(1, 1, 1, 1));
  }

  @Test
  void whatTheWorkThrowsUndoesIt() {
    assertThatThrownBy(() ->
            transactions.run(
                one,
                Rules.CHANGE,
                transaction -> {
                  transaction.raise(Counter.GATES);
                  throw new Refusal.Conflict("no", "no");
                }))
        .isInstanceOf(Refusal.Conflict.class);
    assertThat(transactions.run(one, Rules.READ, TenantTransaction::generation))
        .isEqualTo(new Generation(1, 1, 1, 1));
  }

  @Test
  void failuresSayWhetherARepetitionMayHelp() {
    assertThatThrownBy(() ->
            transactions.run(one, Rules.READ, transaction -> transaction.handle().execute("bad")))
        .isInstanceOf(DatabaseFailure.Broken.class);
    assertThatThrownBy(() ->
            transactions.run(
                one,
                Rules.READ,
                transaction ->
                    transaction.handle().execute("select pg_terminate_backend(pg_backend_pid())")))
        .isInstanceOf(DatabaseFailure.Unavailable.class);
    var away = new TenantTransactions(database.database().dataSource("nobody", "x"));
    assertThatThrownBy(() -> away.run(one, Rules.READ, _ -> ""))
        .isInstanceOf(DatabaseFailure.class);
  }
}
