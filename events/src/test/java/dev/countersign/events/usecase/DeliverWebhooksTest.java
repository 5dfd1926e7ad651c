package dev.countersign.events.usecase;

import static dev.countersign.events.usecase.EventsDatabase.ONE;
import static dev.countersign.events.usecase.EventsDatabase.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.events.sending.Receiver;
import dev.countersign.events.sending.Receiver.Received;
import dev.countersign.events.usecase.DeliverWebhooks.Bounds;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.EraseContent;
import dev.countersign.ledger.usecase.OwnCopies;
import dev.countersign.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a receiver is sent, in which order, and what becomes of what it does not take.
class DeliverWebhooksTest {
  private static final EventsDatabase DATABASE = EventsDatabase.fresh();
  private static final UUID CASE = new UUID(0x7000L, 0x8000000000000aaaL);
  private static final UUID OTHER_CASE = new UUID(0x7000L, 0x8000000000000bbbL);

  private final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  private final EventsNode node =
      new EventsNode(DATABASE, clock, EventsNode.impatient(), source -> source);
  private final Receiver receiver = Receiver.start();

  @AfterEach
  void close() {
    node.close();
    receiver.close();
    DATABASE.execute("update events.webhook set state = 'removed'");
    DATABASE.execute("delete from events.delivery");
  }

  private List<String> received() {
    return texts(receiver.received());
  }

  private static List<String> texts(List<Received> requests) {
    return requests.stream().map(DeliverWebhooksTest::text).toList();
  }

  /// What a test recorded.
  private static String text(Received request) {
    return event(request)
        .object("data")
        .flatMap(entry -> entry.object("details"))
        .flatMap(details -> details.text("n"))
        .orElse("?");
  }

  private static JsonObject event(Received request) {
    return JsonReader.readObject(request.body());
  }

  private String state(UUID webhook, long logIndex) {
    return node.deliveries(ONE, webhook).stream()
        .filter(delivery -> delivery.number("log_index").orElseThrow() == logIndex)
        .map(delivery -> delivery.text("state").orElseThrow())
        .findFirst()
        .orElse("none");
  }

  @Test
  void whatIsRecordedIsSentAsACloudEventAndLogged() {
    var webhook = node.webhook(ONE, receiver.url());
    long index = node.record(ONE, "case.opened", CASE, "first");
    node.until("a delivery", () -> state(webhook, index).equals("delivered"));

    assertThat(receiver.received()).hasSize(1);
    var event = event(receiver.received().getFirst());
    var entry = event.object("data").orElseThrow();
    assertThat(event.text("specversion")).contains("1.0");
    assertThat(event.text("id")).isEqualTo(entry.text("id"));
    assertThat(event.text("source")).contains(EventsNode.ORIGIN);
    assertThat(event.text("type")).contains("dev.countersign.case.opened");
    assertThat(event.text("subject")).contains("case/first");
    assertThat(event.text("time")).isEqualTo(entry.text("time"));
    assertThat(event.text("correlationid")).contains(CASE.toString());
    assertThat(event.text("tenant")).contains(ONE.toString());
    assertThat(event.text("logindex")).contains(Long.toString(index));
    assertThat(event.text("datacontenttype")).contains("application/json");
    assertThat(event.members().keySet()).allMatch(name -> name.matches("[a-z0-9]{1,20}"));
    assertThat(receiver.received().getFirst().body()).doesNotContain("salt");
    var delivery = node.deliveries(ONE, webhook).getFirst();
    assertThat(delivery.number("attempts")).contains(1.0);
    assertThat(delivery.number("last_status")).contains(200.0);
    assertThat(delivery.text("event_id")).isEqualTo(event.text("id"));
    assertThat(node.shown(ONE, webhook).number("next_index")).contains(index + 1.0);
  }

