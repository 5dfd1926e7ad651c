package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.testkit.Property;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.RuleRunStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What follows from events.
class RuleTest {
  private static final String HOLD = "{\"kind\": \"hold\"}";
  private static final String CALL = "{\"kind\": \"open_task\", \"type\": \"call\"}";
  private static final String ADVANCE = "{\"kind\": \"propose\", \"type\": \"advance\"}";
  private static final List<String> LETTER = List.of("letter");

  private static final JsonObject WORKFLOW =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "done"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage", "sla_seconds": 60,
              "approver_roles": ["reviewer"], "handler": "transition",
              "approval": {"escalate": {"after_seconds": 3600, "roles": ["approver:director"]}}},
             {"type": "back", "from": "review", "to": "intake", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "transition"},
             {"type": "finish", "from": "review", "to": "done", "gate": "release",
              "approver_roles": ["reviewer"], "handler": "transition"}]}
          """);

  private final World world = new World();

  @BeforeEach
  void define() {
    world.define(WORKFLOW);
    for (var transition : List.of("advance", "back", "finish")) {
      world.authorize(transition);
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private JsonObject letter(UUID caseId) {
    return world.tell(caseId, "letter", Json.object().put("pages", 2).build());
  }

  private JsonObject shown(UUID caseId) {
    return world.showCases.one(world.agent, caseId);
  }

  private JsonObject rule(UUID id) {
    return world.showRules.one(world.admin, id);
  }

  private String result(UUID id) {
    return rule(id).text("last_result").orElse("none");
  }

  private List<String> since(int before) {
    var actions = world.actions();
    return actions.subList(before, actions.size());
  }

  private JsonObject live(UUID caseId) {
    var page = new Page(1, Optional.empty());
    var listed = world.showProposal.ofCase(world.agent, caseId, page).items("proposals");
    return world.showProposal.one(
        world.agent, World.id((JsonObject) listed.getFirst(), "proposal_id"));
  }

  private static void refused(Callable<?> attempt, String code) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  private JsonObject change(UUID id, String change) {
    var body =
        JsonReader.readObject(change).with("version", rule(id).member("version").orElseThrow());
    return world
        .changeRule
        .change(world.call(world.pharmacist), id, CaseRule.Change.parse(body))
        .answer();
  }

  @Test
  void aRuleReactsWhenItsConditionHoldsAndWithinTheSameTransaction() {
    var id = world.rule(LETTER, "event.data.pages > 1 && case.queue == 'intake'", CALL);
    var caseId = open();
    int before = world.actions().size();
    letter(caseId);
    assertThat(since(before)).containsExactly("event.posted", "task.opened", "rule.fired");
    assertThat(world.log().getLast().content().text("actor")).contains("rule:" + id);
    assertThat(shown(caseId).number("open_tasks")).contains(1.0);
    world.tell(caseId, "letter", Json.object().put("pages", 1).build());
    world.tell(caseId, "parcel", Json.object().put("pages", 5).build());
    assertThat(shown(caseId).number("open_tasks")).contains(1.0);
    assertThat(rule(id).number("executions")).contains(1.0);
    assertThat(rule(id).number("failures")).contains(0.0);
    assertThat(result(id)).isEqualTo("done");
    assertThat(rule(id).items("runs")).hasSize(1);
    var timeline = world.showTimeline.list(world.agent, caseId, 100, Optional.empty());
    assertThat(timeline.toString()).contains("\"kind\":\"rule\"", "\"by\":\"rule:" + id);
  }

  @Test
  void aConditionIsCheckedForItsTypesWithLineAndColumn() {
    for (var wrong :
        List.of("case.open_tasks == 'x'", "event.kind == 'letter'", "true &&\n", "case.queue")) {
      assertThatThrownBy(() -> world.rule(LETTER, wrong, HOLD))
          .as(wrong)
          .isInstanceOfSatisfying(
              Refusal.Invalid.class,
              invalid -> {
                assertThat(invalid.violations().getFirst().pointer()).isEqualTo("/condition");
                assertThat(invalid.violations().getFirst().message()).startsWith("line ");
              });
    }
    var id = world.rule(LETTER, "true", HOLD);
    assertThatThrownBy(() -> change(id, "{\"condition\": \"case.quue == 'x'\"}"))
        .isInstanceOf(Refusal.Invalid.class);
  }

  @Test
  void onlyWhatRulesMayDoAndReactToIsARule() {
    var wrong =
        JsonReader.readObject(
            """
            {"title": "", "on": ["case.held", "rule.fired"], "condition": "true", "priority": 1001,
             "action": {"kind": "hold", "script": "rm"}}
            """);
    assertThatThrownBy(() -> CaseRule.parse(wrong))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations().stream().map(found -> found.pointer()))
                    .containsExactlyInAnyOrder(
                        "/title", "/on", "/on", "/priority", "/action/script"));
    assertThatThrownBy(() -> world.rule(LETTER, "true", "{\"kind\": \"run\"}"))
        .isInstanceOf(Refusal.Invalid.class);
    refused(
        () -> world.rule(LETTER, "true", "{\"kind\": \"propose\", \"type\": \"vanish\"}"),
        "undefined_transition");
  }

  @Test
  void rulesReactToWhatTheCaseTellsOfItself() {
    var seen =
        List.of("case.opened", "case.moved", "case.sla_missed", "task.completed", "task.failed");
    var id = world.rule(seen, "true", "{\"kind\": \"notify\", \"topic\": \"seen\"}");
    var caseId = open();
    world.clock.advance(Duration.ofSeconds(60));
    world.workOffDue.round();
    var done = world.task(caseId, "call");
    world.change(world.agent, done, Json.object().put("state", "completed").build());
    var begun =
        world.change(
            world.agent,
            world.task(caseId, "call"),
            Json.object().put("state", "in_progress").build());
    world.change(world.agent, begun, Json.object().put("state", "failed").build());
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    assertThat(rule(id).number("executions")).contains(5.0);
    assertThat(
            world.log().stream()
                .filter(entry -> entry.action().equals("rule.notified"))
                .map(entry -> entry.content().object("details").orElseThrow())
                .map(details -> details.text("event_type").orElseThrow()))
        .containsExactly(
            "case.opened", "case.sla_missed", "task.completed", "task.failed", "case.moved");
  }

  @Test
  void aRuleThatFailsLeavesItsResultAndStopsNothingElse() {
    var broken = world.rule(LETTER, "event.data.nothing == 1", HOLD);
    var refused = world.rule(LETTER, "true", "{\"kind\": \"escalate\"}");
    var poisoned = world.rule(LETTER, "true", CALL);
    var good = world.rule(LETTER, "true", "{\"kind\": \"notify\", \"topic\": \"letters\"}");
    world.tamper(
        "create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$");
    world.tamper(
        "create trigger refuse before insert on workflow.task for each row execute function public.refuse()");
    var caseId = open();
    int before = world.actions().size();
    letter(caseId);
    assertThat(since(before))
        .containsExactly(
            "event.posted",
            "rule.failed",
            "rule.failed",
            "rule.failed",
            "rule.notified",
            "rule.fired");
    assertThat(result(broken)).isEqualTo("not_evaluated");
    assertThat(result(refused)).isEqualTo("nothing_to_escalate");
    assertThat(result(poisoned)).isEqualTo("failed");
    assertThat(result(good)).isEqualTo("done");
    assertThat(rule(poisoned).number("failures")).contains(1.0);
    assertThat(shown(caseId).number("open_tasks")).contains(0.0);
  }

  @Test
  void higherPriorityComesFirstAndOfEqualsTheOlder() {
    var second = world.rule(LETTER, "case.open_tasks == 0", CALL);
    var third = world.rule(LETTER, "case.open_tasks == 0", CALL);
    var first = world.rule(LETTER, "case.open_tasks == 0", CALL);
    letter(open());
    assertThat(List.of(result(first), result(second), result(third)))
        .containsExactly("none", "done", "none");
    change(first, "{\"priority\": 101}");
    letter(open());
    assertThat(List.of(result(first), result(third))).containsExactly("done", "none");
  }

  @Test
  void aRuleIsChangedByTheVersionThatWasSeenAndItsHistoryIsKept() {
    var id = world.rule(LETTER, "true", CALL);
    var caseId = open();
    change(id, "{\"enabled\": false}");
    letter(caseId);
    assertThat(shown(caseId).number("open_tasks")).contains(0.0);
    change(id, "{\"enabled\": true, \"condition\": \"case.queue == 'review'\", \"priority\": 7}");
    refused(
        () ->
            world.changeRule.change(
                world.call(world.admin),
                id,
                new CaseRule.Change(1, Optional.of(true), Optional.empty(), Optional.empty())),
        "stale_rule");
    letter(caseId);
    assertThat(result(id)).isEqualTo("none");
    var history = rule(id).items("history").toString();
    assertThat(rule(id).items("history")).hasSize(3);
    assertThat(history)
        .contains("api_key:ck_pharmacist", "case.queue == 'review'", "api_key:ck_admin");
    assertThat(world.actions()).contains("rule.created", "rule.changed");
    assertThat(world.log().toString()).doesNotContain("case.queue ==");
    assertThat(world.showRules.list(world.admin, new Page(1, Optional.empty())).items("rules"))
        .hasSize(1);
  }

  @Test
  void aRuleAssignsTheOpenTasksOfAType() {
    var id =
        world.rule(
            LETTER,
            "true",
            "{\"kind\": \"assign_task\", \"type\": \"call\", \"to\": \"api_key:ck_reviewer\"}");
    var caseId = open();
    letter(caseId);
    assertThat(result(id)).isEqualTo("nothing_to_assign");
    world.task(caseId, "call");
    world.task(caseId, "call");
    world.task(caseId, "label");
    letter(caseId);
    assertThat(
            shown(caseId).items("tasks").stream()
                .map(task -> ((JsonObject) task).text("assigned_to").orElse("nobody")))
        .containsExactly("nobody", "api_key:ck_reviewer", "api_key:ck_reviewer");
  }

  @Test
  void anEscalationAsksMorePeopleAtOnce() {
    world.rule(LETTER, "true", "{\"kind\": \"escalate\"}");
    var director = World.principal(world.tenant, "ck_director", "approver:director");
    var caseId = open();
    var proposed = world.propose(caseId, "advance");
    refused(() -> world.decide(director, proposed, "approve"), "not_an_approver");
    letter(caseId);
    assertThat(world.decide(director, proposed, "approve").text("proposal_state"))
        .contains("executed");
    assertThat(world.actions()).contains("approval.escalated");
  }

  @Test
  void whatARuleProposesIsApprovedByNobodyWhoWroteIt() {
    var id = world.rule(LETTER, "true", ADVANCE);
    change(id, "{\"condition\": \"true || false\"}");
    var author = World.principal(world.tenant, "ck_admin", "tenant_admin", "reviewer");
    var caseId = open();
    letter(caseId);
    var proposed = live(caseId);
    assertThat(proposed.text("proposer")).contains("rule:" + id);
    refused(() -> world.decide(author, proposed, "approve"), "proposer_may_not_approve");
    refused(() -> world.decide(world.pharmacist, proposed, "approve"), "proposer_may_not_approve");
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
    assertThat(result(id)).isEqualTo("done");
  }

  @Test
  void aProposalThatIsBlockedIsTheRulesResult() {
    var id = world.rule(LETTER, "true", ADVANCE);
    var caseId = open();
    letter(caseId);
    letter(caseId);
    assertThat(result(id)).isEqualTo("live_proposal");
    world.revoke("advance");
    letter(open());
    assertThat(result(id)).isEqualTo("blocked");
  }

  @Test
  void aCircleOfRulesStopsAtEachPersonAndWithoutOneAtItsDepth() {
    var forth = world.rule(List.of("case.opened", "case.moved"), "case.queue == 'intake'", ADVANCE);
    world.rule(
        List.of("case.moved"),
        "case.queue == 'review'",
        "{\"kind\": \"propose\", \"type\": \"back\"}");
    var caseId = open();
    for (int i = 0; i < 2 * CaseRule.DEEPEST; i++) {
      assertThat(world.decide(world.reviewer, live(caseId), "approve").text("proposal_state"))
          .as("a person goes round as often as he likes")
          .contains("executed");
    }
    var last = live(caseId);
    // As if it had been executed without anybody.
    assertThat(depth(World.id(last, "proposal_id"))).isEqualTo(1);
    var deep = open();
    happened(deep, "case.moved", CaseRule.DEEPEST - 1);
    assertThat(result(forth)).isEqualTo("live_proposal");
    world.decide(world.reviewer, live(deep), "reject");
    happened(deep, "case.moved", CaseRule.DEEPEST - 1);
    assertThat(result(forth)).isEqualTo("done");
    world.decide(world.reviewer, live(deep), "reject");
    happened(deep, "case.moved", CaseRule.DEEPEST);
    assertThat(result(forth)).isEqualTo("too_deep");
  }

  private int depth(UUID proposalId) {
    return world.transactions.run(
        world.tenant, Rules.READ, transaction -> new RuleRunStore().depth(transaction, proposalId));
  }

  /// Tells of a case what follows from so many rules.
  private void happened(UUID caseId, String type, int depth) {
    world.ledger.transact(
        world.call(world.agent),
        new Attempt("event.posted", "case", caseId.toString()),
        Rules.APPLY,
        transaction -> {
          var subject = new CaseStore().lock(transaction.tenant(), caseId).orElseThrow();
          var what = new NewEvents.What(type, JsonObject.EMPTY, Optional.empty(), depth);
          return world.reactions.tell(transaction, subject, what).json();
        });
  }

  @Test
  void rulesForOneTypeAreBoundedAndManyCasesCountAtOnce() throws Exception {
    var first = world.rule(LETTER, "true", CALL);
    for (int i = 1; i < CaseRule.MOST_FOR_ONE_TYPE; i++) {
      world.rule(LETTER, "true", CALL);
    }
    refused(() -> world.rule(LETTER, "true", CALL), "too_many_rules");
    change(first, "{\"enabled\": false}");
    var other = world.rule(LETTER, "true", CALL);
    refused(() -> change(first, "{\"enabled\": true}"), "too_many_rules");
    var cases = List.of(open(), open(), open(), open());
    Together.run(
        () -> letter(cases.get(0)),
        () -> letter(cases.get(1)),
        () -> letter(cases.get(2)),
        () -> letter(cases.get(3)));
    assertThat(rule(other).number("executions")).contains(4.0);
    assertThat(world.actions())
        .filteredOn("task.opened"::equals)
        .hasSize(4 * CaseRule.MOST_FOR_ONE_TYPE);
  }

  @Test
  void whateverRulesThereAreAnEventLetsLooseEachAtMostOnceAndEndsThere() {
    var actions =
        List.of(
            HOLD,
            CALL,
            ADVANCE,
            "{\"kind\": \"escalate\"}",
            "{\"kind\": \"notify\", \"topic\": \"n\"}",
            "{\"kind\": \"assign_task\", \"type\": \"call\", \"to\": \"api_key:ck_1\"}");
    var conditions =
        List.of(
            "true", "false", "case.open_tasks > 0", "event.data.nothing", "case.state == 'held'");
    Property.holdsFor(
        12,
        random -> {
          var rules = new ArrayList<UUID>();
          for (int i = random.nextInt(1, 7); i > 0; i--) {
            var id =
                world.rule(
                    List.of("letter", "case.moved", "task.completed"),
                    conditions.get(random.nextInt(conditions.size())),
                    actions.get(random.nextInt(actions.size())));
            change(id, "{\"priority\": %d}".formatted(random.nextInt(3)));
            rules.add(id);
          }
          var caseId = open();
          var told = letter(caseId);
          var timeline =
              world.showTimeline.list(world.agent, caseId, 100, Optional.empty()).items("timeline");
          var events = kind(timeline, "event");
          assertThat(events.size()).as("opened, posted, held").isLessThanOrEqualTo(3);
          var runs = kind(timeline, "rule");
          assertThat(runs.stream().map(run -> run.text("by")))
              .doesNotHaveDuplicates()
              .hasSizeLessThanOrEqualTo(rules.size());
          assertThat(runs)
              .allSatisfy(run ->
                  assertThat(run.object("details").orElseThrow().text("event_id"))
                      .isEqualTo(told.text("event_id")));
          rules.forEach(id -> change(id, "{\"enabled\": false}"));
        });
  }

  private static List<JsonObject> kind(List<Json> timeline, String kind) {
    return timeline.stream()
        .map(JsonObject.class::cast)
        .filter(item -> item.text("kind").equals(Optional.of(kind)))
        .toList();
  }
}
