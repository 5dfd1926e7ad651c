package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkflowDefinitionTest {
  private static final String GOOD =
      """
      {"key": "refill", "title": "Refill",
       "queues": [{"name": "intake", "title": "Intake"}, {"name": "done"}],
       "transitions": [{"type": "advance", "from": "intake", "to": "done", "gate": "triage",
         "approver_roles": ["reviewer", "approver:pharmacist"], "handler": "transition",
         "manual_seconds": 240}]}
      """;

  private static final String RICH =
      """
      {"key": "claim", "title": "Claim",
       "attributes": [
         {"name": "cents", "type": "integer", "required": true},
         {"name": "more", "type": "integer"},
         {"name": "kind", "type": "string", "one_of": ["new", "old"]},
         {"name": "due", "type": "date"}],
       "calendars": [{"name": "office", "time_zone": "Europe/Berlin",
         "days": ["mon", "tue", "wed", "thu", "fri"], "opens": "08:00", "closes": "18:00",
         "holidays": ["2026-12-25"]}],
       "queues": [{"name": "open"}, {"name": "waiting", "state": "held"},
         {"name": "dropped", "state": "cancelled"}, {"name": "paid"}],
       "transitions": [
         {"type": "payout", "from": ["open", "waiting"], "to": "paid", "gate": "payout",
          "approver_roles": ["approver:adjuster"], "handler": "transition",
          "guard": "case.attributes.cents > 0 && action.type == 'payout'", "amount": "cents",
          "approval": {"quorum": 2, "of": 4, "also": [{"roles": ["approver:manager"]}],
            "veto_roles": ["auditor"], "four_eyes": true, "expires_seconds": 28800,
            "escalate": {"after_seconds": 3600, "roles": ["approver:director"]}, "calendar": "office"},
          "opens": [{"type": "notify_patient", "role": "operator", "due_seconds": 60}],
          "sla_seconds": 3600},
         {"type": "drop", "from": "open", "to": "dropped", "gate": "drop",
          "approver_roles": ["approver:manager"], "handler": "transition"},
         {"type": "hold", "from": "open", "to": "waiting", "gate": "hold",
          "approver_roles": ["approver:manager"], "handler": "transition"},
         {"type": "reopen", "from": ["dropped", "paid"], "to": "open", "gate": "reopen",
          "approver_roles": ["approver:manager"], "handler": "transition"}]}
      """;

  @Test
  void readsWhatItWrites() {
    var definition = parse(GOOD);
    assertThat(WorkflowDefinition.parse(definition.json(), 1)).isEqualTo(definition);
    assertThat(definition.firstQueue().name()).isEqualTo("intake");
    assertThat(definition.queue("done").orElseThrow().title()).isEqualTo("done");
    var transition = definition.transition("advance").orElseThrow();
    assertThat(transition.outcomeDeadline()).isEqualTo(Duration.ofDays(14));
    assertThat(transition.requirement().approverRoles(false))
        .containsExactly("approver:pharmacist", "reviewer");
  }

  @Test
  void readsAllThatItWrites() {
    var definition = parse(RICH);
    assertThat(WorkflowDefinition.parse(definition.json(), 1)).isEqualTo(definition);
    assertThat(definition.stateIn("waiting")).isEqualTo(CaseState.HELD);
    assertThat(definition.stateIn("dropped")).isEqualTo(CaseState.CANCELLED);
    assertThat(definition.leadingFrom("dropped"))
        .extracting(Transition::type)
        .containsExactly("reopen");
    var payout = definition.transition("payout").orElseThrow();
    assertThat(payout.requirement().quorum()).isEqualTo(3);
    assertThat(payout.requirement().of()).isEqualTo(4);
    assertThat(payout.sla()).contains(Duration.ofHours(1));
    assertThat(payout.opens()).extracting(TaskTemplate::type).containsExactly("notify_patient");
    // A Friday afternoon and eight hours of work.
    var friday = Instant.parse("2026-11-06T15:00:00Z");
    assertThat(payout.approval().expiresAt(friday))
        .isEqualTo(Instant.parse("2026-11-09T13:00:00Z"));
    assertThat(payout.approval().escalatesAt(friday))
        .contains(Instant.parse("2026-11-06T16:00:00Z"));
  }

  /// A gate is authorized for the form of a transition, so nothing that it does may be left out.
  @Test
  void everythingThatATransitionDoesChangesItsDigest() {
    var digest = parse(RICH).transition("payout").orElseThrow().digest();
    for (var change :
        List.of(
            "\"quorum\": 2>\"quorum\": 3",
            "\"of\": 4>\"of\": 5",
            "[\"auditor\"]>[\"viewer\"]",
            "\"four_eyes\": true>\"four_eyes\": false",
            "28800>28801",
            "3600, \"roles\">3601, \"roles\"",
            "> 0 &&>> 1 &&",
            "\"amount\": \"cents\">\"amount\": \"more\"",
            "notify_patient>notify_doctor",
            "\"sla_seconds\": 3600>\"sla_seconds\": 60")) {
      var parts = change.split(">", 2);
      if (change.startsWith("> 0")) {
        parts = new String[] {"> 0 &&", "> 1 &&"};
      }
      assertThat(RICH).contains(parts[0]);
      var changed = parse(RICH.replace(parts[0], parts[1])).transition("payout").orElseThrow();
      assertThat(changed.digest()).as(change).isNotEqualTo(digest);
    }
  }

  @Test
  void attributesAreOfTheirTypes() {
    var definition = parse(RICH);
    assertThat(objections(definition, "{\"cents\": 5, \"more\": 1}")).isEmpty();
    assertThat(objections(definition, "{\"cents\": 5, \"kind\": \"new\", \"due\": \"2026-02-28\"}"))
        .isEmpty();
    assertThat(
            objections(
                definition,
                "{\"cents\": 0.5, \"kind\": \"odd\", \"due\": \"2026-02-30\", \"a/b\": 1}"))
        .containsExactlyInAnyOrder(
            "/attributes/cents wrong_value",
            "/attributes/kind wrong_value",
            "/attributes/due wrong_value",
            "/attributes/a~1b unknown_attribute");
    assertThat(objections(definition, "{}")).containsExactly("/attributes/cents missing");
    assertThat(parse(GOOD).objections(JsonReader.readObject("{\"any\": 1}"), "/attributes"))
        .isEmpty();
  }

  private static List<String> objections(WorkflowDefinition definition, String attributes) {
    return definition.objections(JsonReader.readObject(attributes), "/attributes").stream()
        .map(problem -> problem.pointer() + " " + problem.code())
        .toList();
  }

  @Test
  void caseIsCompletedWhereNothingLeadsOn() {
    var definition = parse(GOOD);
    assertThat(definition.stateIn("intake")).isEqualTo(CaseState.OPEN);
    assertThat(definition.stateIn("done")).isEqualTo(CaseState.COMPLETED);
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    var problems =
        problems(
            """
            {"key": "Refill!", "title": "", "guard": "true",
             "queues": [{"name": "intake", "sla": 5}, {"name": "intake"}],
             "transitions": [
               {"type": "advance", "from": "intake", "to": "nowhere", "gate": "triage",
                "approver_roles": [], "handler": "shell"},
               {"type": "advance", "from": "intake", "to": "intake", "gate": "triage",
                "approver_roles": ["Boss of all"], "handler": "transition", "script": "true",
                "approval": {"quorum": 0, "of": 60, "calendar": "office",
                  "escalate": {"roles": ["manager"]}, "also": [{"roles": []}]}}]}
            """);
    assertThat(problems)
        .extracting(problem -> problem.pointer() + " " + problem.code())
        .containsExactlyInAnyOrder(
            "/key wrong_value",
            "/title wrong_length",
            "/guard unknown_field",
            "/queues/0/sla unknown_field",
            "/queues/1/name duplicate",
            "/transitions/0/to unknown_queue",
            "/transitions/0/approver_roles missing",
            "/transitions/0/handler wrong_value",
            "/transitions/1/type duplicate",
            "/transitions/1/to wrong_value",
            "/transitions/1/approver_roles wrong_value",
            "/transitions/1/approval/quorum out_of_range",
            "/transitions/1/approval/also/0/roles missing",
            "/transitions/1/approval/of out_of_range",
            "/transitions/1/approval/escalate/after_seconds missing",
            "/transitions/1/approval/calendar unknown_calendar",
            "/transitions/1/script unknown_field");
  }

  @Test
  void unknownHandlerIsRefused() {
    assertThat(problems(GOOD.replace("\"transition\",", "\"shell\",")))
        .extracting(Violation::pointer)
        .containsExactly("/transitions/0/handler");
  }

  @Test
  void onlyWhatCallsASystemNamesOneAndMustNameOne() {
    assertThat(problems(GOOD.replace("\"transition\",", "\"http\",")))
        .extracting(Violation::pointer)
        .containsExactly("/transitions/0/call");
    assertThat(
            problems(
                GOOD.replace(
                    "\"transition\",",
                    "\"transition\", \"call\": {\"url\": \"https://a.example\"},")))
        .extracting(Violation::pointer)
        .containsExactly("/transitions/0/call");
    assertThat(
            problems(
                GOOD.replace(
                    "\"transition\",",
                    "\"http\", \"call\": {\"url\": \"ftp://a\", \"timeout_seconds\": 900, \"x\": 1},")))
        .extracting(Violation::pointer)
        .contains(
            "/transitions/0/call/url",
            "/transitions/0/call/timeout_seconds",
            "/transitions/0/call/x");
  }

  /// What nothing can ever be sent to is refused when it is saved, not when people have agreed.
  @Test
  void addressThatLeadsNowhereIsRefused() {
    for (var url :
        List.of(
            "https://a.example:0/",
            "https://a.example:65536/",
            "https://[fe80::1%25eth0]/",
            "https://me@a.example/",
            "https://a.example/#part",
            "https:///path",
            "file:///etc/passwd")) {
      assertThat(
              problems(
                  GOOD.replace(
                      "\"transition\",", "\"http\", \"call\": {\"url\": \"" + url + "\"},")))
          .as(url)
          .extracting(Violation::pointer)
          .containsExactly("/transitions/0/call/url");
    }
  }

  @Test
  void workflowWithoutQueuesIsRefused() {
    assertThat(problems("{\"key\": \"a\", \"title\": \"A\", \"queues\": [], \"transitions\": []}"))
        .extracting(Violation::pointer)
        .containsExactly("/queues");
  }

  private static WorkflowDefinition parse(String text) {
    return WorkflowDefinition.parse(JsonReader.readObject(text), 1);
  }

  private static List<Violation> problems(String text) {
    return catchThrowableOfType(Refusal.Invalid.class, () -> parse(text)).violations();
  }
}
