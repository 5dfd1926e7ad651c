package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Principal;
import dev.countersign.workflow.Delegation;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// Who decides, and whose vote it is: his own, or that of somebody who named him.
///
/// @param decider who authenticated
/// @param delegator whose vote it is, if it is not his own
/// @param roles by which it may count: those of whose vote it is, and never both people's
record Voter(
    Principal decider,
    Optional<Principal> delegator,
    Optional<UUID> delegationId,
    SortedSet<String> roles) {

  static Voter himself(Principal principal) {
    return new Voter(principal, Optional.empty(), Optional.empty(), principal.roles());
  }

  static Voter delegate(Principal delegate, Principal delegator, Delegation delegation) {
    return new Voter(
        delegate,
        Optional.of(delegator),
        Optional.of(delegation.id()),
        delegation.lent(delegator.roles()));
  }

  Optional<String> decidedFor() {
    return delegator.map(Principal::actor);
  }

  /// Everybody who has a part in it. Whoever has one in a vote has none in another about the same
  /// request: of two votes that must come from two people, no person stands behind both.
  SortedSet<String> hands() {
    var hands = new TreeSet<String>();
    hands.add(decider.actor());
    decidedFor().ifPresent(hands::add);
    return Collections.unmodifiableSortedSet(hands);
  }
}
