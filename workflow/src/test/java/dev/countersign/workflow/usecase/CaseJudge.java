package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// Where every case stands by the log, what holds it, and who had a hand in it.
final class CaseJudge {
  private final Map<String, Double> versions = new HashMap<>();
  private final Map<String, Integer> workflowVersions = new HashMap<>();
  private final Map<String, String> queues = new HashMap<>();
  private final Map<String, Set<String>> hands = new HashMap<>();
  private final Set<String> held = new HashSet<>();

  /// Of a move the execution's judge tells ([#moves], [#putBack]).
  void read(Said said) {
    switch (said.action()) {
      case "case.opened" -> {
        versions.put(said.resource(), 1.0);
        queues.put(said.resource(), said.text("queue"));
        workflowVersions.put(said.resource(), said.count("workflow_version"));
        hand(said.resource(), said.actor());
      }
      case "case.held" -> {
        next(said);
        assertThat(held.add(said.resource())).as("held once").isTrue();
      }
      case "case.released" -> {
        next(said);
        assertThat(held.remove(said.resource())).as("released what was held").isTrue();
      }
      case "case.corrected" -> {
        next(said);
        hand(said.resource(), said.actor());
      }
      case "case.migrated" -> {
        next(said);
        assertThat(workflowVersions.put(said.resource(), said.count("workflow_version")))
            .as("migrated from where it was")
            .isEqualTo(said.count("from_workflow_version"))
            .isNotEqualTo(said.count("workflow_version"));
      }
      default -> {}
    }
  }

  private void next(Said said) {
    double now = said.details().number("version").orElseThrow();
    assertThat(versions).containsEntry(said.resource(), now - 1);
    versions.put(said.resource(), now);
  }

  /// Something moved a case.
  void moves(Said said, double from) {
    notHeld(said);
    changes(said, from);
  }

  /// What is put back while it is held stays on hold.
  void putBack(Said said) {
    var now = said.details().object("after").orElseThrow().text("state").orElseThrow();
    assertThat(now.equals("held")).isEqualTo(held.contains(said.text("case_id")));
    changes(said, said.version("after") - 1);
  }

  private void changes(Said said, double from) {
    var caseId = said.text("case_id");
    assertThat(versions).containsEntry(caseId, from);
    assertThat(said.version("after")).isEqualTo(from + 1);
    versions.put(caseId, from + 1);
    queues.put(caseId, said.details().object("after").orElseThrow().text("queue").orElseThrow());
  }

  void notHeld(Said said) {
    assertThat(held).as("nothing moves what is held: " + said).doesNotContain(said.text("case_id"));
  }

  double version(String caseId) {
    return versions.getOrDefault(caseId, 0.0);
  }

  /// 0 for a case that nobody opened.
  int workflowVersion(String caseId) {
    return workflowVersions.getOrDefault(caseId, 0);
  }

  String queue(String caseId) {
    return Objects.requireNonNull(queues.get(caseId), () -> "nobody opened " + caseId);
  }

  void hand(String caseId, String actor) {
    hands.computeIfAbsent(caseId, _ -> new TreeSet<>()).add(actor);
  }

  Set<String> hands(String caseId) {
    return hands.getOrDefault(caseId, Set.of());
  }

  void check(World world) {
    versions.forEach((caseId, version) -> {
      var now = world.showCases.one(world.agent, UUID.fromString(caseId));
      assertThat(now.number("version")).as("it stands where the log says").contains(version);
      assertThat(now.text("queue")).as("in the queue that the log says").contains(queue(caseId));
      assertThat(now.number("workflow_version"))
          .as("under the version that the log says")
          .contains((double) workflowVersion(caseId));
    });
  }
}
