package dev.countersign.events.usecase;

import static dev.countersign.events.usecase.EventsDatabase.ONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.events.sending.Receiver;
import dev.countersign.events.sending.Receiver.Received;
import dev.countersign.events.store.EventsSchema;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.usecase.EraseContent;
import dev.countersign.ledger.usecase.OwnCopies;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What belongs to a case is sent in the order of the log, whichever actions it is of.
class OrderOfCasesTest {
  private static final EventsDatabase DATABASE = EventsDatabase.fresh();
  private static final UUID CASE = id(0xaaa);
  private static final UUID OTHER_CASE = id(0xbbb);
  private static final UUID FIRST = id(1);
  private static final UUID SECOND = id(2);
  private static final UUID THIRD = id(3);

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

  private static UUID id(long number) {
    return new UUID(0x7000L, 0x8000000000000000L + number);
  }

  private UUID webhook() {
    return node.made(ONE, "{\"url\":\"%s\",\"actions\":[\"event.*\"]}".formatted(receiver.url()));
  }

  private List<String> received() {
    return receiver.received().stream().map(OrderOfCasesTest::text).toList();
  }

  private static String text(Received request) {
    return JsonReader.readObject(request.body())
        .object("data")
        .flatMap(entry -> entry.object("details"))
        .flatMap(details -> details.text("n"))
        .orElse("erased");
  }

  private JsonObject delivery(UUID webhook, long logIndex) {
    return node.deliveries(ONE, webhook).stream()
        .filter(delivery -> delivery.number("log_index").orElseThrow() == logIndex)
        .findFirst()
        .orElseThrow();
  }

  private void refuses(String text) {
    receiver.answers(request -> text(request).equals(text) ? 500 : 200);
  }

  private void passes() {
    clock.advance(Duration.ofMinutes(2));
    node.rounds();
  }

  @Test
  void oneThatFailsHoldsBackAllOfItsCaseAndNoOther() {
    var webhook = webhook();
    refuses("proposed");
    long proposed = node.recordOf(ONE, CASE, "event.proposed", FIRST, "proposed");
    node.recordBy(ONE, CASE, "event.moved", "moved");
    node.recordOf(ONE, OTHER_CASE, "event.proposed", SECOND, "other");
    node.recordOf(ONE, CASE, "event.proposed", THIRD, "again");
    node.recordBy(ONE, OTHER_CASE, "event.moved", "other moved");
    node.rounds();
    assertThat(received())
        .containsExactlyInAnyOrder("proposed", "other", "other moved")
        .containsSubsequence("other", "other moved");
    assertThat(delivery(webhook, proposed).text("state")).contains("failed");
    assertThat(delivery(webhook, proposed).text("case_id")).contains(CASE.toString());
    assertThat(
            DATABASE.texts(
                """
                select due_at = next_attempt_at from events.progress join events.delivery using (tenant_id, webhook_id)
                where webhook_id = '%s' and log_index = %d\
                """
                    .formatted(webhook, proposed)))
        .as("nothing to look for before its time")
        .containsExactly("t");

    receiver.answers(_ -> 200);
    passes();
    assertThat(received().subList(3, received().size()))
        .containsExactly("proposed", "moved", "again");
  }

  /// The receiver takes its time for one event, and meanwhile takes those of another case.
  @Test
  void oneThatIsSlowIsDoneBeforeTheNextOfItsCase() {
    var seen = new CopyOnWriteArrayList<String>();
    receiver.answers(request -> {
      seen.add("from " + text(request));
      if (text(request).equals("slow")) {
        Await.until("the other case", EventsNode.PATIENCE, () -> seen.contains("to other"));
      }
      seen.add("to " + text(request));
      return 200;
    });
    node.recordBy(ONE, CASE, "unasked.opened", "before the webhook");
    webhook();
    node.recordOf(ONE, CASE, "event.proposed", FIRST, "slow");
    node.recordOf(ONE, CASE, "event.proposed", SECOND, "next");
    node.recordOf(ONE, OTHER_CASE, "event.proposed", THIRD, "other");
    node.until("all", () -> seen.contains("to next"));
    assertThat(seen).containsSubsequence("to other", "to slow", "from next");
    assertThat(seen).hasSize(6);
  }

  @Test
  void aDeadLetterLetsTheRestOfItsCaseGoOn() {
    var webhook = webhook();
    refuses("poison");
    long poison = node.recordOf(ONE, CASE, "event.proposed", FIRST, "poison");
    node.recordBy(ONE, CASE, "event.moved", "moved");
    node.recordOf(ONE, CASE, "event.proposed", SECOND, "again");
    node.rounds();
    passes();
    assertThat(received()).containsExactly("poison", "poison");
    passes();
    assertThat(delivery(webhook, poison).text("state")).contains("dead");
    assertThat(received()).containsExactly("poison", "poison", "poison", "moved", "again");
  }

