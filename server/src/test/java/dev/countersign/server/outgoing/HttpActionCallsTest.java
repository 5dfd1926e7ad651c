package dev.countersign.server.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.events.AllowedAddresses;
import dev.countersign.events.WebhookKey;
import dev.countersign.events.sending.Names;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.identity.Network;
import dev.countersign.kernel.Json;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.ManualClock;
import dev.countersign.workflow.OutgoingCall;
import dev.countersign.workflow.OutgoingCall.Reply;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes over the wire to a system that carries actions out, and what its answers mean.
class HttpActionCallsTest {
  private static final WebhookKey KEY = WebhookKey.generate(new SecureRandom());
  private static final String IDEMPOTENCY = "019a5a50-0000-7cc1-9d3a-0f1e2d3c4b5a:execute";
  private static final Reply DONE = new Reply.Done();
  private static final Reply BROKEN = new Reply.Postponed("breaker_open", HttpActionCalls.BREAK);

  private final ManualClock clock = ManualClock.at("2026-11-01T08:00:00Z");
  private final ActionReceiver system = new ActionReceiver();
  private final HttpActionCalls calls = calls(Names.system(), true);

  @AfterEach
  void close() {
    system.close();
  }

  private HttpActionCalls calls(Names names, boolean unencrypted) {
    var here = new AllowedAddresses(List.of(Network.parse("127.0.0.1").orElseThrow()));
    var tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    return new HttpActionCalls(
        patience -> new PinnedPost(here, names, tls, unencrypted, patience), KEY, clock);
  }

  private static OutgoingCall call(String url) {
    return call(url, Duration.ofSeconds(20));
  }

  private static OutgoingCall call(String url, Duration timeout) {
    return new OutgoingCall(
        url, IDEMPOTENCY, Json.object().put("phase", "execute").put("text", "ä").build(), timeout);
  }

