package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.Generation;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a person is shown before he decides.
class CardTest {
  private static final JsonObject CLAIM =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Claim",
           "queues": [{"name": "open"}, {"name": "paid"}, {"name": "refused"}],
           "transitions": [
             {"type": "advance", "from": "open", "to": "paid", "gate": "payout", "handler": "transition",
              "approver_roles": ["reviewer"], "amount": "cents",
              "opens": [{"type": "archive", "title": "File the papers"}]},
             {"type": "refuse", "from": "open", "to": "refused", "gate": "refusal", "handler": "transition",
              "approver_roles": ["reviewer"]},
             {"type": "reopen", "from": "paid", "to": "open", "gate": "reopen", "handler": "transition",
              "approver_roles": ["reviewer"]}]}
          """);

  private final World world = new World();

  CardTest() {
    world.define(CLAIM);
    world.authorize("advance");
    world.authorize("refuse");
  }

  @AfterEach
  void close() {
    world.close();
  }

  /// The demo's table moves trust fast: whoever decides by it sees that it is one.
  @Test
  void everyCardAndLineSaysWhetherItIsOfADemo() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    assertThat(world.showApprovals.one(world.reviewer, World.approval(proposed)).text("profile"))
        .contains("demo");
    assertThat(line().text("profile")).contains("demo");
    world.tamper("update trust.setting set profile = 'standard'");
    world.transactions.run(
        world.tenant,
        Rules.CHANGE,
        transaction -> {
          transaction.raise(Generation.Counter.TRUST);
          return transaction.tenant();
        });
    assertThat(world.showApprovals.one(world.reviewer, World.approval(proposed)).text("profile"))
        .contains("standard");
    assertThat(line().text("profile")).contains("standard");
  }

  private JsonObject line() {
    return (JsonObject)
        world
            .showApprovals
            .inbox(world.reviewer, new Page(10, Optional.empty()))
            .items("approvals")
            .getFirst();
  }

  @Test
  void aCardSaysWhatAnApprovalReaches() {
    var proposed = propose(700, 0.9);
    world.propose(World.id(proposed, "case_id"), "refuse");
    var radius = card(proposed).object("blast_radius").orElseThrow();
    assertThat(radius.object("amount").orElseThrow().number("value")).contains(700.0);
    assertThat(radius.items("opens_tasks")).hasSize(1);
    assertThat(radius.items("supersedes"))
        .singleElement()
        .satisfies(
            other -> assertThat(((JsonObject) other).text("action_type")).contains("refuse"));
    var back = card(proposed).object("reversibility").orElseThrow();
    assertThat(back.text("status")).contains("reversible");
    assertThat(back.text("compensation")).contains("moves the case back");
    assertThat(back.number("window_seconds")).contains(900.0);
    assertThat(back.items("ways_back")).containsExactly(Json.of("reopen"));
    assertThat(radius.items("other_systems")).isEmpty();
    assertThat(effect(proposed)).containsEntry("reversible", Json.of(true));
  }

  @Test
  void aCardSaysWhichSystemIsCalledAndThatNothingTakesItBack() {
    var proposed = carriedOutBy("\"url\": \"https://pay.example:8443/claims\"");
    assertThat(card(proposed).object("blast_radius").orElseThrow().items("other_systems"))
        .containsExactly(Json.of("pay.example"));
    var back = card(proposed).object("reversibility").orElseThrow();
    assertThat(back.text("status")).contains("irreversible");
    assertThat(back.members())
        .containsEntry("compensation", Json.NULL)
        .containsEntry("window_seconds", Json.NULL);
    assertThat(effect(proposed)).containsEntry("reversible", Json.of(false));
    world.decide(world.reviewer, proposed, "approve");
    assertThat(effect(proposed)).containsEntry("reversible", Json.of(false));
  }

  @Test
  void aCardSaysWhichSystemTakesItBackAndForHowLong() {
    var proposed =
        carriedOutBy(
            "\"url\": \"https://pay.example/claims\", \"compensate_url\": \"https://undo.example/claims\"");
    var back = card(proposed).object("reversibility").orElseThrow();
    assertThat(back.text("status")).contains("reversible");
    assertThat(back.text("compensation").orElseThrow()).contains("undo.example");
    assertThat(back.number("window_seconds")).contains(600.0);
    world.decide(world.reviewer, proposed, "approve");
    assertThat(effect(proposed)).containsEntry("reversible", Json.of(true));
  }

  @Test
  void whereTheActionCantBeFoundNobodySaysThatItCanBeTakenBack() {
    var proposed = propose(700, 0.9);
    world.tamper("update workflow.proposal set action = 'gone', action_digest = sha256('gone')");
    assertThat(card(proposed).object("reversibility").orElseThrow().text("status"))
        .contains("unknown");
    assertThat(effect(proposed)).containsEntry("reversible", Json.NULL);
  }

  /// Another system pays from now on.
  private JsonObject carriedOutBy(String call) {
    world.define(
        JsonReader.readObject(
            """
            {"key": "refill", "title": "Claim", "queues": [{"name": "open"}, {"name": "paid"}],
             "transitions": [{"type": "advance", "from": "open", "to": "paid", "gate": "payout",
               "approver_roles": ["reviewer"], "handler": "http", "rollback_seconds": 600, "call": {%s}}]}
            """
                .formatted(call)));
    world.authorize("advance");
    return propose(700, 0.9);
  }

  private Map<String, Json> effect(JsonObject proposed) {
    return card(proposed).object("effect").orElseThrow().members();
  }

  @Test
  void nothingMeasuredIsSaidToBeNotMeasured() {
    var similar = card(propose(700, 0.9)).object("similar_cases").orElseThrow();
    assertThat(similar.number("compared")).contains(0.0);
    assertThat(similar.object("succeeded").orElseThrow().truth("measured")).contains(false);
  }

  @Test
  void similarCasesAreCountedAndPredictionsStayHiddenInObserve() {
    for (int i = 0; i < 3; i++) {
      var decided = world.decide(world.reviewer, propose(100 + i, 0.9123), "approve");
      world.report(world.observer, World.execution(decided), i > 0, i > 0 ? "none" : "minor");
    }
    world.decide(world.reviewer, propose(9_000, 0.9123), "reject");
    var proposed = propose(101, 0.93);
    var card = card(proposed);
    var similar = card.object("similar_cases").orElseThrow();
    assertThat(similar.number("compared")).contains(4.0);
    assertThat(similar.object("approved").orElseThrow().number("count")).contains(3.0);
    assertThat(similar.object("approved").orElseThrow().number("of")).contains(4.0);
    assertThat(similar.object("succeeded").orElseThrow().number("count")).contains(2.0);
    assertThat(similar.object("harmed").orElseThrow().number("count")).contains(1.0);
    var last = (JsonObject) similar.items("cases").getLast();
    assertThat(last.text("state")).as("the furthest").contains("rejected");
    assertThat(card.text("mode")).contains("observe");
    assertThat(card.members()).doesNotContainKey("calibration");
    assertThat(similar.toString()).doesNotContain("0.9123");
    // Who proposed knows what he predicted.
    var own = world.showApprovals.one(world.agent, World.approval(proposed));
    var calibration = own.object("calibration").orElseThrow();
    assertThat(calibration.object("right").orElseThrow().number("of")).contains(3.0);
    assertThat(calibration.object("right").orElseThrow().number("count")).contains(2.0);
  }

  @Test
  void onceItIsDecidedTheHistorySaysTheRest() {
    var proposed = propose(5, 0.9);
    world.decide(world.reviewer, proposed, "approve");
    assertThat(card(proposed).members())
        .doesNotContainKeys("blast_radius", "similar_cases", "reversibility");
  }

  private JsonObject card(JsonObject proposed) {
    return world.showApprovals.one(world.reviewer, World.approval(proposed));
  }

  private JsonObject propose(long cents, double confidence) {
    var body =
        Json.object()
            .put("workflow", "refill")
            .put("attributes", Json.object().put("cents", cents).build())
            .build();
    var opened =
        world
            .openCase
            .open(world.call(world.agent), OpenCase.parse(body, TenantProfile.STANDARD))
            .answer();
    return world.propose(
        world.agent,
        World.proposal(World.id(opened, "case_id"), 1, "advance")
            .with("prediction", Json.object().put("confidence", confidence).build()));
  }
}
