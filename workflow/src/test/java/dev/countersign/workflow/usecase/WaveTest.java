package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.workflow.Transition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What comes due at the same moment is done together, and each of it once. `TimerTest` has the
/// same of what expires.
class WaveTest {
  private static final Duration AFTER = Duration.ofMinutes(30);
  private static final JsonObject CLAIM =
      JsonReader.readObject(
          """
          {"key": "claim", "title": "Claim",
           "queues": [{"name": "open"}, {"name": "paid"}, {"name": "dropped"}],
           "transitions": [
             {"type": "payout", "from": "open", "to": "paid", "gate": "payout", "handler": "transition",
              "approver_roles": ["reviewer"], "sla_seconds": 5000000,
              "approval": {"escalate": {"after_seconds": 1800, "roles": ["approver:director"]}}},
             {"type": "drop", "from": "open", "to": "dropped", "gate": "drop", "handler": "transition",
              "approver_roles": ["reviewer"]}]}
          """);

  private static final Duration STAYS = Duration.ofSeconds(5_000_000);
  private static final JsonObject OTHER =
      JsonReader.readObject(CLAIM.toString().replace("claim", "other"));

  private final World world = new World();
  private final Principal director = world.keyHolder("ck_director", "approver:director");

  WaveTest() {
    world.define(CLAIM);
    for (var gate : List.of("payout", "drop")) {
      world.changeGate.change(
          world.call(world.admin),
          "claim",
          gate,
          ChangeGate.authorization(Json.object().put("reason", "staffed").build()));
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatWaitsTooLongIsShownToOthersTogether() {
    var proposed = proposed(WorkOffDue.TOGETHER + 2, "payout");
    world.decide(world.reviewer, proposed.getFirst(), "reject");
    world.clock.advance(AFTER);
    assertThat(world.workOffDue.round().done()).isEqualTo(proposed.size() - 1);
    var told = told("approval.escalated");
    assertThat(told)
        .extracting(entry -> entry.text("resource_id").orElseThrow())
        .containsExactlyInAnyOrderElementsOf(
            proposed.stream().skip(1).map(one -> World.approval(one).toString()).toList());
    assertThat(told.stream().map(entry -> entry.text("trace_id")).distinct()).hasSize(2);
    var page = new Page(Page.MOST, Optional.empty());
    assertThat(world.showApprovals.inbox(director, page).items("approvals"))
        .hasSize(proposed.size() - 1);
    assertThat(world.workOffDue.round().done()).isZero();
  }

  @Test
  void oneThatCannotBeShownLeavesTheOthersToBeShownAlone() throws SQLException {
    var proposed = proposed(4, "payout");
    try (var connection = world.database.behindTheCurtain().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "update workflow.approval_request set requirement = '{}' where approval_id = '%s'"
              .formatted(World.approval(proposed.get(1))));
    }
    world.clock.advance(AFTER);
    assertThat(world.workOffDue.round().failed()).isEqualTo(1);
    assertThat(told("approval.escalated")).hasSize(3);
  }

  @Test
  void twoNodesShowEachOnce() throws Exception {
    proposed(12, "payout");
    world.clock.advance(AFTER);
    bothNodes();
    assertThat(told("approval.escalated"))
        .extracting(entry -> entry.text("resource_id").orElseThrow())
        .doesNotHaveDuplicates()
        .hasSize(12);
  }

  @Test
  void outcomesThatNobodyReportedAreToldScopeByScope() {
    var executed = executed(3, "payout");
    executed.addAll(executed(2, "drop"));
    world.report(world.observer, World.execution(executed.getFirst()), true, "none");
    world.clock.advance(Transition.DEFAULT_OUTCOME_DEADLINE);
    world.workOffDue.round();
    var told = told("outcome.overdue");
    assertThat(told)
        .extracting(entry -> entry.text("resource_id").orElseThrow())
        .containsExactlyInAnyOrderElementsOf(
            executed.stream().skip(1).map(one -> World.execution(one).toString()).toList());
    for (var entry : told) {
      assertThat(entry.object("details").orElseThrow().items("evidence"))
          .singleElement(InstanceOfAssertFactories.type(JsonObject.class))
          .extracting(said -> said.object("heard").orElseThrow().text("proposal_id"))
          .isEqualTo(entry.text("correlation_id"));
    }
    assertThat(
            told.stream()
                .collect(Collectors.groupingBy(entry -> entry.text("trace_id").orElseThrow())))
        .as("a transaction for each scope")
        .hasSize(2);
    assertThat(world.workOffDue.round().done()).isZero();
  }

  @Test
  void twoNodesTellOfEachOnce() throws Exception {
    executed(12, "payout");
    world.clock.advance(Transition.DEFAULT_OUTCOME_DEADLINE);
    bothNodes();
    assertThat(told("outcome.overdue"))
        .extracting(entry -> entry.text("resource_id").orElseThrow())
        .doesNotHaveDuplicates()
        .hasSize(12);
  }

  @Test
  void casesThatStayTooLongAreToldTogetherUnlessARuleAnswers() {
    var quiet = Stream.generate(this::opened).limit(WorkOffDue.TOGETHER + 2).toList();
    world.define(OTHER);
    var answered = Stream.generate(() -> opened("other")).limit(3).toList();
    world.rule("other", List.of("case.sla_missed"), "true", "{\"kind\": \"hold\"}");
    world.clock.advance(STAYS);
    assertThat(world.workOffDue.round().done()).isEqualTo(quiet.size() + answered.size());
    var told = told("case.sla_missed");
    assertThat(told)
        .extracting(entry -> entry.text("resource_id").orElseThrow())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(quiet.stream(), answered.stream()).map(UUID::toString).toList());
    assertThat(told.stream().map(entry -> entry.text("trace_id")).distinct())
        .as("transactions")
        .hasSizeBetween(2 + answered.size(), 3 + answered.size());
    assertThat(told("case.held")).hasSize(answered.size());
    assertThat(world.workOffDue.round().done()).isZero();
  }

  @Test
  void twoNodesTellOfEachCaseOnce() throws Exception {
    var opened = Stream.generate(this::opened).limit(12).toList();
    world.clock.advance(STAYS);
    bothNodes();
    assertThat(told("case.sla_missed"))
        .extracting(entry -> entry.text("resource_id").orElseThrow())
        .containsExactlyInAnyOrderElementsOf(opened.stream().map(UUID::toString).toList());
  }

  private void bothNodes() throws Exception {
    var other = world.anotherNode().workOffDue;
    Together.run(world.workOffDue::round, other::round);
    world.workOffDue.round(); // What was held by the other one at first.
  }

  private List<JsonObject> executed(int count, String type) {
    return proposed(count, type).stream()
        .map(proposed -> world.decide(world.reviewer, proposed, "approve"))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private List<JsonObject> proposed(int count, String type) {
    return Stream.generate(() -> world.propose(opened(), type)).limit(count).toList();
  }

  private UUID opened() {
    return opened("claim");
  }

  private UUID opened(String workflow) {
    var body = Json.object().put("workflow", workflow).build();
    var opened =
        world
            .openCase
            .open(world.call(world.admin), OpenCase.parse(body, TenantProfile.STANDARD))
            .answer();
    return World.id(opened, "case_id");
  }

  private List<JsonObject> told(String action) {
    return world.log().stream()
        .filter(entry -> entry.action().equals(action))
        .map(World.LoggedEntry::content)
        .toList();
  }
}