  /// Written from RFC 9421 and docs/webhooks.md, with nothing of ours.
  @Test
  void aReceiverCanVerifyTheSignature() throws Exception {
    node.webhook(ONE, receiver.url());
    node.record(ONE, "case.opened", CASE, "signed");
    node.until("a delivery", () -> !receiver.received().isEmpty());
    var request = receiver.received().getFirst();

    var input = request.field("Signature-Input").substring("sig1=".length());
    var digest =
        MessageDigest.getInstance("SHA-256")
            .digest(request.body().getBytes(StandardCharsets.UTF_8));
    assertThat(request.field("Content-Digest"))
        .isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");
    assertThat(input)
        .startsWith("(\"@method\" \"@target-uri\" \"content-digest\" \"content-type\")")
        .contains(";created=" + clock.instant().getEpochSecond() + ";");
    var base =
        String.join(
            "\n",
            "\"@method\": POST",
            "\"@target-uri\": " + receiver.url(),
            "\"content-digest\": " + request.field("Content-Digest"),
            "\"content-type\": " + request.field("Content-Type"),
            "\"@signature-params\": " + input);
    var published = EventsNode.KEY.jwk();
    assertThat(input).endsWith(";keyid=\"" + published.text("kid").orElseThrow() + "\"");
    var raw = Base64.getUrlDecoder().decode(published.text("x").orElseThrow());
    var x509 = new byte[12 + raw.length];
    System.arraycopy(Base64.getDecoder().decode("MCowBQYDK2VwAyEA"), 0, x509, 0, 12);
    System.arraycopy(raw, 0, x509, 12, raw.length);
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
    verifier.update(base.getBytes(StandardCharsets.US_ASCII));
    var value = request.field("Signature");
    assertThat(value).startsWith("sig1=:").endsWith(":");
    assertThat(verifier.verify(Base64.getDecoder().decode(value.substring(6, value.length() - 1))))
        .isTrue();
  }

  @Test
  void oneThatFailsHoldsBackItsOwnCaseAndNoOther() {
    var webhook = node.webhook(ONE, receiver.url());
    receiver.answers(request -> text(request).equals("a1") ? 500 : 200);
    long first = node.record(ONE, "case.opened", CASE, "a1");
    node.record(ONE, "case.moved", CASE, "a2");
    node.record(ONE, "case.opened", OTHER_CASE, "b1");
    node.record(ONE, "case.moved", CASE, "a3");
    node.record(ONE, "case.moved", OTHER_CASE, "b2");
    node.until("the other case", () -> received().contains("b2"));
    node.rounds();
    assertThat(received())
        .containsExactlyInAnyOrder("a1", "b1", "b2")
        .containsSubsequence("b1", "b2");
    assertThat(state(webhook, first)).isEqualTo("failed");
    assertThat(node.deliveries(ONE, webhook).getLast().text("last_error")).contains("refused");

    receiver.answers(_ -> 200);
    node.rounds();
    assertThat(received()).as("not before its time").hasSize(3);
    clock.advance(Duration.ofMinutes(2));
    node.until("the rest", () -> received().contains("a3"));
    assertThat(received().subList(3, 6)).containsExactly("a1", "a2", "a3");
  }

  @Test
  void whatIsNeverTakenIsADeadLetterAndLaterOnesGoOn() {
    var webhook = node.webhook(ONE, receiver.url());
    receiver.answers(request -> text(request).equals("poison") ? 503 : 200);
    long poison = node.record(ONE, "case.opened", CASE, "poison");
    long later = node.record(ONE, "case.moved", CASE, "later");
    node.until("a failure", () -> state(webhook, poison).equals("failed"));
    int entries = node.actions(ONE).size();
    clock.advance(Duration.ofMinutes(2));
    node.until("a second one", () -> received().size() == 2);
    node.rounds();
    assertThat(node.actions(ONE)).as("a failure is no entry").hasSize(entries);
    clock.advance(Duration.ofMinutes(2));
    node.until("the later one", () -> state(webhook, later).equals("delivered"));
    assertThat(received()).containsExactly("poison", "poison", "poison", "later");
    assertThat(state(webhook, poison)).isEqualTo("dead");
    assertThat(node.actions(ONE).subList(entries, entries + 1))
        .containsExactly("webhook.dead_lettered");
    assertThat(node.deliver.dead()).isEqualTo(1);

    receiver.answers(_ -> 200);
    var delivery = node.deliveries(ONE, webhook).getLast();
    var id = UUID.fromString(delivery.text("delivery_id").orElseThrow());
    assertThat(node.redrive.redrive(EventsNode.call(ONE), webhook, id).answer().text("state"))
        .contains("pending");
    node.until("the dead letter", () -> state(webhook, poison).equals("delivered"));
    assertThat(received()).endsWith("later", "poison");
    assertThat(node.actions(ONE)).endsWith("webhook.redriven");
  }

