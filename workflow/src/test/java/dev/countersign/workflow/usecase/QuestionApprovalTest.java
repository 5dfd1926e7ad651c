package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseRole;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The approval that a decision requires: asked for, decided by somebody else, and over in time.
class QuestionApprovalTest {
  private static final int AT_ONCE = 30;

  private final Questions questions = new Questions();
  private final World world = questions.world;

  @AfterEach
  void close() {
    questions.close();
  }

  @Test
  void aPersonSeesTheWholeQuestionAndAgreesToIt() {
    var required = questions.decided(world.agent, Questions.export(7));
    var approval = world.requestApproval.request(world.call(world.agent), required);

    var line = (JsonObject) questions.inbox(world.reviewer).items("approvals").getFirst();
    assertThat(line.text("id")).contains(approval.toString());
    assertThat(line.text("kind")).contains("decision");
    assertThat(line.text("model")).contains("gpt-4");
    assertThat(line.text("operation")).contains("export");
    assertThat(line.text("asker")).contains(world.agent.actor());
    assertThat(questions.inbox(world.observer).items("approvals")).isEmpty();

    var card = world.showApprovals.one(world.reviewer, approval);
    assertThat(card.text("decision_id")).contains(required.decisionId().toString());
    assertThat(card.object("request")).contains(required.request().json());
    assertThat(card.object("decision").orElseThrow().text("outcome")).contains("require_approval");
    assertThat(card.items("approver_roles")).containsExactly(Json.of("reviewer"));
    assertThat(card.text("expires_at"))
        .contains(world.clock.instant().plus(RequestApproval.EXPIRES).toString());

    var decided = questions.decide(world.reviewer, approval, "approve");
    assertThat(decided.text("state")).contains("approved");
    assertThat(questions.state(approval)).isEqualTo("approved");
    assertThat(questions.inbox(world.reviewer).items("approvals")).isEmpty();
    assertThat(world.log())
        .filteredOn(entry -> entry.correlationId().equals(required.correlationId().toString()))
        .extracting(World.LoggedEntry::action)
        .containsExactly("decision.made", "approval.requested", "approval.granted");
  }

  @Test
  void whoAskedOrWasAskedForDoesNotDecide() {
    var both = World.principal(world.tenant, "ck_both", "agent", "reviewer");
    var own = questions.ask(both, Questions.export(1));
    refused("asker_may_not_approve", () -> questions.decide(both, own, "approve"));
    var forAnother =
        questions.ask(
            world.agent,
            Questions.export(2)
                .with(
                    "subject",
                    Json.object().put("type", "user").put("id", world.reviewer.id()).build()));
    refused("asker_may_not_approve", () -> questions.decide(world.reviewer, forAnother, "approve"));
    refused("not_an_approver", () -> questions.decide(world.observer, forAnother, "approve"));
    assertThat(questions.state(forAnother)).isEqualTo("pending");
    assertThat(world.actions()).filteredOn("approval.refused"::equals).hasSize(3);
    questions.decide(world.reviewer2, forAnother, "approve");
    assertThat(questions.state(forAnother)).isEqualTo("approved");
  }

  @Test
  void nobodyDecidesInTheNameOfWhomItIsAskedFor() {
    var lender = world.keyHolder("ck_lender", "reviewer");
    var stand = world.keyHolder("ck_stand", "reviewer");
    world.delegate(lender, stand);
    var subject = Json.object().put("type", "user").put("id", lender.id()).build();
    var forHim = questions.ask(world.agent, Questions.export(1).with("subject", subject));
    var shown =
        questions.card(forHim).with("approval", Json.object().put("id", forHim.toString()).build());
    refused("asker_may_not_approve", () -> world.decideFor(stand, lender, shown, "approve"));
    assertThat(world.decide(stand, shown, "approve").text("state")).contains("approved");
  }

  @Test
  void theSameQuestionWaitsOnceHoweverManyAskAtOnce() throws Exception {
    var attempts = new ArrayList<Callable<UUID>>();
    for (int i = 0; i < AT_ONCE; i++) {
      attempts.add(() -> questions.ask(7));
    }
    assertThat(together(attempts).stream().distinct()).hasSize(1);
    assertThat(questions.inbox(world.reviewer).items("approvals")).hasSize(1);
    assertThat(world.actions()).filteredOn("approval.requested"::equals).hasSize(1);
    assertThat(world.actions()).filteredOn("decision.made"::equals).hasSize(AT_ONCE);
    assertThat(questions.ask(8)).isNotEqualTo(questions.ask(7));
    var other = World.principal(world.tenant, "ck_other", "agent");
    assertThat(questions.ask(other, Questions.export(7))).isNotEqualTo(questions.ask(7));
  }

