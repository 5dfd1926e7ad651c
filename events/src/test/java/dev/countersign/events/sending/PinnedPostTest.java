package dev.countersign.events.sending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.events.AllowedAddresses;
import dev.countersign.events.CloudEvent;
import dev.countersign.events.SignedRequest;
import dev.countersign.events.WebhookKey;
import dev.countersign.events.WebhookUrl;
import dev.countersign.events.sending.Reply.Answered;
import dev.countersign.events.sending.Reply.Unanswered;
import dev.countersign.events.sending.Reply.Why;
import dev.countersign.identity.Network;
import dev.countersign.kernel.Json;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where a request goes, and that it ends.
class PinnedPostTest {
  private static final WebhookKey KEY = WebhookKey.generate(new SecureRandom());
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final AllowedAddresses PUBLIC = new AllowedAddresses(List.of());
  private static final AllowedAddresses HERE =
      new AllowedAddresses(List.of(Network.parse("127.0.0.1").orElseThrow()));

  private final Receiver receiver = Receiver.start();

  @AfterEach
  void close() {
    receiver.close();
  }

  private static PinnedPost post(AllowedAddresses allowed, Names names) {
    return post(allowed, names, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  private static PinnedPost post(AllowedAddresses allowed, Names names, SSLSocketFactory tls) {
    return new PinnedPost(allowed, names, tls, true, Duration.ofSeconds(5));
  }

  private static PinnedPost impatient() {
    return new PinnedPost(
        HERE, Names.system(), (SSLSocketFactory) SSLSocketFactory.getDefault(), true, SHORT);
  }

  private static SignedRequest request(String url) {
    return SignedRequest.of(
        new WebhookUrl(url),
        new CloudEvent("ping", Json.object().put("text", "ä").build()),
        KEY,
        Instant.EPOCH);
  }

  private static Names names(String... addresses) {
    return host -> {
      var found = new InetAddress[addresses.length];
      for (int i = 0; i < addresses.length; i++) {
        found[i] = InetAddress.getByAddress(host, InetAddress.ofLiteral(addresses[i]).getAddress());
      }
      return List.of(found);
    };
  }

  @Test
  void aRequestArrivesAsItWasSigned() {
    assertThat(post(HERE, Names.system()).send(request(receiver.url() + "?a=b")))
        .isEqualTo(new Answered(200));
    var received = receiver.received().getFirst();
    assertThat(received.method()).isEqualTo("POST");
    assertThat(received.path()).isEqualTo("/hook?a=b");
    assertThat(received.body()).isEqualTo("{\"text\":\"ä\"}");
    assertThat(received.field("Host")).isEqualTo("127.0.0.1:" + receiver.port());
    assertThat(received.field("Content-Type")).isEqualTo("application/cloudevents+json");
    assertThat(received.field("Signature-Input"))
        .isEqualTo(
            "sig1=(\"@method\" \"@target-uri\" \"content-digest\" \"content-type\");created=0;keyid=\"%s\""
                .formatted(KEY.id()));
  }

  @Test
  void noAddressIsConnectedToThatIsNotAllowed() {
    var reply = post(PUBLIC, Names.system()).send(request(receiver.url()));
    assertThat(reply).isEqualTo(new Unanswered(Why.ADDRESS_NOT_ALLOWED));
    assertThat(receiver.received()).isEmpty();
  }

  /// DNS rebinding: the name was good when the webhook was made, and leads inside when it is used.
  @Test
  void aNameIsAskedAndCheckedAtEachRequest() {
    var asked = new AtomicInteger();
    Names rebinding =
        host ->
            (asked.getAndIncrement() == 0 ? names("93.184.216.34") : names("127.0.0.1"))
                .addresses(host);
    var post = post(PUBLIC, rebinding);
    var url = "http://rebinding.test:" + receiver.port() + "/hook";
    assertThat(post.refusal(new WebhookUrl(url))).isEmpty();
    assertThat(post.send(request(url))).isEqualTo(new Unanswered(Why.ADDRESS_NOT_ALLOWED));
    assertThat(receiver.received()).isEmpty();
  }

  /// The other way round: what is connected to is what was checked, whatever the name says by then.
  @Test
  void theAddressThatWasCheckedIsTheOneConnectedTo() {
    var asked = new AtomicInteger();
    Names once =
        host -> {
          if (asked.getAndIncrement() > 0) {
            throw new AssertionError("a name was asked twice for one request");
          }
          return names("127.0.0.1").addresses(host);
        };
    var url = "http://hooks.test:" + receiver.port() + "/hook";
    assertThat(post(HERE, once).send(request(url))).isEqualTo(new Answered(200));
    assertThat(receiver.received().getFirst().field("Host"))
        .isEqualTo("hooks.test:" + receiver.port());
  }

  @Test
  void oneAddressThatIsNotAllowedRefusesAll() {
    var mixed = names("127.0.0.1", "127.0.0.2");
    assertThat(post(HERE, mixed).send(request("http://mixed.test:" + receiver.port() + "/")))
        .isEqualTo(new Unanswered(Why.ADDRESS_NOT_ALLOWED));
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void aRedirectIsAnAnswerAndIsNotFollowed() throws IOException {
    try (var inside = Receiver.at("127.0.0.1")) {
      receiver.answers(received -> {
        received.raw().getResponseHeaders().add("Location", inside.url());
        return 307;
      });
      var reply = post(HERE, Names.system()).send(request(receiver.url()));
      assertThat(reply).isEqualTo(new Answered(307));
      assertThat(reply.taken()).isFalse();
      assertThat(reply.error()).contains("refused");
      assertThat(inside.received()).isEmpty();
    }
  }

  @Test
  void withoutEncryptionNothingIsSentUnlessTheOperatorSaysSo() {
    var strict =
        new PinnedPost(
            HERE, Names.system(), (SSLSocketFactory) SSLSocketFactory.getDefault(), false, SHORT);
    assertThat(strict.refusal(new WebhookUrl(receiver.url()))).contains(Why.NOT_ENCRYPTED);
    assertThat(strict.send(request(receiver.url()))).isEqualTo(new Unanswered(Why.NOT_ENCRYPTED));
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void aReceiverThatHangsIsLeft() {
    var end = new CountDownLatch(1);
    receiver.answers(_ -> {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 200;
    });
    long begun = System.nanoTime();
    assertThat(impatient().send(request(receiver.url()))).isEqualTo(new Unanswered(Why.TIMED_OUT));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    end.countDown();
  }

  /// Each byte comes in time, and the answer never does.
  @Test
  void aReceiverThatDripsIsLeft() throws IOException {
    try (var dripping = new Raw("HTTP/1.1 2", true)) {
      assertThat(impatient().send(request(dripping.url())))
          .isEqualTo(new Unanswered(Why.TIMED_OUT));
      Await.until("the end of the connection", Duration.ofSeconds(5), dripping::left);
    }
  }

  @Test
  void anAnswerWithoutAnEndIsNotReadToIt() throws IOException {
    try (var endless = new Raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", true)) {
      assertThat(post(HERE, Names.system()).send(request(endless.url())))
          .isEqualTo(new Answered(200));
      Await.until("the end of the connection", Duration.ofSeconds(5), endless::left);
    }
    try (var noise = new Raw("x".repeat(40_000), false)) {
      assertThat(post(HERE, Names.system()).send(request(noise.url())))
          .isEqualTo(new Unanswered(Why.NOT_HTTP));
    }
  }

  @Test
  void interimAnswersArePassedOver() throws IOException {
    var text = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
    try (var early = new Raw(text, false)) {
      assertThat(post(HERE, Names.system()).send(request(early.url())))
          .isEqualTo(new Answered(204));
    }
  }

  @Test
  void whoeverIsNotThereIsUnreachable() throws IOException {
    int port;
    try (var gone = new ServerSocket(0)) {
      port = gone.getLocalPort();
    }
    assertThat(post(HERE, Names.system()).send(request("http://127.0.0.1:" + port + "/")))
        .isEqualTo(new Unanswered(Why.UNREACHABLE));
    Names nobody =
        host -> {
          throw new UnknownHostException(host);
        };
    assertThat(post(HERE, nobody).send(request("http://nobody.test/")))
        .isEqualTo(new Unanswered(Why.UNRESOLVED));
  }

  /// The name is verified although an address is connected to.
  @Test
  void aCertificateMustBeOfTheNameAndTrusted(@TempDir Path folder) throws Exception {
    var certificate = TestCertificate.make(folder, "hooks.test");
    try (var encrypted = Receiver.encrypted(certificate.context())) {
      var port = encrypted.port();
      var known = post(HERE, names("127.0.0.1"), certificate.context().getSocketFactory());
      assertThat(known.send(request("https://hooks.test:" + port + "/")))
          .isEqualTo(new Answered(200));
      assertThat(known.send(request("https://other.test:" + port + "/")))
          .isEqualTo(new Unanswered(Why.UNTRUSTED));
      assertThat(post(HERE, names("127.0.0.1")).send(request("https://hooks.test:" + port + "/")))
          .isEqualTo(new Unanswered(Why.UNTRUSTED));
      assertThat(encrypted.received()).hasSize(1);
    }
  }

  /// A server that writes what it likes.
  private static final class Raw implements AutoCloseable {
    private final ServerSocket server = new ServerSocket();
    private volatile Optional<IOException> broken = Optional.empty();

    /// @param on whether it goes on with a byte each few milliseconds
    Raw(String text, boolean on) throws IOException {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofVirtual().start(() -> serve(text, on));
    }

    private void serve(String text, boolean on) {
      try (var socket = server.accept()) {
        var out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        while (on) {
          out.write('0');
          out.flush();
          Thread.sleep(5);
        }
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        broken = Optional.of(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    String url() {
      return "http://127.0.0.1:" + server.getLocalPort() + "/";
    }

    boolean left() {
      return broken.isPresent();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
