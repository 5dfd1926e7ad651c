package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.NoteSignature;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.witness.RemoteWitness;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Whatever a witness answers, nothing of it is kept that is not its cosignature over our
/// checkpoint, and the log goes on.
class LyingWitnessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final Instant TIME = Instant.parse("2026-11-01T12:00:00Z");
  private static final Duration SHORT = Duration.ofMillis(300);

  /// More than the buffers between two processes hold.
  private static final long MUCH = 16 << 20;

  private static final SigningKey KEY = witness();

  private static SigningKey witness() {
    return SigningKey.generate("liar.test/w", SignatureType.COSIGNATURE_V1, new SecureRandom());
  }

  private static Checkpoint asked(byte[] body) {
    return Checkpoint.parse(AddCheckpoint.parse(body).note().text());
  }

  private static WitnessServer.Behaviour cosign(SigningKey key, boolean otherRoot) {
    return (exchange, body) -> {
      var checkpoint =
          otherRoot ? Checkpoint.of("ledger.test/log", CompactRange.EMPTY) : asked(body);
      var line = NoteSignature.lines(List.of(key.cosign(checkpoint, TIME)));
      WitnessServer.send(exchange, 200, "text/plain", line);
    };
  }

  private static WitnessServer.Behaviour say(int status, String type, String body) {
    return (exchange, _) -> WitnessServer.send(exchange, status, type, body);
  }

  private static Map<String, WitnessServer.Behaviour> lies(
      WitnessServer honest, CountDownLatch end, AtomicLong sent) {
    var lies = new LinkedHashMap<String, WitnessServer.Behaviour>();
    lies.put("no cosignature by its key", cosign(witness(), false));
    lies.put("not over our checkpoint", cosign(KEY, true));
    lies.put("its answer is no signature", say(200, "text/plain", "thank you\n"));
    lies.put("its 409 names no size", say(409, "text/x.tlog.size", "many\n"));
    lies.put("its 409 names no size ", say(409, "text/plain", "7\n"));
    lies.put("its 409 names no size  ", say(409, "text/x.tlog.size", "99999999999999999999\n"));
    lies.put("its 409 names no size   ", say(409, "text/x.tlog.size", "-1\n"));
    lies.put("another size each time", say(409, "text/x.tlog.size", "0\n"));
    lies.put("it answered 404", say(404, "text/plain", ""));
    lies.put("it answered 500", say(500, "text/html", "<b>"));
    lies.put(
        "it answered 307",
        (exchange, _) -> {
          exchange.getResponseHeaders().set("Location", honest.prefix() + "/add-checkpoint");
          WitnessServer.send(exchange, 307, "text/plain", "");
        });
    lies.put(
        "it cannot be reached",
        (exchange, _) -> {
          exchange.sendResponseHeaders(200, 0);
          var endless = "a".repeat(8192).getBytes(StandardCharsets.UTF_8);
          try {
            for (long bytes = 0; end.getCount() > 0; bytes += endless.length) {
              sent.accumulateAndGet(bytes, Math::max);
              exchange.getResponseBody().write(endless);
            }
          } catch (IOException cutOff) {
            // As it should be.
          }
        });
    lies.put(
        "it did not answer within",
        (_, _) -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    lies.put(
        "it did not answer within ",
        (exchange, _) -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return lies;
  }

  private static GatherCosignatures gathering(Node node, WitnessServer server, Duration patience) {
    var remote =
        new RemoteWitness(
            "liar", List.of(KEY.verifier()), server.prefix(), RemoteWitness.client(), patience);
    var keys = LogKeys.of(Node.KEY);
    return new GatherCosignatures(
        node.database.as(DatabaseRole.APP),
        node.signer,
        new PublishedCheckpoints(node.signer, keys, remote.keys(), 0),
        keys,
        List.of(new Witness(remote, Duration.ofMillis(20))),
        node.state);
  }

  @Test
  void noLieIsKeptAndNoneStopsTheLog() {
    var database = LedgerDatabase.create();
    var end = new CountDownLatch(1);
    var sent = new AtomicLong();
    try (var honest = new WitnessServer(cosign(KEY, false));
        var liar = new WitnessServer(say(500, "text/plain", ""));
        var node = new Node(database);
        var gathering = gathering(node, liar, SHORT)) {
      gathering.start();
      node.start();
      long size = 0;
      for (var lie : lies(honest, end, sent).entrySet()) {
        database.execute(
            "update ledger.witness set failures = 0, due_at = '-infinity', problem = null");
        liar.behave(lie.getValue());
        node.decide(1, ONE);
        node.covered(++size);
        Await.until(
            lie.getKey(),
            PATIENCE,
            () ->
                database.texts("select coalesce(problem, '') from ledger.witness").stream()
                    .anyMatch(problem -> problem.contains(lie.getKey().strip())));
      }
      assertThat(database.number("select count(*) from ledger.checkpoint where witnesses > 0"))
          .isZero();
      assertThat(database.number("select count(*) from ledger.alarm")).isZero();
      assertThat(node.state.stopped()).isEmpty();
      assertThat(honest.requests()).isZero();
      assertThat(sent.get()).as("bytes of an endless answer").isPositive().isLessThan(MUCH);
      end.countDown();

      liar.behave(cosign(KEY, false));
      database.execute("update ledger.witness set failures = 0, due_at = '-infinity'");
      Await.until(
          "the truth",
          PATIENCE,
          () -> database.number("select count(*) from ledger.checkpoint where witnesses = 1") == 1);
    } finally {
      end.countDown();
    }
  }

  @Test
  void aWitnessThatHangsDelaysTheFirstAppendByTwoSecondsAtMost() {
    var end = new CountDownLatch(1);
    var database = LedgerDatabase.create();
    try (var liar =
            new WitnessServer((_, _) -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
        var node = new Node(database);
        var gathering = gathering(node, liar, Duration.ofSeconds(30))) {
      gathering.start();
      long before = System.nanoTime();
      node.start();
      node.decide(1, ONE);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
    } finally {
      end.countDown();
    }
  }

  /// One request in flight in the whole deployment, and no more of them than the interval allows.
  @Test
  void manyNodesAskOneAtATime() {
    var database = LedgerDatabase.create();
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var end = new CountDownLatch(1);
    try (var server = new WitnessServer(say(500, "text/plain", ""));
        var one = new Node(database);
        var two = new Node(database);
        var first = gathering(one, server, SHORT);
        var second = gathering(two, server, SHORT)) {
      server.behave((exchange, body) -> {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
          boolean _ = end.await(30, TimeUnit.MILLISECONDS);
          cosign(KEY, false).answer(exchange, body);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } finally {
          running.decrementAndGet();
        }
      });
      first.start();
      second.start();
      one.start();
      two.start();
      for (int i = 1; i <= 40; i++) {
        (i % 2 == 0 ? one : two).decide(1, ONE);
      }
      Await.until(
          "the last", PATIENCE, () -> database.number("select size from ledger.witness") == 40);
    }
    assertThat(most).hasValue(1);
  }
}
