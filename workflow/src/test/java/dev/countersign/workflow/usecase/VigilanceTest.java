package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Decoys look like requests and are nothing; who takes them for real is found out.
class VigilanceTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  /// What is shown of a decoy that was just seeded.
  private JsonObject decoy() {
    return new Decoys(world).seed();
  }

  @Test
  void withoutARateThereAreNone() {
    world.trap("refuse", "true");
    world.open();
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    assertThat(ids(inbox(world.reviewer))).containsExactly(World.approval(proposed).toString());
    assertThat(world.actions()).doesNotContain("decoy.seeded");
  }

  @Test
  void aDecoyLooksLikeARequestWhereverWhoDecidesLooks() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var proposed = world.propose(World.id(world.open(), "case_id"), "refuse");
    var real =
        inbox(world.reviewer).stream()
            .filter(one -> World.id(one, "id").equals(World.approval(proposed)))
            .findFirst()
            .orElseThrow();
    assertThat(line.members().keySet()).isEqualTo(real.members().keySet());
    assertThat(line.text("proposer")).isEqualTo(real.text("proposer"));
    var card = world.showApprovals.one(world.reviewer, World.id(line, "id"));
    var realCard = world.showApprovals.one(world.reviewer, World.approval(proposed));
    assertThat(card.members().keySet()).isEqualTo(realCard.members().keySet());
    assertThat(card.object("effect").orElseThrow().items("diff")).isNotEmpty();
    var story = world.showProposal.one(world.reviewer, World.id(line, "proposal_id"));
    var realStory = world.showProposal.one(world.reviewer, World.id(proposed, "proposal_id"));
    assertThat(story.members().keySet()).isEqualTo(realStory.members().keySet());
    assertThat(ofCase(world.reviewer, line)).contains(line.text("proposal_id").orElseThrow());
    assertThat(timeline(world.reviewer, line)).isEqualTo(timeline(world.reviewer, proposed));
    assertThat(timeline(world.agent, line)).isEmpty();
    // Software that proposes is not misled by what it never proposed.
    assertThat(ofCase(world.agent, line)).doesNotContain(line.text("proposal_id").orElseThrow());
    refused(
        "proposal_not_found",
        () -> world.showProposal.one(world.agent, World.id(line, "proposal_id")));
    assertThat(world.log().toString())
        .as("the log does not say which it is")
        .doesNotContain(line.text("id").orElseThrow())
        .doesNotContain(line.text("proposal_id").orElseThrow());
  }

  @Test
  void aDecoyNeverHasATimeAtWhichItRunsWhateverHeldBackWhatItResembles() {
    world.decide(
        world.reviewer, world.propose(World.id(world.open(), "case_id"), "advance"), "approve");
    world.ceiling("full_auto");
    world.stage("advance", "full_auto");
    world.alarm("advance");
    world.trap("refuse", "case.queue == 'intake'");
    var card = world.showApprovals.one(world.reviewer, World.id(decoy(), "id"));
    assertThat(card.text("mode")).contains("propose");
    assertThat(card.text("runs_at")).isEmpty();
  }

  /// What was kept for models repeats the case, so it goes with what the decoy showed.
  @Test
  void whatModelsKnewOfADecoyEndsWithIt() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    assertThat(snapshots(line)).isEqualTo(2);
    decide(
        world.reviewer, World.id(line, "id"), "reject", line.text("action_digest").orElseThrow());
    assertThat(snapshots(line)).isZero();
  }

  private long snapshots(JsonObject line) {
    return world.transactions.run(
        world.tenant,
        Rules.READ,
        transaction ->
            transaction
                .handle()
                .createQuery(
                    "select count(*) from trust.example where proposal_id = :id and snapshot <> ''")
                .bind("id", World.id(line, "proposal_id"))
                .mapTo(Long.class)
                .one());
  }

  /// Tries every way that leads to an execution, and the tables themselves.
  @Test
  void nothingCarriesOutADecoy() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var id = World.id(line, "id");
    var proposal = World.id(line, "proposal_id");
    var subject = World.id(line, "case_id");
    var before = world.rows().stream().filter(row -> !row.startsWith("workflow.decoy")).toList();
    var digest = line.text("action_digest").orElseThrow();
    refused(
        "proposal_not_found",
        () -> world.executeProposals.execute(world.tenant, proposal, World.TRACE));
    refused(
        "proposal_not_found", () -> world.executeProposals.execute(world.tenant, id, World.TRACE));
    refused(
        "proposal_not_found",
        () -> world.withdrawProposal.withdraw(world.call(world.agent), proposal, ""));
    refused("digest_mismatch", () -> decide(world.reviewer, id, "approve", Digest.ZERO.hex()));
    refused("proposer_may_not_approve", () -> decide(world.agent, id, "approve", digest));
    assertThat(entry("approval.refused").text("correlation_id"))
        .isEqualTo(line.text("proposal_id"));
    var answer = decide(world.reviewer, id, "approve", digest);
    assertThat(answer.text("state")).contains("withdrawn");
    assertThat(answer.object("decoy").orElseThrow().truth("missed")).contains(true);
    assertThat(answer.member("execution")).isEmpty();
    refused("approval_ended", () -> decide(world.reviewer2, id, "approve", digest));
    world.workOffDue.round();
    world.clock.advance(Duration.ofDays(1));
    world.workOffDue.round();
    refused(
        "proposal_not_found",
        () -> world.executeProposals.execute(world.tenant, proposal, World.TRACE));
    assertThat(world.showCases.one(world.agent, subject).number("version")).contains(1.0);
    assertThat(world.rows().stream().filter(row -> !row.startsWith("workflow.decoy")).toList())
        .as("trust, cases, proposals, decisions and executions are as they were")
        .isEqualTo(before);
    for (var attempt :
        List.of(
            "insert into workflow.execution select tenant_id, gen_random_uuid(), proposal_id, 'executed', 'x', 1, '{}', '{}', '[]', 1, now() from workflow.decoy",
            "insert into workflow.approval_decision (tenant_id, decision_id, approval_id, approver, approver_name, decision, reason, action_digest, approval_digest, decided_at)"
                + " select tenant_id, gen_random_uuid(), decoy_id, 'a', 'a', 'approve', '', action_digest, approval_digest, now() from workflow.decoy",
            "insert into workflow.approval_waiting select tenant_id, 'reviewer', decoy_id from workflow.decoy")) {
      assertThatThrownBy(() -> world.tamper(attempt)).hasMessageContaining("foreign key");
    }
    assertThat(world.actions()).doesNotContain("approval.granted", "execution.completed");
  }

  /// As of a request, so that nobody finds one out by a digest that is none.
  @Test
  void whoNamesOtherTermsThanThoseThatWereShownIsRefusedAndToldNothing() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var body =
        Json.object()
            .put("decision", "approve")
            .put("action_digest", line.text("action_digest").orElseThrow())
            .put("approval_digest", Digest.ZERO.hex())
            .build();
    var request = DecisionRequest.parse(body, TenantProfile.STANDARD);
    refused(
        "digest_mismatch",
        () ->
            world.decideApproval.decide(world.call(world.reviewer), World.id(line, "id"), request));
    assertThat(world.actions()).doesNotContain("decoy.revealed");
  }

  @Test
  void itIsRevealedToWhoDecidedAndInTheLog() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var id = World.id(line, "id");
    var answer = decide(world.reviewer, id, "reject", line.text("action_digest").orElseThrow());
    assertThat(answer.object("decoy").orElseThrow().truth("missed")).contains(false);
    assertThat(answer.object("decoy").orElseThrow().text("why")).contains("it should be rejected");
    var card = world.showApprovals.one(world.reviewer, id);
    assertThat(card.text("kind")).contains("decoy");
    assertThat(card.text("verdict")).contains("reject");
    assertThat(inbox(world.reviewer))
        .extracting(each -> each.text("id"))
        .doesNotContain(line.text("id"));
    var seeded = entry("decoy.seeded");
    var revealed = entry("decoy.revealed");
    var opened = revealed.object("details").orElseThrow();
    assertThat(opened.text("commitment"))
        .isEqualTo(seeded.object("details").orElseThrow().text("commitment"))
        .contains(
            Digest.sha256(
                    (opened.text("nonce").orElseThrow() + id).getBytes(StandardCharsets.UTF_8))
                .hex());
    assertThat(revealed.text("correlation_id")).isEqualTo(line.text("proposal_id"));
  }

  @Test
  void whoRubberStampsDoesNotDecideAlone() {
    world.trap("refuse", "case.queue == 'intake'");
    for (int i = 0; i < 4; i++) {
      assertThat(mayDecideAlone(world.reviewer)).as("after " + i).isTrue();
      var line = decoy();
      decide(
          world.reviewer,
          World.id(line, "id"),
          "approve",
          line.text("action_digest").orElseThrow());
    }
    assertThat(mayDecideAlone(world.reviewer)).isFalse();
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var first = world.decide(world.reviewer, proposed, "approve");
    assertThat(first.text("state")).contains("pending");
    refused("decided_before", () -> world.decide(world.reviewer, proposed, "approve"));
    assertThat(world.decide(world.reviewer2, proposed, "approve").text("proposal_state"))
        .contains("executed");
    // Another one decides alone as before.
    var second = world.propose(World.id(world.open(), "case_id"), "advance");
    assertThat(world.decide(world.reviewer2, second, "approve").text("proposal_state"))
        .contains("executed");
    // The log and the count before an execution say the same.
    var third = world.propose(World.id(world.open(), "case_id"), "advance");
    world.decide(world.reviewer, third, "approve");
    world.approveAndCrash(world.reviewer2, third);
    world.tamper(
        "delete from workflow.approval_decision where approver = '%s' and approval_id = '%s'"
            .formatted(world.reviewer2.actor(), World.approval(third)));
    assertThat(world.execute(third).text("proposal_state")).contains("superseded");
  }

  @Test
  void whatNobodyDecidesOrWhoseCaseMovedSaysNothingAboutAnybody() {
    world.trap("refuse", "case.queue == 'intake'");
    var moved = decoy();
    var subject = World.id(moved, "case_id");
    world.tamper(
        "update workflow.case_file set version = version + 1 where case_id = '" + subject + "'");
    refused(
        "stale_case",
        () ->
            decide(
                world.reviewer,
                World.id(moved, "id"),
                "approve",
                moved.text("action_digest").orElseThrow()));
    var late = decoy();
    world.clock.advance(Duration.ofDays(4));
    world.workOffDue.round();
    assertThat(world.showApprovals.one(world.reviewer, World.id(late, "id")).text("verdict"))
        .contains("expired");
    assertThat(world.showApprovals.one(world.reviewer, World.id(moved, "id")).text("verdict"))
        .contains("void");
    assertThat(mayDecideAlone(world.reviewer)).isTrue();
    assertThat(reviewer(world.reviewer)).isEmpty();
  }

  /// What the case's timeline says of the `refuse` that is proposed: without ids, times and
  /// digests.
  private List<String> timeline(Principal principal, JsonObject of) {
    var all = world.showTimeline.list(principal, World.id(of, "case_id"), 100, Optional.empty());
    return all.items("timeline").stream()
        .map(JsonObject.class::cast)
        .filter(item -> item.toString().contains(of.text("proposal_id").orElseThrow()))
        .map(item ->
            without(item, "id", "at").toString().replaceAll("[0-9a-f]{64}|[0-9a-f-]{36}", "-"))
        .toList();
  }

  /// Otherwise all could be deferred, and those approved that still wait.
  @Test
  void whoDefersADecoyIsToldWhatHeIsToldOfARequest() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var proposed = world.propose(World.id(world.open(), "case_id"), "refuse");
    var real = world.decide(world.reviewer, proposed, "defer");
    var id = World.id(line, "id");
    var digest = line.text("action_digest").orElseThrow();
    var answer = decide(world.reviewer, id, "defer", digest);
    assertThat(without(answer, "approval_id", "proposal_id", "correlation_id"))
        .isEqualTo(without(real, "approval_id", "proposal_id", "correlation_id"));
    assertThat(ids(inbox(world.reviewer))).contains(id.toString());
    var entries =
        world.log().stream().filter(entry -> entry.action().equals("approval.deferred")).toList();
    assertThat(told(entries.getLast(), line)).isEqualTo(told(entries.getFirst(), real));
    assertThat(said(id)).isEqualTo(said(World.approval(proposed))).hasSize(1);
    var story = world.showProposal.one(world.reviewer, World.id(line, "proposal_id"));
    assertThat(story.object("approval").orElseThrow().items("decisions")).hasSize(1);
    assertThat(timeline(world.reviewer, line))
        .isEqualTo(timeline(world.reviewer, proposed))
        .hasSize(2);
    assertThat(world.actions()).doesNotContain("decoy.revealed");
    assertThat(reviewer(world.reviewer)).as("counts as nothing").isEmpty();
    // Who left it to others may decide, and others may; then it is revealed and all of it is gone.
    assertThat(decide(world.reviewer, id, "defer", digest).text("state")).contains("pending");
    assertThat(decide(world.reviewer, id, "approve", digest).object("decoy")).isPresent();
    assertThat(world.text("select count(*) from workflow.decoy_deferral")).isEqualTo("0");
    assertThat(timeline(world.reviewer, line)).isEmpty();
    refused("approval_ended", () -> decide(world.reviewer, id, "defer", digest));
  }

  @Test
  void aDecoyThatWasDeferredExpiresAndIsRevealedThen() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var digest = line.text("action_digest").orElseThrow();
    decide(world.reviewer, World.id(line, "id"), "defer", digest);
    world.clock.advance(Duration.ofDays(4));
    world.workOffDue.round();
    var card = world.showApprovals.one(world.reviewer, World.id(line, "id"));
    assertThat(card.text("verdict")).contains("expired");
    assertThat(world.actions()).containsOnlyOnce("decoy.revealed");
    assertThat(reviewer(world.reviewer)).isEmpty();
  }

  @Test
  void inBulkADecoyIsDeferredAsARequestIs() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var proposed = world.propose(World.id(world.open(), "case_id"), "refuse");
    var terms = proposed.object("approval").orElseThrow();
    var items =
        List.of(
            item(line, line.text("approval_digest")),
            item(
                line.with("id", terms.member("id").orElseThrow())
                    .with("action_digest", proposed.member("action_digest").orElseThrow()),
                terms.text("approval_digest")));
    var body = Json.object().put("decisions", Json.array(items)).build();
    var several = new DecideSeveral(world.ledger, world.decideApproval);
    var answers =
        DecisionsRequest.parse(body, TenantProfile.STANDARD).items().stream()
            .map(item -> several.one(world.call(world.reviewer), 0, item).answer())
            .map(answer -> without(answer, "approval_id", "proposal_id", "correlation_id"))
            .toList();
    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
  }

  private static Json item(JsonObject line, Optional<String> approvalDigest) {
    return Json.object()
        .put("approval_id", line.member("id").orElseThrow())
        .put("decision", "defer")
        .put("action_digest", line.member("action_digest").orElseThrow())
        .put("approval_digest", approvalDigest.orElseThrow())
        .build();
  }

  private static JsonObject without(JsonObject json, String... members) {
    var left = Json.object();
    json.members()
        .forEach((name, value) -> {
          if (!List.of(members).contains(name)) {
            left.put(name, value);
          }
        });
    return left.build();
  }

  /// An entry without what differs from one request to another.
  private static JsonObject told(World.LoggedEntry entry, JsonObject of) {
    assertThat(entry.correlationId()).isEqualTo(of.text("proposal_id").orElseThrow());
    var left =
        without(
            entry.content(),
            "id",
            "correlation_id",
            "resource_id",
            "time",
            "tenant_seq",
            "sequence",
            "previous");
    var details = entry.content().object("details").orElseThrow();
    var same = without(details, "proposal_id", "case_id", "action_digest", "approval_digest");
    assertThat(details.members().keySet())
        .contains("proposal_id", "case_id", "action_digest", "approval_digest");
    return left.with("details", same);
  }

  private List<JsonObject> said(UUID id) {
    return world.showApprovals.one(world.reviewer, id).items("decisions").stream()
        .map(one ->
            without(
                (JsonObject) one, "decision_id", "action_digest", "approval_digest", "decided_at"))
        .toList();
  }

  @Test
  void whoChangesNothingOfADecoyIsToldSoAndNothingComesOfIt() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var same = edit(line, JsonObject.EMPTY);
    refused(
        "nothing_edited",
        () -> world.editProposal.edit(world.call(world.reviewer), World.id(line, "id"), same));
    assertThat(world.actions()).doesNotContain("decoy.revealed");
    assertThat(reviewer(world.reviewer)).isEmpty();
    assertThat(ids(inbox(world.reviewer))).contains(line.text("id").orElseThrow());
  }

  private static EditProposal.Request edit(JsonObject line, JsonObject payload) {
    var body =
        Json.object()
            .put("action_digest", line.text("action_digest").orElseThrow())
            .put("payload", payload)
            .put("reason", "because")
            .build();
    return EditProposal.parse(body, TenantProfile.STANDARD);
  }

  @Test
  void whoWouldChangeItSawThatItWasWrong() {
    world.trap("refuse", "case.queue == 'intake'");
    var line = decoy();
    var other = edit(line, Json.object().put("note", "x").build());
    refused(
        "decoy",
        () -> world.editProposal.edit(world.call(world.reviewer), World.id(line, "id"), other));
    var missed = reviewer(world.reviewer).orElseThrow().object("missed").orElseThrow();
    assertThat(missed.number("of")).contains(1.0);
    assertThat(missed.number("count")).contains(0.0);
    assertThat(world.actions()).doesNotContain("proposal.edited");
  }

  @Test
  void nobodyDecidesMoreThanHeCanLookAt() {
    world.watch("{\"decoy_rate\": 0, \"decisions_per_hour\": 2}");
    for (int i = 0; i < 2; i++) {
      world.decide(
          world.reviewer, world.propose(World.id(world.open(), "case_id"), "advance"), "approve");
    }
    var third = world.propose(World.id(world.open(), "case_id"), "advance");
    world.decide(world.reviewer, third, "defer");
    assertThatThrownBy(() -> world.decide(world.reviewer, third, "reject"))
        .isInstanceOfSatisfying(
            Refusal.TooMany.class,
            often -> {
              assertThat(often.code()).isEqualTo("review_load");
              assertThat(often.retryAfter()).isBetween(Duration.ofMinutes(55), Duration.ofHours(1));
            });
    var replayed =
        DecisionRequest.parse(
            Json.object()
                .put("decision", "reject")
                .put("action_digest", third.text("action_digest").orElseThrow())
                .build(),
            TenantProfile.DEMO);
    world.decideApproval.decide(world.call(world.reviewer), World.approval(third), replayed);
    var fourth = world.propose(World.id(world.open(), "case_id"), "advance");
    world.clock.advance(Duration.ofHours(1));
    assertThat(world.decide(world.reviewer, fourth, "approve").text("proposal_state"))
        .contains("executed");
  }

  private boolean mayDecideAlone(Principal principal) {
    return reviewer(principal).flatMap(line -> line.truth("may_decide_alone")).orElse(true);
  }

  private Optional<JsonObject> reviewer(Principal principal) {
    return world.showReviewers.list(world.admin, Optional.empty(), 100).items("reviewers").stream()
        .map(JsonObject.class::cast)
        .filter(line -> line.text("reviewer").equals(Optional.of(principal.actor())))
        .findFirst();
  }

  private JsonObject decide(Principal principal, UUID id, String decision, String digest) {
    var body = Json.object().put("decision", decision).put("action_digest", digest).build();
    return world
        .decideApproval
        .decide(world.call(principal), id, DecisionRequest.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  private List<JsonObject> inbox(Principal principal) {
    return world
        .showApprovals
        .inbox(principal, new Page(Page.MOST, Optional.empty()))
        .items("approvals")
        .stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static List<String> ids(List<JsonObject> lines) {
    return lines.stream().map(line -> line.text("id").orElseThrow()).toList();
  }

  private List<String> ofCase(Principal principal, JsonObject line) {
    return world
        .showProposal
        .ofCase(principal, World.id(line, "case_id"), new Page(Page.MOST, Optional.empty()))
        .items("proposals")
        .stream()
        .map(each -> ((JsonObject) each).text("proposal_id").orElseThrow())
        .toList();
  }

  private JsonObject entry(String action) {
    return world.log().stream()
        .filter(entry -> entry.action().equals(action))
        .findFirst()
        .orElseThrow()
        .content();
  }

  private static void refused(String code, Callable<?> attempt) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
