package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/// What one actor sees: a world that he shares with the others, and chance of his own.
record Scene(World world, Cast cast, Known known, RandomGenerator random) {
  /// Of so many, the newest, an actor picks one: what is older is mostly over.
  private static final int RECENT = 6;

  /// What all actors know of, the newest last.
  record Known(
      List<UUID> cases, List<Proposed> proposals, List<Named> delegations, List<Granted> grants) {
    static Known nothing() {
      return new Known(
          new CopyOnWriteArrayList<>(),
          new CopyOnWriteArrayList<>(),
          new CopyOnWriteArrayList<>(),
          new CopyOnWriteArrayList<>());
    }
  }

  /// @param answer as the proposer got it
  record Proposed(UUID caseId, String type, JsonObject answer) {}

  record Named(UUID id, Principal delegator, Principal delegate) {}

  record Granted(UUID id, Principal grantor) {}

  /// There is nothing yet with which it could be done.
  static final class NothingThere extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  <T> T recent(List<T> all) {
    var now = List.copyOf(all);
    if (now.isEmpty()) {
      throw new NothingThere();
    }
    return any(now.subList(Math.max(0, now.size() - RECENT), now.size()));
  }

  UUID aCase() {
    return recent(known.cases());
  }

  Proposed aProposal() {
    return recent(known.proposals());
  }

  boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
