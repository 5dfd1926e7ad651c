package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Pack;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.ProposalStore;
import java.util.ArrayList;
import java.util.UUID;

/// Has the cases of a pack stand as at the beginning again, in a demo tenant.
///
/// Nothing that happened is undone: a case that has moved is put away under another reference, with
/// all that happened to it, and a new one is opened in its place. One that stands as at the
/// beginning is left alone, so a second reset changes nothing; under the exclusive lock of rules,
/// two at once do it once.
public final class ResetPack {
  private final Ledger ledger;
  private final InitialCases initials;
  private final CaseStore cases = new CaseStore();
  private final DefinitionStore definitions = new DefinitionStore();
  private final ProposalStore proposals = new ProposalStore();
  private final Ending ending;

  public ResetPack(Ledger ledger, OpenCase open, TrustScopes scopes) {
    this.ledger = ledger;
    this.ending = new Ending(scopes);
    this.initials = new InitialCases(open, cases);
  }

  /// The answer says how the cases stand, and which of them are new.
  public Recorded reset(Call call, TenantProfile profile, String name, Pack pack) {
    return ledger.transact(
        call,
        new Attempt("pack.reset", "pack", name),
        Rules.CHANGE,
        transaction -> {
          LoadPack.requireDemo(profile);
          return reset(transaction, name, pack);
        });
  }

  private JsonObject reset(LedgerTransaction transaction, String name, Pack pack) {
    int version =
        definitions
            .latest(transaction.tenant(), pack.workflow().key())
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "pack_not_loaded", "the pack `" + name + "` was not loaded here"))
            .definition()
            .version();
    // The first entry, so that the caller's ticket is of this one.
    transaction.record(
        "pack.reset",
        "pack",
        name,
        transaction.newId(),
        Json.object()
            .put("workflow", pack.workflow().key())
            .put("cases", pack.cases().size())
            .build());
    var standing = new ArrayList<InitialCases.Standing>();
    for (var initial : pack.cases()) {
      var known = cases.lockNamed(transaction.tenant(), pack.workflow().key(), initial.reference());
      if (known.filter(subject -> begins(transaction, subject, initial, version)).isPresent()) {
        standing.add(new InitialCases.Standing(known.get().json(), false));
      } else {
        var away = known.map(subject -> putAway(transaction, subject));
        var opened = initials.open(transaction, pack, initial);
        away.ifPresent(id -> recordReplaced(transaction, id, opened));
        standing.add(opened);
      }
    }
    return Json.object()
        .put("pack", name)
        .put("workflow", pack.workflow().key())
        .put("cases", Json.array(standing.stream().map(InitialCases.Standing::json).toList()))
        .build();
  }

  /// Whether a case is what the pack opens.
  private boolean begins(
      LedgerTransaction transaction, Case subject, Pack.InitialCase initial, int version) {
    return subject.version() == 1
        && subject.workflowVersion() == version
        && subject.queue().equals(initial.queue())
        && subject.attributes().equals(initial.attributes())
        && proposals.lockLive(transaction.tenant(), subject.id()).isEmpty();
  }

  /// Ends what is live on the case and makes its reference free.
  private UUID putAway(LedgerTransaction transaction, Case subject) {
    var tenant = transaction.tenant();
    for (var live : proposals.lockLive(tenant, subject.id())) {
      if (live.state() == ProposalState.EXECUTING) {
        throw new Refusal.Conflict(
            "case_executing",
            "an action on `%s` is being carried out: ask again".formatted(subject.reference()));
      }
    }
    ending.supersede(transaction, ending.waiting(transaction, subject.id()), "pack_reset");
    var definition =
        definitions.version(tenant, subject.workflow(), subject.workflowVersion()).orElseThrow();
    cases.putAway(tenant, subject.putAway(definition));
    return subject.id();
  }

  /// Ids only: the reference is in the entry of its opening, where it can be erased.
  private static void recordReplaced(
      LedgerTransaction transaction, UUID away, InitialCases.Standing opened) {
    transaction.record(
        "case.put_away",
        "case",
        away.toString(),
        away,
        Json.object().put("replaced_by", opened.subject().text("case_id").orElseThrow()).build());
  }
}
