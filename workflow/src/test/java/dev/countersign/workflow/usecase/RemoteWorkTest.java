package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.ApprovalRules;
import dev.countersign.workflow.OutgoingCall;
import dev.countersign.workflow.OutgoingCall.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Another system carries it out: asked at least once, with one key, and the case moves once.
class RemoteWorkTest {
  /// How long a request is good for in these definitions.
  private static final Duration EXPIRY = ApprovalRules.USUAL_EXPIRY;

  private static final JsonObject DEFINITION =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "refused"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "http",
              "call": {"url": "https://erp.example/refills", "compensate_url": "https://erp.example/undo",
                       "attempts": 3}},
             {"type": "refuse", "from": "intake", "to": "refused", "gate": "refusal",
              "approver_roles": ["reviewer"], "handler": "transition"}]}
          """);

  private final World world = new World();
  private UUID caseId = new UUID(0, 0);

  @BeforeEach
  void define() {
    world.define(DEFINITION);
    world.authorize("advance");
    world.authorize("refuse");
    caseId = World.id(world.open(), "case_id");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject approved() {
    var proposed = world.propose(caseId, "advance");
    world.decide(world.reviewer, proposed, "approve");
    return proposed;
  }

  private JsonObject execution(JsonObject proposed) {
    return world.story(proposed).object("execution").orElseThrow();
  }

  private Optional<String> parkedFor(JsonObject proposed) {
    return execution(proposed).object("parked").flatMap(parked -> parked.text("code"));
  }

  private void after(Duration time) {
    world.clock.advance(time);
    world.workOffDue.round();
  }

  private String queue() {
    return world.showCases.one(world.agent, caseId).text("queue").orElseThrow();
  }

  private List<String> keys() {
    return world.otherSystem.asked().stream().map(OutgoingCall::idempotencyKey).toList();
  }

  /// Each once, in the order in which they came first.
  private List<JsonObject> bodies() {
    return world.otherSystem.asked().stream().map(OutgoingCall::body).distinct().toList();
  }

  @Test
  void caseMovesOnceTheSystemHasDoneIt() {
    var proposed = approved();
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(queue()).isEqualTo("review");
    var asked = world.otherSystem.asked().getFirst();
    assertThat(asked.url()).isEqualTo("https://erp.example/refills");
    assertThat(asked.body().text("action_digest")).isEqualTo(proposed.text("action_digest"));
    assertThat(world.actions())
        .containsSubsequence("approval.granted", "execution.started", "execution.completed");
  }

  /// Of each system is asked after a commit of its own, however many were left behind.
  @Test
  void whatACrashLeftBehindIsAskedForOneByOne() {
    var proposed =
        Stream.generate(() -> world.propose(World.id(world.open(), "case_id"), "advance"))
            .limit(3)
            .toList();
    proposed.forEach(one -> world.approveAndCrash(world.reviewer, one));
    after(ExecuteProposals.PAUSE);
    assertThat(proposed).extracting(world::proposalState).containsOnly("executed");
    assertThat(keys()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void askedAgainWithTheSameKeyUntilItAnswers() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"), new Reply.Unavailable("refused"));
    var proposed = approved();
    assertThat(world.proposalState(proposed)).isEqualTo("executing");
    after(Duration.ofSeconds(9));
    assertThat(keys()).as("it rests").hasSize(1);
    after(Duration.ofSeconds(5));
    after(Duration.ofSeconds(25));
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(keys())
        .hasSize(3)
        .containsOnly(execution(proposed).text("id").orElseThrow() + ":execute");
    assertThat(bodies()).as("many refuse a key that comes with another body").hasSize(1);
    assertThat(execution(proposed).number("attempts")).contains(3.0);
    assertThat(world.showCases.one(world.agent, caseId).number("version")).contains(2.0);
  }

  @Test
  void whatIsTakenBackIsAskedForWithTheSameWordsAlthoughTheCaseChangesMeanwhile() {
    world.define(
        JsonReader.readObject(
            DEFINITION
                .toString()
                .replace("{\"name\":\"refused\"}", "{\"name\":\"refused\"},{\"name\":\"done\"}")
                .replace(
                    "\"transitions\":[",
                    """
                    "transitions":[{"type": "finish", "from": "review", "to": "done", "gate": "triage",
                      "approver_roles": ["reviewer"], "handler": "transition"},\
                    """)));
    caseId = World.id(world.open(), "case_id");
    world.rule(List.of("letter"), "true", "{\"kind\": \"hold\"}");
    var proposed = approved();
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    world.rollBack(world.reviewer, World.id(execution(proposed), "id"));
    world.tell(caseId, "letter", JsonObject.EMPTY);
    assertThat(world.showCases.one(world.agent, caseId).text("state")).contains("held");
    after(Duration.ofMinutes(1));
    assertThat(world.proposalState(proposed)).isEqualTo("rolled_back");
    assertThat(keys()).hasSize(3);
    var back = bodies().getLast();
    assertThat(bodies()).as("one to do it and one to take it back").hasSize(2);
    assertThat(back.object("case").orElseThrow().number("version"))
        .as("the case as it was when that began")
        .contains(2.0);
  }

  @Test
  void whatIsInVainWaitsForAPersonAndHoldsTheCase() {
    var other = world.propose(caseId, "refuse");
    for (int i = 0; i < 3; i++) {
      world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    }
    var proposed = approved();
    after(Duration.ofMinutes(1));
    after(Duration.ofMinutes(1));
    after(Duration.ofMinutes(1));
    assertThat(keys()).hasSize(3);
    assertThat(execution(proposed).object("parked").orElseThrow().text("code"))
        .contains("timed_out");
    var parked =
        world.showExecutions.parked(world.reviewer, Page.parse(Optional.empty(), Optional.empty()));
    assertThat(parked.items("executions")).hasSize(1);
    assertThatThrownBy(() -> world.decide(world.reviewer, other, "approve"))
        .as("nobody knows how far the system came")
        .hasMessageContaining("blocked");

    world.resolveParked.redrive(
        world.call(world.reviewer), World.id(execution(proposed), "id"), "it is back");
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(keys()).hasSize(4).containsOnly(keys().getFirst());
    assertThat(world.proposalState(other)).isEqualTo("superseded");
    assertThat(world.actions())
        .containsSubsequence("execution.parked", "execution.redriven", "execution.completed");
  }

  @Test
  void whatIsDiscardedHasFailedAndFreesTheCase() {
    for (int i = 0; i < 3; i++) {
      world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    }
    var proposed = approved();
    after(Duration.ofMinutes(1));
    after(Duration.ofMinutes(1));
    var id = World.id(execution(proposed), "id");
    world.resolveParked.discard(world.call(world.reviewer), id, "done by hand");
    assertThat(world.proposalState(proposed)).isEqualTo("failed");
    assertThat(queue()).isEqualTo("intake");
    assertThatThrownBy(
            () -> world.resolveParked.redrive(world.call(world.reviewer), id, "once more"))
        .hasMessageContaining("waits for nobody");
    var other = world.propose(caseId, "refuse");
    assertThat(world.decide(world.reviewer, other, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void systemThatRefusesEndsIt() {
    world.otherSystem.answers(new Reply.Refused(422));
    var proposed = approved();
    assertThat(world.proposalState(proposed)).isEqualTo("failed");
    assertThat(queue()).isEqualTo("intake");
    assertThatThrownBy(
            () -> world.report(world.observer, World.id(execution(proposed), "id"), true, "none"))
        .hasMessageContaining("is failed");
    after(Duration.ofHours(1));
    assertThat(keys()).hasSize(1);
  }

  @Test
  void whatIsPostponedLosesNoAttempt() {
    for (int i = 0; i < 5; i++) {
      world.otherSystem.answers(new Reply.Postponed("breaker_open", Duration.ofSeconds(20)));
    }
    var proposed = approved();
    for (int i = 0; i < 5; i++) {
      after(Duration.ofSeconds(21));
    }
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }

  @Test
  void anyNodeGoesOnWhereOneDied() {
    world.otherSystem.does(_ -> {
      throw new IllegalStateException("the node is gone");
    });
    var proposed = world.propose(caseId, "advance");
    assertThatThrownBy(() -> world.decide(world.reviewer, proposed, "approve"))
        .hasMessageContaining("the node is gone");
    after(Duration.ofSeconds(15));
    assertThat(keys()).as("the lease is another's").hasSize(1);
    after(Duration.ofSeconds(20));
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(keys()).hasSize(2).containsOnly(keys().getFirst());
  }

  @Test
  void answerThatCameAfterTheLeaseIsNobodys() {
    world.otherSystem.does(_ -> {
      after(Duration.ofMinutes(1)); // Another node takes it over and completes it.
      return new Reply.Refused(500);
    });
    var proposed = approved();
    assertThat(keys()).hasSize(2);
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(world.showCases.one(world.agent, caseId).number("version")).contains(2.0);
    assertThat(world.actions()).filteredOn("execution.completed"::equals).hasSize(1);
    assertThat(world.actions()).doesNotContain("execution.failed");
  }

  /// The attempt that another node has taken may still come to something.
  @Test
  void answerOfASlowNodeEndsNoAttemptOfAnother() {
    world.otherSystem.does(_ -> {
      after(Duration.ofMinutes(1));
      return new Reply.Refused(500);
    });
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = approved();
    assertThat(keys()).hasSize(2);
    assertThat(world.proposalState(proposed)).isEqualTo("executing");
    after(Duration.ofMinutes(1));
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(world.actions()).doesNotContain("execution.failed");
  }

  /// He has been told by then that nobody knows how far the system came.
  @Test
  void answerThatCameAfterItWasLeftToAPersonChangesNothing() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"), new Reply.Unavailable("refused"));
    world.otherSystem.does(_ -> {
      after(Duration.ofMinutes(1));
      return new Reply.Done();
    });
    var proposed = approved();
    after(Duration.ofSeconds(15));
    after(Duration.ofSeconds(25));
    assertThat(keys()).hasSize(3);
    assertThat(parkedFor(proposed)).contains("no_answer");
    assertThat(queue()).isEqualTo("intake");
  }

  /// Two timers may find the same execution due at the same moment.
  @Test
  void whatAnotherNodeHasTakenIsNotTakenAgain() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = approved();
    world.remoteWork.resume(world.tenant, World.id(proposed, "proposal_id"), World.TRACE);
    assertThat(keys()).as("it rests").hasSize(1);
    world.otherSystem.does(_ -> {
      world.remoteWork.resume(world.tenant, World.id(proposed, "proposal_id"), World.TRACE);
      return new Reply.Done();
    });
    after(Duration.ofMinutes(1));
    assertThat(keys()).hasSize(2);
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }

  @Test
  void whatWasDoneForACaseThatStandsElsewhereWaitsForAPerson() {
    world.otherSystem.does(_ -> {
      world.tamper(
          "update workflow.case_file set queue = 'refused' where case_id = '" + caseId + "'");
      return new Reply.Done();
    });
    var proposed = approved();
    assertThat(parkedFor(proposed)).contains("case_moved");
    assertThat(queue()).isEqualTo("refused");
  }

  @Test
  void freezeStopsTheNextAttempt() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = approved();
    var freeze = world.freeze("tenant", "*");
    after(Duration.ofMinutes(1));
    assertThat(keys()).hasSize(1);
    world.lift(freeze);
    after(Duration.ofMinutes(1));
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }

  @Test
  void durationIsThatOfTheAttemptThatDidIt() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    world.otherSystem.does(_ -> {
      world.clock.advance(Duration.ofMillis(1_500));
      return new Reply.Done();
    });
    var proposed = approved();
    after(Duration.ofMinutes(1));
    assertThat(execution(proposed).number("duration_micros")).contains(1_500_000.0);
  }

  @Test
  void freezeThatOutlastsTheApprovalEndsTheAttempts() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = approved();
    var freeze = world.freeze("tenant", "*");
    after(EXPIRY.minusMinutes(10));
    assertThat(execution(proposed).object("parked")).as("its time is not over").isEmpty();
    world.lift(freeze);
    after(Duration.ofMinutes(11));
    assertThat(keys()).hasSize(1);
    assertThat(parkedFor(proposed)).contains("approval_expired");
    assertThat(queue()).isEqualTo("intake");
    assertThat(world.actions()).contains("execution.parked");
  }

  @Test
  void attemptBeforeTheEndOfTheApprovalIsMade() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = approved();
    after(EXPIRY.minusMinutes(1));
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(keys()).hasSize(2);
  }

  @Test
  void whatWasDoneIsWrittenDownAlthoughTheApprovalHasEndedMeanwhile() {
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    world.otherSystem.does(_ -> {
      world.clock.advance(Duration.ofMinutes(2));
      return new Reply.Done();
    });
    var proposed = approved();
    after(EXPIRY.minusMinutes(1));
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(queue()).isEqualTo("review");
  }

  @Test
  void redriveAfterTheEndOfTheApprovalIsRefusedAndSaysTheWayOn() {
    for (int i = 0; i < 3; i++) {
      world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    }
    var proposed = approved();
    after(Duration.ofMinutes(1));
    after(Duration.ofMinutes(1));
    var id = World.id(execution(proposed), "id");
    world.clock.advance(EXPIRY);
    assertThatThrownBy(
            () -> world.resolveParked.redrive(world.call(world.reviewer), id, "it is back"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refused -> assertThat(refused.code()).isEqualTo("approval_expired"))
        .hasMessageContaining("discard it, and propose anew");
    assertThat(keys()).hasSize(3);
    assertThat(parkedFor(proposed)).as("as it was").contains("timed_out");

    world.resolveParked.discard(world.call(world.reviewer), id, "the system has not done it");
    assertThat(world.proposalState(proposed)).isEqualTo("failed");
    assertThat(world.proposalState(approved())).isEqualTo("executed");
    assertThat(keys()).hasSize(4);
    assertThat(keys().getLast()).isNotEqualTo(keys().getFirst());
  }

  @Test
  void whatAStageAuthorizedEndsWithItsNotice() {
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    world.ceiling("full_auto");
    world.stage("advance", "full_auto");
    caseId = World.id(world.open(), "case_id");
    world.chance(caseId, "advance", false);
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = world.propose(caseId, "advance");
    assertThat(execution(proposed).text("authorized_by")).contains("stage");
    after(EXPIRY);
    assertThat(parkedFor(proposed)).contains("approval_expired");
    assertThat(keys()).hasSize(2);
  }

  @Test
  void wayBackHasNoEndOfItsOwn() {
    var proposed = approved();
    for (int i = 0; i < 3; i++) {
      world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    }
    var id = World.id(execution(proposed), "id");
    world.rollBack(world.reviewer, id);
    after(EXPIRY);
    assertThat(keys()).hasSize(3);
    after(Duration.ofMinutes(1));
    assertThat(parkedFor(proposed)).contains("timed_out");
    world.resolveParked.redrive(world.call(world.reviewer), id, "it is back");
    assertThat(world.proposalState(proposed)).isEqualTo("rolled_back");
  }

  @Test
  void systemTakesItBackAndTheCaseFollows() {
    var proposed = approved();
    var id = World.id(execution(proposed), "id");
    assertThat(world.rollBack(world.reviewer, id).text("phase")).contains("back");
    assertThat(world.proposalState(proposed)).isEqualTo("rolled_back");
    assertThat(queue()).isEqualTo("intake");
    var asked = world.otherSystem.asked().getLast();
    assertThat(asked.url()).isEqualTo("https://erp.example/undo");
    assertThat(asked.idempotencyKey()).endsWith(":compensate");
  }

  @Test
  void systemThatDoesNotTakeItBackIsSaidSo() {
    var proposed = approved();
    world.otherSystem.answers(new Reply.Unavailable("timed_out"), new Reply.Refused(409));
    world.rollBack(world.reviewer, World.id(execution(proposed), "id"));
    assertThat(execution(proposed).text("state")).contains("executed");
    assertThatThrownBy(() -> world.rollBack(world.reviewer, World.id(execution(proposed), "id")))
        .hasMessageContaining("is being taken back");
    after(Duration.ofMinutes(1));
    assertThat(world.proposalState(proposed)).isEqualTo("rollback_failed");
    assertThat(queue()).isEqualTo("review");
  }
}
