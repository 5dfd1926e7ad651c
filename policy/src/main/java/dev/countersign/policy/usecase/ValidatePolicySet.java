package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.lifecycle.SetReport;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.tests.PolicyTests;

/// Checks a version's conditions and runs its tests; if all is well, the draft is validated.
///
/// What is wrong is the answer, not an error. A version that is further along is checked again and
/// stays where it is. Either way an entry says that it was done.
public final class ValidatePolicySet {
  private final Ledger ledger;
  private final TenantTransactions transactions;
  private final PolicyStore store;
  private final PolicyVersions versions;
  private final PolicySnapshots snapshots;
  private final Conditions conditions;

  public ValidatePolicySet(
      Ledger ledger,
      TenantTransactions transactions,
      PolicyStore store,
      PolicyVersions versions,
      PolicySnapshots snapshots,
      Conditions conditions) {
    this.ledger = ledger;
    this.transactions = transactions;
    this.store = store;
    this.versions = versions;
    this.snapshots = snapshots;
    this.conditions = conditions;
  }

  /// The answer is the version's state and the report.
  public Recorded validate(Call call, int version) {
    // Outside the transaction that records: a large set takes seconds, and what it holds is for
    // good.
    var report = report(call, version);
    return ledger.transact(
        call,
        new Attempt("policy.validated", "policy_set", Integer.toString(version)),
        Rules.APPLY,
        transaction -> validated(transaction, version, report));
  }

  /// What can be said of a version's content.
  SetReport report(Call call, int version) {
    var content =
        transactions.run(
            call.principal(), Rules.READ, transaction -> versions.content(transaction, version));
    return content
        .map(found -> SetReport.of(found.set(), PolicyTests.read(found.tests()), conditions))
        .orElseThrow(() -> notFound(version));
  }

  /// The same, and makes the version ready to decide, so that nobody waits for that once it is in
  /// force.
  SetReport reportReady(Call call, int version) {
    var report = report(call, version);
    if (report.sound()) {
      transactions
          .run(
              call.principal(),
              Rules.READ,
              transaction ->
                  versions
                      .content(transaction, version)
                      .map(found ->
                          found
                              .set()
                              .with(
                                  store.overrides(transaction),
                                  store.values(transaction).maxRiskScore())))
          .ifPresent(snapshots::prepare);
    }
    return report;
  }

  private JsonObject validated(LedgerTransaction transaction, int number, SetReport report) {
    var tenant = transaction.tenant();
    var version = versions.lock(tenant, number).orElseThrow(() -> notFound(number));
    if (version.state() == VersionState.DISCARDED) {
      throw new Refusal.Conflict("wrong_version_state", "version " + number + " was discarded");
    }
    if (report.sound() && version.state().mayBecome(VersionState.VALIDATED)) {
      versions.move(
          tenant,
          version,
          VersionState.VALIDATED,
          transaction.principal().actor(),
          transaction.now());
    }
    transaction.record(
        report.sound() ? "policy.validated" : "policy.validation_failed",
        "policy_set",
        Integer.toString(number),
        transaction.newId(),
        Json.object()
            .put("version", number)
            .put("problems", report.problems().size())
            .put("warnings", report.warnings().size())
            .put("tests", report.tests().size())
            .put("tests_failed", report.tests().stream().filter(test -> !test.passed()).count())
            .build());
    var answer = VersionView.brief(versions.read(tenant, number).orElseThrow());
    for (var member : report.json().members().entrySet()) {
      answer = answer.with(member.getKey(), member.getValue());
    }
    return answer;
  }

  static Refusal.NotFound notFound(int version) {
    return new Refusal.NotFound("policy_set", Integer.toString(version));
  }
}
