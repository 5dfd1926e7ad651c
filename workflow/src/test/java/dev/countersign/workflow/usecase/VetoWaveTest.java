package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustEvent;
import dev.countersign.workflow.ApprovalRules;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Times for a veto that end at the same moment: what nobody vetoed is carried out together, once,
/// unless it may touch another scope. `AutomaticRunTest` has what keeps one of them from it.
class VetoWaveTest {
  private final World world = World.ready();

  VetoWaveTest() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
    world.stage("advance", "guarded_auto");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatNobodyVetoedIsCarriedOutTogether() {
    var waiting = waiting(WorkOffDue.TOGETHER + 3);
    world.decide(world.reviewer, waiting.getFirst(), "reject");
    var before = told("execution.completed").size();
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    var run = waiting.subList(1, waiting.size());
    assertThat(run).extracting(world::proposalState).containsOnly("executed");
    assertThat(world.proposalState(waiting.getFirst())).isEqualTo("rejected");
    for (var each : run) {
      assertThat(actions(each))
          .containsExactly("proposal.created", "proposal.authorized", "execution.completed");
    }
    var done = told("execution.completed").stream().skip(before).toList();
    assertThat(transactions(done)).isEqualTo(2);
    for (var entry : done) {
      assertThat(entry.object("details").orElseThrow().items("evidence"))
          .as("trust heard of each under its own")
          .hasSize(1)
          .allSatisfy(said ->
              assertThat(said.toString()).contains(entry.text("correlation_id").orElseThrow()));
    }
    assertThat(world.workOffDue.round().done()).isZero();
  }

  @Test
  void eachScopeHasATransactionOfItsOwn() {
    world.decide(world.reviewer, world.propose(open(), "refuse"), "approve");
    world.stage("refuse", "guarded_auto");
    var waiting =
        Stream.of("advance", "refuse", "advance", "refuse", "advance").map(this::waiting).toList();
    assertThat(runs()).isEqualTo(2);
    assertThat(waiting).extracting(world::proposalState).containsOnly("executed");
  }

  @Test
  void noMoreAreCarriedOutTogetherThanTheLogTakesAtOnce() {
    var opens =
        IntStream.range(0, 20)
            .mapToObj(i ->
                "{\"type\": \"task_%d\", \"title\": \"Look\", \"role\": \"reviewer\"}".formatted(i))
            .collect(Collectors.joining(","));
    world.define(
        JsonReader.readObject(
            World.DEFINITION
                .toString()
                .replaceFirst(
                    "\"type\":\"advance\"", "\"type\":\"advance\",\"opens\":[" + opens + "]")));
    world.authorize("advance");
    var approved = leftBehind(12);
    assertThat(runs()).isEqualTo(2);
    assertThat(approved).extracting(world::proposalState).containsOnly("executed");
    assertThat(told("task.opened")).hasSize(12 * 20);
  }

  @Test
  void whatEndsAnotherOnItsCaseIsCarriedOutAlone() {
    var waiting = waiting(4);
    var refused = world.propose(caseOf(waiting.get(2)), "refuse");
    assertThat(runs()).as("three together, one alone").isEqualTo(2);
    assertThat(waiting).extracting(world::proposalState).containsOnly("executed");
    assertThat(world.proposalState(refused)).isEqualTo("superseded");
  }

  @Test
  void whatARuleAnswersIsCarriedOutAlone() {
    var waiting = waiting(3);
    world.rule("refill", List.of("case.moved"), "true", "{\"kind\": \"hold\"}");
    assertThat(runs()).isEqualTo(3);
    assertThat(waiting).extracting(world::proposalState).containsOnly("executed");
    assertThat(told("case.held")).hasSize(3);
  }