  /// What is driven anew is the first of its case again: what waits, waits for it.
  @Test
  void aRedrivenOneGoesBeforeWhatWaitsOfItsCase() {
    var webhook = webhook();
    refuses("poison");
    long poison = node.recordOf(ONE, CASE, "event.proposed", FIRST, "poison");
    node.rounds();
    passes();
    passes();
    assertThat(delivery(webhook, poison).text("state")).contains("dead");
    refuses("moved");
    node.recordBy(ONE, CASE, "event.moved", "moved");
    node.rounds();
    refuses("poison");
    var id = UUID.fromString(delivery(webhook, poison).text("delivery_id").orElseThrow());
    node.redrive.redrive(EventsNode.call(ONE), webhook, id);
    passes();
    assertThat(received()).endsWith("moved", "poison").containsOnlyOnce("moved");
    receiver.answers(_ -> 200);
    passes();
    assertThat(received()).endsWith("poison", "moved");
  }

  /// Such as a stage that moved because of an outcome.
  @Test
  void whatIsOfNoCaseWaitsForWhatItsActionSaidBefore() {
    webhook();
    refuses("outcome");
    node.recordOf(ONE, CASE, "event.outcome", FIRST, "outcome");
    node.record(ONE, "event.stage", FIRST, "stage");
    node.record(ONE, "event.stage", SECOND, "another stage");
    node.rounds();
    assertThat(received()).containsExactlyInAnyOrder("outcome", "another stage");
    receiver.answers(_ -> 200);
    passes();
    assertThat(received()).endsWith("outcome", "stage").hasSize(4);
  }

  /// Nobody can say whose it was; a case's own id is left, and that of an action.
  @Test
  void whatWasErasedBeforeItWasReadKeepsTheOrderThatItsIdsTell() {
    long own = node.recordBy(ONE, CASE, "event.opened", "own");
    long of = node.recordOf(ONE, OTHER_CASE, "event.proposed", SECOND, "of");
    var erase = new EraseContent(node.ledger, List.of(new OwnCopies()));
    erase.erase(EventsNode.call(ONE), own, "asked for");
    erase.erase(EventsNode.call(ONE), of, "asked for");
    node.recordOf(ONE, CASE, "event.proposed", FIRST, "proposed");
    node.recordOf(ONE, OTHER_CASE, "event.granted", SECOND, "granted");
    node.recordOf(ONE, OTHER_CASE, "event.proposed", THIRD, "another action");
    refuses("erased");
    var webhook =
        node.made(
            ONE,
            "{\"url\":\"%s\",\"actions\":[\"event.*\"],\"from_index\":%d}"
                .formatted(receiver.url(), own));
    node.rounds();
    assertThat(received()).containsExactly("erased", "erased");
    assertThat(delivery(webhook, own).members()).doesNotContainKey("case_id");
    receiver.answers(_ -> 200);
    passes();
    assertThat(received().subList(2, 4)).containsOnly("erased");
    assertThat(received().subList(4, 7))
        .containsExactlyInAnyOrder("proposed", "granted", "another action")
        .containsSubsequence("granted", "another action");
  }

  /// Rows that waited when the order of cases came.
  @Test
  void whatWaitedBeforeTheUpgradeArrivesInTheOrderOfItsAction() {
    var webhook = webhook();
    receiver.answers(_ -> 500);
    node.recordBy(ONE, CASE, "event.opened", "opened");
    node.recordOf(ONE, OTHER_CASE, "event.proposed", FIRST, "proposed");
    node.recordOf(ONE, OTHER_CASE, "event.granted", FIRST, "granted");
    node.rounds();
    asBefore();
    Schema.migrate(DATABASE.as(DatabaseRole.OWNER), List.of(EventsSchema.SCHEMA));
    assertThat(DATABASE.number("select count(*) from events.delivery where case_id is null"))
        .isEqualTo(3);
    refuses("opened");
    node.recordOf(ONE, CASE, "event.proposed", SECOND, "of the case");
    node.recordOf(ONE, OTHER_CASE, "event.completed", FIRST, "completed");
    int before = received().size();
    passes();
    assertThat(received().subList(before, received().size()))
        .containsExactlyInAnyOrder("opened", "proposed", "granted", "completed")
        .containsSubsequence("proposed", "granted", "completed");
    receiver.answers(_ -> 200);
    passes();
    assertThat(received()).endsWith("opened", "of the case");
    assertThat(node.deliveries(ONE, webhook))
        .allSatisfy(delivery -> assertThat(delivery.text("state")).contains("delivered"));
  }

  private static void asBefore() {
    DATABASE.execute("alter table events.delivery drop column case_id");
    DATABASE.execute("delete from events.flyway_schema_history where version = '2'");
  }
}
