package dev.countersign.workflow.usecase;

import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.CurrentPrincipals;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Delegation;
import dev.countersign.workflow.store.DelegationStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who may decide now, for himself and for those who named him. Fails closed: whoever could not
/// decide himself at this moment lends nothing.
///
/// In a transaction that decides it MUST be asked under the tenant's generation lock.
final class Deciders {
  /// Without it nobody decides about anything, whatever his roles are.
  static final String PERMISSION = "approval:decide";

  private final CurrentPrincipals principals = new CurrentPrincipals();
  private final DelegationStore delegations = new DelegationStore();

  /// Who decides meets decoys wherever he looks before; nobody else is misled by them.
  static boolean mayMeetDecoys(Principal principal) {
    return Roles.permit(principal, PERMISSION);
  }

  /// Somebody who could decide at `now` if a request asked for a role of his.
  Optional<Principal> decider(TenantTransaction transaction, String actor, Instant now) {
    return principals
        .find(transaction, actor, now)
        .filter(principal -> Roles.permit(principal, PERMISSION));
  }

  /// The principal himself, and everybody for whom he may decide, in the order of their names.
  List<Voter> of(TenantTransaction transaction, Principal principal, Instant now) {
    var voters = new ArrayList<Voter>();
    voters.add(Voter.himself(principal));
    for (var delegation : delegations.inForceTo(transaction, principal.actor(), now)) {
      lent(transaction, principal, delegation, now).ifPresent(voters::add);
    }
    return List.copyOf(voters);
  }

  private Optional<Voter> lent(
      TenantTransaction transaction, Principal delegate, Delegation delegation, Instant now) {
    return decider(transaction, delegation.delegator(), now)
        .map(delegator -> Voter.delegate(delegate, delegator, delegation));
  }

  /// The principal, or he in the name of `decidedFor`; throws `Refusal.Forbidden` if that one has
  /// not named him or may not decide himself.
  Voter voter(
      TenantTransaction transaction,
      Principal principal,
      Optional<String> decidedFor,
      Instant now) {
    if (decidedFor.isEmpty()) {
      return Voter.himself(principal);
    }
    return of(transaction, principal, now).stream()
        .filter(voter -> voter.decidedFor().equals(decidedFor))
        .findFirst()
        .orElseThrow(() ->
            new Refusal.Forbidden(
                "no_delegation",
                "`%s` has not named you for now, or may not decide himself"
                    .formatted(decidedFor.get())));
  }
}
