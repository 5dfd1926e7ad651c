package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.workflow.OutgoingCall.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What somebody changed in the database after it was approved is neither carried out, nor tried
/// again by another system, nor taken back.
class TouchedRowsTest {
  private static final JsonObject DEFINITION =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "refused"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "http",
              "call": {"url": "https://erp.example/refills", "compensate_url": "https://erp.example/undo"}},
             {"type": "refuse", "from": "intake", "to": "refused", "gate": "refusal",
              "approver_roles": ["reviewer"], "handler": "transition"}]}
          """);

  private static final String TERMS =
      "update workflow.approval_request set policy_version = policy_version + 1 where proposal_id = '%s'";

  private final World world = new World();

  TouchedRowsTest() {
    world.define(DEFINITION);
    world.authorize("advance");
    world.authorize("refuse");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject proposed(String type) {
    return world.propose(World.id(world.open(), "case_id"), type);
  }

  private void touch(String sql, JsonObject proposed) {
    world.tamper(sql.formatted(World.id(proposed, "proposal_id")));
  }

  private String parkedFor(JsonObject proposed) {
    return world
        .story(proposed)
        .object("execution")
        .flatMap(execution -> execution.object("parked"))
        .flatMap(parked -> parked.text("code"))
        .orElse("nothing");
  }

  @Test
  void whatIsApprovedForOneCaseRunsOnNoOther() {
    var proposed = proposed("refuse");
    world.approveAndCrash(world.reviewer, proposed);
    UUID other = World.id(world.open(), "case_id");
    touch(
        "update workflow.proposal set case_id = '" + other + "' where proposal_id = '%s'",
        proposed);
    assertThat(world.execute(proposed).text("proposal_state")).contains("superseded");
    assertThat(world.showCases.one(world.agent, other).text("queue")).contains("intake");
  }

  /// Bytes that are an action as well, of the same case and transition.
  @Test
  void otherBytesThanThoseOfTheDigestAreNeitherApprovedNorCarriedOut() {
    world.tamper("alter table workflow.proposal drop constraint if exists proposal_action_digest");
    var touch =
        "update workflow.proposal set action = convert_to(replace(convert_from(action, 'UTF8'), '\"note\":\"a\"', '\"note\":\"b\"'), 'UTF8') where proposal_id = '%s'";
    var approved = noted();
    world.approveAndCrash(world.reviewer, approved);
    touch(touch, approved);
    assertThat(world.execute(approved).text("proposal_state")).contains("superseded");
    var waiting = noted();
    touch(touch, waiting);
    assertThatThrownBy(() -> world.decide(world.reviewer, waiting, "approve"))
        .hasMessageContaining("the digest is not that of the action");
  }

  private JsonObject noted() {
    var action =
        Json.object()
            .put("type", "refuse")
            .put("payload", Json.object().put("note", "a").build())
            .build();
    var body = World.proposal(World.id(world.open(), "case_id"), 1, "refuse");
    return world.propose(world.agent, body.with("action", action));
  }

  @Test
  void whatWasSaidAboutOtherTermsOrBySomebodyWhoMayNotCountsForNothing() {
    for (var touch :
        List.of(
            "update workflow.approval_decision set approval_digest = sha256(approval_digest) where approval_id = '%s'",
            "update workflow.approval_request set barred = array['api_key:ck_reviewer'] where approval_id = '%s'",
            """
            with freed as (update workflow.approval_request set barred = '{}' where approval_id = '%1$s')
            update workflow.approval_decision set approver = 'api_key:ck_agent' where approval_id = '%1$s'\
            """)) {
      var proposed = proposed("refuse");
      world.approveAndCrash(world.reviewer, proposed);
      world.tamper(touch.formatted(World.approval(proposed)));
      assertThat(world.execute(proposed).text("proposal_state")).as(touch).contains("superseded");
    }
    assertThat(world.actions()).doesNotContain("execution.completed");
  }

  @Test
  void anotherSystemIsNotAskedAgain() {
    for (var touch :
        List.of(
            TERMS,
            "delete from workflow.approval_decision where approval_id = (select approval_id from workflow.approval_request where proposal_id = '%s')")) {
      world.otherSystem.answers(new Reply.Unavailable("timed_out"));
      var proposed = proposed("advance");
      world.decide(world.reviewer, proposed, "approve");
      int asked = world.otherSystem.asked().size();
      touch(touch, proposed);
      world.clock.advance(Duration.ofMinutes(1));
      world.workOffDue.round();
      assertThat(world.otherSystem.asked()).as(touch).hasSize(asked);
      assertThat(parkedFor(proposed)).isEqualTo("digest_mismatch");
    }
  }

  @Test
  void nothingIsTakenBackThatIsNotWhatWasCarriedOut() {
    for (var type : List.of("refuse", "advance")) {
      var proposed = proposed(type);
      var decided = world.decide(world.reviewer, proposed, "approve");
      touch(TERMS, proposed);
      assertThatThrownBy(() -> world.rollBack(world.reviewer, World.execution(decided)))
          .hasMessageContaining("is not what was stored any more");
    }
    assertThat(world.actions()).doesNotContain("execution.rolled_back");
  }

  /// One that another system still has to take back holds its case.
  @Test
  void whatIsUnderWayOnTheCaseIsNotOvertakenByARollback() {
    var proposed = proposed("advance");
    var execution = World.execution(world.decide(world.reviewer, proposed, "approve"));
    touch(
        "update workflow.case_file set busy_with = gen_random_uuid() where case_id = (select case_id from workflow.proposal where proposal_id = '%s')",
        proposed);
    assertThatThrownBy(() -> world.rollBack(world.reviewer, execution))
        .hasMessageContaining("is not finished");
  }
}
