package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.Task;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What people and agents have to do for a case.
class TaskTest {
  private static final JsonObject CHECKED =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "done"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "approval": {"four_eyes": true}, "handler": "transition",
              "opens": [{"type": "call", "title": "Call the prescriber", "due_seconds": 3600},
                        {"type": "label", "role": "approver:pharmacist"}]},
             {"type": "finish", "from": "review", "to": "done", "gate": "release",
              "approver_roles": ["reviewer"], "handler": "transition", "guard": "case.open_tasks == 0"}]}
          """);

  private final World world = new World();

  @BeforeEach
  void define() {
    world.define(CHECKED);
    world.authorize("advance");
    world.authorize("finish");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void noTaskWaitsForARoleThatNobodyCanBeGiven() {
    var task = "{\"type\": \"check\", \"role\": \"system\"}";
    var caseId = World.id(world.open(), "case_id");
    noSuchRole(
        "/role",
        () ->
            world.openTask.open(
                world.call(world.agent), caseId, OpenTask.parse(JsonReader.readObject(task))));
    var body =
        JsonReader.readObject(
            "{\"workflow\": \"refill\", \"tasks\": [{\"type\": \"label\"}, " + task + "]}");
    noSuchRole(
        "/tasks/1/role",
        () ->
            world.openCase.open(
                world.call(world.agent), OpenCase.parse(body, TenantProfile.STANDARD)));
    var rule =
        JsonReader.readObject(
            "{\"title\": \"t\", \"on\": [\"case.opened\"], \"condition\": \"true\","
                + " \"action\": {\"kind\": \"open_task\", \"type\": \"check\", \"role\": \"system\"}}");
    noSuchRole(
        "/action/role",
        () -> world.createRule.create(world.call(world.admin), CaseRule.parse(rule)));
  }

  private static void noSuchRole(String pointer, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .containsExactly(
                        new Violation(
                            pointer, "wrong_value", "no key can be given the role `system`")));
  }

  /// What waits for such a role would wait for ever.
  @Test
  void aDefinitionNamesNoRoleThatNobodyCanBeGiven() {
    for (var wrong :
        List.of(
            "\"opens\": [{\"type\": \"check\"}, {\"type\": \"label\", \"role\": \"system\"}]",
            "\"approval\": {\"also\": [{\"roles\": [\"system\"]}]}",
            "\"approval\": {\"veto_roles\": [\"system\"]}",
            "\"approval\": {\"escalate\": {\"after_seconds\": 60, \"roles\": [\"system\"]}}")) {
      assertThatThrownBy(() -> world.define(with(wrong)))
          .as(wrong)
          .isInstanceOfSatisfying(
              Refusal.Invalid.class,
              invalid ->
                  assertThat(invalid.violations())
                      .singleElement()
                      .satisfies(problem -> {
                        assertThat(problem.pointer()).startsWith("/definition/transitions/0");
                        assertThat(problem.message())
                            .isEqualTo("no key can be given the role `system`");
                      }));
    }
    var approvers = with("\"opens\": []").toString().replace("\"reviewer\"", "\"platform_admin\"");
    assertThatThrownBy(() -> world.define(JsonReader.readObject(approvers)))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid -> assertThat(invalid.violations().toString()).contains("`platform_admin`"));
  }

  private static JsonObject with(String member) {
    return JsonReader.readObject(
        """
        {"key": "other", "title": "Other", "queues": [{"name": "intake"}, {"name": "done"}],
         "transitions": [{"type": "advance", "from": "intake", "to": "done", "gate": "triage",
           "approver_roles": ["reviewer"], "handler": "transition", %s}]}
        """
            .formatted(member));
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private static JsonObject to(String state) {
    return Json.object().put("state", state).build();
  }

  private List<JsonObject> tasks(UUID caseId) {
    return world.showCases.one(world.agent, caseId).items("tasks").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static void refused(Callable<?> attempt, String code) {
    refused(attempt, code, "");
  }

  private static void refused(Callable<?> attempt, String code, String word) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code))
        .hasMessageContaining(word);
  }

  @Test
  void aCaseIsOpenedWithWhatThereIsToDo() {
    var body =
        JsonReader.readObject(
            """
            {"workflow": "refill", "tasks": [{"type": "call"},
              {"type": "label", "title": "Print it", "role": "reviewer", "due_seconds": 60, "assigned_to": "api_key:ck_reviewer"}]}
            """);
    var opened =
        world.openCase.open(world.call(world.agent), OpenCase.parse(body, TenantProfile.STANDARD));
    var caseId = World.id(opened.answer(), "case_id");
    var shown = world.showCases.one(world.agent, caseId);
    assertThat(shown.number("open_tasks")).contains(2.0);
    var label = tasks(caseId).getFirst();
    assertThat(label.text("type")).contains("label");
    assertThat(label.text("state")).contains("pending");
    assertThat(label.text("assigned_to")).contains("api_key:ck_reviewer");
    assertThat(label.text("opened_by")).contains("api_key:ck_agent");
    assertThat(label.text("due_at")).contains(world.clock.instant().plusSeconds(60).toString());
    assertThat(world.actions()).endsWith("case.opened", "task.opened", "task.opened");
    assertThat(world.log().toString()).doesNotContain("Print it");
  }

  @Test
  void whoAgreedUnderFourEyesDoesNotWorkOnTheCaseWhileThatWaits() {
    world.define(
        JsonReader.readObject(
            CHECKED
                .toString()
                .replace("\"four_eyes\":true", "\"four_eyes\":true,\"quorum\":2,\"of\":3")));
    world.authorize("advance");
    var caseId = open();
    var task = world.task(caseId, "call");
    var proposed = world.propose(caseId, "advance");
    world.decide(world.reviewer, proposed, "approve");
    refused(() -> world.change(world.reviewer, task, to("in_progress")), "agreed_to_the_case");
    world.decide(world.reviewer2, proposed, "reject");
    world.decide(world.pharmacist, proposed, "reject");
    assertThat(world.proposalState(proposed)).isEqualTo("rejected");
    world.change(world.reviewer, task, to("in_progress"));
  }

  @Test
  void aTaskMovesAlongItsTableAndNamesTheStateItIsIn() {
    var task = world.task(open(), "call");
    refused(() -> world.change(world.agent, task, to("failed")), "wrong_move", "pending");
    var started = world.change(world.reviewer, task, to("in_progress"));
    assertThat(started.text("assigned_to")).contains("api_key:ck_reviewer");
    refused(() -> world.change(world.agent, task, to("completed")), "stale_task", "in_progress");
    refused(() -> world.change(world.agent, started, to("completed")), "assigned_to_another");
    var given =
        world.change(
            world.agent, started, Json.object().put("assigned_to", "api_key:ck_agent").build());
    var done = world.change(world.agent, given, to("completed"));
    assertThat(done.number("version")).contains(4.0);
    refused(() -> world.change(world.agent, done, to("failed")), "task_ended", "completed");
    refused(
        () -> world.change(world.agent, done, Json.object().put("assigned_to", Json.NULL).build()),
        "task_ended");
    assertThat(world.actions().stream().filter(action -> action.startsWith("task.")))
        .containsExactly(
            "task.opened",
            "task.refused",
            "task.started",
            "task.refused",
            "task.refused",
            "task.assigned",
            "task.completed",
            "task.refused",
            "task.refused");
  }

  @Test
  void whoDoesNotHoldATasksRoleMayAssignItAndNotDoIt() {
    var body = Json.object().put("type", "check").put("role", "approver:pharmacist").build();
    var task = world.openTask.open(world.call(world.agent), open(), OpenTask.parse(body)).answer();
    refused(() -> world.change(world.agent, task, to("completed")), "role_missing");
    var given =
        world.change(
            world.agent, task, Json.object().put("assigned_to", "api_key:ck_pharmacist").build());
    assertThat(world.change(world.pharmacist, given, to("completed")).text("state"))
        .contains("completed");
  }

  @Test
  void aTransitionOpensItsTasksAndAGuardWaitsForThem() {
    var caseId = open();
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    assertThat(tasks(caseId).stream().map(task -> task.text("type").orElseThrow()))
        .containsExactly("label", "call");
    assertThatThrownBy(() -> world.propose(caseId, "finish"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal -> assertThat(refusal.reasons().toString()).contains("case.open_tasks == 0"));
    for (var task : tasks(caseId)) {
      world.change(world.pharmacist, task, to("completed"));
    }
    assertThat(world.showCases.one(world.agent, caseId).number("version"))
        .as("tasks leave the case's version")
        .contains(2.0);
    var proposed = world.propose(caseId, "finish");
    world.task(caseId, "late");
    refused(() -> world.decide(world.reviewer, proposed, "approve"), "blocked");
    world.change(world.agent, tasks(caseId).getFirst(), to("completed"));
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
    refused(() -> world.task(caseId, "call"), "case_not_open", "completed");
  }

  /// Whoever has it, and whether or not he has begun.
  @Test
  void whatATransitionOpenedIsOverWhenItIsTakenBack() {
    var caseId = open();
    var proposed = world.propose(caseId, "advance");
    var decided = world.decide(world.reviewer, proposed, "approve");
    var begun = tasks(caseId).getFirst();
    world.change(world.pharmacist, begun, to("in_progress"));
    var own = world.task(caseId, "own");
    var back = world.rollBack(world.reviewer2, World.execution(decided));
    assertThat(back.text("state")).contains("rolled_back");
    assertThat(
            tasks(caseId).stream()
                .filter(task -> !task.text("task_id").equals(own.text("task_id")))
                .map(task -> task.text("state").orElseThrow()))
        .containsExactly("failed", "failed");
    assertThat(world.actions()).filteredOn("task.failed"::equals).hasSize(2);
    refused(() -> world.change(world.pharmacist, begun, to("completed")), "stale_task", "failed");
    world.change(world.agent, own, to("completed"));
  }

  @Test
  void whatATransitionOpensIsOpenedOnceWhoeverExecutesItHowOften() throws Exception {
    var caseId = open();
    var proposed = world.propose(caseId, "advance");
    world.approveAndCrash(world.reviewer, proposed);
    Together.run(
        () -> world.execute(proposed),
        () -> world.execute(proposed),
        () -> world.execute(proposed));
    world.execute(proposed);
    assertThat(tasks(caseId)).hasSize(2);
    assertThat(world.actions()).filteredOn("task.opened"::equals).hasSize(2);
    var id = proposed.text("proposal_id").orElseThrow();
    assertThatThrownBy(() ->
            world.tamper(
                "insert into workflow.task select tenant_id, gen_random_uuid(), case_id, number + 9, proposal_id, ordinal, version,"
                    + " type, title, role, state, assigned_to, workers, opened_by, opened_at, changed_at, due_at"
                    + " from workflow.task where proposal_id = '%s'".formatted(id)))
        .hasMessageContaining("task_of_proposal");
  }

  @Test
  void ofTwoWhoChangeATaskAtOnceOneDoesAndTheOtherIsToldItsState() throws Exception {
    for (int i = 0; i < 10; i++) {
      var task = world.task(open(), "call");
      var answers =
          Together.run(
              () -> tried(() -> world.change(world.reviewer, task, to("completed"))),
              () -> tried(() -> world.change(world.reviewer2, task, to("in_progress"))));
      assertThat(answers).contains("done").hasSize(2);
      assertThat(answers)
          .filteredOn(answer -> !answer.equals("done"))
          .containsExactly("stale_task");
    }
  }

  @Test
  void whoWorkedOnATaskDoesNotApproveWhereFourEyesAreAskedFor() {
    var caseId = open();
    var task = world.task(caseId, "call");
    var proposed = world.propose(caseId, "advance");
    var given = Json.object().put("assigned_to", "api_key:ck_reviewer2").build();
    var assigned = world.change(world.agent, task, given);
    var back =
        world.change(world.agent, assigned, Json.object().put("assigned_to", Json.NULL).build());
    world.change(world.reviewer, back, to("completed"));
    refused(() -> world.decide(world.reviewer, proposed, "approve"), "hand_in_the_case");
    assertThat(world.decide(world.reviewer2, proposed, "approve").text("proposal_state"))
        .as("who was only given it did nothing")
        .contains("executed");
  }

  @Test
  void openTasksAreBoundedAndListed() {
    var caseId = open();
    for (int i = 0; i < Task.MOST_OPEN; i++) {
      world.task(caseId, "call");
    }
    refused(() -> world.task(caseId, "call"), "too_many_tasks");
    world.change(world.agent, tasks(caseId).getFirst(), to("completed"));
    var last = world.task(caseId, "late");
    var page = world.showCases.tasks(world.agent, caseId, new Page(1, Optional.empty()));
    assertThat(page.items("tasks")).containsExactly(last);
    assertThat(page.text("next_cursor")).isPresent();
    refused(
        () -> world.showCases.tasks(world.agent, new UUID(1, 1), new Page(1, Optional.empty())),
        "case_not_found");
  }

  @Test
  void whatIsWrongWithATaskIsSaidAtOnce() {
    var body =
        JsonReader.readObject(
            "{\"type\": \"Call!\", \"role\": \"a b\", \"assigned_to\": \"Jane Doe\", \"due_seconds\": 0, \"x\": 1}");
    assertThatThrownBy(() -> OpenTask.parse(body))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations().stream().map(found -> found.pointer()))
                    .containsExactlyInAnyOrder(
                        "/type", "/role", "/assigned_to", "/due_seconds", "/x"));
    assertThatThrownBy(() -> ChangeTask.parse(Json.object().put("version", 1).build()))
        .isInstanceOf(Refusal.Invalid.class);
  }

  @Test
  void aGuardThatSpeaksOfWhatACaseDoesNotHaveIsRefusedWithItsPlace() {
    for (var wrong : List.of("case.open_tasks == 'none'", "case.opentasks == 0")) {
      var transition =
          ((JsonObject) CHECKED.items("transitions").getLast()).with("guard", Json.of(wrong));
      assertThatThrownBy(
              () -> world.define(CHECKED.with("transitions", Json.array(List.of(transition)))))
          .as(wrong)
          .isInstanceOfSatisfying(
              Refusal.Invalid.class,
              invalid ->
                  assertThat(invalid.violations().getFirst().message())
                      .startsWith("line 1, column "));
    }
  }

  private static String tried(Callable<JsonObject> attempt) throws Exception {
    try {
      attempt.call();
      return "done";
    } catch (Refusal.Conflict refusal) {
      return refusal.code();
    }
  }
}