  @Test
  void aQuestionThatWasDecidedIsAnotherOneWhenItIsAskedAgain() {
    var first = questions.ask(7);
    questions.decide(world.reviewer, first, "defer");
    assertThat(questions.ask(7)).as("a deferred request waits").isEqualTo(first);
    questions.decide(world.reviewer, first, "approve");
    var second = questions.ask(7);
    assertThat(second).isNotEqualTo(first);
    questions.decide(world.reviewer, second, "reject");
    var third = questions.ask(7);
    assertThat(third).isNotIn(first, second);
    world.clock.advance(RequestApproval.EXPIRES);
    var fourth = questions.ask(7);
    assertThat(fourth).isNotIn(first, second, third);
    assertThat(world.actions()).containsSubsequence("approval.expired", "approval.requested");
    assertThat(List.of(questions.state(second), questions.state(third), questions.state(fourth)))
        .containsExactly("rejected", "expired", "pending");
  }

  @Test
  void nobodyDecidesTwice() throws Exception {
    for (int i = 0; i < 10; i++) {
      var approval = questions.ask(i);
      var answers =
          together(
              List.of(
                  () -> outcome(() -> questions.decide(world.reviewer, approval, "approve")),
                  () -> outcome(() -> questions.decide(world.reviewer2, approval, "reject")),
                  () -> outcome(() -> questions.decide(world.pharmacist, approval, "approve"))));
      assertThat(answers).filteredOn("decided"::equals).hasSize(1);
      assertThat(answers).filteredOn("already_decided"::equals).hasSize(2);
    }
  }

  @Test
  void timeEndsARequestWhetherOrNotATimerComesBy() {
    var waiting = questions.ask(1);
    var approved = questions.ask(2);
    questions.decide(world.reviewer, approved, "approve");
    assertThat(world.workOffDue.round().done()).isZero();
    world.clock.advance(RequestApproval.EXPIRES);

    assertThat(questions.state(waiting)).isEqualTo("expired");
    assertThat(questions.state(approved)).as("good for nothing any more").isEqualTo("expired");
    assertThat(questions.inbox(world.reviewer).items("approvals")).isEmpty();
    refused("approval_expired", () -> questions.decide(world.reviewer, waiting, "approve"));

    assertThat(world.workOffDue.round().done()).isEqualTo(1);
    assertThat(world.actions()).endsWith("approval.expired");
    assertThat(world.workOffDue.round().done()).isZero();
    refused("approval_expired", () -> questions.decide(world.reviewer, waiting, "approve"));
    refused("already_decided", () -> questions.decide(world.reviewer, approved, "approve"));
  }

  @Test
  void aPolicyThatForbidsByNowEndsTheRequest() {
    var approval = questions.ask(1);
    var rejected = questions.ask(2);
    var kept = questions.ask(3);
    questions.exports("forbid");
    refused("policy_forbids", () -> questions.decide(world.reviewer, approval, "approve"));
    assertThat(questions.state(approval)).isEqualTo("superseded");
    assertThat(world.actions()).endsWith("approval.superseded", "approval.refused");
    refused("approval_ended", () -> questions.decide(world.reviewer, approval, "approve"));
    assertThat(questions.decide(world.reviewer, rejected, "reject").text("state"))
        .contains("rejected");
    questions.exports("permit");
    assertThat(questions.decide(world.reviewer, kept, "approve").text("state"))
        .as("a weaker requirement goes on")
        .contains("approved");
  }

  @Test
  void nobodyAgreesToWhatNobodyCanRead() {
    var approval = questions.ask(7);
    var shown = World.decision(questions.card(approval), "approve");
    world.tamper("update ledger.entry set sealed = null where action = 'decision.made'");
    var card = questions.card(approval);
    assertThat(card.truth("erased")).contains(true);
    assertThat(card.member("request")).isEmpty();
    refused(
        "decision_erased",
        () -> world.decideApproval.decide(world.call(world.reviewer), approval, shown));
    assertThat(questions.decide(world.reviewer, approval, "reject").text("state"))
        .contains("rejected");
  }

