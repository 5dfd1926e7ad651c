package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/// What one actor sees: a world that he shares with the others, and chance of his own.
///
/// @param nodes of that world, each with caches of its own; each step goes to another
record Scene(List<World> nodes, Cast cast, Known known, RandomGenerator random) {
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

  record Named(UUID id, Principal delegator, Principal delegate, Instant from, Instant until) {
    boolean inForce(Instant now) {
      return !now.isBefore(from) && now.isBefore(until);
    }
  }

  record Granted(UUID id, Principal grantor) {}

  /// There is nothing yet with which it could be done.
  static final class NothingThere extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /// The node to which chance leads.
  World world() {
    return any(nodes);
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

  /// Mostly one in this state; sometimes any.
  UUID aCase(String state) {
    var there = ids("select case_id from workflow.case_file where state = :state", state);
    var fitting = known.cases().stream().filter(there::contains).toList();
    return oneIn(6) || fitting.isEmpty() ? aCase() : any(fitting);
  }

  Proposed aProposal() {
    return recent(known.proposals());
  }

  /// Mostly one in this state; sometimes any.
  Proposed aProposal(String state) {
    var fitting = proposals(state);
    return oneIn(6) || fitting.isEmpty() ? aProposal() : recent(fitting);
  }

  /// All that are in this state.
  List<Proposed> proposals(String state) {
    var there = ids("select proposal_id from workflow.proposal where state = :state", state);
    return known.proposals().stream()
        .filter(one -> there.contains(World.id(one.answer(), "proposal_id")))
        .toList();
  }

  private Set<UUID> ids(String query, String state) {
    var world = nodes.getFirst();
    return world.transactions.run(
        world.tenant,
        Rules.READ,
        transaction ->
            transaction
                .handle()
                .createQuery(query)
                .bind("state", state)
                .mapTo(UUID.class)
                .collectIntoSet());
  }

  /// Mostly one whose approval could count.
  Principal anApprover(String type) {
    var one = any(oneIn(6) ? cast.deciders() : cast.approvers());
    if (!type.equals("finish") || oneIn(4)) {
      return one;
    }
    return oneIn(3) ? any(cast.deputies()) : cast.pharmacist();
  }

  boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
