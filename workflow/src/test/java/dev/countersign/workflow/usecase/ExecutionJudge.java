package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What was carried out, and taken back, and what stood against it at that place of the log.
final class ExecutionJudge {
  private final CaseJudge cases;
  private final RequestJudge requests;
  private final TaskJudge tasks;
  private final Set<String> openGates = new HashSet<>();
  private final Map<String, JsonObject> freezes = new HashMap<>();
  private final Map<String, Said> started = new HashMap<>();
  private final Set<String> unfinished = new HashSet<>();
  private final Set<String> executed = new HashSet<>();
  private final Set<String> failed = new HashSet<>();
  private final Set<String> undone = new HashSet<>();
  private final Set<String> reported = new HashSet<>();

  ExecutionJudge(CaseJudge cases, RequestJudge requests, TaskJudge tasks) {
    this.cases = cases;
    this.requests = requests;
    this.tasks = tasks;
  }

  void read(Said said) {
    switch (said.action()) {
      case "gate.authorized" -> openGates.add(said.resource());
      case "gate.revoked" -> openGates.remove(said.resource());
      case "freeze.set" -> freezes.put(said.resource(), said.details());
      case "freeze.lifted" -> freezes.remove(said.resource());
      case "case.migrated", "case.corrected" -> free(said);
      case "execution.started" -> started(said);
      case "execution.completed" -> completed(said);
      case "execution.failed" -> {
        assertThat(started).containsKey(said.about());
        assertThat(executed).as("what is done has not failed").doesNotContain(said.about());
        assertThat(failed.add(said.about())).as("failed once").isTrue();
        unfinished.remove(said.text("case_id"));
      }
      case "execution.rolled_back" -> rolledBack(said);
      case "execution.rollback_failed" -> backOnce(said);
      case "outcome.observed" -> outcome(said);
      default -> {}
    }
  }

  /// By another system: all that stands against it is asked before its first attempt.
  private void started(Said said) {
    assertThat(started.put(said.about(), said)).as("begun once").isNull();
    begins(said);
    unfinished.add(said.text("case_id"));
  }

  private void completed(Said said) {
    var request = requests.request(said.about());
    assertThat(executed.add(said.about())).as("carried out once: " + said).isTrue();
    assertThat(failed).as("what has failed is not done").doesNotContain(said.about());
    var before = started.get(said.about());
    assertThat(before != null).isEqualTo(request.type.equals(PlayedWorkflow.REMOTE));
    if (before == null) {
      begins(said);
    } else {
      assertThat(said.text("authorized_by")).isEqualTo(before.text("authorized_by"));
      assertThat(said.text("action_digest")).isEqualTo(before.text("action_digest"));
      assertThat(said.resource()).as("the same execution").isEqualTo(before.resource());
      unfinished.remove(said.text("case_id"));
    }
    assertThat(said.text("approval_digest")).isEqualTo(request.created.text("approval_digest"));
    assertThat(said.version("before")).isEqualTo(request.caseVersion);
    cases.moves(said, said.version("before"));
    if (request.type.equals(PlayedWorkflow.OPENS_A_TASK)) {
      tasks.expect(said.about());
    }
  }

  private void free(Said said) {
    assertThat(unfinished)
        .as("nobody changes the terms of what a system is asked to do: " + said)
        .doesNotContain(said.resource());
  }

  private void begins(Said said) {
    var request = requests.request(said.about());
    assertThat(request.state)
        .as("agreed to, and not over: " + said)
        .isEqualTo(said.text("authorized_by").equals("stage") ? "authorized" : "approved");
    assertThat(said.text("action_digest")).isEqualTo(request.created.text("action_digest"));
    assertThat(said.at()).as("before its end").isBefore(request.end());
    assertThat(request.caseVersion)
        .as("the case stands where it was proposed")
        .isEqualTo(cases.version(request.caseId));
    assertThat(openGates).as("the gate is open: " + said).contains("refill/" + request.type);
    assertThat(freezes.values())
        .as("nothing is frozen that covers it: " + said)
        .noneMatch(freeze -> covers(freeze, request));
    cases.notHeld(said);
    assertThat(unfinished)
        .as("nothing else moves a case about which a system is asked: " + said)
        .doesNotContain(request.caseId);
    requests.covered(said, request);
    if (request.type.equals(PlayedWorkflow.WITHOUT_TASKS)) {
      assertThat(tasks.open(request.caseId)).as("nothing is left to do: " + said).isEmpty();
    }
    request.state = "begun";
    request.votes.stream()
        .filter(Ballots.Vote::approves)
        .flatMap(vote -> vote.hands().stream())
        .forEach(hand -> cases.hand(request.caseId, hand));
  }

  private boolean covers(JsonObject freeze, Ballots request) {
    var value = freeze.text("value").orElseThrow();
    var scope = freeze.text("scope").orElseThrow();
    return switch (scope) {
      case "tenant" -> true;
      case "action" -> value.equals(request.type);
      case "queue" -> value.equals(cases.queue(request.caseId));
      default -> throw new AssertionError("nobody freezes a " + scope);
    };
  }

  private void backOnce(Said said) {
    assertThat(executed).as("only what was executed is undone").contains(said.about());
    assertThat(undone.add(said.about())).as("undone once").isTrue();
  }

  private void rolledBack(Said said) {
    backOnce(said);
    var before = said.details().object("before").orElseThrow();
    var after = said.details().object("after").orElseThrow();
    assertThat(after.text("queue")).isEqualTo(before.text("queue"));
    cases.putBack(said);
    tasks.callOff(said.about());
  }

  /// Once, of what was carried out, by somebody else than the proposer.
  private void outcome(Said said) {
    assertThat(executed).contains(said.about());
    assertThat(reported.add(said.about())).as("reported once").isTrue();
    assertThat(said.actor())
        .isNotEqualTo(requests.proposer(requests.request(said.about()).created));
  }

  Said startOf(String proposal) {
    return Objects.requireNonNull(
        started.get(proposal), () -> "asked about what was not begun: " + proposal);
  }

  boolean done(String proposal) {
    return executed.contains(proposal);
  }
}