  /// What comes after a move was weighed by the stage of before, so nothing of it may stay.
  @Test
  void aStageThatWouldMoveOnTheWayEndsThePart() {
    var scope = new ScopeKey("main", "intake", "advance", "agent");
    var feed = new TrustFeed(world.ledger, world.scopes);
    var before = world.log().size();
    assertThatThrownBy(() ->
            feed.transact(
                world.call(world.admin),
                new Attempt("execution.completed", "proposal", "x"),
                (transaction, _) -> {
                  var told = feed.gathering(transaction, scope);
                  transaction.record(
                      "execution.completed", "proposal", "x", world.ids.next(), JsonObject.EMPTY);
                  told.observe(
                      scope,
                      new TrustEvent.StageLowered(
                          Stage.OBSERVE, "api_key:ck_admin", world.clock.instant()),
                      world.ids.next());
                  told.fold();
                  return JsonObject.EMPTY;
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the stage moves on the way");
    assertThat(world.log()).hasSize(before);
  }

  @Test
  void afterADemotionAllOfThemFallToPeople() {
    var waiting = waiting(3);
    world.stage("advance", "propose");
    assertThat(runs()).isZero();
    assertThat(waiting).extracting(world::proposalState).containsOnly("pending");
    assertThat(told("proposal.held_back")).hasSize(3);
    assertThat(world.workOffDue.round().done()).isZero();
  }

  @Test
  void freezeHoldsAllOfThemAndIsToldOfEachOnce() {
    var waiting = waiting(3);
    var freeze = world.freeze("action", "advance");
    assertThat(runs()).isZero();
    world.clock.advance(ExecuteProposals.PAUSE);
    world.workOffDue.round();
    assertThat(told("execution.refused")).hasSize(3);
    world.lift(freeze);
    world.clock.advance(ExecuteProposals.PAUSE);
    world.workOffDue.round();
    assertThat(waiting).extracting(world::proposalState).containsOnly("executed");
  }

  @Test
  void whatPeopleApprovedAndACrashLeftBehindIsCarriedOutTogether() {
    world.stage("advance", "propose");
    var approved = leftBehind(3);
    assertThat(runs()).isEqualTo(1);
    assertThat(approved).extracting(world::proposalState).containsOnly("executed");
  }

  @Test
  void oneThatWasTouchedIsEndedAloneAndTheOthersRun() {
    var waiting = waiting(3);
    world.tamper(
        "update workflow.approval_request set policy_version = policy_version + 1 where proposal_id = '%s'"
            .formatted(World.id(waiting.get(1), "proposal_id")));
    assertThat(runs()).isEqualTo(1);
    assertThat(waiting)
        .extracting(world::proposalState)
        .containsExactly("executed", "superseded", "executed");
  }

  @Test
  void oneThatCannotBeCarriedOutLeavesTheOthersToRunAlone() {
    var waiting = waiting(3);
    world.tamper(
        "update workflow.proposal set prediction = '[]' where proposal_id = '%s'"
            .formatted(World.id(waiting.get(1), "proposal_id")));
    assertThat(runs()).isEqualTo(2);
    assertThat(world.proposalState(waiting.getFirst())).isEqualTo("executed");
    assertThat(world.proposalState(waiting.getLast())).isEqualTo("executed");
  }

  @Test
  void twoNodesCarryOutEachOnce() throws Exception {
    var waiting = waiting(12);
    world.clock.advance(ApprovalRules.USUAL_VETO);
    var other = world.anotherNode().workOffDue;
    Together.run(world.workOffDue::round, other::round);
    world.workOffDue.round(); // What was held by the other one at first.
    for (var each : waiting) {
      assertThat(actions(each)).filteredOn("execution.completed"::equals).hasSize(1);
      assertThat(world.showCases.one(world.agent, caseOf(each)).number("version")).contains(2.0);
    }
  }

  /// Approved by people, and then the node crashed.
  private List<JsonObject> leftBehind(int count) {
    var approved = Stream.generate(() -> world.propose(open(), "advance")).limit(count).toList();
    approved.forEach(proposed -> world.approveAndCrash(world.reviewer, proposed));
    return approved;
  }

  /// In how many transactions something was carried out once the times for a veto are over.
  private long runs() {
    var before = told("execution.completed").size();
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    return transactions(told("execution.completed").stream().skip(before).toList());
  }

  private static long transactions(List<JsonObject> entries) {
    return entries.stream().map(entry -> entry.text("trace_id").orElseThrow()).distinct().count();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private List<JsonObject> waiting(int count) {
    return Stream.generate(() -> waiting("advance")).limit(count).toList();
  }

  /// On a new case to which chance gives no person.
  private JsonObject waiting(String type) {
    var caseId = open();
    world.chance(caseId, type, false);
    return world.propose(caseId, type);
  }

  private UUID caseOf(JsonObject proposed) {
    return World.id(world.story(proposed), "case_id");
  }

  private List<String> actions(JsonObject proposed) {
    var id = proposed.text("proposal_id").orElseThrow();
    return world.log().stream()
        .filter(entry -> entry.correlationId().equals(id))
        .map(World.LoggedEntry::action)
        .toList();
  }

  private List<JsonObject> told(String action) {
    return world.log().stream()
        .filter(entry -> entry.action().equals(action))
        .map(World.LoggedEntry::content)
        .toList();
  }
}
