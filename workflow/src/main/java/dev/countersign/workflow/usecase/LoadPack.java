package dev.countersign.workflow.usecase;

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
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.usecase.AddPolicies;
import dev.countersign.workflow.Gate;
import dev.countersign.workflow.Pack;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.GateStore;
import java.util.ArrayList;
import java.util.Optional;

/// Brings a pack into a demo tenant, whole or not at all: its policies, its workflow, its gates and
/// its cases, each with the entry that a person would have left who did it by hand.
///
/// What is there already stays: a second time changes nothing but what is missing. A gate that
/// somebody closed stays closed. Under the exclusive lock of rules, so two at once do it once.
public final class LoadPack {
  private final Ledger ledger;
  private final Predicates language;
  private final AddPolicies policies;
  private final DefineWorkflow define;
  private final ChangeGate gates;
  private final InitialCases cases;
  private final DefinitionStore definitions = new DefinitionStore();
  private final GateStore standing = new GateStore();

  public LoadPack(
      Ledger ledger,
      Predicates language,
      AddPolicies policies,
      DefineWorkflow define,
      ChangeGate gates,
      OpenCase open) {
    this.ledger = ledger;
    this.language = language;
    this.policies = policies;
    this.define = define;
    this.gates = gates;
    this.cases = new InitialCases(open, new CaseStore());
  }

  /// The answer says what was missing and how the pack's cases stand. Refused in a tenant that is
  /// no demo, where a workflow with open gates must not come from a file.
  ///
  /// @param name of the pack
  public Recorded load(Call call, TenantProfile profile, String name, Pack pack) {
    pack.workflow().check(language);
    HeldRoles.check(pack);
    return ledger.transact(
        call,
        new Attempt("pack.loaded", "pack", name),
        Rules.CHANGE,
        transaction -> {
          requireDemo(profile);
          return load(transaction, name, pack);
        });
  }

  static void requireDemo(TenantProfile profile) {
    if (!profile.demo()) {
      throw new Refusal.Forbidden("demo_only", "packs are for demo tenants only");
    }
  }

  private JsonObject load(LedgerTransaction transaction, String name, Pack pack) {
    // The first entry, so that the caller's ticket is of this one.
    transaction.record(
        "pack.loaded",
        "pack",
        name,
        transaction.newId(),
        Json.object()
            .put("workflow", pack.workflow().key())
            .put("definition_digest", Digest.ofCanonical(pack.workflow().json()).hex())
            .put("policies", pack.policies().size())
            .put("gates", pack.gates().size())
            .put("cases", pack.cases().size())
            .build());
    // First what watches over the workflow, then the workflow.
    var added = policies.in(transaction, pack.policies());
    int version = define(transaction, pack.workflow());
    var set = new ArrayList<String>();
    for (var gate : pack.gates()) {
      if (set(transaction, pack.workflow(), gate)) {
        set.add(gate.transition());
      }
    }
    var standing = cases.complete(transaction, pack);
    return Json.object()
        .put("pack", name)
        .put("title", pack.title())
        .put("workflow", pack.workflow().key())
        .put("workflow_version", version)
        .put("policies_added", Json.strings(added.stream().map(PolicyKey::value).toList()))
        .put("gates_set", Json.strings(set))
        .put("cases", Json.array(standing.stream().map(InitialCases.Standing::json).toList()))
        .build();
  }

  /// The version in which the workflow is what the pack says.
  private int define(LedgerTransaction transaction, WorkflowDefinition wanted) {
    var latest = definitions.latest(transaction.tenant(), wanted.key());
    if (latest.filter(stored -> stored.definition().json().equals(wanted.json())).isPresent()) {
      return latest.get().definition().version();
    }
    return define.define(transaction, wanted).number("version").orElseThrow().intValue();
  }

  /// Says of a gate what the pack says, unless something holds of it already.
  private boolean set(
      LedgerTransaction transaction, WorkflowDefinition workflow, Pack.InitialGate initial) {
    var form = workflow.transition(initial.transition()).orElseThrow().digest();
    var said =
        standing
            .read(transaction.tenant(), workflow.key(), initial.transition(), Gate.EVERY_SITE)
            .everywhere();
    if (said.filter(gate -> !gate.authorized() || gate.form().equals(form)).isPresent()) {
      return false;
    }
    gates.change(
        transaction,
        workflow.key(),
        initial.transition(),
        new ChangeGate.Change(
            initial.authorized(),
            Gate.EVERY_SITE,
            initial.reason(),
            Optional.empty(),
            initial.upTo(),
            Optional.empty()));
    return true;
  }
}
