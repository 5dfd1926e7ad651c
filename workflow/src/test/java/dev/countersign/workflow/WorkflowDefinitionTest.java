package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import java.time.Duration;
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

  @Test
  void readsWhatItWrites() {
    var definition = parse(GOOD);
    assertThat(WorkflowDefinition.parse(definition.json(), 1)).isEqualTo(definition);
    assertThat(definition.firstQueue().name()).isEqualTo("intake");
    assertThat(definition.queue("done").orElseThrow().title()).isEqualTo("done");
    var transition = definition.transition("advance").orElseThrow();
    assertThat(transition.outcomeDeadline()).isEqualTo(Duration.ofDays(14));
    assertThat(transition.approverRoles()).containsExactly("approver:pharmacist", "reviewer");
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
                "approver_roles": ["Boss of all"], "handler": "transition", "guard": "true"}]}
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
            "/transitions/1/guard unknown_field");
  }

  @Test
  void unknownHandlerIsRefused() {
    assertThat(problems(GOOD.replace("\"transition\",", "\"http\",")))
        .extracting(Violation::pointer)
        .containsExactly("/transitions/0/handler");
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
