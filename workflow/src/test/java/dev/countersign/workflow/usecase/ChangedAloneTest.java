package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever changes what stops or allows something waits for every answer that was decided by it
/// before: once he is answered, nothing is committed that did not know.
class ChangedAloneTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String WAITING =
      "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whateverIsChangedOfATenantWaitsForWhatHeDecides() throws Exception {
    var lender = world.keyHolder("ck_lender", "reviewer");
    var lent = world.delegate(lender, world.keyHolder("ck_stand", "reviewer"));
    for (Runnable change :
        List.<Runnable>of(
            () -> world.lift(world.freeze("tenant", "*")),
            () -> world.freeze("queue", "intake"),
            () -> world.revoke("advance"),
            () -> world.authorize("advance"),
            () -> world.ceiling("full_auto"),
            () -> world.revokeDelegation.revoke(world.call(lender), lent),
            () -> world.watch("{\"decoy_rate\": 0.5}"),
            () -> world.rule(List.of("letter"), "true", "{\"kind\": \"hold\"}"))) {
      waits(world.tenant, change);
    }
  }

  @Test
  void aFreezeOfEverythingWaitsForWhatAnyTenantDecides() throws Exception {
    var platform = World.principal(world.newTenant(), "ck_platform", "platform_admin");
    var reason = Json.object().put("reason", "it pays twice").build();
    waits(
        world.tenant,
        () -> world.setFreeze.set(world.call(platform), SetFreeze.parseEverywhere(reason)));
    assertThat(
            world
                .showFreezes
                .list(world.admin, new Page(Page.MOST, Optional.empty()))
                .items("freezes"))
        .hasSize(1);
  }

  private void waits(TenantId whose, Runnable change) throws Exception {
    var deciding = new CountDownLatch(1);
    var decided = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        var answer =
            threads.submit(
                () -> world.transactions.run(whose, Rules.APPLY, _ -> held(deciding, decided)));
        assertThat(deciding.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        var changing = threads.submit(change);
        Await.until("it waits", PATIENCE, () -> world.text(WAITING).equals("1"));
        assertThat(changing.isDone()).isFalse();
        decided.countDown();
        assertThat(answer.get()).isTrue();
        changing.get();
      } finally {
        decided.countDown();
      }
    }
  }

  private static boolean held(CountDownLatch deciding, CountDownLatch decided) {
    deciding.countDown();
    try {
      return decided.await(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
