package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.OutgoingCall.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The facts of a running case turn out to be others.
class CorrectionTest {
  private static final JsonObject DEFINITION =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "attributes": [
             {"name": "answer", "type": "string", "one_of": ["accepted", "rejected"], "required": true},
             {"name": "cents", "type": "integer"}, {"name": "payer", "type": "string"}],
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "done"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "transition",
              "guard": "case.attributes.answer == 'accepted'"},
             {"type": "order", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "http",
              "call": {"url": "https://erp.example/orders", "compensate_url": "https://erp.example/undo"}},
             {"type": "settle", "from": ["intake", "review"], "to": "done", "gate": "release",
              "approver_roles": ["reviewer"], "handler": "transition",
              "approval": {"four_eyes": true, "quorum": 2, "of": 3}}]}
          """);

  private final World world = new World();
  private UUID caseId = new UUID(0, 0);

  @BeforeEach
  void define() {
    world.define(DEFINITION);
    for (var transition : List.of("advance", "order", "settle")) {
      world.authorize(transition);
    }
    caseId = open("{\"answer\": \"rejected\", \"cents\": 100}");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open(String attributes) {
    var body =
        Json.object()
            .put("workflow", "refill")
            .put("attributes", JsonReader.readObject(attributes))
            .build();
    var opened =
        world.openCase.open(world.call(world.agent), OpenCase.parse(body, TenantProfile.STANDARD));
    return World.id(opened.answer(), "case_id");
  }

  private JsonObject correct(String attributes) {
    return world.correct(world.reviewer, caseId, JsonReader.readObject(attributes));
  }

  private JsonObject shown() {
    return world.showCases.one(world.agent, caseId);
  }

  private void refused(Callable<?> attempt, String code) {
    var rows = world.rows();
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    assertThat(world.rows()).as("a refusal changes nothing").isEqualTo(rows);
  }

  private void invalid(String attributes, String pointer, String code) {
    var rows = world.rows();
    assertThatThrownBy(() -> correct(attributes))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            refusal ->
                assertThat(refusal.violations())
                    .extracting(problem -> problem.pointer() + " " + problem.code())
                    .containsExactly(pointer + " " + code));
    assertThat(world.rows()).isEqualTo(rows);
  }

  @Test
  void aGuardThatDidNotHoldHoldsOfTheCorrectedFacts() {
    refused(() -> world.propose(caseId, "advance"), "blocked");
    var corrected = correct("{\"answer\": \"accepted\", \"cents\": null, \"payer\": \"Northern\"}");
    assertThat(corrected.object("attributes").orElseThrow().toString())
        .isEqualTo("{\"answer\":\"accepted\",\"payer\":\"Northern\"}");
    assertThat(corrected.number("version")).contains(2.0);
    assertThat(shown().object("attributes")).isEqualTo(corrected.object("attributes"));
    assertThat(shown().text("queue")).contains("intake");
    var decided = world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    assertThat(decided.text("proposal_state")).contains("executed");
  }

  @Test
  void whatWasApprovedAboutOtherFactsDoesNotRun() {
    correct("{\"answer\": \"accepted\"}");
    var approved = world.propose(caseId, "advance");
    var pending = world.propose(caseId, "settle");
    world.approveAndCrash(world.reviewer, approved);
    assertThat(world.proposalState(approved)).isEqualTo("approved");
    world.correct(world.reviewer2, caseId, JsonReader.readObject("{\"cents\": 7}"));
    assertThat(List.of(world.proposalState(approved), world.proposalState(pending)))
        .containsOnly("superseded");
    world.clock.advance(Duration.ofMinutes(1));
    world.workOffDue.round();
    assertThat(world.execute(approved).text("proposal_state")).contains("superseded");
    refused(() -> world.decide(world.pharmacist, pending, "approve"), "approval_ended");
    assertThat(shown().text("queue")).contains("intake");
    assertThat(world.actions())
        .containsSubsequence("case.corrected", "proposal.superseded", "proposal.superseded");
    assertThat(world.log().stream().filter(entry -> entry.action().equals("proposal.superseded")))
        .allMatch(entry -> entry.content().toString().contains("\"code\":\"case_corrected\""));
  }

  @Test
  void factsThatAreNoneOfItsOwnVersionAreRefused() {
    world.define(
        JsonReader.readObject(
            DEFINITION.toString().replace("\"name\":\"cents\"", "\"name\":\"euros\"")));
    invalid("{\"answer\": \"maybe\"}", "/attributes/answer", "wrong_value");
    invalid("{\"answer\": null}", "/attributes/answer", "missing");
    invalid("{\"cents\": \"many\"}", "/attributes/cents", "wrong_value");
    invalid("{\"euros\": 1}", "/attributes/euros", "unknown_attribute");
    invalid("{\"euros\": null}", "/attributes/euros", "unknown_attribute");
    assertThat(correct("{\"cents\": 5}").number("workflow_version")).contains(1.0);
  }

  @Test
  void whatACaseHasTogetherIsNotLargerThanOneThatIsOpened() {
    world.define();
    var half = "x".repeat(10 * 1024);
    caseId = open("{\"first\": \"%s\"}".formatted(half));
    invalid("{\"second\": \"%s\"}".formatted(half), "/attributes", "too_large");
    var many = Json.object();
    for (int i = 0; i < 101; i++) {
      many.put("a" + i, i);
    }
    invalid(many.build().toString(), "/attributes", "too_many");
  }

  @Test
  void aCaseThatHasMovedOrEndedOrIsAsSaidIsRefused() {
    var cents = Json.object().put("cents", 7).build();
    refused(() -> world.correct(world.reviewer, caseId, 2, cents), "stale_case");
    refused(() -> correct("{}"), "nothing_to_change");
    refused(() -> correct("{\"answer\": \"rejected\", \"payer\": null}"), "nothing_to_change");
    refused(() -> world.correct(world.reviewer, new UUID(0, 1), 1, cents), "case_not_found");
    var settled = world.propose(caseId, "settle");
    world.decide(world.reviewer, settled, "approve");
    world.decide(world.reviewer2, settled, "approve");
    assertThat(shown().text("state")).contains("completed");
    refused(() -> correct("{\"cents\": 7}"), "case_not_open");
  }

  @Test
  void aReasonIsRequired() {
    for (var body :
        List.of(
            "{\"case_version\": 1, \"attributes\": {}, \"reason\": \"\"}",
            "{\"case_version\": 1, \"reason\": \"r\"}",
            "{\"attributes\": {}, \"reason\": \"r\"}",
            "{\"case_version\": 1, \"attributes\": 5, \"reason\": \"r\"}",
            "{\"case_version\": 1, \"attributes\": {}, \"reason\": \"r\", \"queue\": \"done\"}")) {
      assertThatThrownBy(() -> CorrectCase.parse(JsonReader.readObject(body)))
          .as(body)
          .isInstanceOfSatisfying(
              Refusal.Invalid.class, refusal -> assertThat(refusal.violations()).hasSize(1));
    }
  }

  @Test
  void logAndTimelineNameTheAttributesAndNoValue() {
    correct("{\"payer\": \"Northern\", \"cents\": 4711, \"answer\": \"rejected\"}");
    var entry = world.log().getLast();
    assertThat(entry.action()).isEqualTo("case.corrected");
    assertThat(entry.correlationId()).isEqualTo(caseId.toString());
    assertThat(entry.content().object("details").orElseThrow().toString())
        .isEqualTo(
            "{\"attributes\":[\"cents\",\"payer\"],\"case_id\":\"%s\",\"reason\":\"they were mistyped\",\"version\":2}"
                .formatted(caseId));
    var told =
        (JsonObject)
            world
                .showTimeline
                .list(world.agent, caseId, 10, Optional.empty())
                .items("timeline")
                .getFirst();
    assertThat(told.text("what")).contains("case.corrected");
    assertThat(told.text("by")).contains(world.reviewer.actor());
    assertThat(told.toString()).contains("\"payer\"").doesNotContain("Northern", "4711");
  }

  @Test
  void rulesReactToWhatIsKnownNow() {
    world.rule(
        List.of("case.corrected"),
        "'answer' in event.data.attributes && case.attributes.answer == 'accepted'",
        "{\"kind\": \"open_task\", \"type\": \"call\"}");
    world.rule(List.of("case.corrected"), "case.attributes.cents < 0", "{\"kind\": \"hold\"}");
    correct("{\"cents\": 7}");
    assertThat(shown().items("tasks")).isEmpty();
    correct("{\"answer\": \"accepted\"}");
    assertThat(shown().items("tasks")).hasSize(1);
    assertThat(correct("{\"cents\": -1}").text("state")).contains("held");
    // What is on hold is still corrected, and stays there.
    assertThat(correct("{\"cents\": 7}").text("state")).contains("held");
    assertThat(shown().object("hold")).isPresent();
  }

  @Test
  void whoCorrectedHasHadAHandInTheCase() {
    correct("{\"cents\": 7}");
    correct("{\"cents\": 8}");
    var proposed = world.propose(caseId, "settle");
    refused(() -> world.decide(world.reviewer, proposed, "approve"), "hand_in_the_case");
    assertThat(world.text("select correctors::text from workflow.case_file"))
        .as("once, however often")
        .isEqualTo("{" + world.reviewer.actor() + "}");
    world.decide(world.reviewer2, proposed, "approve");
    refused(
        () -> world.correct(world.reviewer2, caseId, Json.object().put("cents", 9).build()),
        "agreed_to_the_case");
    // Without four eyes he decides.
    correct("{\"answer\": \"accepted\"}");
    var advance = world.propose(caseId, "advance");
    assertThat(world.decide(world.reviewer, advance, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void nothingIsCorrectedWhileAnotherSystemIsAsked() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = world.propose(caseId, "order");
    world.decide(world.reviewer, proposed, "approve");
    assertThat(world.proposalState(proposed)).isEqualTo("executing");
    refused(() -> correct("{\"cents\": 7}"), "case_busy");
    world.clock.advance(Duration.ofMinutes(1));
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    correct("{\"cents\": 7}");
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    world.rollBack(
        world.reviewer2, World.id(world.story(proposed).object("execution").orElseThrow(), "id"));
    refused(() -> correct("{\"cents\": 8}"), "case_busy");
    world.clock.advance(Duration.ofMinutes(1));
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("rolled_back");
    assertThat(correct("{\"cents\": 8}").text("queue")).contains("intake");
  }

  @Test
  void aRollbackTakesBackTheMoveAndLeavesTheFacts() {
    correct("{\"answer\": \"accepted\"}");
    var decided = world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    correct("{\"answer\": \"rejected\"}");
    var settle = world.propose(caseId, "settle");
    var back = world.rollBack(world.reviewer2, World.execution(decided));
    assertThat(back.text("state")).contains("rolled_back");
    assertThat(shown().text("queue")).contains("intake");
    assertThat(shown().number("version")).contains(5.0);
    assertThat(shown().object("attributes").orElseThrow().text("answer")).contains("rejected");
    assertThat(world.proposalState(settle)).isEqualTo("superseded");
    refused(() -> world.propose(caseId, "advance"), "blocked");
  }

  @Test
  void ofTwoWhoCorrectAtOnceOneDoes() throws Exception {
    var answers = Together.run(() -> attempt(world.reviewer, 7), () -> attempt(world.reviewer2, 8));
    assertThat(answers).containsExactlyInAnyOrder("done", "stale_case");
    assertThat(shown().number("version")).contains(2.0);
    assertThat(world.actions()).filteredOn("case.corrected"::equals).hasSize(1);
  }

  private String attempt(Principal principal, long cents) {
    try {
      world.correct(principal, caseId, 1, Json.object().put("cents", cents).build());
      return "done";
    } catch (Refusal.Conflict refusal) {
      return refusal.code();
    }
  }
}
