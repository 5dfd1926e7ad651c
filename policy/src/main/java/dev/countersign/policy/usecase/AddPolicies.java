package dev.countersign.policy.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.lifecycle.Proposed;
import dev.countersign.policy.lifecycle.SetReport;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.PolicyVersions.Content;
import dev.countersign.policy.tests.PolicyTests;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Puts further policies into force beside those that are, as a new version of the set.
///
/// Only such as forbid or ask for people, so that it never widens and needs no second person. A
/// policy whose key is there already is left as it is: somebody may have changed it on purpose.
public final class AddPolicies {
  private final PolicyVersions versions;
  private final Conditions conditions;
  private final ChangeInForce change;

  public AddPolicies(
      PolicyStore store, PolicyVersions versions, PendingChanges changes, Conditions conditions) {
    this.versions = versions;
    this.conditions = conditions;
    this.change = new ChangeInForce(store, versions, changes);
  }

  /// Those that were not there; MUST be called under the exclusive lock of rules.
  public List<PolicyKey> in(LedgerTransaction transaction, List<Policy> policies) {
    policies.forEach(AddPolicies::requireNarrowing);
    var tenant = transaction.tenant();
    var content =
        versions
            .active(tenant)
            .flatMap(active -> versions.content(tenant, active.version()))
            .orElseThrow(() ->
                new Refusal.Conflict("no_policies", "no version of the policies is in force"));
    var known =
        content.set().policies().stream().map(Policy::key).collect(Collectors.toUnmodifiableSet());
    var missing = policies.stream().filter(policy -> !known.contains(policy.key())).toList();
    if (!missing.isEmpty()) {
      activate(transaction, with(content, missing));
    }
    return missing.stream().map(Policy::key).toList();
  }

  private static void requireNarrowing(Policy policy) {
    switch (policy.effect()) {
      case Effect.Forbid(), Effect.RequireApproval() -> {}
      case Effect.Permit(), Effect.Score(int _) ->
          throw new IllegalArgumentException("`" + policy.key() + "` may widen what is permitted");
    }
  }

  private static Content with(Content content, List<Policy> missing) {
    var all = new ArrayList<>(content.set().policies());
    all.addAll(missing);
    return new Content(new PolicySet(all, content.set().threshold()), content.tests());
  }

  private void activate(LedgerTransaction transaction, Content content) {
    var report = SetReport.of(content.set(), PolicyTests.read(content.tests()), conditions);
    if (!report.sound()) {
      throw new Refusal.Conflict(
          "version_unsound",
          "the policies in force and these together are not sound",
          ActivatePolicySet.unsound(report));
    }
    var tenant = transaction.tenant();
    int number =
        DraftPolicySet.draft(transaction, versions, content)
            .number("version")
            .orElseThrow()
            .intValue();
    versions.move(
        tenant,
        versions.read(tenant, number).orElseThrow(),
        VersionState.VALIDATED,
        transaction.principal().actor(),
        transaction.now());
    var outcome = change.submit(transaction, new Proposed.Activation(number));
    if (!outcome.text("outcome").orElseThrow().equals("applied")) {
      throw new IllegalStateException("a policy that only narrows waits for a second person");
    }
  }
}
