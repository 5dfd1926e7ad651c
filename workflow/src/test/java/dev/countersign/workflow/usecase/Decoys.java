package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import java.util.List;
import java.util.Optional;

/// Decoys in a world where `refuse` is a trap, and people who take them for real.
record Decoys(World world) {
  /// So many approved of so many are surely more than half.
  private static final int SURELY = 4;

  /// What a reviewer is shown of one that was just seeded.
  JsonObject seed() {
    world.open(); // A case on which nothing waits.
    var known = inbox().stream().map(line -> World.id(line, "id")).toList();
    world.watch("{\"decoy_rate\": 1}");
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.watch("{\"decoy_rate\": 0}");
    return inbox().stream()
        .filter(line -> !known.contains(World.id(line, "id")))
        .filter(line -> !World.id(line, "id").equals(World.approval(proposed)))
        .findFirst()
        .orElseThrow();
  }

  /// Decides about what an inbox shows.
  JsonObject decide(Principal principal, JsonObject line, String decision) {
    var body =
        Json.object()
            .put("decision", decision)
            .put("action_digest", line.text("action_digest").orElseThrow())
            .build();
    return world
        .decideApproval
        .decide(
            world.call(principal),
            World.id(line, "id"),
            DecisionRequest.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  /// Has somebody approve so many that he does not decide alone any more.
  void rubberStamped(Principal principal) {
    world.trap("refuse", "case.queue == 'intake'");
    for (int i = 0; i < SURELY; i++) {
      decide(principal, seed(), "approve");
    }
  }

  private List<JsonObject> inbox() {
    return world
        .showApprovals
        .inbox(world.reviewer, new Page(Page.MOST, Optional.empty()))
        .items("approvals")
        .stream()
        .map(JsonObject.class::cast)
        .toList();
  }
}
