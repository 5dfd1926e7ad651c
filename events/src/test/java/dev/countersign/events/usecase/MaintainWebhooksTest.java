package dev.countersign.events.usecase;

import static dev.countersign.events.usecase.EventsDatabase.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.events.sending.Receiver;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What people do with webhooks, and what they leave behind.
class MaintainWebhooksTest {
  private static final EventsDatabase DATABASE = EventsDatabase.fresh();
  private static final UUID CASE = new UUID(0x7000L, 0x8000000000000aaaL);

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

  private String state(UUID webhook, long logIndex) {
    return node.deliveries(ONE, webhook).stream()
        .filter(delivery -> delivery.number("log_index").orElseThrow() == logIndex)
        .map(delivery -> delivery.text("state").orElseThrow())
        .findFirst()
        .orElse("none");
  }

  @Test
  void aRemovedWebhookIsSentNothingAndLeavesNothing() {
    var webhook = node.webhook(ONE, receiver.url());
    receiver.answers(_ -> 500);
    long index = node.record(ONE, "case.opened", CASE, "kept");
    node.until("a failure", () -> state(webhook, index).equals("failed"));
    node.remove.remove(EventsNode.call(ONE), webhook);
    assertThat(DATABASE.rowsWith(receiver.url())).as("its address is forgotten").isEmpty();
    int before = receiver.received().size();
    clock.advance(Duration.ofMinutes(2));
    node.rounds();
    assertThat(receiver.received()).hasSize(before);
    node.prune.round();
    assertThat(
            DATABASE.number(
                "select count(*) from events.webhook where webhook_id = '%s'".formatted(webhook)))
        .isZero();
    assertThat(
            DATABASE.number(
                "select count(*) from events.delivery where webhook_id = '%s'".formatted(webhook)))
        .isZero();
  }

  @Test
  void theDeliveryLogIsKeptForAMonth() {
    var webhook = node.webhook(ONE, receiver.url());
    long index = node.record(ONE, "case.opened", CASE, "old");
    node.until("a delivery", () -> state(webhook, index).equals("delivered"));
    clock.advance(PruneDeliveries.KEPT.minusMinutes(1));
    node.prune.round();
    assertThat(state(webhook, index)).isEqualTo("delivered");
    clock.advance(Duration.ofMinutes(2));
    node.prune.round();
    assertThat(state(webhook, index)).isEqualTo("none");
    node.rounds();
    assertThat(receiver.received()).as("not sent again").hasSize(1);
  }

  /// Whoever has entries sent somewhere reads them.
  @Test
  void aKeyThatMayNotReadTheLogDoesNotReadItByAWebhook() {
    var narrowed =
        EventsNode.call(ONE, List.of("tenant_admin"), Optional.of(List.of("webhook:write")));
    var request =
        WebhookRequest.parseNew(
            JsonReader.readObject("{\"url\":\"%s\"}".formatted(receiver.url())));
    assertThatThrownBy(() -> node.create.create(narrowed, request))
        .isInstanceOf(Refusal.Forbidden.class);
    assertThat(node.actions(ONE)).endsWith("webhook.refused");
    var webhook = node.webhook(ONE, receiver.url());
    assertThatThrownBy(() -> node.change.change(narrowed, webhook, request))
        .isInstanceOf(Refusal.Forbidden.class);
  }

  @Test
  void anAddressInsideIsRefusedWhenItIsGiven() {
    for (var url : List.of("http://127.0.0.2/", "http://10.0.0.1/", "http://[::1]/")) {
      assertThatThrownBy(() -> node.webhook(ONE, url))
          .as(url)
          .isInstanceOfSatisfying(
              Refusal.Invalid.class,
              refused ->
                  assertThat(refused.violations().getFirst().code())
                      .isEqualTo("address_not_allowed"));
    }
  }

  @Test
  void aTestIsAnEntryAndSaysWhatCameBack() {
    var webhook = node.webhook(ONE, receiver.url());
    receiver.answers(_ -> 418);
    var answer = node.ping.ping(EventsNode.call(ONE), webhook);
    assertThat(answer.truth("delivered")).contains(false);
    assertThat(answer.number("status")).contains(418.0);
    assertThat(answer.text("error")).contains("refused");
    var event = JsonReader.readObject(receiver.received().getFirst().body());
    assertThat(event.text("type")).contains("dev.countersign.ping");
    assertThat(event.text("id")).isEqualTo(answer.text("event_id"));
    assertThat(node.actions(ONE)).endsWith("webhook.tested");
    assertThat(answer.object("ticket")).isPresent();
  }

  /// What a receiver's path holds may be its secret, and what is recorded stays for years.
  @Test
  void theLogSaysWhereEventsGoAndNotTheWholeAddress() {
    var webhook = node.webhook(ONE, receiver.url() + "/T0P-SECRET");
    assertThat(node.shown(ONE, webhook).text("url").orElseThrow()).endsWith("/T0P-SECRET");
    node.made(
        ONE,
        "{\"url\":\"%s\",\"actions\":[\"webhook.*\"],\"from_index\":0}".formatted(receiver.url()));
    node.until(
        "the entry of the first",
        () ->
            receiver.received().stream()
                .anyMatch(request -> request.body().contains(webhook.toString())));
    assertThat(receiver.received())
        .allSatisfy(request -> assertThat(request.body()).doesNotContain("T0P-SECRET"));
  }
}
