package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.ProposedAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What people agree to before it is proposed: once, narrowly, and never more than a vote.
class PreGrantTest {
  private static final JsonObject CLAIM =
      JsonReader.readObject(
          """
          {"key": "claim", "title": "Claim",
           "queues": [{"name": "open"}, {"name": "paid"}, {"name": "closed"}],
           "transitions": [
             {"type": "payout", "from": "open", "to": "paid", "gate": "payout", "handler": "transition",
              "approver_roles": ["approver:adjuster"], "amount": "cents", "approval": {"four_eyes": true}},
             {"type": "close", "from": "open", "to": "closed", "gate": "close", "handler": "transition",
              "approver_roles": ["approver:adjuster"], "approval": {"quorum": 2}}]}
          """);

  private static final int ROUNDS = 5;

  private final World world = new World();
  private final Principal adjuster = world.keyHolder("ck_adjuster", "approver:adjuster");
  private final Principal adjuster2 = world.keyHolder("ck_adjuster2", "approver:adjuster");

  PreGrantTest() {
    world.define(CLAIM);
    for (var transition : List.of("payout", "close")) {
      world.changeGate.change(
          world.call(world.admin),
          "claim",
          transition,
          ChangeGate.authorization(Json.object().put("reason", "staffed").build()));
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatWasAgreedToBeforehandIsCarriedOutOnce() {
    var subject = open(500);
    var action =
        new ProposedAction(
            world.tenant, subject, 1, "claim", 1, new Action("payout", JsonObject.EMPTY));
    var grant = grant(adjuster, "{\"action_digest\": \"%s\"}".formatted(action.digest().hex()));
    var proposed = propose(subject, "payout", "{}");
    assertThat(proposed.text("state")).contains("executed");
    assertThat(proposed.object("execution")).isPresent();
    assertThat(state(grant)).isEqualTo("used");
    assertThat(world.log())
        .as("nobody was shown it, so trust is told of which versions it is")
        .anySatisfy(entry ->
            assertThat(entry.content().toString())
                .contains(
                    "\"kind\":\"versions\"",
                    "\"proposal_id\":\"" + World.id(proposed, "proposal_id") + "\",\"versions\""));
    assertThat(world.actions())
        .containsSubsequence(
            "grant.created", "proposal.created", "grant.used", "execution.completed")
        .doesNotContain("approval.granted");
    var card = world.showApprovals.one(adjuster2, World.approval(proposed));
    var decision = (JsonObject) card.items("decisions").getFirst();
    assertThat(decision.text("approver")).contains(adjuster.actor());
    assertThat(decision.text("grant_id")).contains(grant.toString());
    refused("grant_ended", () -> world.endGrants.revoke(world.call(adjuster), grant));
  }

  @Test
  void aTemplateFitsWhatItSaysAndNothingElse() {
    var template =
        template("\"amount_up_to\": 500, \"site\": \"main\", \"payload\": {\"note\": \"a\"}");
    grant(adjuster, template);
    assertThat(pending(propose(open(501), "payout", "{\"note\": \"a\"}"))).isTrue();
    assertThat(pending(propose(open(500), "payout", "{}"))).isTrue();
    assertThat(pending(propose(open(500), "payout", "{\"note\": \"a\", \"more\": 1}"))).isTrue();
    assertThat(pending(propose(open(500), "close", "{\"note\": \"a\"}"))).isTrue();
    assertThat(pending(propose(open(500), "payout", "{\"note\": \"a\"}"))).isFalse();
    assertThat(pending(propose(open(500), "payout", "{\"note\": \"a\"}"))).isTrue();
    var subject = open(500);
    grant(adjuster, template("\"case_id\": \"" + subject + "\""));
    assertThat(pending(propose(open(500), "payout", "{}"))).isTrue();
    assertThat(pending(propose(subject, "payout", "{}"))).isFalse();
  }

  @Test
  void nobodyAgreesToEverythingOrForLong() {
    assertThatThrownBy(() -> grant(adjuster, template("\"site\": \"main\"")))
        .isInstanceOf(Refusal.Invalid.class);
    assertThatThrownBy(() -> grant(adjuster, "{\"state\": 1}")).isInstanceOf(Refusal.Invalid.class);
    refused("no_amount", () -> grant(adjuster, template("close", "\"amount_up_to\": 5")));
    var late = world.clock.instant().plus(PreGrant.LONGEST).plusSeconds(9);
    refused(
        "too_long",
        () ->
            world.createGrant.create(
                world.call(adjuster),
                CreateGrant.parse(
                    JsonReader.readObject(template("\"amount_up_to\": 5"))
                        .with("expires_at", Json.of(late.toString())))));
    refused(
        "transition_not_found", () -> grant(adjuster, template("no_such", "\"amount_up_to\": 5")));
  }

  @Test
  void whoCouldNotDecideAboutItHasAgreedToNothing() {
    var both = world.keyHolder("ck_both", "approver:adjuster", "agent");
    grant(both, template("\"amount_up_to\": 500"));
    var own = world.propose(both, World.proposal(open(5), 1, "payout"));
    assertThat(pending(own)).as("his own").isTrue();
    var forHim = World.proposal(open(5), 1, "payout").with("on_behalf_of", Json.of(both.actor()));
    assertThat(pending(world.propose(world.agent, forHim))).as("for him").isTrue();
    var opened =
        world
            .openCase
            .open(
                world.call(both),
                OpenCase.parse(
                    JsonReader.readObject(
                        "{\"workflow\": \"claim\", \"attributes\": {\"cents\": 5}}"),
                    TenantProfile.STANDARD))
            .answer();
    var handled = propose(World.id(opened, "case_id"), "payout", "{}");
    assertThat(pending(handled)).as("under four eyes, his own case").isTrue();
    world.revokeKey(both);
    assertThat(pending(propose(open(5), "payout", "{}"))).as("without a key").isTrue();
    var other = world.keyHolder("ck_other", "reviewer");
    grant(other, template("\"amount_up_to\": 500"));
    assertThat(pending(propose(open(5), "payout", "{}"))).as("without the role").isTrue();
    assertThat(world.actions()).doesNotContain("grant.used");
  }

  @Test
  void whereTwoHaveToAgreeItIsOneVote() {
    var subject = open(5);
    var template = template("close", "\"case_id\": \"" + subject + "\"");
    grant(adjuster, template);
    var second = grant(adjuster, template);
    var proposed = propose(subject, "close", "{}");
    assertThat(pending(proposed)).isTrue();
    assertThat(state(second)).as("nobody's second vote").isEqualTo("open");
    refused("decided_before", () -> world.decide(adjuster, proposed, "approve"));
    assertThat(world.decide(adjuster2, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void itEndsWithItsTimeOrItsGrantor() {
    var first = grant(adjuster, template("\"amount_up_to\": 500"));
    refused("not_your_grant", () -> world.endGrants.revoke(world.call(adjuster2), first));
    world.endGrants.revoke(world.call(adjuster), first);
    var second = grant(adjuster, template("\"amount_up_to\": 500"));
    world.clock.advance(Duration.ofHours(2));
    assertThat(pending(propose(open(5), "payout", "{}"))).isTrue();
    world.workOffDue.round();
    world.workOffDue.round();
    assertThat(state(first)).isEqualTo("revoked");
    assertThat(state(second)).isEqualTo("expired");
    assertThat(world.actions()).filteredOn("grant.expired"::equals).hasSize(1);
    assertThat(world.actions()).filteredOn("grant.revoked"::equals).hasSize(1);
  }

  @Test
  void twoProposalsAtOnceNeverUseOneGrantTwice() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      grant(adjuster, template("\"amount_up_to\": 500"));
      var cases = List.of(open(5), open(5), open(5));
      var start = new CyclicBarrier(cases.size());
      var answers = new ArrayList<Future<JsonObject>>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var subject : cases) {
          answers.add(
              threads.submit(() -> {
                start.await();
                return propose(subject, "payout", "{}");
              }));
        }
      }
      int pending = 0;
      for (var answer : answers) {
        pending += pending(answer.get()) ? 1 : 0;
      }
      assertThat(pending).isEqualTo(cases.size() - 1);
    }
    assertThat(world.actions()).filteredOn("grant.used"::equals).hasSize(ROUNDS);
  }

  /// A vote that was taken from another grant, past every check, is refused by the database.
  @Test
  void theDatabaseKeepsAGrantFromBeingUsedTwice() {
    var grant = grant(adjuster, template("\"amount_up_to\": 500"));
    propose(open(5), "payout", "{}");
    var other = propose(open(5), "payout", "{}");
    world.decide(adjuster2, other, "approve");
    assertThatThrownBy(() ->
            world.tamper(
                "update workflow.approval_decision set grant_id = '%s' where approver = '%s'"
                    .formatted(grant, adjuster2.actor())))
        .hasMessageContaining("approval_decision_by_grant");
  }

  private UUID grant(Principal grantor, String body) {
    var expires = world.clock.instant().plus(Duration.ofHours(1));
    var request =
        CreateGrant.parse(
            JsonReader.readObject(body).with("expires_at", Json.of(expires.toString())));
    return World.id(world.createGrant.create(world.call(grantor), request).answer(), "grant_id");
  }

  private static String template(String more) {
    return template("payout", more);
  }

  private static String template(String transition, String more) {
    return "{\"template\": {\"workflow\": \"claim\", \"transition\": \"%s\", %s}}"
        .formatted(transition, more);
  }

  private String state(UUID grant) {
    return world
        .showGrants
        .list(adjuster, Page.parse(Optional.empty(), Optional.empty()))
        .items("grants")
        .stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.text("grant_id").equals(Optional.of(grant.toString())))
        .findFirst()
        .flatMap(one -> one.text("state"))
        .orElseThrow();
  }

  private UUID open(long cents) {
    var body =
        Json.object()
            .put("workflow", "claim")
            .put("attributes", Json.object().put("cents", cents).build())
            .build();
    return World.id(
        world
            .openCase
            .open(world.call(world.agent), OpenCase.parse(body, TenantProfile.STANDARD))
            .answer(),
        "case_id");
  }

  private JsonObject propose(UUID subject, String type, String payload) {
    var action =
        Json.object().put("type", type).put("payload", JsonReader.readObject(payload)).build();
    return world.propose(world.agent, World.proposal(subject, 1, type).with("action", action));
  }

  private static boolean pending(JsonObject proposed) {
    return proposed.text("state").equals(Optional.of("pending"));
  }

  private static void refused(String code, Callable<?> attempt) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
