package dev.countersign.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.IdempotentAnswers.EntryRef;
import dev.countersign.kernel.store.IdempotentAnswers.Stored;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdempotentAnswersTest {

  private final KernelDatabase database = KernelDatabase.create();
  private final TenantTransactions transactions =
      new TenantTransactions(database.as(DatabaseRole.APP));
  private final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  private final TenantId tenant = database.tenant(1);
  private final AtomicInteger worked = new AtomicInteger();

  /// Answers a call as a use case does: what was answered before, or a new answer that is kept.
  private Stored answer(Call call) {
    return transactions.run(
        call.principal(),
        Rules.APPLY,
        transaction -> {
          var now = clock.instant();
          return IdempotentAnswers.claim(transaction, call, now)
              .orElseGet(() -> {
                int number = worked.incrementAndGet();
                var answer = Json.object().put("number", number).build();
                var entries = List.of(new EntryRef(new UUID(1, number), new UUID(2, number)));
                IdempotentAnswers.keep(transaction, call, answer, entries);
                return new Stored(answer, entries);
              });
        });
  }

  private Call call(String key, String body) {
    return call("ck_1", "POST /v1/cases", key, body);
  }

  private Call call(String who, String route, String key, String body) {
    var principal =
        new Principal(tenant, Principal.Kind.API_KEY, who, "", new TreeSet<>(), "main", 1);
    var digest = Digest.sha256(body.getBytes(StandardCharsets.UTF_8));
    return new Call(
        principal, "0".repeat(32), "local", Optional.of(new Call.Idempotency(key, route, digest)));
  }

  private static JsonObject number(int number) {
    return Json.object().put("number", number).build();
  }

  @Test
  void sameKeyAndBodyGetTheSameAnswer() {
    var first = answer(call("k", "body"));
    assertThat(answer(call("k", "body"))).isEqualTo(first);
    assertThat(worked).hasValue(1);
  }

  @Test
  void sameKeyWithAnotherBodyIsRefused() {
    answer(call("k", "body"));
    assertThatThrownBy(() -> answer(call("k", "other"))).isInstanceOf(Refusal.KeyReused.class);
    assertThat(worked).hasValue(1);
  }

  @Test
  void otherKeyPrincipalOrRouteIsAnotherCall() {
    answer(call("k", "body"));
    answer(call("l", "body"));
    answer(call("ck_2", "POST /v1/cases", "k", "other"));
    answer(call("ck_1", "POST /v1/gates", "k", "other"));
    assertThat(worked).hasValue(4);
  }

  @Test
  void callWithoutKeyIsNeverRemembered() {
    var call = Call.system(tenant, "timer", "0".repeat(32));
    answer(call);
    answer(call);
    assertThat(worked).hasValue(2);
    assertThat(database.number("select count(*) from kernel.idempotency")).isZero();
  }

  @Test
  void whatWasUndoneIsNotRemembered() {
    assertThatThrownBy(() ->
            transactions.run(
                tenant,
                Rules.APPLY,
                transaction -> {
                  IdempotentAnswers.claim(transaction, call("k", "body"), clock.instant());
                  throw new Refusal.Conflict("no", "no");
                }))
        .isInstanceOf(Refusal.Conflict.class);
    assertThat(answer(call("k", "other")).answer()).isEqualTo(number(1));
  }

  @Test
  void answerIsKeptForADay() {
    answer(call("k", "body"));
    clock.advance(Duration.ofHours(24));
    assertThat(answer(call("k", "body")).answer()).isEqualTo(number(1));
    clock.advance(Duration.ofMillis(1));
    assertThat(answer(call("k", "other")).answer()).isEqualTo(number(2));
    assertThat(answer(call("k", "other")).answer()).isEqualTo(number(2));
  }

  @Test
  void oldAnswersAreSweptByLaterCalls() {
    for (int i = 0; i < 12; i++) {
      answer(call("old" + i, "body"));
    }
    clock.advance(Duration.ofHours(25));
    for (int i = 0; i < 3; i++) {
      answer(call("new" + i, "body"));
    }
    assertThat(database.number("select count(*) from kernel.idempotency")).isEqualTo(3);
  }

  @Test
  void concurrentCallsWithOneKeyAreAnsweredOnce() throws InterruptedException, ExecutionException {
    for (int round = 0; round < 10; round++) {
      String key = "round" + round;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Callable<Stored>> calls =
            IntStream.range(0, 8)
                .<Callable<Stored>>mapToObj(_ -> () -> answer(call(key, "body")))
                .toList();
        for (Future<Stored> answered : threads.invokeAll(calls)) {
          assertThat(answered.get().answer()).isEqualTo(number(round + 1));
        }
      }
    }
    assertThat(worked).hasValue(10);
  }
}
