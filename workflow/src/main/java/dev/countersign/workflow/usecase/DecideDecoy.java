package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.usecase.StatedPredictions;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.DecoyVerdict;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Decoy;
import dev.countersign.workflow.store.DecoyStore;
import dev.countersign.workflow.store.VigilanceStore;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

/// A person decides about a decoy, under the same checks as about a request, and is told at once.
///
/// Whoever defers it is told nothing: it waits on, and is answered, shown and recorded as a request
/// is. Otherwise all could be deferred, and those approved that still wait.
///
/// Whatever he says, nothing is approved, nothing is carried out and trust hears nothing: this
/// class knows neither the proposals nor who executes them.
final class DecideDecoy {
  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final Deciders deciders = new Deciders();
  private final CaseStore cases = new CaseStore();
  private final DecoyStore decoys = new DecoyStore();
  private final VigilanceStore vigilance = new VigilanceStore();
  private final Watch watch = new Watch();

  DecideDecoy(TenantTransactions transactions, Ledger ledger) {
    this.transactions = transactions;
    this.ledger = ledger;
  }

  /// Throws `Refusal.NotFound` if there is none of that id.
  Recorded decide(Call call, UUID id, DecisionRequest request) {
    var shownAs = shownAs(call, id);
    return Settled.orThrow(
        ledger.transact(
            call,
            new Attempt(request.entry(), "approval", id.toString(), Optional.of(shownAs)),
            Rules.APPLY,
            transaction -> decide(transaction, id, request)));
  }

  /// The proposal's id that it is shown under: what is refused looks in the log as it would for a
  /// request.
  private UUID shownAs(Call call, UUID id) {
    return transactions.run(
        call.principal(),
        Rules.READ,
        transaction ->
            decoys
                .read(transaction, id)
                .map(decoy -> decoy.proposal().id())
                .orElseThrow(() -> new Refusal.NotFound("approval", id.toString())));
  }

  private JsonObject decide(LedgerTransaction transaction, UUID id, DecisionRequest request) {
    var tenant = transaction.tenant();
    var decoy = lock(transaction, id);
    var voter =
        deciders.voter(tenant, transaction.principal(), request.decidedFor(), transaction.now());
    var subject = cases.read(tenant, decoy.proposal().caseId()).orElseThrow();
    var roles = Eligibility.ofProposal(transaction, cases, subject, decoy.request(), voter);
    refuseEnded(transaction, decoy);
    refuseChanged(decoy, request.actionDigest(), request.approvalDigest());
    Eligibility.refuseIdle(transaction, decoy.request(), List.of(), request, voter, roles);
    watch.refuseOverload(transaction, request);
    if (!stands(decoy, subject)) {
      return outlived(transaction, decoy, subject);
    }
    if (request.defers()) {
      return deferred(transaction, decoy, request, voter, roles);
    }
    var verdict = request.approves() ? DecoyVerdict.APPROVE : DecoyVerdict.REJECT;
    reveal(transaction, decoys, decoy, verdict);
    return answer(transaction, decoy, request.decision(), verdict);
  }

  private static boolean stands(Decoy decoy, Case subject) {
    return decoy
        .proposal()
        .action()
        .map(ProposedAction::caseVersion)
        .filter(version -> version == subject.version())
        .isPresent();
  }

  private JsonObject outlived(LedgerTransaction transaction, Decoy decoy, Case subject) {
    reveal(transaction, decoys, decoy, DecoyVerdict.VOID);
    return Settled.refusal("stale_case", "case `" + subject.id() + "` has moved", List.of());
  }

  private JsonObject deferred(
      LedgerTransaction transaction,
      Decoy decoy,
      DecisionRequest request,
      Voter voter,
      SortedSet<String> roles) {
    var proposal = decoy.proposal();
    var approval = decoy.request();
    var said = request.said(transaction, approval, voter, roles, true, proposal.actionDigest());
    decoys.defer(transaction.tenant(), said);
    var told = new ToldDecision(proposal, approval, said, voter, request);
    told.record(transaction, approval.state());
    return told.answer(approval.state(), proposal.state(), List.of(said));
  }

