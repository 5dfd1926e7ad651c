package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.PolicyVersions.Content;
import dev.countersign.policy.tests.SetFile;

/// Keeps a set as a new version, which nobody has looked at yet.
///
/// Only its shape is checked: what is wrong with its conditions is told when it is validated, so
/// that an author can put down what he has.
public final class DraftPolicySet {
  /// Versions that were never in force; more are not being worked on.
  private static final int MOST_WAITING = 100;

  /// For good, because a decision names the version that made it.
  private static final int MOST_VERSIONS = 100_000;

  /// 256 MiB: a thousand versions of a set of a hundred policies, or sixty of the largest.
  private static final long MOST_CHARACTERS = 256L * 1024 * 1024;

  private final Ledger ledger;
  private final PolicyVersions versions;

  public DraftPolicySet(Ledger ledger, PolicyVersions versions) {
    this.ledger = ledger;
    this.versions = versions;
  }

  /// The answer is the version, without its content.
  public Recorded draft(Call call, SetFile file) {
    var content = new Content(file.set(), file.tests().json());
    return ledger.transact(
        call,
        new Attempt("policy.drafted", "policy_set", "new"),
        Rules.APPLY,
        transaction -> draft(transaction, versions, content));
  }

  static JsonObject draft(LedgerTransaction transaction, PolicyVersions versions, Content content) {
    var tenant = transaction.tenant();
    versions.lockNumbers(tenant);
    var kept = versions.kept(tenant);
    if (kept.waiting() >= MOST_WAITING) {
      throw new Refusal.Conflict(
          "too_many_drafts",
          "at most "
              + MOST_WAITING
              + " versions are kept that were never in force: discard one with"
              + " `DELETE /v1/policy-sets/{version}`");
    }
    if (kept.latest() >= MOST_VERSIONS || kept.characters() >= MOST_CHARACTERS) {
      throw new Refusal.Conflict(
          "too_many_versions",
          "the tenant keeps all the versions that one may: " + MOST_VERSIONS + " or 256 MiB");
    }
    int version = kept.latest() + 1;
    versions.add(tenant, version, content, transaction.principal().actor(), transaction.now());
    var set = PolicySetJson.write(content.set());
    transaction.record(
        "policy.drafted",
        "policy_set",
        Integer.toString(version),
        transaction.newId(),
        Json.object()
            .put("version", version)
            .put("policies", content.set().policies().size())
            .put("tests", content.tests().items("tests").size())
            .put("policies_digest", Digest.ofCanonical(set).hex())
            .put("tests_digest", Digest.ofCanonical(content.tests()).hex())
            .build());
    return VersionView.brief(versions.read(tenant, version).orElseThrow());
  }
}