  @Test
  void twoReceiversThatFailDoNotTellEachOtherSoWithoutAnEnd() {
    receiver.answers(_ -> 500);
    var all = "{\"url\":\"%s\"}".formatted(receiver.url());
    node.made(ONE, all);
    node.made(ONE, all);
    for (int i = 0; i < 12; i++) {
      node.rounds();
      clock.advance(Duration.ofMinutes(10));
    }
    var before = node.actions(ONE);
    assertThat(before).contains("webhook.dead_lettered");
    for (int i = 0; i < 12; i++) {
      node.rounds();
      clock.advance(Duration.ofMinutes(10));
    }
    assertThat(node.actions(ONE)).isEqualTo(before);
  }

  @Test
  void aReceiverThatHangsKeepsNobodyElseWaiting() {
    var end = new CountDownLatch(1);
    try (var hanging = Receiver.start();
        var brisk =
            new EventsNode(
                DATABASE, clock, EventsNode.impatient(), source -> source, EventsNode.IMPATIENT)) {
      hanging.answers(_ -> {
        awaited(end);
        return 200;
      });
      var stuck = brisk.webhook(ONE, hanging.url());
      brisk.webhook(ONE, receiver.url());
      long index = brisk.record(ONE, "case.opened", CASE, "quick");
      brisk.until("the other receiver", () -> received().contains("quick"));
      brisk.until("the end of patience", () -> state(stuck, index).equals("failed"));
      assertThat(brisk.deliveries(ONE, stuck).getFirst().text("last_error")).contains("timed_out");
      end.countDown();
    }
  }

