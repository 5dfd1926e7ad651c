package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What there is to do for each case, by the log.
final class TaskJudge {
  private final CaseJudge cases;
  private final RequestJudge requests;

  /// Open ones with their entries.
  private final Map<String, Said> open = new HashMap<>();

  private final Map<String, Integer> versions = new HashMap<>();
  private final Set<String> expected = new HashSet<>();
  private final Set<String> calledOff = new HashSet<>();

  TaskJudge(CaseJudge cases, RequestJudge requests) {
    this.cases = cases;
    this.requests = requests;
  }

  void read(Said said) {
    switch (said.action()) {
      case "task.opened" -> {
        open.put(said.resource(), said);
        versions.put(said.resource(), 1);
        said.maybe("proposal_id")
            .ifPresent(proposal ->
                assertThat(expected.remove(proposal)).as("opened once: " + said).isTrue());
      }
      case "task.assigned" -> changed(said);
      case "task.started" -> worked(said);
      case "task.completed" -> {
        worked(said);
        open.remove(said.resource());
      }
      case "task.failed" -> {
        if (said.maybe("proposal_id").isPresent()) {
          changed(said);
          assertThat(calledOff)
              .as("only by a rollback: " + said)
              .contains(said.text("proposal_id"));
        } else {
          worked(said);
        }
        open.remove(said.resource());
      }
      default -> {}
    }
  }

  private void changed(Said said) {
    assertThat(open).as("nobody changes what has ended: " + said).containsKey(said.resource());
    assertThat(versions.merge(said.resource(), 1, Integer::sum)).isEqualTo(said.count("version"));
  }

  private void worked(Said said) {
    changed(said);
    var caseId = said.text("case_id");
    assertThat(requests.agreed(caseId, said.actor()))
        .as("who agreed under four eyes works on nothing of the case: " + said)
        .isFalse();
    cases.hand(caseId, said.actor());
  }

  /// A transition that opens a task was carried out.
  void expect(String proposal) {
    expected.add(proposal);
  }

  /// What a proposal did was taken back, and so is what it gave people to do.
  void callOff(String proposal) {
    calledOff.add(proposal);
  }

  Set<String> open(String caseId) {
    return open.entrySet().stream()
        .filter(task -> task.getValue().text("case_id").equals(caseId))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  void check() {
    assertThat(expected).as("every one of them opened its task").isEmpty();
    assertThat(open.values())
        .as("nothing is left to do of what was taken back")
        .noneMatch(task -> task.maybe("proposal_id").filter(calledOff::contains).isPresent());
  }
}