  @Test
  void onlyTheQuestionThatWasShownIsApproved() {
    var approval = questions.ask(7);
    var other =
        DecisionRequest.parse(
            Json.object()
                .put("decision", "approve")
                .put("action_digest", Digest.ZERO.hex())
                .build(),
            TenantProfile.STANDARD);
    refused(
        "digest_mismatch",
        () -> world.decideApproval.decide(world.call(world.reviewer), approval, other));
    world.rewrite("decision.made", "\"row_count\":7", "\"row_count\":9");
    refused("digest_mismatch", () -> questions.decide(world.reviewer, approval, "approve"));
    world.rewrite("decision.made", "\"row_count\":9", "\"row_count\":7");
    world.tamper(
        "update workflow.approval_request set requirement = replace(requirement, '\"roles\":[', '\"roles\":[\"agent\",')");
    refused("digest_mismatch", () -> questions.decide(world.reviewer, approval, "approve"));
    assertThat(questions.state(approval)).isEqualTo("pending");
  }

  @Test
  void oneAskerDoesNotFillTheInboxForAllOthers() {
    var first = questions.ask(0);
    world.tamper(
        """
        insert into workflow.approval_request (tenant_id, approval_id, state, policy_version, requirement, barred,
          approval_digest, expires_at, created_at, decision_id, correlation_id, decision_index, asker, question_digest)
        select tenant_id, gen_random_uuid(), state, policy_version, requirement, barred, approval_digest, expires_at,
          created_at, decision_id, correlation_id, decision_index, asker, sha256(int4send(n))
        from workflow.approval_request, generate_series(2, %d) n
        """
            .formatted(RequestApproval.MOST_WAITING_OF_ONE));
    refused("too_many_approvals", () -> questions.ask(1));
    assertThat(questions.ask(0)).as("what waits is found").isEqualTo(first);
    var other = World.principal(world.tenant, "ck_other", "agent");
    assertThat(questions.state(questions.ask(other, Questions.export(1)))).isEqualTo("pending");
    world.tamper(
        """
        insert into workflow.approval_request (tenant_id, approval_id, state, policy_version, requirement, barred,
          approval_digest, expires_at, created_at, decision_id, correlation_id, decision_index, asker, question_digest)
        select tenant_id, gen_random_uuid(), state, policy_version, requirement, barred, approval_digest, expires_at,
          created_at, decision_id, correlation_id, decision_index, 'api_key:' || n, question_digest
        from workflow.approval_request, generate_series(1, 10) n where asker like '%agent'
        """);
    refused("too_many_approvals", () -> questions.ask(other, Questions.export(2)));
  }

  @Test
  void anotherTenantHasNoSuchRequest() {
    var approval = questions.ask(7);
    var shown = World.decision(questions.card(approval), "approve");
    var stranger = World.principal(world.newTenant(), "ck_stranger", "agent", "reviewer");
    assertThat(
            catchThrowableOfType(
                Refusal.NotFound.class, () -> world.showApprovals.one(stranger, approval)))
        .isNotNull();
    assertThat(
            catchThrowableOfType(
                Refusal.NotFound.class,
                () -> world.decideApproval.decide(world.call(stranger), approval, shown)))
        .isNotNull();
    assertThat(questions.inbox(stranger).items("approvals")).isEmpty();
  }

  @Test
  void timersLoginSeesWhenARequestEndsAndNothingOfWhatItIsAbout() throws SQLException {
    questions.ask(7);
    try (var connection = world.database.as(DatabaseRole.TIMER).getConnection();
        var statement = connection.createStatement()) {
      try (var row =
          statement.executeQuery(
              "select tenant_id, approval_id, state, expires_at from workflow.approval_request")) {
        assertThat(row.next()).isTrue();
      }
      for (var forbidden :
          List.of(
              "select asker from workflow.approval_request",
              "select question_digest from workflow.approval_request",
              "select 1 from workflow.approval_decision",
              "update workflow.approval_request set state = 'approved'")) {
        assertThatThrownBy(() -> statement.execute(forbidden))
            .as(forbidden)
            .hasMessageContaining("permission denied");
      }
    }
  }

  private static void refused(String code, Callable<?> attempt) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  private static String outcome(Callable<?> attempt) throws Exception {
    try {
      attempt.call();
      return "decided";
    } catch (Refusal.Conflict refusal) {
      return refusal.code();
    }
  }

  /// Runs all attempts from the same moment on and yields their answers in order.
  private static <T> List<T> together(List<Callable<T>> attempts) throws Exception {
    var start = new CyclicBarrier(attempts.size());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<T>>();
      for (var attempt : attempts) {
        futures.add(
            threads.submit(() -> {
              start.await();
              return attempt.call();
            }));
      }
      var answers = new ArrayList<T>();
      for (var future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}