  private Reply asked() {
    return calls.call(call(system.url()));
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(asked()).isEqualTo(new Reply.Unavailable("status_500"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void anAnswerOfSuccessSaysThatItIsDone(int status) {
    system.answers(_ -> status);
    assertThat(asked()).isEqualTo(DONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504, 599})
  void whatAnotherAttemptMayChangeIsTriedAgain(int status) {
    system.answers(_ -> status);
    assertThat(asked()).isEqualTo(new Reply.Unavailable("status_" + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 410, 422, 499})
  void anyOtherRefusalIsForGood(int status) {
    system.answers(_ -> status);
    assertThat(asked()).isEqualTo(new Reply.Refused(status));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsARefusalAndIsNotFollowed(int status) {
    try (var elsewhere = new ActionReceiver()) {
      system.answers(exchange -> {
        exchange.getResponseHeaders().add("Location", elsewhere.url());
        return status;
      });
      assertThat(asked()).isEqualTo(new Reply.Refused(status));
      assertThat(elsewhere.received()).isEmpty();
    }
  }

  @Test
  void eachAttemptCarriesTheSameKeyAndASignatureOfItsOwnTime() throws Exception {
    system.answers(_ -> system.received().size() < 3 ? 503 : 200);
    while (asked() instanceof Reply.Unavailable) {
      clock.advance(Duration.ofSeconds(2));
    }
    assertThat(system.received())
        .hasSize(3)
        .allSatisfy(each -> {
          assertThat(each.method()).isEqualTo("POST");
          assertThat(each.field("Idempotency-Key")).isEqualTo('"' + IDEMPOTENCY + '"');
          assertThat(each.field("Content-Type")).isEqualTo("application/json");
          assertThat(each.body()).isEqualTo("{\"phase\":\"execute\",\"text\":\"ä\"}");
          assertThat(verified(each, each.field("Idempotency-Key"))).isTrue();
        })
        .extracting(each -> each.field("Signature-Input"))
        .doesNotHaveDuplicates();
  }

  @Test
  void theSignatureCoversTheKeyAndTheBody() throws Exception {
    asked();
    var received = system.received().getFirst();
    assertThat(received.field("Signature-Input"))
        .isEqualTo(
            "sig1=(\"@method\" \"@target-uri\" \"content-digest\" \"content-type\" \"idempotency-key\");created=%d;keyid=\"%s\""
                .formatted(clock.instant().getEpochSecond(), KEY.id()));
    assertThat(verified(received, received.field("Idempotency-Key"))).isTrue();
    assertThat(verified(received, "\"another:execute\"")).as("another key").isFalse();
    var digest =
        MessageDigest.getInstance("SHA-256")
            .digest(received.body().getBytes(StandardCharsets.UTF_8));
    assertThat(received.field("Content-Digest"))
        .isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");
  }

  /// As a receiver does it, with nothing of ours but the public key.
  private boolean verified(ActionReceiver.Received received, String idempotencyKey)
      throws GeneralSecurityException {
    var base =
        """
        "@method": POST
        "@target-uri": %s
        "content-digest": %s
        "content-type": %s
        "idempotency-key": %s
        "@signature-params": %s\
        """
            .formatted(
                system.url(),
                received.field("Content-Digest"),
                received.field("Content-Type"),
                idempotencyKey,
                received.field("Signature-Input").substring("sig1=".length()));
    var x509 =
        Base64.getDecoder()
            .decode("MCowBQYDK2VwAyEA" + Base64.getEncoder().encodeToString(KEY.publicKey()));
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
    verifier.update(base.getBytes(StandardCharsets.US_ASCII));
    var value = received.field("Signature");
    return verifier.verify(
        Base64.getDecoder().decode(value.substring("sig1=:".length(), value.length() - 1)));
  }

  @Test
  void anAttemptEndsWithItsTime() {
    var end = new CountDownLatch(1);
    system.waitsFor(end);
    long begun = System.nanoTime();
    assertThat(calls.call(call(system.url(), Duration.ofMillis(300))))
        .isEqualTo(new Reply.Unavailable("timed_out"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    end.countDown();
  }

  @Test
  void ofALargeAnswerOnlyTheStatusCounts() throws IOException {
    try (var large = new EndlessAnswer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")) {
      assertThat(calls.call(call(large.url()))).isEqualTo(DONE);
      Await.until("the end of the connection", Duration.ofSeconds(5), large::left);
      assertThat(large.written()).isLessThan(EndlessAnswer.MUCH);
    }
    try (var noise = new EndlessAnswer("HTTP/1.1 103 Early Hints\r\nLink: ")) {
      assertThat(calls.call(call(noise.url()))).isEqualTo(new Reply.Unavailable("not_http"));
      Await.until("the end of the connection", Duration.ofSeconds(5), noise::left);
      assertThat(noise.written()).isLessThan(EndlessAnswer.MUCH);
    }
  }

  @Test
  void nothingGoesInsideOrUnencryptedUnlessTheOperatorSaysSo() {
    assertThat(calls.call(call("http://127.0.0.2:" + system.port() + "/")))
        .isEqualTo(new Reply.Unavailable("address_not_allowed"));
    assertThat(calls(Names.system(), false).call(call(system.url())))
        .isEqualTo(new Reply.Unavailable("not_encrypted"));
    assertThat(system.received()).isEmpty();
  }

  @Test
  void aHostThatFailsIsLeftAloneAndNoOther() {
    system.answers(_ -> 500);
    fail(5);
    assertThat(asked()).isEqualTo(BROKEN);
    assertThat(system.received()).as("it was not asked").hasSize(5);
    try (var other = new ActionReceiver()) {
      assertThat(calls.call(call(other.url()))).isEqualTo(DONE);
    }
  }

  @Test
  void aHostThatWasLeftAloneIsTriedAfterAWhile() {
    system.answers(_ -> 500);
    fail(5);
    clock.advance(HttpActionCalls.BREAK.minusSeconds(1));
    assertThat(asked()).isEqualTo(BROKEN);
    clock.advance(Duration.ofSeconds(2));
    fail(2);
    assertThat(asked()).as("two in vain are enough").isEqualTo(BROKEN);
    system.answers(_ -> 200);
    clock.advance(HttpActionCalls.BREAK.plusSeconds(1));
    for (int i = 0; i < 10; i++) {
      assertThat(asked()).isEqualTo(DONE);
    }
  }

  @Test
  void aHostThatRefusesIsThere() {
    system.answers(_ -> 422);
    for (int i = 0; i < 20; i++) {
      assertThat(asked()).isEqualTo(new Reply.Refused(422));
    }
  }

  @Test
  void asManyCallsAsAHostTakesAreUnderWayAndOthersWait() throws Exception {
    var end = new CountDownLatch(1);
    system.waitsFor(end);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var other = new ActionReceiver()) {
      var underWay = new ArrayList<Future<Reply>>();
      for (int i = 0; i < HttpActionCalls.MOST_AT_ONCE; i++) {
        underWay.add(threads.submit(this::asked));
      }
      Await.until(
          "all calls",
          Duration.ofSeconds(15),
          () -> system.received().size() == HttpActionCalls.MOST_AT_ONCE);
      for (int i = 0; i < 20; i++) {
        assertThat(asked())
            .as("neither sent nor counted as a failure")
            .isEqualTo(new Reply.Postponed("bulkhead_full", Duration.ofSeconds(1)));
      }
      assertThat(calls.call(call(other.url()))).isEqualTo(DONE);
      end.countDown();
      assertThat(underWay).extracting(HttpActionCallsTest::reply).containsOnly(DONE);
    }
    assertThat(system.received()).hasSize(HttpActionCalls.MOST_AT_ONCE);
    assertThat(asked()).as("there is room again").isEqualTo(DONE);
  }

  private static Reply reply(Future<Reply> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void hostsBeyondABoundShareABreaker() {
    var nowhere =
        calls(
            host -> {
              throw new UnknownHostException(host);
            },
            true);
    for (int i = 0; i < HttpActionCalls.MOST_HOSTS; i++) {
      assertThat(nowhere.call(call("http://h" + i + ".test/")))
          .isEqualTo(new Reply.Unavailable("unresolved"));
    }
    for (int i = 0; i < 5; i++) {
      assertThat(nowhere.call(call("http://more" + i + ".test/")))
          .isEqualTo(new Reply.Unavailable("unresolved"));
    }
    assertThat(nowhere.call(call("http://more5.test/"))).isEqualTo(BROKEN);
    assertThat(nowhere.call(call("http://h0.test/")))
        .as("one of the first has its own")
        .isEqualTo(new Reply.Unavailable("unresolved"));
  }

  @Test
  void pausesGrowUpToABoundAndAreOffByUpToAHalf() {
    var pauses = HttpActionCalls.pauses();
    for (int attempts = 1; attempts <= 12; attempts++) {
      var middle = Math.min(2_000L << (attempts - 1), Duration.ofMinutes(5).toMillis());
      int number = attempts;
      var drawn = IntStream.range(0, 200).mapToObj(_ -> pauses.apply(number).toMillis()).toList();
      assertThat(drawn)
          .as("after %d attempts", attempts)
          .allSatisfy(pause -> assertThat(pause).isBetween(middle / 2, middle * 3 / 2));
      assertThat(drawn.stream().distinct().count()).as("no two need agree").isGreaterThan(100);
    }
  }
}