  /// Somebody would change it instead: he saw that it was wrong. There is nothing to change, which
  /// is told by a refusal after the reveal is committed.
  Recorded edited(Call call, UUID id, EditProposal.Request request) {
    return Settled.orThrow(
        ledger.transact(
            call,
            new Attempt(
                "proposal.edited", "approval", id.toString(), Optional.of(shownAs(call, id))),
            Rules.APPLY,
            transaction -> {
              var decoy = lock(transaction, id);
              Eligibility.roles(
                  transaction,
                  decoy.request(),
                  Voter.himself(transaction.principal()),
                  new Refusal.Forbidden(
                      "proposer_may_not_edit", "who proposed proposes again instead of editing"));
              refuseEnded(transaction, decoy);
              refuseChanged(decoy, request.actionDigest(), Optional.empty());
              refuseSame(decoy, request);
              var subject =
                  cases.read(transaction.tenant(), decoy.proposal().caseId()).orElseThrow();
              if (!stands(decoy, subject)) {
                return outlived(transaction, decoy, subject);
              }
              reveal(transaction, decoys, decoy, DecoyVerdict.EDIT);
              return Settled.refusal(
                  "decoy",
                  "it was a decoy that should be rejected: " + why(transaction, decoy),
                  List.of());
            }));
  }

  /// Whoever changes nothing saw nothing.
  private static void refuseSame(Decoy decoy, EditProposal.Request request) {
    var shown = decoy.proposal().action().map(bound -> bound.action().payload());
    if (shown.filter(request.payload()::equals).isPresent()) {
      throw new Refusal.Conflict("nothing_edited", "the payload is that of the proposal");
    }
  }

  private Decoy lock(LedgerTransaction transaction, UUID id) {
    return decoys
        .lock(transaction.tenant(), id)
        .orElseThrow(() -> new Refusal.NotFound("approval", id.toString()));
  }

  private static void refuseEnded(LedgerTransaction transaction, Decoy decoy) {
    if (decoy.end().isPresent()) {
      throw new Refusal.Conflict("approval_ended", "the request is withdrawn");
    }
    Eligibility.refuseEnded(transaction, decoy.request());
  }

  private static void refuseChanged(
      Decoy decoy, Digest actionDigest, Optional<Digest> approvalDigest) {
    if (!actionDigest.equals(decoy.proposal().actionDigest())
        || approvalDigest.filter(given -> !given.equals(decoy.request().digest())).isPresent()) {
      throw new Refusal.Conflict(
          "digest_mismatch", "the digest is not that of the action that waits for a decision");
    }
  }

  /// Within a transaction that holds its row: keeps how it ended and opens the commitment.
  static void reveal(
      LedgerTransaction transaction, DecoyStore decoys, Decoy decoy, DecoyVerdict verdict) {
    var reviewer =
        switch (verdict) {
          case APPROVE, REJECT, DEFER, EDIT -> Optional.of(transaction.principal().actor());
          case EXPIRED, VOID -> Optional.<String>empty();
        };
    decoys.end(transaction.tenant(), decoy, new Decoy.End(verdict, reviewer, transaction.now()));
    new StatedPredictions().erase(transaction.tenant(), decoy.proposal().id());
    transaction.record(
        "decoy.revealed",
        "approval",
        decoy.request().id().toString(),
        decoy.proposal().id(),
        Json.object()
            .put("verdict", verdict.word())
            .put("missed", verdict.missed())
            .put("trap_id", decoy.trapId().toString())
            .put("action_digest", decoy.proposal().actionDigest().hex())
            .put("commitment", decoy.commitment().hex())
            .put("nonce", decoy.nonce())
            .build());
  }

  private JsonObject answer(
      LedgerTransaction transaction, Decoy decoy, String decision, DecoyVerdict verdict) {
    return Json.object()
        .put("approval_id", decoy.request().id().toString())
        .put("proposal_id", decoy.proposal().id().toString())
        .put("correlation_id", decoy.proposal().id().toString())
        .put("decision", decision)
        .put("state", "withdrawn")
        .put("proposal_state", "withdrawn")
        .put(
            "decoy",
            Json.object()
                .put("missed", verdict.missed())
                .put("why", why(transaction, decoy))
                .build())
        .build();
  }

  private String why(LedgerTransaction transaction, Decoy decoy) {
    return vigilance.trap(transaction.tenant(), decoy.trapId()).orElseThrow().why();
  }
}
