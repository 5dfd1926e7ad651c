package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decoys leave nothing behind but that they were, and what they were.
final class DecoyJudge {
  private final Set<String> seeded = new HashSet<>();
  private final Map<String, Said> revealed = new HashMap<>();

  void read(Said said) {
    switch (said.action()) {
      case "decoy.seeded" -> assertThat(seeded.add(said.resource())).isTrue();
      case "approval.deferred" ->
          assertThat(revealed)
              .as("nobody defers what was revealed")
              .doesNotContainKey(said.about());
      case "decoy.revealed" -> {
        assertThat(seeded.remove(said.text("commitment"))).as("revealed once").isTrue();
        revealed.put(said.about(), said);
      }
      default -> {}
    }
  }

  void check(World world, List<World.LoggedEntry> log) {
    assertThat(seeded).as("every decoy is revealed in the end").isEmpty();
    for (var entry : log) {
      if (revealed.containsKey(entry.correlationId())) {
        assertThat(entry.action())
            .as("nothing comes of a decoy")
            .isIn("approval.deferred", "decoy.revealed", "approval.refused", "proposal.refused");
      }
    }
    var others =
        String.join(
            "\n",
            log.stream()
                .filter(entry -> !revealed.containsKey(entry.correlationId()))
                .map(entry -> entry.content().toString())
                .toList());
    for (var decoy : revealed.values()) {
      assertThat(others.contains(decoy.about())).as("no evidence of a decoy").isFalse();
      assertThat(others.contains(decoy.resource())).as("no word of its request").isFalse();
    }
    for (var table : List.of("workflow.proposal", "workflow.execution", "trust.memory")) {
      assertThat(
              world.text(
                  "select count(*) from %s where proposal_id in (select proposal_id from workflow.decoy)"
                      .formatted(table)))
          .as(table)
          .isEqualTo("0");
    }
  }
}