  private static void awaited(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anOutageCostsPatienceAndNoEvents() {
    try (var lasting = new EventsNode(DATABASE, clock, Bounds.USUAL, source -> source)) {
      receiver.answers(_ -> 500);
      var webhook = lasting.webhook(ONE, receiver.url());
      var expected = new ArrayList<String>();
      for (int i = 0; i < 20; i++) {
        lasting.record(ONE, "case.opened", new UUID(0x7000L, 0x8000000000001000L + i), "e" + i);
        expected.add("e" + i);
      }
      lasting.until(
          "the breaker",
          () -> receiver(lasting, webhook).text("state").orElseThrow().equals("failing"));
      lasting.rounds();
      assertThat(receiver(lasting, webhook).text("failing_since")).isPresent();
      assertThat(lasting.deliver.failing()).isEqualTo(1);
      int first = receiver.received().size();
      assertThat(first).as("no more than one bulkhead").isLessThanOrEqualTo(8);
      lasting.rounds();
      assertThat(receiver.received()).as("nothing while it is open").hasSize(first);
      for (int hour = 0; hour < 12; hour++) {
        clock.advance(Duration.ofHours(1));
        lasting.rounds();
      }
      assertThat(receiver.received()).as("one at a time").hasSize(first + 12);
      assertThat(lasting.deliver.dead()).isZero();

      receiver.answers(_ -> 200);
      clock.advance(Duration.ofHours(5));
      int before = receiver.received().size();
      lasting.until("all of them", () -> receiver.received().size() == before + 20);
      assertThat(received().subList(before, before + 20))
          .containsExactlyInAnyOrderElementsOf(expected);
      lasting.rounds();
      assertThat(receiver(lasting, webhook).text("state")).contains("good");
    }
  }

  private static JsonObject receiver(EventsNode node, UUID webhook) {
    return node.shown(ONE, webhook).object("receiver").orElseThrow();
  }

  @Test
  void contentThatWasErasedIsNotSentAndStandsInNoTableHere() {
    var webhook = node.webhook(ONE, receiver.url());
    receiver.answers(_ -> 500);
    var mark = "mark-of-" + UUID.randomUUID();
    long index = node.record(ONE, "case.opened", CASE, mark);
    node.until("a failure", () -> state(webhook, index).equals("failed"));
    assertThat(DATABASE.rowsWith(mark)).as("sealed in the log, and nowhere else").isEmpty();

    new EraseContent(node.ledger, List.of(new OwnCopies()))
        .erase(EventsNode.call(ONE), index, "asked for");
    receiver.answers(_ -> 200);
    int before = receiver.received().size();
    clock.advance(Duration.ofMinutes(2));
    node.until("a delivery", () -> state(webhook, index).equals("delivered"));
    var sent = receiver.received().get(before);
    assertThat(sent.body()).doesNotContain(mark);
    assertThat(event(sent).text("type")).contains("dev.countersign.case.opened");
    assertThat(event(sent).text("correlationid")).contains(CASE.toString());
    assertThat(event(sent).object("data").orElseThrow().toString()).isEqualTo("{\"erased\":true}");
  }

  @Test
  void aPausedWebhookGoesOnWhereItStood() {
    var webhook = node.webhook(ONE, receiver.url());
    node.record(ONE, "case.opened", CASE, "before");
    node.until("a delivery", () -> received().contains("before"));
    change(webhook, "{\"state\":\"paused\"}");
    node.record(ONE, "case.moved", CASE, "meanwhile");
    node.rounds();
    assertThat(received()).containsExactly("before");
    change(webhook, "{\"state\":\"active\",\"description\":\"again\"}");
    node.until("what was missed", () -> received().contains("meanwhile"));
    assertThat(node.shown(ONE, webhook).text("description")).contains("again");
    assertThat(node.actions(ONE)).endsWith("webhook.changed");
  }

  private void change(UUID webhook, String body) {
    node.change.change(
        EventsNode.call(ONE), webhook, WebhookRequest.parseChange(JsonReader.readObject(body)));
  }

  @Test
  void whatWasRecordedBeforeIsSentFromTheIndexThatIsAskedFor() {
    long from = node.record(ONE, "case.opened", CASE, "old");
    node.record(ONE, "gate.revoked", CASE, "not wanted");
    node.record(ONE, "case.moved", CASE, "newer");
    var body = "{\"url\":\"%s\",\"actions\":[\"case.*\"],\"from_index\":%d}";
    node.made(ONE, body.formatted(receiver.url(), from));
    node.until("both", () -> received().size() == 2);
    node.rounds();
    assertThat(received()).containsExactly("old", "newer");
    assertThatThrownBy(() -> node.made(ONE, body.formatted(receiver.url(), 1_000_000)))
        .isInstanceOf(Refusal.Invalid.class);
  }

  /// The log is the queue of what there is no room for.
  @Test
  void aBacklogBeyondTheWindowArrivesOnceAndInOrder() {
    var narrow = new Bounds(Duration.ofSeconds(45), 3, 2, 2, 4, EventsNode.impatient().schedule());
    try (var small = new EventsNode(DATABASE, clock, narrow, source -> source)) {
      long from = small.record(ONE, "case.opened", CASE, "0");
      for (int i = 1; i < 30; i++) {
        small.record(ONE, "case.moved", CASE, Integer.toString(i));
        small.record(ONE, "gate.revoked", CASE, "not wanted");
      }
      small.made(
          ONE,
          "{\"url\":\"%s\",\"actions\":[\"case.*\"],\"from_index\":%d}"
              .formatted(receiver.url(), from));
      small.until("all", () -> received().size() >= 30);
      small.rounds();
      assertThat(received())
          .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(Integer::toString).toList());
    }
  }

  @Test
  void nothingOfAnotherTenantIsSent() {
    var webhook = node.made(ONE, "{\"url\":\"%s\"}".formatted(receiver.url()));
    node.record(TWO, "case.opened", CASE, "of two");
    node.record(ONE, "case.opened", CASE, "of one");
    node.until("a delivery", () -> received().contains("of one"));
    node.rounds();
    assertThat(received()).doesNotContain("of two");
    var stranger = EventsNode.call(TWO).principal();
    assertThatThrownBy(() -> node.show.one(stranger, webhook)).isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> node.remove.remove(EventsNode.call(TWO), webhook))
        .isInstanceOf(Refusal.NotFound.class);
  }
}
